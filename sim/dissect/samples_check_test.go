package dissect

import (
	"encoding/hex"
	"testing"

	"tlsplay/sim/trace"
)

func hexOf(b []byte) string { return hex.EncodeToString(b) }

// in returns a conversation in the sample's surroundings.
func (s sample) in(t testing.TB) *dissection {
	d := dissect(t)
	d.conv.Version, d.conv.Suite = s.version, s.suite
	d.conv.clientCertType, d.conv.serverCertType = s.types, s.types
	d.conv.Group = 0x001d
	return d
}

// plaintext dissects a decrypted handshake record.
func (d *dissection) plaintext(from trace.Side, contentType uint8, data []byte, inner bool) *trace.Node {
	d.t.Helper()
	buf := d.alloc("plain", data, nil)
	root, msgs := d.conv.Plaintext(from, buf, contentType, inner)
	d.check(buf, root, msgs)
	return root
}

func TestSamples(t *testing.T) {
	for _, s := range samples() {
		t.Run(s.name, func(t *testing.T) {
			d := s.in(t)
			root := d.plaintext(s.from, typeHandshake, s.data, false)
			if !s.bad {
				d.noErrors()
			}
			if len(d.msgs) != 1 {
				t.Fatalf("%d messages", len(d.msgs))
			}
			for id, want := range s.want {
				n := root.Find(id)
				switch {
				case n == nil:
					t.Errorf("no %s", id)
				case n.Value != want:
					t.Errorf("%s is %q, want %q", id, n.Value, want)
				}
			}
			if t.Failed() {
				dump(t, root, 0)
			}
		})
	}
}

// TestTruncation cuts every sample at every byte, once as a record that ends
// early and once as a message whose length is made to fit.
func TestTruncation(t *testing.T) {
	for _, s := range samples() {
		step := max(1, len(s.data)/512)
		for n := 0; n < len(s.data); n += step {
			cut := append([]byte(nil), s.data[:n]...)
			s.in(t).plaintext(s.from, typeHandshake, cut, false)
			if n >= handshakeHeader {
				cut[1], cut[2], cut[3] = byte((n-4)>>16), byte((n-4)>>8), byte(n-4)
				s.in(t).plaintext(s.from, typeHandshake, cut, false)
			}
		}
	}
}

// TestFlippedBytes changes each byte of each sample.
func TestFlippedBytes(t *testing.T) {
	for _, s := range samples() {
		step := max(1, len(s.data)/256)
		for n := 0; n < len(s.data); n += step {
			for _, x := range []byte{0x01, 0x80, 0xff} {
				bad := append([]byte(nil), s.data...)
				bad[n] ^= x
				s.in(t).plaintext(s.from, typeHandshake, bad, false)
			}
		}
	}
}

// TestEveryFieldIDSeen asks that some sample reaches every parser.
func TestEveryFieldIDSeen(t *testing.T) {
	ids := map[trace.FieldID]bool{}
	for _, root := range everything(t) {
		root.Walk(func(n *trace.Node) bool { ids[n.ID] = true; return true })
	}
	for _, id := range FieldIDs() {
		if !ids[id] && !plainExtension(id) {
			t.Errorf("no sample has %s", id)
		}
	}
}

// plainExtension reports whether all that is known of an extension is its name.
func plainExtension(id trace.FieldID) bool {
	switch id.Name() {
	case "tls_lts", "pwd_protect", "pwd_clear", "password_salt", "ticket_pinning", "tls_cert_with_extern_psk",
		"TLMSP", "TLMSP_proxying", "TLMSP_delegate", "supported_ekt_ciphers", "sequence_number_encryption_algorithms", "rrc",
		"key_share_old", "ticket_early_data_info", "quic_transport_parameters_draft", "encrypted_server_name":
		return true
	}
	return false
}

func everything(t *testing.T) (roots []*trace.Node) {
	for _, s := range samples() {
		d := s.in(t)
		d.plaintext(s.from, typeHandshake, s.data, false)
		roots = append(roots, d.roots...)
	}
	for _, r := range recordSamples() {
		d := dissect(t)
		d.conv.Version, d.conv.Suite = r.version, r.suite
		if r.inner {
			d.plaintext(trace.Client, 0, r.data, true)
		} else {
			d.record(trace.Client, r.data, r.shape)
		}
		roots = append(roots, d.roots...)
	}
	d := dissect(t)
	root, _ := d.conv.PlaintextMAC(trace.Client, &trace.Buffer{Data: fill(40)}, typeApplicationData, 20, 4)
	roots = append(roots, root)
	roots = append(roots, packetTrees(t)...)
	raw := Raw(&trace.Buffer{Data: []byte("GET / HTTP/1.1\r\n")})
	return append(roots, raw)
}
