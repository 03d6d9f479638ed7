package keys

import (
	"bytes"
	"testing"
)

// TestDecodeInner puts a ClientHelloInner together by hand: RFC 9849, Section 5.1.
func TestDecodeInner(t *testing.T) {
	head := append([]byte{3, 3}, bytes.Repeat([]byte{7}, 32)...)
	hello := func(sessionID, extensions, padding string) []byte {
		b := append(bytes.Clone(head), byte(len(sessionID)))
		b = append(b, sessionID+"\x00\x02\x13\x01\x01\x00\x00"+string([]byte{byte(len(extensions))})+extensions+padding...)
		return b
	}
	outer, ok := splitHello(hello("session", "\x00\x0a\x00\x01g\x00\x2b\x00\x01v\x00\x33\x00\x01k", ""))
	if !ok {
		t.Fatal("the outer hello is malformed")
	}
	for _, c := range []struct{ name, extensions, padding, want string }{
		{"nothing outside", "\xfe\x0d\x00\x01\x01", "\x00\x00\x00", "\xfe\x0d\x00\x01\x01"},
		{"two outside, one passed over", "\x00\x00\x00\x01n\xfd\x00\x00\x05\x04\x00\x0a\x00\x33\x00\x10\x00\x00", "", "\x00\x00\x00\x01n\x00\x0a\x00\x01g\x00\x33\x00\x01k\x00\x10\x00\x00"},
		{"in another order", "\xfd\x00\x00\x05\x04\x00\x33\x00\x0a", "", ""},
		{"the same twice", "\xfd\x00\x00\x05\x04\x00\x0a\x00\x0a", "", ""},
		{"not there", "\xfd\x00\x00\x03\x02\x00\x99", "", ""},
		{"padding of other bytes", "\xfe\x0d\x00\x01\x01", "\x00\x01", ""},
	} {
		got := decodeInner(hello("", c.extensions, c.padding), outer)
		var want []byte
		if c.want != "" {
			body := hello("session", c.want, "")
			want = append([]byte{1, 0, 0, byte(len(body))}, body...)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s: %x, want %x", c.name, got, want)
		}
	}
}

// FuzzECH decodes arbitrary hellos inside and outside.
func FuzzECH(f *testing.F) {
	f.Add(append(make([]byte, 34), 0, 0, 2, 0x13, 1, 1, 0, 0, 9, 0xfd, 0, 0, 5, 4, 0, 10, 0, 0x33), append(make([]byte, 34), 0, 0, 2, 0x13, 1, 1, 0, 0, 8, 0, 10, 0, 0, 0, 0x33, 0, 0))
	f.Add([]byte{}, append(append([]byte{1, 0, 0, 0}, make([]byte, 34)...), 0, 0, 2, 0x13, 1, 1, 0, 0, 14, 0xfe, 0x0d, 0, 10, 0, 0, 1, 0, 1, 2, 0, 0, 0, 0))
	f.Fuzz(func(t *testing.T, encoded, outer []byte) {
		if h, ok := splitHello(outer); ok {
			if inner := decodeInner(encoded, h); len(inner) > 4+len(encoded)+len(outer)+256 {
				t.Errorf("%d bytes out of %d and %d", len(inner), len(encoded), len(outer))
			}
		}
		if e, ok := readECH(outer); ok && !bytes.Equal(outer[e.payloadAt:][:len(e.payload)], e.payload) {
			t.Error("the payload is elsewhere")
		}
		OpenECH([]ECHKey{{Config: []byte{0xfe, 0x0d, 0, 3, 2, 0, 32}, PrivateKey: make([]byte, 32)}, {Config: encoded}}, outer)
	})
}
