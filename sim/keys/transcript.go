package keys

import (
	"bytes"
	"crypto"
	"crypto/md5"
	"crypto/sha1"
	"hash"
)

// The handshake message types that matter here. RFC 8446, Section 4.
const (
	msgHelloRequest = 0
	msgClientHello  = 1
	msgServerHello  = 2
	msgFinished     = 20
	msgMessageHash  = 254
)

// msgNames are the messages as the RFCs write them.
var msgNames = map[byte]string{
	1: "ClientHello", 2: "ServerHello", 4: "NewSessionTicket", 5: "EndOfEarlyData",
	8: "EncryptedExtensions", 11: "Certificate", 12: "ServerKeyExchange", 13: "CertificateRequest",
	14: "ServerHelloDone", 15: "CertificateVerify", 16: "ClientKeyExchange", 20: "Finished",
	21: "CertificateURL", 22: "CertificateStatus", 24: "KeyUpdate", 25: "CompressedCertificate", 254: "message_hash",
}

// helloRetryRandom is the ServerHello.random that makes it a HelloRetryRequest:
// SHA-256 of "HelloRetryRequest". RFC 8446, Section 4.1.3.
var helloRetryRandom = []byte{
	0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
	0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
}

// IsHelloRetryRequest tells whether a handshake message is one.
func IsHelloRetryRequest(msg []byte) bool {
	return len(msg) >= 38 && msg[0] == msgServerHello && bytes.Equal(msg[6:38], helloRetryRandom)
}

// TranscriptHash is the hash of a run of handshake messages.
type TranscriptHash struct {
	Covers string // which: "ClientHello..ServerHello", empty for none
	Sum    []byte
}

// EmptyHash is the hash of no messages, which Derive-Secret uses for "derived".
func EmptyHash(h crypto.Hash) TranscriptHash { return TranscriptHash{Sum: newHash(h).Sum(nil)} }

// Transcript is the handshake so far. Messages are added whole, header included,
// in the order in which they crossed the wire; the hash function may become known
// later, from ServerHello. RFC 8446, Section 4.4.1; RFC 5246, Section 7.4.9.
type Transcript struct {
	names []string
	msgs  [][]byte // not copied: don't change them
	retry int      // index of a HelloRetryRequest, 0 for none
	hash  crypto.Hash
	state hash.Hash
	sums  [][]byte // after each message, from the moment the hash is known
}

// Add appends a message that the client (or else the server) sent. HelloRequest
// is left out, as RFC 5246, Section 7.4.1.1, demands.
func (t *Transcript) Add(fromClient bool, msg []byte) {
	if len(msg) == 0 || msg[0] == msgHelloRequest {
		return
	}
	name, ok := msgNames[msg[0]]
	switch {
	case !ok:
		name = "message " + string("0123456789abcdef"[msg[0]>>4]) + string("0123456789abcdef"[msg[0]&15])
	case msg[0] == msgFinished && !fromClient:
		name = "server Finished"
	case fromClient && (msg[0] == 11 || msg[0] == 15 || msg[0] == 20 || msg[0] == 25):
		name = "client " + name
	case IsHelloRetryRequest(msg):
		name = "HelloRetryRequest"
		if len(t.msgs) == 1 {
			t.retry = 1
			t.names[0] = "ClientHello1"
		}
	case msg[0] == msgClientHello && t.retry == 1 && len(t.msgs) == 2:
		name = "ClientHello2"
	}
	t.names, t.msgs = append(t.names, name), append(t.msgs, msg)
	if t.state == nil {
		return
	}
	if t.retry > 0 && t.retry == len(t.msgs)-1 { // ClientHello1 gives way to its hash
		t.restart()
		return
	}
	t.state.Write(msg)
	t.sums = append(t.sums, t.state.Sum(nil))
}

// SetHash says which hash function the suite uses; crypto.MD5SHA1 is that of TLS
// 1.0 and 1.1.
func (t *Transcript) SetHash(h crypto.Hash) {
	if t.hash == h {
		return
	}
	t.hash = h
	t.restart()
}

