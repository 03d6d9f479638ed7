// Package entropy is the randomness of a run: seeded, so that a run can be
// repeated byte for byte, and recorded, so that the ephemeral private keys
// which the endpoints drew can be shown.
//
// Each consumer has a [Stream] of its own, derived from the run's [Seed] and
// the consumer's name. Endpoints read theirs through tls.Config.Rand; the
// godebug setting cryptocustomrand=1 in go.mod makes crypto/tls, crypto/ecdh
// and crypto/ecdsa honour it.
//
// One draw bypasses tls.Config.Rand: ML-KEM encapsulation, which crypto/mlkem
// takes from the system. A [Host] lends it bytes of the stream "system" for the
// length of a step: in the browser by standing before the import through which all
// randomness enters Go's wasm (site/loader.js), natively by a linker setting
// (global.go). Without a host such runs work, but do not repeat.
package entropy

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	mathrand "math/rand/v2"
)

// Seed is the 32 bytes that all randomness of a run comes from. Whoever knows
// it knows every key of the run.
type Seed [32]byte

// NewSeed draws a seed from the system's secure randomness.
func NewSeed() Seed {
	var s Seed
	rand.Read(s[:]) // never fails: crypto/rand ends the program instead
	return s
}

// ParseSeed reads a seed written as up to 64 hexadecimal digits; a shorter one
// stands for itself with zero bytes behind.
func ParseSeed(text string) (Seed, error) {
	var s Seed
	b, err := hex.DecodeString(text)
	if err != nil {
		return s, fmt.Errorf("entropy: seed %q: use an even number of hexadecimal digits (0-9, a-f)", text)
	}
	if len(b) == 0 || len(b) > len(s) {
		return s, fmt.Errorf("entropy: seed has %d bytes: use 1 to %d", len(b), len(s))
	}
	copy(s[:], b)
	return s, nil
}

// String is the seed as 64 hexadecimal digits.
func (s Seed) String() string { return hex.EncodeToString(s[:]) }

// Stream is an endless deterministic byte stream that remembers what was read.
// It is ChaCha8 (C2SP chacha8rand), whose output Go keeps the same for ever.
type Stream struct {
	r     *mathrand.ChaCha8
	Reads [][]byte // what was read, one element a read, in order
}

// Stream is the consumer's own stream under this seed.
func (s Seed) Stream(consumer string) *Stream {
	key := sha256.Sum256(append([]byte("tlsplay entropy "+consumer+"\x00"), s[:]...))
	return &Stream{r: mathrand.NewChaCha8(key)}
}

// Read fills p. A read of a single byte is answered with zero and neither
// advances the stream nor is remembered: crypto/internal/randutil.MaybeReadByte
// reads one at the toss of a coin, so that nobody relies on what we rely on.
func (s *Stream) Read(p []byte) (int, error) {
	if len(p) == 1 {
		p[0] = 0
		return 1, nil
	}
	s.r.Read(p)
	s.Reads = append(s.Reads, append([]byte(nil), p...))
	return len(p), nil
}

// Host can make the system's randomness come from a run for a while.
type Host interface {
	// Lend makes it the given bytes, in order, until the returned function is
	// called. That reports whether they were enough: what was drawn beyond them
	// came from elsewhere, and the run will not repeat.
	Lend(bytes []byte) (giveBack func() bool)
}

// Window is how many bytes are lent for a step. The largest draw that bypasses
// tls.Config.Rand is 32 bytes for an ML-KEM encapsulation, and few fall into one step.
const Window = 512

// Bytes is the next n bytes, which are not remembered.
func (s *Stream) Bytes(n int) []byte {
	b := make([]byte, n)
	s.r.Read(b)
	return b
}
