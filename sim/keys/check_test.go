package keys

import (
	"crypto"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// sampleSteps is one step of each function that GoProgram knows, by hash.
func sampleSteps(t *testing.T) []Step {
	t.Helper()
	var rec Recorder
	for _, id := range []uint16{0x1301, 0x1302} {
		s, _ := SuiteByID(id)
		e, err := NewEarly(&rec, s, []byte("a pre-shared key"))
		if err != nil {
			t.Fatal(err)
		}
		e.Binder(true).Entry(EmptyHash(s.Hash))
	}
	s, _ := SuiteByID(0xc014)
	for _, v := range []uint16{VersionTLS10, VersionTLS12} {
		p, err := NewPremaster(&rec, v, s, []byte("an odd premaster!"))
		if err != nil {
			t.Fatal(err)
		}
		p.Master([]byte("client"), []byte("server")).KeyBlock([]byte("client"), []byte("server"))
	}
	return append(rec.Steps(), Step{
		ID: "x", Function: FnConcat, Formula: "a + b", Section: "none",
		Inputs: []Input{{"a", []byte{1}}, {"b", []byte{2}}}, Output: []byte{1, 2},
	})
}

// TestGoPrograms runs one program of each kind.
func TestGoPrograms(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: -short")
	}
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("skipped: no go command")
	}
	steps := sampleSteps(t)
	cr := newRecorder(9)
	testSteps(t, steps)
	steps = append(steps, sharedSteps(t, cr)...)
	seen := map[string]bool{}
	for _, s := range steps {
		kind := s.Function + s.Hash.String()
		if s.Hash == 0 || s.Hash == crypto.MD5SHA1 {
			kind = s.Function + s.Label
		}
		if seen[kind] {
			continue
		}
		seen[kind] = true
		file := filepath.Join(t.TempDir(), "main.go")
		if err := os.WriteFile(file, []byte(s.GoProgram()), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command("gofmt", "-l", file).CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("%s: not in gofmt's form: %s", s.ID, out)
		}
		out, err := exec.Command("go", "run", file).CombinedOutput()
		if got, want := strings.TrimSpace(string(out)), hex.EncodeToString(s.Output); err != nil || got != want {
			t.Errorf("%s: %v: printed %s, derived was %s\n%s", s.ID, err, got, want, s.GoProgram())
		}
	}
	t.Logf("%d kinds of programs ran", len(seen))
}

// sharedSteps are the steps of a hybrid key exchange.
func sharedSteps(t *testing.T, cr *recorder) []Step {
	t.Helper()
	c, s := configs(VersionTLS13, 0, "ECDSA")
	c.CurvePreferences, s.CurvePreferences = groups[4:5], groups[4:5]
	c.Rand = cr
	l := dial(t, c, s, []byte("up"), []byte("down"))
	group, cs, ss := keyShares(t, messages(t, l.client.sent)[0], messages(t, l.server.sent)[0])
	shared, err := SharedSecret(group, cr.reads, nil, cs, ss)
	if err != nil {
		t.Fatal(err)
	}
	return shared.Steps
}

func TestRecorder(t *testing.T) {
	var rec Recorder
	s, _ := SuiteByID(0x1301)
	tr, err := NewTraffic(&rec, s, LabelClientTraffic, make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	tr.Keys()
	tr.Keys() // asking again records nothing
	next := tr.Next()
	next.Keys()
	var got []string
	for _, step := range rec.Steps() {
		got = append(got, step.Formula+" #"+string('0'+byte(step.Update)))
	}
	want := `HKDF-Expand-Label(client_application_traffic_secret_0, "key", "", 16) #0
HKDF-Expand-Label(client_application_traffic_secret_0, "iv", "", 12) #0
HKDF-Expand-Label(client_application_traffic_secret_0, "traffic upd", "", 32) #1
HKDF-Expand-Label(client_application_traffic_secret_1, "key", "", 16) #1
HKDF-Expand-Label(client_application_traffic_secret_1, "iv", "", 12) #1`
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
	if _, ok := rec.Step("master_secret"); ok {
		t.Error("a secret that can't be known was derived")
	}
}

// TestRefusals: what is not possible is refused with words, not derived wrongly.
func TestRefusals(t *testing.T) {
	tls13, _ := SuiteByID(0x1301)
	tls12, _ := SuiteByID(0xc02f)
	sm, _ := SuiteByID(0x00c6)
	unknown, _ := SuiteByID(0x1234)
	camellia, _ := SuiteByID(0x0041)
	var rec Recorder
	for name, err := range map[string]error{
		"early with 1.2 suite": second(NewEarly(&rec, tls12, nil)),
		"early with SM3":       second(NewEarly(&rec, sm, nil)),
		"traffic label":        second(NewTraffic(&rec, tls13, LabelExporter, make([]byte, 32))),
		"traffic length":       second(NewTraffic(&rec, tls13, LabelClientTraffic, make([]byte, 48))),
		"exporter":             second(NewExporter(&rec, tls12, false, nil)),
		"SSL 3.0":              second(NewPremaster(&rec, VersionSSL30, tls12, nil)),
		"premaster in 1.3":     second(NewPremaster(&rec, VersionTLS13, tls13, nil)),
		"premaster with 1.3":   second(NewPremaster(&rec, VersionTLS12, tls13, nil)),
		"short master":         second(NewMaster12(&rec, VersionTLS12, tls12, make([]byte, 47))),
		"opener 1.3":           second(NewOpener13(tls12, make([]byte, 32))),
		"opener 1.3 length":    second(NewOpener13(tls13, nil)),
		"opener SSL 3.0":       second(NewOpener12(VersionSSL30, tls12, nil, nil, nil, false)),
		"opener 1.2 in 1.3":    second(NewOpener12(VersionTLS13, tls13, nil, nil, nil, false)),
		"opener AEAD in 1.1":   second(NewOpener12(VersionTLS11, tls12, nil, make([]byte, 16), make([]byte, 4), false)),
		"opener lengths":       second(NewOpener12(VersionTLS12, tls12, nil, nil, nil, false)),
		"opener camellia":      second(NewOpener12(VersionTLS12, camellia, make([]byte, 20), make([]byte, 16), make([]byte, 16), false)),
		"opener unknown":       second(NewOpener12(VersionTLS12, unknown, nil, nil, nil, false)),
	} {
		if err == nil || !strings.HasPrefix(err.Error(), "keys: ") || !strings.Contains(err.Error(), ": ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if kb := MasterKeyBlock(VersionSSL30, tls12, nil, nil, nil); kb.Block != nil {
		t.Error("a key block for SSL 3.0")
	}
}

func second[T any](_ T, err error) error { return err }
