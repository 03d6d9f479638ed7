package view

import (
	"fmt"
	"strconv"

	"tlsplay/sim/endpoint"
	"tlsplay/sim/scenario"
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
	return []Region{
		{"controls", controls(t, s)},
		{"outcome", outcome(t, s)},
		{"lanes", lanes(t, s)},
		{"inspector", inspector(t, s)},
	}
}

// Page is all regions of the page, in the order in which they stand.
func Page(t *trace.Trace, s State) []Region {
	return append(First(t, s), []Region{
		{"certificates", certificates(t, s)},
		{"keys", secrets(t, s)},
		{"files", files(s)},
	}...)
}

func controls(t *trace.Trace, s State) html.Node {
	total := strconv.Itoa(len(t.Events))
	if t.State != trace.Finished {
		total = "?"
	}
	atEnd := s.At >= len(t.Events) && t.State == trace.Finished
	play := "Play"
	if s.Playing {
		play = "Pause"
	}
	stepTitle := "Deliver the next record to the end that waits for it"
	if atEnd {
		stepTitle = "The same run again, stopped before its first record"
	}
	return html.Group(
		html.El("div", html.Class("switch"), html.Attr("role", "group"), html.Attr("aria-label", "Protocol version"),
			html.Map([]string{"1.3", "1.2"}, func(_ int, v string) html.Node {
				return html.El("button", html.Attr("type", "button"), html.Attr("id", "version-"+v), act(ActVersion, v),
					html.Attr("aria-pressed", strconv.FormatBool(v == s.Version)), html.Text("TLS "+v))
			})),
		choice("certificate", ActCertificate, "Server's key", s.Certificate, certificateNames),
		choice("fault", ActFault, "What goes wrong", s.Fault, faultNames),
		html.El("button", html.Attr("type", "button"), html.Attr("id", "run"), html.Class("primary"), act(ActRun, ""),
			html.Attr("title", "A new handshake with new keys"), html.Text("Run")),
		html.El("div", html.Class("transport"), html.Attr("role", "group"), html.Attr("aria-label", "Walk through the run"),
			button("back", ActBack, "Back", "Show one record less", s.At == 0),
			button("step", ActStep, "Step", stepTitle, false),
			button("play", ActPlay, play, "Deliver a record every second", false),
			html.El("output", html.Attr("id", "position"), html.Class("position"),
				html.Text(fmt.Sprintf("%d of %s delivered", s.At, total)))),
	)
}

// choice is a list to choose one of.
func choice(id, action, label, value string, options []option) html.Node {
	return html.El("label", html.Class("choice"), html.El("span", html.Text(label)),
		html.El("select", html.Attr("id", id), act(action, ""), html.Map(options, func(_ int, o option) html.Node {
			return html.El("option", html.Attr("value", o.value), html.Flag("selected", o.value == value), html.Text(o.text))
		})))
}

type option struct{ value, text string }

var certificateNames = []option{
	{"ecdsa-p256", "ECDSA P-256"},
	{"rsa-2048", "RSA 2048"},
	{"ed25519", "Ed25519"},
}

var faultNames = []option{
	{"", "nothing"},
	{scenario.Expired, "certificate expired"},
	{scenario.WrongHost, "certificate for another name"},
	{scenario.UnknownRoot, "unknown certificate authority"},
	{scenario.NoCommonVersion, "no common version"},
}

func button(id, action, label, title string, off bool) html.Node {
	return html.El("button", html.Attr("type", "button"), html.Attr("id", id), act(action, ""),
		html.Attr("title", title), html.Flag("disabled", off), html.Text(label))
}

// outcome says in words how the run stands.
func outcome(t *trace.Trace, s State) html.Node {
	state := string(t.State)
	if s.Stored {
		state = "stored"
	}
	var lines []html.Node
	say := func(class, text string) {
		lines = append(lines, html.El("p", html.Class(class), html.Text(text)))
	}
	if s.Error != "" {
		say("bad", s.Error)
	}
	if t.Error != "" {
		say("bad", t.Error)
	}
	shown := shownEndpoints(t, s)
	failed := false
	for _, e := range shown {
		if e.Doing == endpoint.Failed {
			failed = true
			text := fmt.Sprintf("The %s gave up: %s.", e.Side, e.Error)
			if e.Alert != "" {
				text += fmt.Sprintf(" It told the other end so with the fatal alert %s.", e.Alert)
				if alert, ok := s.Texts.lookup(trace.FieldID("alert." + e.Alert)); ok {
					text += " That alert says: " + alert.Short
				}
			} else {
				text += " It sent no alert."
			}
			say("bad", text)
		}
	}
	if !failed {
		class, text := standing(t, s, shown)
		say(class, text)
	}
	return html.El("div", html.Class("verdict"), html.Data("run-state", state), html.Group(lines...))
}

// standing is the state of a run that has not failed.
func standing(t *trace.Trace, s State, shown []trace.Endpoint) (class, text string) {
	records := 0
	for _, e := range t.Events[:s.At] {
		if e.Kind == trace.KindRecord {
			records++
		}
	}
	switch {
	case s.Stored:
		return "calm", "A recorded run. The live one starts as soon as the program has loaded."
	case s.At == 0:
		return "calm", "The client has written its ClientHello. Nothing has been delivered: the server waits."
	case len(shown) == 2 && shown[0].Doing == endpoint.Done && shown[1].Doing == endpoint.Done && s.At == len(t.Events):
		return "good", fmt.Sprintf("%s with %s: %d records, checked by both ends and closed in good order.", t.Version, t.Suite, records)
	case len(shown) == 2 && shown[0].HandshakeComplete && shown[1].HandshakeComplete:
		return "good", "Both ends have finished the handshake: what they say now is for each other alone."
	}
	return "calm", "The handshake is under way."
}

// shownEndpoints is both ends as they stood after the last shown event.
func shownEndpoints(t *trace.Trace, s State) []trace.Endpoint {
	if s.At > 0 && s.At <= len(t.Events) {
		if after := t.Events[s.At-1].After; after != nil {
			return after
		}
	}
	if s.At >= len(t.Events) && len(t.Endpoints) > 0 {
		return t.Endpoints
	}
	return []trace.Endpoint{{Side: trace.Client, Doing: endpoint.Waiting}, {Side: trace.Server, Doing: endpoint.Waiting}}
}

func files(s State) html.Node {
	if len(s.Files) == 0 {
		return html.El("p", html.Class("empty"), html.Text("The files of a run appear here once it has ended."))
	}
	return html.El("ul", html.Class("files"), html.Map(s.Files, func(_ int, f File) html.Node {
		return html.El("li",
			html.El("button", html.Attr("type", "button"), html.Attr("id", "file-"+f.Name), act(ActDownload, f.Name), html.Text(f.Name)),
			html.El("span", html.Class("size"), html.Text(size(f.Size))),
			html.El("span", html.Class("what"), html.Text(fileNotes[f.Name])))
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
