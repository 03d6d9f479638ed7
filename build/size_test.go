package main

import "testing"

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
