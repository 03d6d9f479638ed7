package sim

import (
	"slices"
	"strings"
	"testing"

	"tlsplay/sim/follow"
	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
)

// What a run derives at least, in this order, up to TLS 1.2 and from TLS 1.3 on.
var (
	derived12 = []string{
		"pre_master_secret", "master_secret", "key_block", "client_write_key", "server_write_key",
		"client_verify_data", "server_verify_data",
	}
	derived13 = []string{
		"shared_secret", "early_secret", "early_derived", "handshake_secret",
		"client_handshake_traffic_secret", "server_handshake_traffic_secret",
		"server_handshake_write_key", "server_handshake_write_iv", "client_handshake_write_key", "client_handshake_write_iv",
		"server_handshake_finished_key", "server_handshake_verify_data", "handshake_derived", "master_secret",
		"client_application_traffic_secret", "server_application_traffic_secret", "exporter_master_secret",
		"server_application_write_key", "server_application_write_iv",
		"client_handshake_finished_key", "client_handshake_verify_data", "resumption_master_secret",
		"client_application_write_key", "client_application_write_iv",
	}
	checked12 = []string{"ServerKeyExchange signature verifies", "master_secret equals the key log's", "client Finished verifies", "server Finished verifies"}
	checked13 = []string{
		"client_handshake_traffic_secret equals the key log's", "server_handshake_traffic_secret equals the key log's",
		"server CertificateVerify verifies", "server Finished verifies",
		"client_application_traffic_secret equals the key log's", "server_application_traffic_secret equals the key log's",
		"client Finished verifies",
	}
)

// checkDerived checks that the whole key schedule is there, from the top, that
// every check holds, and that messages say what they are bound to.
func checkDerived(t *testing.T, tr *trace.Trace) {
	t.Helper()
	steps, checks := derived12, checked12
	if tr.Version == "TLS 1.3" {
		steps, checks = derived13, checked13
	} else if static := strings.HasPrefix(tr.Suite, "TLS_RSA_"); static {
		checks = checks[1:]
	}
	var ids, names []string
	for _, d := range tr.Derivations {
		ids = append(ids, d.ID)
		if d.Function == "key log" || d.Event < 0 || d.Event >= len(tr.Events) || len(d.Output) == 0 || d.Formula == "" || d.Section == "" {
			t.Errorf("%s by %s at event %d: %s", d.ID, d.Function, d.Event, d.Note)
		}
	}
	if missing := inOrder(steps, ids); missing != "" {
		t.Errorf("no %s in its place among %v", missing, ids)
	}
	for _, c := range tr.Checks {
		names = append(names, c.Name)
		if !c.OK {
			t.Errorf("event %d: %s: %s", c.Event, c.Name, c.Detail)
		}
	}
	if missing := inOrder(checks, names); missing != "" {
		t.Errorf("no %q in its place among %v", missing, names)
	}
	for _, e := range tr.Events {
		for _, m := range e.Messages {
			if m.Name == "client_hello" && len(m.Fingerprints) != 2 {
				t.Errorf("event %d: fingerprints %v", e.Index, m.Fingerprints)
			}
			bound := m.Type > 1 && m.Name != "new_session_ticket" && m.Name != "key_update"
			if bound && (m.Transcript == nil || !strings.HasPrefix(m.Transcript.Covers, "ClientHello")) {
				t.Errorf("event %d: %s has the transcript %v", e.Index, m.Name, m.Transcript)
			}
		}
		checkProtection(t, e)
	}
}

// checkProtection checks that the parts of a record are accounted for.
func checkProtection(t *testing.T, e *trace.Event) {
	t.Helper()
	p := e.Protection
	if p == nil || !p.Opened {
		return
	}
	if aead := len(p.Tag) > 0; aead == (len(p.MAC) > 0) || aead == (len(p.MACKey) > 0) || len(p.Key) == 0 || len(p.AAD) == 0 {
		t.Errorf("event %d: %+v", e.Index, p)
	}
	for id, want := range map[trace.FieldID]trace.Hex{"plaintext.mac": p.MAC, "record.auth_tag": p.Tag} {
		for _, side := range []struct {
			buf  *trace.Buffer
			tree *trace.Node
		}{{e.Wire, e.Tree}, {e.Plain, e.PlainTree}} {
			if n := side.tree.Find(id); n != nil && !slices.Equal(side.buf.Data[n.Off:n.End()], want) {
				t.Errorf("event %d: %s is %x, protection says %s", e.Index, id, side.buf.Data[n.Off:n.End()], want)
			}
		}
	}
}

