package view

import (
	"fmt"
	"strconv"

	"tlsplay/sim/trace"
	"tlsplay/wasm/html"
)

// Region is a part of the page that is put in as a whole.
type Region struct {
	ID      string // of the element that holds it
	Content html.Node
}

// First is the regions that a visitor sees first.
func First(t *trace.Trace, s State) []Region {
	s.run = s.Scenario.Fragment(false)
	whole := t
	if leg := Leg(t, s.Leg); leg != t {
		t, s.At, s.Live = leg, len(leg.Events), false
	}
	frame := []Region{
		{"tabs", tabs(s)},
		{"detail", detail(s)},
		{"controls", controls(t, s)},
		{"outcome", outcome(t, s)},
		{"results", results(t, s)},
	}
	switch s.View {
	case ViewScenarios:
		return append(frame, Region{"scenarios", scenarios(s)})
	case ViewKeys:
		return append(frame, Region{"secrets", secrets(t, s)})
	case ViewCertificates:
		return append(frame, Region{"chains", certificates(t, &s)}, Region{"trust", trust(t, &s)}, Region{"workshop", workshop(t, &s)}, Region{"pasted", pasted(&s)}, Region{"trial", trial(t, &s)}, Region{"object", panel(t, &s)})
	case ViewCompare:
		return append(frame, Region{"comparison", compare(s)})
	case ViewFiles:
		return append(frame, Region{"kept", files(s)})
	case ViewAbout:
		return append(frame, Region{"build", build(s)})
	}
	return append(frame,
		Region{"contrast", contrast(t, s)},
		Region{"lab", lab(whole, s)},
		Region{"legs", legs(whole, s)},
		Region{"spine", spine(t, s)},
		Region{"lanes", lanes(t, s)},
		Region{"inspector", inspector(t, s)})
}

// Page is the regions of the frame and of the chosen view.
func Page(t *trace.Trace, s State) []Region {
	s.run = s.Scenario.Fragment(false)
	all := First(t, s)
	t = Leg(t, s.Leg)
	if s.View == ViewHandshake {
		all = append(all, Region{"metadata", metadata(t, s)}, Region{"afterwards", afterwards(t, s)}, Region{"pace", pace(s)}, Region{"history", history(t, s)})
	}
	return all
}

func files(s State) html.Node {
	if len(s.Files) == 0 {
		return words("p", "empty", "The files of a run appear here once it has ended. Step or play to its end.")
	}
	return box("ul", "files", html.Map(s.Files, func(_ int, f File) html.Node {
		return html.El("li",
			html.El("button", html.Attr("type", "button"), html.Attr("id", "file-"+f.Name), act(ActDownload, f.Name), html.Text(f.Name)),
			words("span", "size", size(f.Size)),
			words("span", "what", fileNotes[f.Name]))
	}))
}

// fileNotes says what the files of a run are for.
var fileNotes = map[string]string{
	"scenario.json":  "what was run, with its seed and clock: the same again, byte for byte",
	"trace.json":     "everything on this page: records, messages, fields, keys",
	"keylog.txt":     "the session secrets, as Wireshark and SSLKEYLOGFILE write them",
	"server.pem":     "the server's certificate chain",
	"trust-root.pem": "the root certificate that the client trusts",
}

func size(n int) string {
	switch {
	case n >= 1e6:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	case n >= 1e4:
		return fmt.Sprintf("%.0f kB", float64(n)/1e3)
	}
	return strconv.Itoa(n) + " bytes"
}

// build is what this page was built of.
func build(s State) html.Node {
	if s.Build == "" {
		return html.Text("The program has not loaded yet.")
	}
	return html.Text("TLS Playground " + s.Build + ".")
}

// Title is the document's title.
func Title(s State) string {
	if s.View == ViewHandshake {
		return "TLS Playground"
	}
	return viewTitles[s.View] + " · TLS Playground"
}
