package main

import (
	"maps"
	"testing"
)

func TestFunctionSizes(t *testing.T) {
	module := []byte("\x00asm\x01\x00\x00\x00" +
		"\x02\x01\x01" + // imports: one
		"\x0a\x06\x02" + "\x02ab" + "\x01c" + // code: two functions, of 2 and 1 bytes
		"\x00\x11" + "\x04name" + // names
		"\x01\x0a\x02" + "\x01\x02f1" + "\x02\x03f.2")
	got, err := functionSizes(module)
	want := map[string]int{"f1": 2, "f.2": 1}
	if err != nil || !maps.Equal(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
	for n := range module {
		functionSizes(module[:n]) // must not panic
	}
	if _, err := functionSizes(module[:20]); err == nil {
		t.Error("half a module is no error")
	}
}

func TestPackageOf(t *testing.T) {
	packages := map[string]string{
		"crypto_tls":           "crypto/tls",
		"honnef.co_go_js_dom":  "honnef.co/go/js/dom",
		"honnef.co_go_js_dom2": "other",
	}
	for function, want := range map[string]string{
		"crypto_tls.__Conn_.Read":       "crypto/tls",
		"honnef.co_go_js_dom.Node.Text": "honnef.co/go/js/dom",
		"wasm_export_run":               "(made by the compiler)",
	} {
		if got := packageOf(function, packages); got != want {
			t.Errorf("%s: got %s, want %s", function, got, want)
		}
	}
}
