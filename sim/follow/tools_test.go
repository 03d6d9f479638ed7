//go:build !js

package follow

import (
	"encoding/hex"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tlsplay/sim/trace"
)

// TestCaptures follows connections of OpenSSL and GnuTLS with the key log: every
// record is opened, every check holds, the messages that make each case are there,
// and tshark reads the same messages and the same plaintext out of the same bytes.
func TestCaptures(t *testing.T) {
	l := newLab(t)
	var all []capture
	var read [][]*trace.Event
	for _, c := range []struct {
		name   string
		server []string // "openssl" or "gnutls" and its arguments
		client []string
		script []string
		want   []string // messages, with the side in front where it matters
		checks []string
	}{
		{
			"1.3", []string{"openssl", "-rev", "-cert", "@rsa.pem"}, []string{"openssl", "-tls1_3"},
			[]string{"say hello wire"},
			[]string{"encrypted_extensions", "certificate_verify", "new_session_ticket"},
			[]string{"server CertificateVerify verifies", "server Finished verifies", "client Finished verifies"},
		},
		{
			"HelloRetryRequest", []string{"openssl", "-rev", "-cert", "@ec.pem", "-groups", "P-384"}, []string{"openssl", "-tls1_3", "-groups", "X25519:P-384"},
			[]string{"say hello wire"},
			[]string{"client_hello", "hello_retry_request", "client_hello", "server_hello"},
			[]string{"server Finished verifies", "client Finished verifies"},
		},
		{
			"KeyUpdate", []string{"openssl", "-rev", "-cert", "@ec.pem"}, []string{"openssl", "-tls1_3"},
			[]string{"say one", "client K", "say two", "client k", "say three", "client K", "say four"},
			[]string{"client key_update", "server key_update", "client key_update", "client key_update"},
			nil,
		},
		{
			"client authentication 1.3", []string{"openssl", "-rev", "-cert", "@rsa.pem", "-Verify", "1"}, []string{"openssl", "-tls1_3", "-cert", "@ec.pem"},
			[]string{"say hello wire"},
			[]string{"certificate_request", "client certificate", "client certificate_verify"},
			[]string{"client CertificateVerify verifies", "client Finished verifies"},
		},
		{
			"client authentication 1.2", []string{"openssl", "-rev", "-cert", "@rsa.pem", "-Verify", "1"}, []string{"openssl", "-tls1_2", "-cert", "@ec.pem"},
			[]string{"say hello wire"},
			[]string{"certificate_request", "client certificate", "client_key_exchange", "client certificate_verify"},
			[]string{"ServerKeyExchange signature verifies", "client CertificateVerify verifies", "client Finished verifies"},
		},
		{
			"authentication after the handshake", []string{"openssl", "-cert", "@rsa.pem"}, []string{"openssl", "-tls1_3", "-cert", "@ec.pem", "-enable_pha"},
			[]string{"settle", "server c", "client hello", "server c", "client wire"},
			[]string{"client finished", "certificate_request", "client certificate_verify", "client finished", "certificate_request", "client certificate_verify", "client finished", "application_data"},
			[]string{"client Finished verifies", "client CertificateVerify verifies", "client Finished verifies", "client CertificateVerify verifies", "client Finished verifies"},
		},
		{
			"renegotiation", []string{"openssl", "-rev", "-cert", "@rsa.pem", "-client_renegotiation"}, []string{"openssl", "-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256"},
			[]string{"say before", "client R", "say after"},
			[]string{"finished", "application_data", "client_hello", "server_hello", "certificate", "finished", "application_data"},
			[]string{"client Finished verifies", "ServerKeyExchange signature verifies", "client Finished verifies", "server Finished verifies"},
		},
		{
			"renegotiation from AEAD to CBC", []string{"openssl", "-cert", "@rsa.pem", "-client_renegotiation", "-no_resumption_on_reneg"}, []string{"openssl", "-tls1_2", "-cipher", "ECDHE-RSA-AES256-SHA384"},
			[]string{"client before", "server R", "client after"},
			[]string{"hello_request", "client_hello", "server_hello", "certificate", "finished", "application_data"},
			[]string{"client Finished verifies", "ServerKeyExchange signature verifies", "client Finished verifies"},
		},
		{
			"small fragments", []string{"openssl", "-rev", "-cert", "@rsa.pem"}, []string{"openssl", "-tls1_2", "-maxfraglen", "512"},
			[]string{"say " + strings.Repeat("many bytes in small pieces,", 60)},
			[]string{"certificate", "application_data", "application_data", "application_data"},
			[]string{"server Finished verifies"},
		},
		{
			"small fragments 1.3", []string{"openssl", "-rev", "-cert", "@rsa.pem", "-max_send_frag", "512", "-split_send_frag", "512"}, []string{"openssl", "-tls1_3", "-max_send_frag", "512", "-split_send_frag", "512"},
			[]string{"say " + strings.Repeat("many bytes in small pieces,", 60)},
			[]string{"certificate", "application_data", "application_data", "application_data"},
			[]string{"server CertificateVerify verifies"},
		},
		{
			"CBC, encrypt-then-mac", []string{"openssl", "-rev", "-cert", "@rsa.pem"}, []string{"openssl", "-tls1_2", "-cipher", "ECDHE-RSA-AES128-SHA256"},
			[]string{"say hello wire"}, []string{"finished"}, []string{"server Finished verifies"},
		},
		{
			"CBC, MAC-then-encrypt", []string{"openssl", "-rev", "-cert", "@rsa.pem"}, []string{"openssl", "-tls1_2", "-cipher", "ECDHE-RSA-AES128-SHA256", "-no_etm"},
			[]string{"say hello wire"}, []string{"finished"}, []string{"server Finished verifies"},
		},
		{
			"DHE", []string{"openssl", "-rev", "-cert", "@rsa.pem"}, []string{"openssl", "-tls1_2", "-cipher", "DHE-RSA-CHACHA20-POLY1305"},
			[]string{"say hello wire"}, []string{"server_key_exchange"}, []string{"ServerKeyExchange signature verifies"},
		},
		{
			"PSK", []string{"openssl", "-rev", "-nocert", "-psk", testPSK, "-psk_identity", "alice", "-psk_hint", "who"}, []string{"openssl", "-tls1_2", "-psk", testPSK, "-psk_identity", "alice", "-cipher", "PSK-AES128-GCM-SHA256"},
			[]string{"say hello wire"}, []string{"server_key_exchange", "client_key_exchange"}, []string{"master_secret equals the key log's", "client Finished verifies"},
		},
		{
			"ECDHE-PSK", []string{"openssl", "-rev", "-nocert", "-psk", testPSK, "-psk_identity", "alice"}, []string{"openssl", "-tls1_2", "-psk", testPSK, "-psk_identity", "alice", "-cipher", "ECDHE-PSK-CHACHA20-POLY1305"},
			[]string{"say hello wire"}, []string{"server_key_exchange", "client_key_exchange"}, []string{"client Finished verifies"},
		},
		{
			"PSK 1.3", []string{"openssl", "-rev", "-nocert", "-psk", testPSK, "-psk_identity", "alice"}, []string{"openssl", "-tls1_3", "-psk", testPSK, "-psk_identity", "alice", "-ciphersuites", "TLS_AES_128_GCM_SHA256"},
			[]string{"say hello wire"}, []string{"encrypted_extensions"}, []string{"PSK binder verifies", "client Finished verifies"},
		},
		{
			"PSK 1.3 without key exchange", []string{"openssl", "-rev", "-nocert", "-psk", testPSK, "-psk_identity", "alice", "-allow_no_dhe_kex", "-ciphersuites", "TLS_AES_128_CCM_SHA256"}, []string{"openssl", "-tls1_3", "-psk", testPSK, "-psk_identity", "alice", "-allow_no_dhe_kex", "-ciphersuites", "TLS_AES_128_CCM_SHA256"},
			[]string{"say hello wire"}, []string{"encrypted_extensions"}, []string{"PSK binder verifies", "client Finished verifies"},
		},
		{
			"static RSA", []string{"openssl", "-rev", "-cert", "@rsa.pem"}, []string{"openssl", "-tls1_2", "-cipher", "AES128-GCM-SHA256"},
			[]string{"say hello wire"}, []string{"server_hello_done", "client_key_exchange"}, []string{"master_secret equals the key log's", "client Finished verifies"},
		},
		{
			"static RSA 1.0", []string{"openssl", "-rev", "-cert", "@rsa.pem", "-cipher", "DEFAULT@SECLEVEL=0"}, []string{"openssl", "-tls1", "-cipher", "AES256-SHA:@SECLEVEL=0"},
			[]string{"say hello wire"}, []string{"client_key_exchange"}, []string{"master_secret equals the key log's", "client Finished verifies"},
		},
		{
			"1.0", []string{"openssl", "-rev", "-cert", "@rsa.pem", "-cipher", "DEFAULT@SECLEVEL=0"}, []string{"openssl", "-tls1", "-cipher", "DEFAULT@SECLEVEL=0"},
			[]string{"say hello wire"}, []string{"server_key_exchange"}, []string{"ServerKeyExchange signature verifies", "client Finished verifies"},
		},
		{
			"1.1", []string{"openssl", "-rev", "-cert", "@ec.pem", "-cipher", "DEFAULT@SECLEVEL=0"}, []string{"openssl", "-tls1_1", "-no_etm", "-cipher", "DEFAULT@SECLEVEL=0"},
			[]string{"say hello wire"}, []string{"server_key_exchange"}, []string{"ServerKeyExchange signature verifies", "client Finished verifies"},
		},
		{
			"GnuTLS 1.3", []string{"gnutls", "--x509certfile", "@rsa.pem", "--x509keyfile", "@rsa.pem"}, []string{"gnutls"},
			[]string{"say hello wire"}, []string{"certificate_verify"}, []string{"server CertificateVerify verifies", "client Finished verifies"},
		},
		{
			"GnuTLS KeyUpdate", []string{"gnutls", "--x509certfile", "@rsa.pem", "--x509keyfile", "@rsa.pem"}, []string{"gnutls", "--inline-commands"},
			[]string{"say hello wire", "client ^rekey^", "say again"}, []string{"client key_update"}, []string{"client Finished verifies"},
		},
		{
			"GnuTLS client, OpenSSL server", []string{"openssl", "-rev", "-cert", "@rsa.pem"}, []string{"gnutls", "--priority", "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-CBC"},
			[]string{"say hello wire"}, []string{"server_key_exchange"}, []string{"ServerKeyExchange signature verifies", "client Finished verifies"},
		},
		{
			"GnuTLS renegotiation", []string{"gnutls", "--x509certfile", "@rsa.pem", "--x509keyfile", "@rsa.pem", "--priority", "NORMAL:-VERS-ALL:+VERS-TLS1.2"}, []string{"gnutls", "--priority", "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-256-CCM", "--rehandshake"},
			[]string{"say hello wire"}, []string{"finished", "client_hello", "finished"}, []string{"client Finished verifies"},
		},
		{
			"OpenSSL client, GnuTLS server, client authentication", []string{"gnutls", "--x509certfile", "@rsa.pem", "--x509keyfile", "@rsa.pem", "--require-client-cert"}, []string{"openssl", "-tls1_3", "-cert", "@ec.pem"},
			[]string{"say hello wire"}, []string{"certificate_request", "client certificate_verify"}, []string{"client CertificateVerify verifies"},
		},
		{
			// gnutls-cli 3.7.9 crashes when it is to log keys of this exchange.
			"DHE-PSK, GnuTLS server", []string{"gnutls", "--pskpasswd", "@psk.txt", "--priority", "NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+DHE-PSK"}, []string{"openssl", "-tls1_2", "-psk", testPSK, "-psk_identity", "alice", "-cipher", "DHE-PSK-AES128-GCM-SHA256"},
			[]string{"say hello wire"}, []string{"server_key_exchange", "client_key_exchange"}, []string{"client Finished verifies"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			serve := map[string]func(*testing.T, ...string) server{"openssl": l.openssl, "gnutls": l.gnutls}[c.server[0]]
			s := serve(t, slices.Clone(c.server[1:])...)
			got := l.talk(t, s, c.client, c.script...)
			f, events := got.follow(func(f *Follower) {
				f.ServerKey = l.serverKey
				psk, _ := hex.DecodeString(testPSK)
				f.Resume(Session{Identity: []byte("alice"), Secret: psk, Suite: 0x1301, External: true})
			})
			checkEvents(t, f, events)
			if missing := inOrder(c.want, messages(events)); missing != "" {
				t.Errorf("no %s in its place among %v", missing, messages(events))
			}
			var checks []string
			for _, x := range f.Checks {
				checks = append(checks, x.Name)
			}
			if missing := inOrder(c.checks, checks); missing != "" {
				t.Errorf("no %q in its place among %q", missing, checks)
			}
			all, read = append(all, got), append(read, events)
		})
	}
	t.Run("resumption", func(t *testing.T) {
		captures, events := resumptions(t, l)
		all, read = append(all, captures...), append(read, events...)
	})
	t.Run("tshark", func(t *testing.T) { compareTshark(t, all, read) })
}

