package explain_test

import (
	"bytes"
	"context"
	"crypto/ecdh"
	"crypto/mlkem"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tlsplay/sim"
	"tlsplay/sim/asn1view"
	"tlsplay/sim/dissect"
	"tlsplay/sim/explain/embedded"
	"tlsplay/sim/keys"
	"tlsplay/sim/registry"
	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
	"tlsplay/sim/trust"
	"tlsplay/sim/x509view"
)

// TestComplete holds the texts to what the engine can name, both ways: all that
// it names has a text, and all that has a text is named.
func TestComplete(t *testing.T) {
	texts := embedded.Texts()
	named := map[trace.FieldID]string{}
	for _, list := range []struct {
		of  string
		ids []string
	}{
		{"fields", words(dissect.FieldIDs())},
		{"messages", messages()},
		{"alerts", prefixed("alert.", alerts())},
		{"epochs", prefixed("epoch.", []string{string(trace.EpochPlaintext), string(trace.EpochEarly), string(trace.EpochHandshake), string(trace.EpochApplication), string(trace.EpochSession)})},
		{"steps of the story", stories(t)},
		{"checks of the labs", find(t, `"(lab\.\w+)"`, "../../wasm/view/lab.go", "../../wasm/view/caught.go")},
		{"derivations", prefixed("key.", derivations(t))},
		{"functions", prefixed("function.", constants(t, `\tFn[A-Z]\w* *= "([^"]+)"`))},
		{"what takes a function's place", prefixed("function.", find(t, `Function: "([^"]+)"`, sources(t, "../follow")...))},
		{"key log labels", prefixed("keylog.", constants(t, `\tLabel[A-Z]\w* *= "([^"]+)"`))},
		{"protection", prefixed("protection.", protection())},
		{"ASN.1", words(asn1view.FieldIDs())},
		{"certificates", words(x509view.FieldIDs())},
		{"path validation", words(trust.FieldIDs())},
		{"values", values(t)},
		{"knobs", knobs()},
		{"lengths", []string{"any.length"}},
	} {
		if len(list.ids) == 0 {
			t.Errorf("no %s at all: the list is read wrongly", list.of)
		}
		for _, id := range list.ids {
			named[trace.FieldID(id)] = list.of
			if _, ok := texts.Lookup(trace.FieldID(id)); !ok {
				t.Errorf("%s: %s has no text", list.of, id)
			}
		}
	}
	// Of object identifiers only those that are met often have a text.
	for _, name := range prefixed("value.oid.", find(t, `(?:^|\s)[0-9.]+ ([\w-]+)`, "../asn1view/oid.go")) {
		named[trace.FieldID(name)] = "object identifiers"
	}
	for _, id := range texts.IDs() {
		if named[id] == "" {
			t.Errorf("%s has a text, but nothing has that name", id)
		}
	}
}

func prefixed(prefix string, names []string) (ids []string) {
	for _, n := range names {
		ids = append(ids, prefix+n)
	}
	return ids
}

func words(ids []trace.FieldID) (all []string) {
	for _, id := range ids {
		all = append(all, string(id))
	}
	return all
}

func messages() []string { return names(byte8(registry.HandshakeType)) }

func alerts() []string { return names(byte8(registry.Alert)) }

// names is all that a registry can answer, in the order of the numbers.
func names(name func(uint16) string) (all []string) {
	seen := map[string]bool{"": true, registry.GREASE: true}
	for id := range 1 << 16 {
		if n := name(uint16(id)); !seen[n] {
			seen[n] = true
			all = append(all, n)
		}
	}
	return all
}

func byte8(name func(uint8) string) func(uint16) string {
	return func(id uint16) string {
		if id > 0xff {
			return ""
		}
		return name(uint8(id))
	}
}

// stories is the steps in which the page tells the story.
func knobs() (ids []string) {
	for _, k := range scenario.Knobs() {
		ids = append(ids, "value.knob."+k.Name)
	}
	return ids
}

func stories(t *testing.T) []string {
	return find(t, `"((?:step|story)\.\w+)"`, "../../wasm/view/steps.go", "../../wasm/view/story.go")
}

// constants is those of package keys that are written so.
func constants(t *testing.T, pattern string) []string {
	return find(t, pattern, sources(t, "../keys")...)
}

// find is what the pattern's group matches in the files, each once.
func find(t *testing.T, pattern string, files ...string) (found []string) {
	t.Helper()
	re := regexp.MustCompile(pattern)
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range re.FindAllStringSubmatch(string(src), -1) {
			found = append(found, m[1])
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func sources(t *testing.T, dir string) (files []string) {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		if !strings.HasSuffix(f, "_test.go") {
			files = append(files, f)
		}
	}
	return files
}

// protection is the fields of a record's protection, as its JSON has them.
func protection() (ids []string) {
	for f := range reflect.TypeFor[trace.Protection]().Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name != "opened" && name != "reason" { // speak for themselves
			ids = append(ids, name)
		}
	}
	return ids
}