// restart hashes all messages again.
func (t *Transcript) restart() {
	t.state, t.sums = newHash(t.hash), nil
	for i, msg := range t.msgs {
		if i == 1 && t.retry == 1 {
			t.state = newHash(t.hash)
			t.state.Write(messageHash(t.hash, t.msgs[0]))
		}
		t.state.Write(msg)
		t.sums = append(t.sums, t.state.Sum(nil))
	}
}

// messageHash is the synthetic message that stands for ClientHello1 after a
// HelloRetryRequest. RFC 8446, Section 4.4.1.
func messageHash(h crypto.Hash, clientHello []byte) []byte {
	digest := newHash(h)
	digest.Write(clientHello)
	return digest.Sum([]byte{msgMessageHash, 0, 0, byte(digest.Size())})
}

// Len is how many messages there are.
func (t *Transcript) Len() int { return len(t.msgs) }

// Last is the last message, nil if there is none. Don't change it.
func (t *Transcript) Last() []byte {
	if len(t.msgs) == 0 {
		return nil
	}
	return t.msgs[len(t.msgs)-1]
}

// Name is the name of message i as coverage strings use it.
func (t *Transcript) Name(i int) string { return t.names[i] }

// At is the hash up to and including message i. It is empty while the hash
// function is unknown.
func (t *Transcript) At(i int) TranscriptHash {
	if i < 0 || i >= len(t.sums) {
		return TranscriptHash{}
	}
	return TranscriptHash{Covers: covers(t.names[0], t.names[i]), Sum: t.sums[i]}
}

// Sum is the hash of all messages so far.
func (t *Transcript) Sum() TranscriptHash {
	if len(t.msgs) == 0 && t.hash != 0 {
		return EmptyHash(t.hash)
	}
	return t.At(len(t.sums) - 1)
}

// SumTruncated is the hash of all messages so far and a last one that is cut
// short, as binders need it: ClientHello without its binders list. RFC 8446,
// Section 4.2.11.2. The hash function is the PSK's, so it is an argument.
func (t *Transcript) SumTruncated(h crypto.Hash, partial []byte) TranscriptHash {
	full := Transcript{}
	for i, msg := range t.msgs {
		full.Add(t.names[i] != "ServerHello" && t.names[i] != "HelloRetryRequest", msg)
	}
	full.SetHash(h)
	full.Add(true, partial)
	sum := full.Sum()
	sum.Covers = "truncated ClientHello"
	if len(t.msgs) > 0 {
		sum.Covers = t.names[0] + "..truncated ClientHello2"
	}
	return sum
}

// Bytes are the first n messages one behind the other, which TLS 1.2 signs.
func (t *Transcript) Bytes(n int) []byte { return bytes.Join(t.msgs[:min(n, len(t.msgs))], nil) }

func newHash(h crypto.Hash) hash.Hash {
	if h == crypto.MD5SHA1 {
		return &md5sha1{md5.New(), sha1.New()}
	}
	return h.New()
}

// md5sha1 is both hashes, one behind the other, 36 bytes. RFC 4346, Section 7.4.9.
type md5sha1 struct{ md5, sha1 hash.Hash }

func (h *md5sha1) Write(b []byte) (int, error) {
	h.md5.Write(b)
	return h.sha1.Write(b)
}
func (h *md5sha1) Sum(b []byte) []byte { return h.sha1.Sum(h.md5.Sum(b)) }
func (h *md5sha1) Reset()              { h.md5.Reset(); h.sha1.Reset() }
func (h *md5sha1) Size() int           { return md5.Size + sha1.Size }
func (h *md5sha1) BlockSize() int      { return h.sha1.BlockSize() }

// Fork is a transcript of its own that begins with the same messages. The hash
// goes on from where it is, so that nothing is hashed again.
func (t *Transcript) Fork() *Transcript {
	n := len(t.msgs)
	c := &Transcript{names: t.names[:n:n], msgs: t.msgs[:n:n], retry: t.retry, hash: t.hash, sums: t.sums[:len(t.sums):len(t.sums)]}
	if s, ok := t.state.(hash.Cloner); ok {
		if clone, err := s.Clone(); err == nil {
			c.state = clone
			return c
		}
	}
	if t.state != nil {
		c.restart()
	}
	return c
}
