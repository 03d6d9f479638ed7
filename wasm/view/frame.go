package view

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tlsplay/sim/endpoint"
	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
	"tlsplay/wasm/html"
)

var viewTitles = map[string]string{
	ViewHandshake:    "Handshake",
	ViewScenarios:    "Scenarios",
	ViewKeys:         "Keys",
	ViewCertificates: "Certificates",
	ViewCompare:      "Compare",
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
		return html.El("a", html.Attr("href", s.to(Place{View: v})), html.Attr("aria-current", current), html.Text(viewTitles[v]))
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
		box("div", "knobs",
			box("span", "choice", html.Attr("aria-hidden", "true"), html.Text("TLS")),
			box("div", "switch", html.Attr("role", "group"), html.Attr("aria-label", "TLS version"),
				html.Map(scenario.Versions, func(_ int, v string) html.Node {
					return html.El("button", html.Attr("type", "button"), html.Attr("id", "version-"+v), act(ActKnob, "version="+v),
						html.Attr("aria-pressed", strconv.FormatBool(v == s.Scenario.Version)), html.Attr("aria-label", "TLS "+v), html.Text(v))
				})),
			choice("certificate", ActKnob, "certificate", "Key", s.Scenario.Certificate, named(scenario.Certificates, certificateNames)),
			choice("fault", ActKnob, "fault", "Fault", s.Scenario.Fault, append([]option{{"", "none"}}, named(scenario.Faults, faultNames)...)),
			html.El("button", html.Attr("type", "button"), html.Attr("id", "run"), html.Class("primary"), act(ActRun, ""),
				html.Attr("title", "A new handshake with new keys (R)"), html.Text("Run anew"))),
		box("div", "transport", html.Attr("role", "group"), html.Attr("aria-label", "Walk through the run"),
			button("back", ActBack, "Back", "Show one record less (←)", s.At == 0),
			button("step", ActStep, "Step", stepTitle+" (→)", false),
			button("play", ActPlay, play, "Deliver one record after the other (P)", false),
			choice("speed", ActSpeed, "", "", s.speed(), speedNames),
			html.El("output", html.Attr("id", "position"), html.Class("position"),
				html.Text(fmt.Sprintf("%d of %s", s.At, total))),
			html.El("button", html.Attr("type", "button"), html.Attr("id", "share"), act(ActShare, ""),
				html.Attr("title", "Copy a link to this run, which makes the very same bytes"), html.Text("Copy link"))),
		turned(s),
	)
}

// named is values with names for people, where there is one.
func named(values []string, names map[string]string) []option {
	var all []option
	for _, v := range values {
		name := names[v]
		if name == "" {
			name = v
		}
		all = append(all, option{v, name})
	}
	return all
}

func (s State) speed() string {
	if slices.Contains(Speeds, s.Speed) {
		return s.Speed
	}
	return "normal"
}

var speedNames = []option{{"slow", "slowly"}, {"normal", "at ease"}, {"fast", "fast"}}

// choice is a list to choose one of.
func choice(id, action, arg, label, value string, options []option) html.Node {
	return box("label", "choice", html.If(label != "", words("span", "", label)),
		html.El("select", html.Attr("id", id), html.If(label == "", html.Attr("aria-label", id)), act(action, arg), html.Map(options, func(_ int, o option) html.Node {
			return html.El("option", html.Attr("value", o.value), html.Flag("selected", o.value == value), html.Text(o.text))
		})))
}

type option struct{ value, text string }

var certificateNames = map[string]string{
	"ecdsa-p256": "ECDSA P-256",
	"ecdsa-p384": "ECDSA P-384",
	"ecdsa-p521": "ECDSA P-521",
	"rsa-2048":   "RSA 2048",
	"rsa-3072":   "RSA 3072",
	"rsa-4096":   "RSA 4096",
	"ed25519":    "Ed25519",
}

var faultNames = map[string]string{
	scenario.NoCommonVersion:     "no common version",
	scenario.Expired:             "certificate expired",
	scenario.NotYetValid:         "certificate not yet valid",
	scenario.WrongHost:           "certificate for another name",
	scenario.WildcardTooDeep:     "wildcard too deep",
	scenario.CommonNameOnly:      "no subjectAltName",
	scenario.SelfSigned:          "certificate vouches for itself",
	scenario.UnknownRoot:         "unknown authority",
	scenario.MissingIntermediate: "intermediate missing",
	scenario.WrongOrder:          "chain in the wrong order",
	scenario.IntermediateNotCA:   "issuer is no authority",
	scenario.PathLength:          "chain too long",
	scenario.NameConstraint:      "name not allowed to issuer",
	scenario.WrongUsage:          "certificate for another use",
	scenario.SHA1:                "signed over SHA-1",
	scenario.RSA1024:             "RSA key of 1024 bits",
	scenario.RSA512:              "RSA key of 512 bits",
	scenario.KeyMismatch:         "key does not match",
	scenario.Revoked:             "revoked",
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
		said = append(said, box("p", class, breakable(text)))
	}
	for line := range strings.Lines(s.Error) {
		say("bad", plainError(strings.TrimSpace(line)))
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
				text += fmt.Sprintf(" It sent the fatal alert %s.", e.Alert)
			}
			say("bad", text)
		}
	}
	if !failed {
		class, text := standing(t, s, shown)
		say(class, text)
	}
	return box("div", "verdict", html.Data("run-state", state), html.Group(said...))
}

// standing is the state of a run that has not failed.
func standing(t *trace.Trace, s State, shown []trace.Endpoint) (class, text string) {
	records := 0
	for _, e := range t.Events[:s.At] {
		if e.Kind == trace.KindRecord || e.Kind == trace.KindPacket {
			records++
		}
	}
	switch {
	case s.Stored:
		return "calm", "A recorded run. The live one starts as soon as the program has loaded."
	case s.At == 0:
		return "calm", "The client has written its ClientHello. Nothing has been delivered: the server waits."
	case len(shown) == 2 && shown[0].Doing == endpoint.Done && shown[1].Doing == endpoint.Done && s.At == len(t.Events):
		if s.Scenario.Middle != "" {
			return "bad", "Closed in good order. But one end of it is Mallory, who reads all that passes."
		}
		if t.Version == "" {
			return "calm", "No TLS: all that crossed could be read and changed by anyone, and neither end noticed anything."
		}
		text := fmt.Sprintf("%s with %s: %d %s, checked by both ends and closed in good order.", t.Version, t.Suite, records, recordsOf(t))
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
	if s.At >= len(t.Events) && len(t.Endpoints) > 0 { // a wait may have ended without an event
		return t.Endpoints
	}
	if s.At > 0 && s.At <= len(t.Events) {
		if after := t.Events[s.At-1].After; after != nil {
			return after
		}
	}
	return []trace.Endpoint{{Side: trace.Client, Doing: endpoint.Waiting}, {Side: trace.Server, Doing: endpoint.Waiting}}
}
