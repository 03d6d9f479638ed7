package dissect

import (
	"crypto/tls"
	"testing"

	"tlsplay/sim/trace"
)

// TestGroups runs TLS 1.3 with every group of crypto/tls.
func TestGroups(t *testing.T) {
	halves := map[tls.CurveID][]trace.FieldID{
		tls.X25519:             {"key_exchange.x25519"},
		tls.CurveP256:          {"key_exchange.x", "key_exchange.y"},
		tls.CurveP384:          {"key_exchange.x", "key_exchange.y"},
		tls.CurveP521:          {"key_exchange.x", "key_exchange.y"},
		tls.X25519MLKEM768:     {"key_exchange.mlkem_ciphertext", "key_exchange.x25519"},
		tls.SecP256r1MLKEM768:  {"key_exchange.x", "key_exchange.mlkem_ciphertext"},
		tls.SecP384r1MLKEM1024: {"key_exchange.y", "key_exchange.mlkem_ciphertext"},
	}
	for group, ids := range halves {
		t.Run(group.String(), func(t *testing.T) {
			w, state := connect(t,
				&tls.Config{InsecureSkipVerify: true, CurvePreferences: []tls.CurveID{group}},
				&tls.Config{Certificates: []tls.Certificate{testECDSA()}})
			d := dissect(t)
			d.plain(w, tls.VersionTLS13)
			d.noErrors()
			if state.CurveID != group || d.conv.Group != uint16(group) {
				t.Errorf("Group %#04x, crypto/tls says %v", d.conv.Group, state.CurveID)
			}
			for _, id := range ids {
				if d.find("server_hello").Find(id) == nil {
					t.Errorf("server_hello has no %s", id)
				}
			}
		})
	}
}

// TestHelloRetryRequest makes the server ask for another key share.
func TestHelloRetryRequest(t *testing.T) {
	w, state := connect(t,
		&tls.Config{InsecureSkipVerify: true, CurvePreferences: []tls.CurveID{tls.X25519, tls.CurveP384}},
		&tls.Config{Certificates: []tls.Certificate{testECDSA()}, CurvePreferences: []tls.CurveID{tls.CurveP384}})
	if !state.HelloRetryRequest {
		t.Fatal("crypto/tls sent no HelloRetryRequest")
	}
	d := dissect(t)
	d.plain(w, tls.VersionTLS13)
	d.noErrors()
	if n := d.find("hello_retry_request").Find("key_share.selected_group"); n == nil || n.Value != "secp384r1 (0x0018)" {
		t.Errorf("selected_group is %+v", n)
	}
	if d.conv.Group != uint16(tls.CurveP384) || d.conv.Version != tls.VersionTLS13 || d.conv.Suite != state.CipherSuite {
		t.Errorf("Version %#x Suite %#x Group %#x", d.conv.Version, d.conv.Suite, d.conv.Group)
	}
}

// TestResumption resumes a session of either kind: a ticket in a ClientHello of
// TLS 1.2, a pre-shared key with a binder in TLS 1.3.
func TestResumption(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		t.Run(tls.VersionName(version), func(t *testing.T) {
			client := &tls.Config{InsecureSkipVerify: true, ServerName: "example.com", MaxVersion: version, ClientSessionCache: tls.NewLRUClientSessionCache(1)}
			server := &tls.Config{Certificates: []tls.Certificate{testECDSA()}, MaxVersion: version}
			connect(t, client, server)
			w, state := connect(t, client, server)
			if !state.DidResume {
				t.Fatal("crypto/tls did not resume")
			}
			d := dissect(t)
			d.plain(w, version)
			d.noErrors()
			want := trace.FieldID("session_ticket.ticket")
			if version == tls.VersionTLS13 {
				want = "pre_shared_key.binder"
				if n := d.find("server_hello").Find("pre_shared_key.selected_identity"); n == nil || n.Value != "0" {
					t.Errorf("selected_identity is %+v", n)
				}
			}
			if d.find("client_hello").Find(want) == nil {
				t.Errorf("client_hello has no %s", want)
			}
		})
	}
}
