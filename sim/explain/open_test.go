package explain_test

import (
	"reflect"
	"testing"

	"tlsplay/sim/explain"
	"tlsplay/sim/explain/embedded"
	"tlsplay/sim/trace"
)

func sorted(t testing.TB) string {
	t.Helper()
	data, err := explain.Sorted(embedded.Data())
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// BenchmarkOpen looks a text up that was not looked up before.
func BenchmarkOpen(b *testing.B) {
	data := sorted(b)
	b.ReportAllocs()
	for b.Loop() {
		texts, err := explain.Open(data)
		if err != nil {
			b.Fatal(err)
		}
		if _, ok := texts.Lookup("client_hello.random"); !ok {
			b.Fatal("no text")
		}
	}
}

// TestOpen holds Open to say what Parse says.
func TestOpen(t *testing.T) {
	parsed, data := embedded.Texts(), sorted(t)
	opened, err := explain.Open(data)
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
	for _, unknown := range []trace.FieldID{"", "!", "zzz", "client_hello", "client_hello.randoms", "term.MAC", "template.length", "a\n\nb"} {
		_, want := parsed.Lookup(unknown)
		if _, got := opened.Lookup(unknown); got != want {
			t.Errorf("%q: %v, want %v", unknown, got, want)
		}
	}
	// Cut off anywhere, or out of order, it may lack texts, and no more.
	for cut := 2; cut < 3000; cut++ {
		if texts, err := explain.Open(data[:cut]); err != nil {
			t.Fatal(err)
		} else if texts.Lookup("alert.close_notify"); len(texts.IDs()) > 100 {
			t.Fatalf("%d IDs", len(texts.IDs()))
		}
	}
	for _, bad := range []string{"", "<!doctype html>\n<title>Sign in</title>"} {
		if _, err := explain.Open(bad); err == nil {
			t.Errorf("%q was taken for texts", bad)
		}
	}
}
