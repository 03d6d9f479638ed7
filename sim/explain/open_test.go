package explain_test

import (
	"reflect"
	"testing"

	"tlsplay/sim/explain"
	"tlsplay/sim/explain/embedded"
)

// BenchmarkOpen reads all texts, which a browser does before the first run is on
// screen.
func BenchmarkOpen(b *testing.B) {
	data := string(embedded.Data())
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := explain.Open(data); err != nil {
			b.Fatal(err)
		}
	}
}

// TestOpen holds Open to say what Parse says.
func TestOpen(t *testing.T) {
	parsed := embedded.Texts()
	opened, err := explain.Open(string(embedded.Data()))
	if err != nil {
		t.Fatal(err)
	}
	if ids := opened.IDs(); !reflect.DeepEqual(ids, parsed.IDs()) || len(ids) < 1000 {
		t.Fatalf("%d IDs, want %d", len(ids), len(parsed.IDs()))
	}
	for _, id := range parsed.IDs() {
		got, ok := opened.Lookup(id)
		want, wantOK := parsed.Lookup(id)
		if ok != wantOK || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, want %+v", id, got, want)
		}
	}
	for _, term := range parsed.Terms() {
		got, _ := opened.Term(term)
		if want, _ := parsed.Term(term); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, want %+v", term, got, want)
		}
	}
	for _, bad := range []string{"", "<!doctype html>\n<title>Sign in</title>"} {
		if _, err := explain.Open(bad); err == nil {
			t.Errorf("%q was taken for texts", bad)
		}
	}
}
