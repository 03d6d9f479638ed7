package keys

import (
	"bytes"
	"encoding/hex"
	"testing"
)

// The keys of RFC 9001, Appendix A.1 (a server's Initial packets) and A.5.
func TestPacketKeys(t *testing.T) {
	for _, c := range []struct {
		suite           uint16
		secret, key, iv string
	}{
		{0x1301, "3c199828fd139efd216c155ad844cc81fb82fa8d7446fa7d78be803acdda951b", "cf3a5331653c364c88f0f379b6067e37", "0ac1493ca1905853b0bba03e"},
		{0x1303, "9ac312a7f877468ebe69422748ad00a15443f18203a07d6060f688f30f21632b", "c6d98ff3441c3fe1b2182094f69caa2ed4b716b65488960a7a984979fb23e1c8", "e0459b3474bdd0e44a41c144"},
	} {
		secret, _ := hex.DecodeString(c.secret)
		s, _ := SuiteByID(c.suite)
		p, err := NewPacketKeys(s, secret)
		if err != nil {
			t.Fatal(err)
		}
		if hex.EncodeToString(p.Key) != c.key || hex.EncodeToString(p.IV) != c.iv {
			t.Errorf("%s: key %x, IV %x", s.Name, p.Key, p.IV)
		}
		header := []byte{0x41, 0, 7}
		packet := p.Seal(header, 7, []byte("payload"))
		if b, err := p.Open(packet[:3], 7, packet[3:]); err != nil || !bytes.Equal(b, []byte("payload")) {
			t.Errorf("%q, %v", b, err)
		}
		if _, err := p.Open(packet[:3], 8, packet[3:]); err == nil {
			t.Error("opens under another number")
		}
	}
	if s, _ := SuiteByID(0xc02f); s.Name == "" {
		t.Fatal("no suite of TLS 1.2")
	} else if _, err := NewPacketKeys(s, make([]byte, 32)); err == nil {
		t.Error("QUIC with a suite of TLS 1.2")
	}
}