// derivations is the IDs of all steps that package keys can record: it takes
// every one.
func derivations(t *testing.T) (ids []string) {
	t.Helper()
	rec := &keys.Recorder{}
	suite := func(id uint16) keys.Suite {
		s, ok := keys.SuiteByID(id)
		if !ok {
			t.Fatalf("no suite 0x%04x", id)
		}
		return s
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	secret, random := make([]byte, 32), make([]byte, 32)
	aes128 := suite(0x1301)
	th := keys.EmptyHash(aes128.Hash)

	early, err := keys.NewEarly(rec, aes128, secret)
	must(err)
	early.Binder(false).Entry(th)
	exporters := []*keys.Exporter{early.Exporter(th)}
	traffic := []*keys.Traffic{early.ClientTraffic(th)}
	hs := early.Handshake(secret)
	traffic = append(traffic, hs.ClientTraffic(th), hs.ServerTraffic(th))
	master := hs.Master()
	traffic = append(traffic, master.ClientTraffic(th), master.ServerTraffic(th))
	exporters = append(exporters, master.Exporter(th))
	for _, tr := range traffic {
		tr.Keys()
		tr.VerifyData(th)
		tr.Next()
	}
	for _, e := range exporters {
		e.Export("label", nil, 16)
	}
	master.Resumption(th).PSK([]byte{0})
	keys.ECHConfirmation(rec, aes128, random, th)

	cbc := suite(0xc013)
	for _, version := range []uint16{keys.VersionTLS10, keys.VersionTLS12} {
		p, err := keys.NewPremaster(rec, version, cbc, secret)
		must(err)
		p.ExtendedMaster(keys.EmptyHash(keys.TranscriptHashOf(version, cbc)))
		m := p.Master(random, random)
		m.KeyBlock(random, random)
		m.VerifyData(true, th)
		m.VerifyData(false, th)
		m.Export("label", random, random, nil, 16)
	}
	for _, s := range rec.Steps() {
		ids = append(ids, s.ID)
	}
	ids = append(ids, aboveSchedule(t)...)
	for _, tr := range runs(t) {
		for _, s := range tr.Secrets {
			for _, k := range s.Keys {
				ids = append(ids, k.Name)
			}
		}
	}
	ids = append(ids, "pre_master_secret") // decrypted: keys.DecryptRSAPremaster
	slices.Sort(ids)
	return slices.Compact(ids)
}

// aboveSchedule is the steps from key shares to the shared secret, of a curve and
// of a hybrid.
func aboveSchedule(t *testing.T) (ids []string) {
	t.Helper()
	scalar, seed := bytes.Repeat([]byte{7}, 32), bytes.Repeat([]byte{9}, mlkem.SeedSize)
	own, err := ecdh.X25519().NewPrivateKey(scalar)
	if err != nil {
		t.Fatal(err)
	}
	peer, err := ecdh.X25519().NewPrivateKey(seed[:32])
	if err != nil {
		t.Fatal(err)
	}
	kem, err := mlkem.NewDecapsulationKey768(seed)
	if err != nil {
		t.Fatal(err)
	}
	_, ciphertext := kem.EncapsulationKey().Encapsulate()
	for _, c := range []struct {
		group          uint16
		client, server []byte
	}{
		{0x001d, nil, nil},
		{0x11ec, kem.EncapsulationKey().Bytes(), ciphertext},
	} {
		shared, err := keys.SharedSecret(c.group, [][]byte{scalar, seed}, nil,
			append(c.client, own.PublicKey().Bytes()...), append(c.server, peer.PublicKey().Bytes()...))
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range shared.Steps {
			ids = append(ids, s.ID)
		}
	}
	return ids
}

// runs is handshakes with and without hybrid groups, good and failing.
func runs(t *testing.T) (traces []*trace.Trace) {
	t.Helper()
	for _, change := range []func(*scenario.Scenario){
		func(*scenario.Scenario) {},
		func(sc *scenario.Scenario) { sc.Group = "P-256" },
		func(sc *scenario.Scenario) { sc.Version, sc.Certificate, sc.Group = "1.2", "rsa-2048", "X25519" },
		func(sc *scenario.Scenario) { sc.Fault = scenario.Expired },
		func(sc *scenario.Scenario) {
			sc.Transport, sc.Client.ALPN, sc.Server.ALPN = scenario.QUIC, []string{"h3"}, []string{"h3"}
		},
	} {
		sc := scenario.Default()
		sc.Seed, sc.Clock = "60", "2026-01-15T12:00:00Z"
		change(&sc)
		tr, err := sim.Run(context.Background(), sc, nil)
		if err != nil {
			t.Fatal(err)
		}
		traces = append(traces, tr)
	}
	return traces
}