// inOrder is the first of want that does not stand in got, in its order.
func inOrder(want, got []string) string {
	for _, w := range want {
		i := slices.Index(got, w)
		if i < 0 {
			return w
		}
		got = got[i+1:]
	}
	return ""
}

// Without the key log, but with the ephemeral keys, everything is derived and
// opened; there is nothing to compare with.
func TestWithoutLog(t *testing.T) {
	each(t, func(t *testing.T, sc scenario.Scenario) {
		s, err := New(sc, nil)
		if err != nil {
			t.Fatal(err)
		}
		for s.forgetful = true; s.Step(); {
		}
		tr := s.Trace()
		checkOpened(t, tr)
		checkReadable(t, tr, sc)
		for _, c := range tr.Checks {
			if !c.OK || strings.Contains(c.Name, "key log") {
				t.Errorf("%s: %s", c.Name, c.Detail)
			}
		}
	})
}

// Without the ephemeral keys the schedule starts at the key log, and says so.
func TestWithoutEphemeral(t *testing.T) {
	for _, version := range scenario.Versions {
		sc := scenario.Default()
		sc.Version = version
		s, err := New(sc, nil)
		if err != nil {
			t.Fatal(err)
		}
		s.follower.Ephemeral, s.follower.ServerKey = nil, nil
		for s.Step() {
		}
		tr := s.Trace()
		checkOpened(t, tr)
		logged := 0
		for _, d := range tr.Derivations {
			if d.Function == "key log" {
				if logged++; d.Note == "" {
					t.Errorf("TLS %s: no reason why %s was not derived", version, d.ID)
				}
			}
			if slices.Contains([]string{"shared_secret", "pre_master_secret", "handshake_secret", "early_secret"}, d.ID) {
				t.Errorf("TLS %s: %s cannot be known", version, d.ID)
			}
		}
		if want := map[string]int{"1.3": 4, "1.2": 1}[version]; want != 0 && logged != want {
			t.Errorf("TLS %s: %d secrets from the key log, want %d", version, logged, want)
		}
		for _, c := range tr.Checks {
			if !c.OK {
				t.Errorf("TLS %s: %s: %s", version, c.Name, c.Detail)
			}
		}
	}
}

