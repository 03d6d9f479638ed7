package entropy

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestStream(t *testing.T) {
	seed, err := ParseSeed("01ff")
	if err != nil {
		t.Fatal(err)
	}
	read := func(s *Stream, sizes ...int) (all []byte) {
		for _, n := range sizes {
			b := make([]byte, n)
			if got, err := s.Read(b); got != n || err != nil {
				t.Fatalf("read %d of %d: %v", got, n, err)
			}
			if n > 1 {
				all = append(all, b...)
			} else if b[0] != 0 {
				t.Error("a single byte is not zero")
			}
		}
		return all
	}
	plain := read(seed.Stream("client"), 32, 64)
	if !bytes.Equal(plain, read(seed.Stream("client"), 1, 32, 1, 1, 64)) {
		t.Error("reads of single bytes move the stream")
	}
	if bytes.Equal(plain, read(seed.Stream("server"), 32, 64)) {
		t.Error("two consumers read the same")
	}
	s := seed.Stream("client")
	read(s, 32, 1, 64)
	if len(s.Reads) != 2 || !bytes.Equal(s.Reads[0], plain[:32]) || !bytes.Equal(s.Reads[1], plain[32:]) {
		t.Errorf("recorded %x", s.Reads)
	}
}

// The generator is chacha8rand, so that seeds keep their meaning: its output
// for this key is published (C2SP chacha8rand, and Go's math/rand/v2).
func TestGenerator(t *testing.T) {
	s := &Stream{r: rand.NewChaCha8([32]byte([]byte("ABCDEFGHIJKLMNOPQRSTUVWXYZ123456")))}
	b := s.Bytes(24)
	for i, want := range []uint64{0xb773b6063d4616a5, 0x1160af22a66abc3c, 0x8c2599d9418d287c} {
		if got := binary.LittleEndian.Uint64(b[8*i:]); got != want {
			t.Errorf("word %d is %x, want %x", i, got, want)
		}
	}
	if len(s.Reads) != 0 {
		t.Error("Bytes was recorded")
	}
}

func TestSeeds(t *testing.T) {
	if a, b := NewSeed(), NewSeed(); a == b {
		t.Error("two fresh seeds are alike")
	}
	s := NewSeed()
	if again, err := ParseSeed(s.String()); err != nil || again != s {
		t.Errorf("%s does not come back: %v", s, err)
	}
	for _, bad := range []string{"", "0", "xy", strings.Repeat("00", 33)} {
		if _, err := ParseSeed(bad); err == nil || !strings.HasPrefix(err.Error(), "entropy: ") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
