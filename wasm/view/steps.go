package view

import (
	"strconv"

	"tlsplay/sim/trace"
	"tlsplay/wasm/html"
)

// step is one of the five steps in which the story of a connection is told. Its
// text is filed under its ID.
type step struct {
	id      trace.FieldID
	title   string
	picture string // the lock closes once there are keys
}

var steps = []step{
	{"step.hello", "Hello", "open"},
	{"step.authentication", "Authentication", "open"},
	{"step.session_keys", "Session keys", "lock"},
	{"step.secure_connection", "Secure connection", "lock"},
	{"step.closing", "Closing", "lock"},
}

// broken is the last step of a connection that one end gave up.
var broken = step{"step.broken", "The end", "open"}

// band is the heading of the records of a step.
func band(n int, failed bool, s State) html.Node {
	x := steps[n]
	if failed && n == len(steps)-1 {
		x = broken
	}
	text, _ := s.Texts.lookup(x.id)
	number := strconv.Itoa(n + 1)
	return html.El("li", html.Class("band", "band-"+number), html.Attr("id", "step-"+number),
		words("span", "number", number),
		html.El("div",
			html.El("h2", html.Text(x.title), icon(x.picture)),
			words("p", "", text.Short),
			html.If(text.Short != "", html.El("details", html.Attr("id", "how-"+number),
				words("summary", "", "How and why"),
				prose("", text.Long), prose("why", text.Why), cites(text.RFC)))))
}

// spine is the way to the five steps, with those that have been reached.
func spine(t *trace.Trace, s State) html.Node {
	at, reached := -1, [5]bool{} // a resumed or broken connection leaves steps out
	for _, e := range t.Events[:min(s.At, len(t.Events))] {
		if n := stepOf(e); n > at {
			at, reached[n] = n, true
		}
	}
	failed := reached[4] && failedBefore(t, s)
	return box("ol", "spine", html.Attr("aria-label", "The five steps"), html.Map(steps, func(i int, x step) html.Node {
		if failed && i == 4 {
			x = broken
		}
		return box("li", when(reached[i], "reached"),
			html.El("a", html.Attr("href", s.to(Place{View: ViewHandshake, Step: i + 1})),
				words("span", "number", strconv.Itoa(i+1)), html.Text(x.title)))
	}))
}

// stepOf assigns an event to a step, or -1 where it belongs to the one before.
func stepOf(e *trace.Event) int {
	if e.Kind == trace.KindClose {
		return 4
	}
	if e.Protection != nil && e.Protection.Epoch == trace.EpochEarly { // a part of the hello
		return -1
	}
	for _, m := range e.Messages {
		switch m.Name {
		case "client_hello", "server_hello", "hello_retry_request":
			return 0
		case "encrypted_extensions", "certificate", "certificate_request", "certificate_verify",
			"certificate_status", "server_key_exchange", "server_hello_done":
			return 1
		case "client_key_exchange", "finished":
			return 2
		case "new_session_ticket":
			if e.Protection == nil { // up to TLS 1.2, before the server's Finished
				return 2
			}
			return 3
		case "application_data", "key_update", "handshake_done":
			return 3
		case "alert", "connection_close":
			return 4
		}
	}
	return -1
}

// plainNames says what messages are in plain words.
var plainNames = map[string]string{
	"client_hello":           "Hello, this is what I can do",
	"server_hello":           "Hello, let us do it this way",
	"hello_retry_request":    "Please offer another key share",
	"hello_request":          "Please shake hands again",
	"encrypted_extensions":   "More settings",
	"certificate":            "Certificate",
	"compressed_certificate": "Certificate, compressed",
	"certificate_status":     "Not revoked: a fresh statement",
	"certificate_request":    "And who are you?",
	"certificate_verify":     "Proof that it is mine",
	"server_key_exchange":    "My half of the key, signed",
	"server_hello_done":      "Your turn",
	"client_key_exchange":    "My half of the key",
	"change_cipher_spec":     "From here on encrypted",
	"finished":               "Checksum over all of it",
	"new_session_ticket":     "Ticket for next time",
	"end_of_early_data":      "End of the early data",
	"key_update":             "My key changes now",
	"handshake_done":         "I have your Finished",
	"connection_close":       "Goodbye",
	"message_hash":           "Hash of the first hello",
}

// plainName is a message in plain words.
func plainName(e *trace.Event, m trace.Message) string {
	switch m.Name {
	case "application_data":
		if e.From == trace.Client {
			return "Request"
		}
		return "Answer"
	case "alert":
		if m.Note == "warning close_notify" {
			return "Goodbye"
		}
		return "Alarm"
	}
	if name, ok := plainNames[m.Name]; ok {
		return name
	}
	return m.Name
}
