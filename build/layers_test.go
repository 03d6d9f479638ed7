package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// layers says which packages of ours each package may import. The arrows point
// down: the engine knows no page, dissection no keys, views no browser.
var layers = map[string]string{
	"sim/internal/relay":   "sim/trace", // for tests
	"sim/jsonout":          "",
	"sim/trace":            "sim/jsonout",
	"sim/registry":         "",
	"sim/entropy":          "",
	"sim/scenario":         "sim/jsonout",
	"sim/scenariofile":     "sim/scenario",
	"sim/pki":              "sim/scenario sim/trust",
	"sim/presets":          "sim/scenario",
	"sim/presets/embedded": "",
	"sim/wire":             "sim/trace",
	"sim/endpoint":         "sim/trace sim/keys",
	"sim/dissect":          "sim/trace sim/registry",
	"sim/keys":             "sim/registry",
	"sim/asn1view":         "sim/trace sim/dissect",
	"sim/x509view":         "sim/trace sim/asn1view",
	"sim/trust":            "sim/trace sim/asn1view",
	"sim/explain":          "sim/trace sim/registry",
	"sim/follow":           "sim/trace sim/registry sim/dissect sim/keys sim/x509view",
	"sim":                  "sim/trace sim/registry sim/entropy sim/scenario sim/pki sim/wire sim/endpoint sim/dissect sim/keys sim/x509view sim/trust sim/follow",
	"wasm/html":            "",
	"wasm/view":            "wasm/html sim/presets sim/trace sim/scenario sim/endpoint sim/explain sim/registry sim/keys sim/asn1view sim/x509view",
	"wasm/workspace":       "sim/trace sim/scenario",
	"wasm/app":             "wasm/view wasm/workspace sim sim/presets sim/trace sim/scenario sim/entropy sim/explain sim/asn1view sim/x509view sim/pki sim/trust",
	"wasm/dom":             "wasm/app wasm/html wasm/view sim sim/entropy sim/scenario sim/trace",
	"wasm":                 "wasm/app wasm/dom wasm/view",
	"sim/explain/embedded": "sim/explain",
}

// onlyIn says which package alone may import what reaches the browser.
var onlyIn = map[string]string{
	"syscall/js":                    "wasm/dom",
	"honnef.co/go/js/dom/v2":        "wasm/dom",
	"github.com/norunners/vert":     "wasm/dom",
	"github.com/hack-pad/hackpadfs": "wasm/workspace wasm/app",
}

// What would make the wasm too large for its use, by kilobytes compressed: see
// README, How it is made.
var tooLarge = []string{"encoding/json", "html/template", "text/template", "net/http", "regexp", "github.com/gopacket/gopacket", "testing"}

func TestLayers(t *testing.T) {
	for pkg, imports := range list(t, "{{join .Imports \" \"}}", "./sim/...", "./wasm/...") {
		allowed, known := layers[pkg]
		if !known {
			t.Errorf("%s has no place among the layers: give it one above", pkg)
			continue
		}
		for _, imp := range imports {
			if own, ok := strings.CutPrefix(imp, "tlsplay/"); ok && !slices.Contains(strings.Fields(allowed), own) {
				t.Errorf("%s imports %s", pkg, own)
			}
			for what, where := range onlyIn {
				if (imp == what || strings.HasPrefix(imp, what+"/")) && !slices.Contains(strings.Fields(where), pkg) {
					t.Errorf("%s imports %s, which is for %s alone", pkg, imp, where)
				}
			}
		}
	}
	for pkg, deps := range list(t, "{{join .Deps \" \"}}", "./wasm") {
		for _, d := range tooLarge {
			if slices.Contains(deps, d) {
				t.Errorf("%s depends on %s, which makes the wasm too large", pkg, d)
			}
		}
	}
}

// list asks the go command about packages, as they are for js/wasm.
func list(t *testing.T, format string, patterns ...string) map[string][]string {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-f", "{{.ImportPath}} " + format}, patterns...)...)
	cmd.Dir = ".."
	cmd.Env = append(cmd.Environ(), "GOOS=js", "GOARCH=wasm")
	cmd.Stderr = t.Output() // which, on a fresh machine, tells of downloads
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		all[strings.TrimPrefix(words[0], "tlsplay/")] = words[1:]
	}
	return all
}