// messages is the names of all messages with their senders.
func messages(events []*trace.Event) (names []string) {
	for _, e := range events {
		for _, m := range e.Messages {
			names = append(names, string(e.From)+" "+m.Name)
		}
	}
	return names
}

// inOrder is the first of want that does not stand in got, in its order. A want
// fits when got ends with it, so that it may leave out the sender.
func inOrder(want, got []string) string {
	for _, w := range want {
		i := slices.IndexFunc(got, func(g string) bool { return g == w || strings.HasSuffix(g, " "+w) })
		if i < 0 {
			return w
		}
		got = got[i+1:]
	}
	return ""
}

// resumptions resumes in both generations, with early data accepted and refused.
func resumptions(t *testing.T, l *lab) (captures []capture, read [][]*trace.Event) {
	for _, c := range []struct {
		name          string
		server        []string
		first, second []string
		want          []string
		checks        []string
	}{
		{
			"1.3", nil, []string{"-tls1_3"}, []string{"-tls1_3"},
			[]string{"client_hello", "server_hello", "encrypted_extensions", "finished"},
			[]string{"PSK binder verifies", "server Finished verifies", "client Finished verifies"},
		},
		{
			"1.3 with SHA-384 and early data", []string{"-early_data", "-ciphersuites", "TLS_AES_256_GCM_SHA384"}, []string{"-tls1_3"}, []string{"-tls1_3", "-early_data", "@early.txt"},
			[]string{"client_hello", "client application_data", "client end_of_early_data", "client finished"},
			[]string{"PSK binder verifies", "client_early_traffic_secret equals the key log's", "server Finished verifies", "client Finished verifies"},
		},
		{
			"1.2 by ticket", nil, []string{"-tls1_2"}, []string{"-tls1_2"},
			[]string{"server_hello", "server change_cipher_spec", "server finished", "client finished"},
			[]string{"master_secret equals the key log's", "server Finished verifies", "client Finished verifies"},
		},
		{
			"1.2 by session ID", []string{"-no_ticket"}, []string{"-tls1_2"}, []string{"-tls1_2"},
			[]string{"server_hello", "server change_cipher_spec", "server finished", "client finished"},
			[]string{"master_secret equals the key log's", "server Finished verifies", "client Finished verifies"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			// -rev would not read early data.
			s := l.openssl(t, append(c.server, "-cert", "@rsa.pem")...)
			first := l.talk(t, s, append([]string{"openssl", "-sess_out", "@session"}, c.first...), "settle", "client hello wire")
			second := l.talk(t, s, append([]string{"openssl", "-sess_in", "@session"}, c.second...), "settle", "client again")
			f, events := first.follow(nil)
			checkEvents(t, f, events)
			captures, read = append(captures, first), append(read, events)
			known := f.Sessions
			if strings.HasPrefix(c.name, "1.3") {
				known = openSSLSession(t, l, second)
			}
			// With nothing but the key log everything can be read as well.
			f, events = second.follow(nil)
			checkEvents(t, f, events)
			f, events = second.follow(func(f *Follower) { f.Resume(known...) })
			checkEvents(t, f, events)
			if strings.HasSuffix(c.name, "early data") {
				captures, read = refused(t, l, s, c.second, captures, read)
			}
			captures, read = append(captures, second), append(read, events)
			if missing := inOrder(c.want, messages(events)); missing != "" {
				t.Errorf("no %s in its place among %v", missing, messages(events))
			}
			var checks []string
			for _, x := range f.Checks {
				checks = append(checks, x.Name)
			}
			if missing := inOrder(c.checks, checks); missing != "" {
				t.Errorf("no %q in its place among %q", missing, checks)
			}
		})
	}
	return captures, read
}

