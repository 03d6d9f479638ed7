package view

import (
	"strconv"

	"tlsplay/sim/trace"
	"tlsplay/wasm/html"
)

// step is one of the five steps in which the story of a connection is told. Its
// text is filed under its ID.
type step struct {
	id    trace.FieldID
	title string
}

var steps = []step{
	{"step.hello", "Hello"},
	{"step.authentication", "Authentication"},
	{"step.session_keys", "Session keys"},
	{"step.secure_connection", "Secure connection"},
	{"step.closing", "Closing"},
}

// band is the heading of the records of a step.
func band(n int, s State) html.Node {
	text, _ := s.Texts.lookup(steps[n].id)
	return html.El("li", html.Class("band"), html.Attr("id", "step-"+strconv.Itoa(n+1)),
		html.El("span", html.Class("number"), html.Text(strconv.Itoa(n+1))),
		html.El("div", html.El("h3", html.Text(steps[n].title)),
			html.El("p", html.Text(text.Short)),
			html.If(text.Short != "", html.El("details",
				html.El("summary", html.Text("How and why")),
				prose("", text.Long), prose("why", text.Why),
				html.El("p", html.Class("cites"), html.Map(text.RFC, func(_ int, c string) html.Node { return cite(c) }))))))
}

// stepOf assigns an event to a step, or -1 where it belongs to the one before.
func stepOf(e *trace.Event) int {
	if e.Kind == trace.KindClose {
		return 4
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
		case "application_data", "new_session_ticket", "key_update":
			return 3
		case "alert":
			return 4
		}
	}
	return -1
}