// What depends on earlier connections, on a second ClientHello, or on a client's
// certificate is derived and checked just so.
func TestDerivedElsewhere(t *testing.T) {
	for _, c := range []struct {
		name   string
		set    func(*scenario.Scenario)
		steps  []string
		checks []string
	}{
		{
			"resumed 1.3", func(sc *scenario.Scenario) { sc.Client.Resume, sc.Connections = true, 3 },
			[]string{"early_secret", "binder_key", "binder", "shared_secret", "handshake_secret", "master_secret", "resumption_psk"},
			[]string{"PSK binder verifies", "server_handshake_traffic_secret equals the key log's", "server Finished verifies", "client Finished verifies"},
		},
		{
			"resumed 1.2", func(sc *scenario.Scenario) { sc.Version, sc.Client.Resume, sc.Connections = "1.2", true, 2 },
			[]string{"master_secret", "key_block", "server_verify_data", "client_verify_data"},
			[]string{"server Finished verifies", "client Finished verifies"},
		},
		{
			"HelloRetryRequest", func(sc *scenario.Scenario) {
				sc.Client.Groups, sc.Server.Groups = []string{"X25519", "P-384"}, []string{"P-384"}
			},
			derived13, checked13,
		},
		{
			"client certificate 1.3", func(sc *scenario.Scenario) {
				sc.Server.ClientAuth, sc.Client.Certificate = "require-and-verify", "rsa-2048"
			},
			derived13,
			[]string{"server CertificateVerify verifies", "server Finished verifies", "client CertificateVerify verifies", "client Finished verifies"},
		},
		{
			"client certificate 1.2", func(sc *scenario.Scenario) {
				sc.Version, sc.Server.ClientAuth, sc.Client.Certificate = "1.2", "require-and-verify", "ecdsa-p384"
			},
			derived12,
			[]string{"ServerKeyExchange signature verifies", "client CertificateVerify verifies", "client Finished verifies", "server Finished verifies"},
		},
		{
			"encrypted ClientHello", func(sc *scenario.Scenario) { sc.Client.ECH, sc.Server.ECH = "current", true },
			derived13, checked13,
		},
		{
			"encrypted ClientHello and HelloRetryRequest", func(sc *scenario.Scenario) {
				sc.Client.ECH, sc.Server.ECH = "current", true
				sc.Client.Groups, sc.Server.Groups = []string{"X25519", "P-384"}, []string{"P-384"}
			},
			derived13, checked13,
		},
		{
			"encrypted ClientHello, refused", func(sc *scenario.Scenario) { sc.Client.ECH, sc.Server.ECH = "stale", true },
			derived13, checked13,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			sc := scenario.Default()
			c.set(&sc)
			tr := run(t, sc)
			checkWellFormed(t, tr)
			checkOpened(t, tr)
			var steps, checks []string
			for _, d := range tr.Derivations {
				if steps = append(steps, d.ID); d.Function == "key log" {
					t.Errorf("%s comes from the key log: %s", d.ID, d.Note)
				}
			}
			for _, x := range tr.Checks {
				if checks = append(checks, x.Name); !x.OK {
					t.Errorf("event %d: %s: %s", x.Event, x.Name, x.Detail)
				}
			}
			if missing := inOrder(c.steps, steps); missing != "" {
				t.Errorf("no %s in its place among %v", missing, steps)
			}
			if missing := inOrder(c.checks, checks); missing != "" {
				t.Errorf("no %q in its place among %q", missing, checks)
			}
		})
	}
}

// A capture in which the server goes by a ClientHello that nobody outside can read:
// the log opens the records, but what is bound to the transcript cannot be verified,
// and is not held against anyone.
func TestEncryptedHelloWithoutKey(t *testing.T) {
	sc := scenario.Default()
	sc.Client.ECH, sc.Server.ECH = "current", true
	s, err := New(sc, nil)
	if err != nil {
		t.Fatal(err)
	}
	s.follower.Ephemeral, s.follower.ECHKeys = nil, nil
	for s.Step() {
	}
	tr := s.Trace()
	checkOpened(t, tr)
	for _, c := range tr.Checks {
		t.Errorf("%s: %v, %s", c.Name, c.OK, c.Detail)
	}
}

// An SSL 2.0 hello is a packet of its own, and read as one.
func TestCut(t *testing.T) {
	v2 := "\x80\x1c\x01\x03\x01\x00\x03\x00\x00\x00\x10\x00\x00\x2f0123456789abcdef"
	for _, c := range []struct {
		name, bytes string
		n           int
		kind        trace.Kind
	}{
		{"two records", "\x15\x03\x03\x00\x02\x01\x00\x15\x03", 7, trace.KindRecord},
		{"part of one", "\x15\x03\x03\x00\x02\x01", 0, ""},
		{"HTTP", "GET / HTTP/1.1\r\n", 16, trace.KindBytes},
		{"SSL 2.0 hello and more", v2 + "\x15\x03", len(v2), trace.KindRecord},
	} {
		if n, kind := cut([]byte(c.bytes)); n != c.n || kind != c.kind {
			t.Errorf("%s: %d bytes, %q, want %d, %q", c.name, n, kind, c.n, c.kind)
		}
	}
	e := follow.New().Record(trace.Client, []byte(v2))
	if e.Kind != trace.KindRecord || e.Type != "handshake" || len(e.Messages) != 1 || e.Messages[0].Name != "v2_client_hello" {
		t.Errorf("an SSL 2.0 hello is read as %s, %s, %v", e.Kind, e.Type, e.Messages)
	}
	if err := trace.CheckCover(e.Wire, e.Tree); err != nil {
		t.Error(err)
	}
}