// refused offers the same session again. OpenSSL's server takes that for a replay:
// it passes over the early data, and the handshake is a full one.
func refused(t *testing.T, l *lab, s server, args []string, captures []capture, read [][]*trace.Event) ([]capture, [][]*trace.Event) {
	c := l.talk(t, s, append([]string{"openssl", "-sess_in", "@session"}, args...), "settle", "client again")
	known := openSSLSession(t, l, c)
	for _, prepare := range []func(*Follower){nil, func(f *Follower) { f.Resume(known...) }} {
		f, events := c.follow(prepare)
		checkEvents(t, f, events)
		names := messages(events)
		if missing := inOrder([]string{"client_hello", "client application_data", "server certificate", "client finished", "client application_data"}, names); missing != "" || slices.Contains(names, "client end_of_early_data") {
			t.Errorf("early data was to be refused: %v", names)
		}
		if prepare == nil {
			captures, read = append(captures, c), append(read, events)
		}
	}
	return captures, read
}

// openSSLSession is the pre-shared key that OpenSSL stored, under the identity that
// the capture offers first: the ephemeral keys of the first connection are not
// known, so that it cannot be derived.
func openSSLSession(t *testing.T, l *lab, c capture) []Session {
	t.Helper()
	out, err := exec.Command("openssl", "sess_id", "-in", l.path("session"), "-noout", "-text").Output()
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`Resumption PSK: ([0-9A-F]+)`).FindSubmatch(out)
	if m == nil {
		t.Fatalf("no pre-shared key in %s", out)
	}
	psk, err := hex.DecodeString(string(m[1]))
	if err != nil {
		t.Fatal(err)
	}
	e := New().Record(trace.Client, c.records[0].data)
	hello := message{e.Messages[0], trace.Client, e.Wire}
	suite := uint16(0x1301)
	if len(psk) == 48 {
		suite = 0x1302
	}
	return []Session{{Identity: hello.field("psk_identity.identity"), Secret: psk, Suite: suite}}
}
