package view

import (
	"strings"

	"tlsplay/sim/endpoint"
	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
)

// barrier is something that ends a connection where things are not as they should
// be. Its text says what it is, why it can pass although something is wrong, and
// what would happen without it.
type barrier struct {
	id     trace.FieldID
	title  string
	errors []string // parts of the Go errors that it ends in
}

// barriers is in the order in which errors are looked up; what crypto/tls says
// else is of form.
var barriers = []barrier{
	{recordTag, "The check value of the record", []string{"bad record MAC", "decryption error"}},
	{"lab.downgrade", "The mark against downgrades", []string{"downgrade attempt"}},
	{signature, "The signature", []string{"invalid signature by the"}},
	{certificate, "The certificate", []string{"failed to verify certificate"}},
	{finished, "Finished", []string{"inished"}},
	{"lab.staple", "The stapled OCSP response", []string{"stapled", "OCSP"}},
	{clientCertificate, "The client's certificate", []string{"client didn't provide a certificate", middlemansError}},
	{"lab.ech", "The encrypted hello", []string{"rejected ECH"}},
	{agreement, "What both can do", []string{
		"offered only unsupported versions", "no cipher suite supported", "no key exchanges supported",
		"application protocol", "not supported before", "no certificates configured", "selected unsupported protocol version",
	}},
	{form, "The form of records and messages", []string{"tls: "}},
	{"lab.length", "The length", []string{"unexpected EOF", "the peer sent more", "the peer closed after"}},
	{"lab.patience", "Patience", []string{"i/o timeout"}},
}

// The barriers that the code names, and what stands in for them where there was
// none.
const (
	recordTag         trace.FieldID = "lab.record_tag"
	transcript        trace.FieldID = "lab.transcript"
	signature         trace.FieldID = "lab.signature"
	certificate       trace.FieldID = "lab.certificate"
	clientCertificate trace.FieldID = "lab.client_certificate"
	finished          trace.FieldID = "lab.finished"
	agreement         trace.FieldID = "lab.agreement"
	form              trace.FieldID = "lab.form"

	noneTrusted trace.FieldID = "lab.none_trusted"
	noneSkipped trace.FieldID = "lab.none_skipped"
	noneReplay  trace.FieldID = "lab.none_replay"
	nonePlain   trace.FieldID = "lab.none_plain"
	noneAlert   trace.FieldID = "lab.none_alert"
	none        trace.FieldID = "lab.none"

	noneListening trace.FieldID = "lab.none_listening"
)

// middlemansError is what the man in the middle's server says when he fails.
const middlemansError = "Mallory gets no response"

// barrierTitle is what a barrier is called.
func barrierTitle(id trace.FieldID) string {
	for _, b := range barriers {
		if b.id == id {
			return b.title
		}
	}
	return map[trace.FieldID]string{transcript: "Keys made of the whole handshake"}[id]
}

// catch is a barrier that one end ran into.
type catch struct {
	side  trace.Side
	event int // with which it did, or -1
	id    trace.FieldID
}

// catches is what caught whatever was wrong, at the end or ends that noticed: not
// where one only heard of it from the other.
func catches(t *trace.Trace) (all []catch) {
	late := []catch{} // that which follows where the other end has given up
	for _, e := range t.Endpoints {
		if e.Doing != endpoint.Failed || strings.HasPrefix(e.Error, "remote error") || e.Error == "EOF" || strings.Contains(e.Error, "the peer closed the connection") {
			continue
		}
		for i, b := range barriers {
			if !containsAny(e.Error, b.errors) {
				continue
			}
			c := catch{e.Side, failedAt(t, e.Side), b.id}
			if c.id == recordTag && !recordTouched(t, c) {
				c.id = transcript
			}
			if i < len(barriers)-2 { // but length and patience
				all = append(all, c)
			} else {
				late = append(late, c)
			}
			break
		}
	}
	if len(all) == 0 {
		return late
	}
	return all
}

func containsAny(text string, parts []string) bool {
	for _, part := range parts {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}

// failedAt is the event with which an end gave up, or -1.
func failedAt(t *trace.Trace, side trace.Side) int {
	for i := range t.Events {
		if endpointAt(t, i, side).Doing == endpoint.Failed {
			return i
		}
	}
	return -1
}

// recordTouched tells whether the attacker had his hands on a protected record
// that came, or was due, before the one that did not open, or on that one; else it
// is the keys that are not the same.
func recordTouched(t *trace.Trace, c catch) bool {
	if c.event < 0 {
		return false
	}
	for i, e := range t.Events {
		due := i <= c.event || e.Number >= 0 && e.Number < t.Events[c.event].Number
		protected := e.Protection != nil || e.Lost && e.Type == "application_data"
		if e.From != c.side && due && protected && (len(e.Attack) > 0 || e.Lost) {
			return true
		}
	}
	return false
}

// passed is a barrier that did not notice, with how often it was passed.
type passed struct {
	id    trace.FieldID
	times int
}

// passedAt is what an end checked and found in order before it ran into a barrier
// at the event, or with -1 for as long as it went on.
func passedAt(t *trace.Trace, side trace.Side, event int, but trace.FieldID) (all []passed) {
	if event < 0 {
		event = failedAt(t, side)
	}
	before := event
	if event < 0 {
		before = len(t.Events)
	}
	seen := map[trace.FieldID]int{}
	for i, e := range t.Events[:min(before+1, len(t.Events))] {
		if e.From == side || e.Lost {
			continue
		}
		for _, m := range e.Messages {
			switch m.Name {
			case "client_hello", "server_hello":
				if i < before || but != form { // else its own form was at fault
					seen[agreement] = 1
				}
			case "certificate_verify", "server_key_exchange":
				if i < before {
					seen[signature] = 1
				}
			}
		}
		if e.Protection != nil && i < before {
			seen[recordTag]++
		}
	}
	end := endpointAt(t, min(before, len(t.Events)-1), side)
	if end.PeerVerified {
		seen[certificate] = 1
		if side == trace.Server {
			delete(seen, certificate)
			seen[clientCertificate] = 1
		}
	}
	if end.HandshakeComplete {
		seen[finished] = 1
	}
	for _, id := range []trace.FieldID{agreement, certificate, clientCertificate, signature, finished, recordTag} {
		if seen[id] > 0 && id != but {
			all = append(all, passed{id, seen[id]})
		}
	}
	return all
}

// uncaught is why nothing caught what was done in a run.
func uncaught(t *trace.Trace, sc scenario.Scenario) trace.FieldID {
	client := trace.Endpoint{}
	if len(t.Endpoints) > 0 {
		client = t.Endpoints[0]
	}
	switch {
	case sc.Replay && client.EarlyData:
		return noneReplay
	case sc.Client.Plain:
		return nonePlain
	case sc.Middle != "" && sc.Client.SkipVerify:
		return noneSkipped
	case sc.Middle != "":
		return noneTrusted
	case strings.HasPrefix(client.Error, "remote error"):
		return noneAlert
	}
	return none
}
