package view

import (
	"fmt"
	"slices"
	"strconv"

	"tlsplay/sim/endpoint"
	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
	"tlsplay/wasm/html"
)

var viewTitles = map[string]string{
	ViewHandshake:    "Handshake",
	ViewKeys:         "Keys",
	ViewCertificates: "Certificates",
	ViewFiles:        "Files",
	ViewAbout:        "About",
}

// tabs is the way to the views.
func tabs(s State) html.Node {
	return html.Map(Views, func(_ int, v string) html.Node {
		current := "false"
		if v == s.View {
			current = "page"
		}
		address := (Place{View: v}).String()
		if address == "" {
			address = "#/"
		}
		return html.El("a", html.Attr("href", address), html.Attr("aria-current", current), html.Text(viewTitles[v]))
	})
}

// detail is the switch between plain words and every byte.
func detail(s State) html.Node {
	return html.Map([]string{"plain", "detailed"}, func(_ int, v string) html.Node {
		return html.El("button", html.Attr("type", "button"), html.Attr("id", "detail-"+v), act(ActDetail, v),
			html.Attr("aria-pressed", strconv.FormatBool(s.Detailed == (v == "detailed"))), html.Text(map[string]string{"plain": "Plain", "detailed": "Detailed"}[v]))
	})
}

// controls is the knobs and what runs and walks.
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
		html.El("div", html.Class("knobs"),
			html.El("div", html.Class("switch"), html.Attr("role", "group"), html.Attr("aria-label", "Protocol version"),
				html.Map([]string{"1.3", "1.2"}, func(_ int, v string) html.Node {
					return html.El("button", html.Attr("type", "button"), html.Attr("id", "version-"+v), act(ActVersion, v),
						html.Attr("aria-pressed", strconv.FormatBool(v == s.Version)), html.Text("TLS "+v))
				})),
			choice("certificate", ActCertificate, "Key", s.Certificate, certificateNames),
			choice("fault", ActFault, "Fault", s.Fault, faultNames),
			html.El("button", html.Attr("type", "button"), html.Attr("id", "run"), html.Class("primary"), act(ActRun, ""),
				html.Attr("title", "A new handshake with new keys"), html.Text("Run anew"))),
		html.El("div", html.Class("transport"), html.Attr("role", "group"), html.Attr("aria-label", "Walk through the run"),
			button("back", ActBack, "Back", "Show one record less (←)", s.At == 0),
			button("step", ActStep, "Step", stepTitle+" (→)", false),
			button("play", ActPlay, play, "Deliver one record after the other (P)", false),
			choice("speed", ActSpeed, "", s.speed(), speedNames),
			html.El("output", html.Attr("id", "position"), html.Class("position"),
				html.Text(fmt.Sprintf("%d of %s", s.At, total)))),
	)
}

func (s State) speed() string {
	if slices.Contains(Speeds, s.Speed) {
		return s.Speed
	}
	return "normal"
}

var speedNames = []option{{"slow", "slowly"}, {"normal", "at ease"}, {"fast", "fast"}}

// choice is a list to choose one of.
func choice(id, action, label, value string, options []option) html.Node {
	return html.El("label", html.Class("choice"), html.If(label != "", html.El("span", html.Text(label))),
		html.El("select", html.Attr("id", id), html.If(label == "", html.Attr("aria-label", id)), act(action, ""), html.Map(options, func(_ int, o option) html.Node {
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
	{"", "none"},
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
	var said []html.Node
	say := func(class, text string) {
		said = append(said, html.El("p", html.Class(class), html.Text(text)))
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
	return html.El("div", html.Class("verdict"), html.Data("run-state", state), html.Group(said...))
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
		text := fmt.Sprintf("%s with %s: %d records, checked by both ends and closed in good order.", t.Version, t.Suite, records)
		ok, bad := 0, 0
		for _, c := range t.Checks {
			if c.OK {
				ok++
			} else {
				bad++
			}
		}
		switch {
		case bad > 0:
			return "bad", fmt.Sprintf("%s %d of our own %d checks failed: see the keys.", text, bad, ok+bad)
		case ok > 0:
			text += fmt.Sprintf(" All %d of our own checks hold.", ok)
		}
		return "good", text
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
