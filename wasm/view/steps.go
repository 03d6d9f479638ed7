package view

import "tlsplay/sim/trace"

// step is one of the five steps in which the story of a connection is told.
type step struct {
	title, story string
}

var steps = []step{
	{"Hello", "Client and server say which versions and algorithms they know, and each sends a fresh random number and half of a key exchange."},
	{"Authentication", "The server shows its certificate and proves that it holds the matching private key, by signing what was said so far."},
	{"Session keys", "Both have arrived at the same keys, which never crossed the wire. Each proves it with a checksum over the whole conversation."},
	{"Secure connection", "Request and answer travel under those keys: readable for the two ends, noise for everyone else, and any change is noticed."},
	{"Closing", "Each side says that it is done, so that nobody can cut the end off unnoticed. Then the keys are forgotten."},
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
