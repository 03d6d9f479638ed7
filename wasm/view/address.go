package view

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
)

// Place is what an address names.
type Place struct {
	View        string
	Run         string // the scenario as its fragment, empty for stock Go
	Leg         int    // which connection of the run, as State.Leg has it
	Record      int    // of it, counted from 1, 0 for none
	Field       string // a node's path in that record
	Certificate int    // of the run, counted from 1, 0 for none
	Make        string // which certificate the workshop edits, such as server.leaf
	Pasted      int    // one of what was pasted in this visit, counted from 1, 0 for none
	Secret      string // a step of the key schedule
	Step        int    // of the story, counted from 1, 0 for none: where to scroll to
	First       string // the run that is compared, as its fragment, and
	Second      string // the one that it is compared with, empty for Run
}

// Address is where the state is to be found again: the fragment of the page's
// URL. The handshake, with nothing chosen by the visitor, has the empty one.
func (s State) Address() string {
	p := Place{View: s.View, Run: s.fragment()}
	switch s.View {
	case ViewHandshake:
		p.Leg = s.Leg
		if s.Asked && s.Event >= 0 {
			p.Record, p.Field = s.Event+1, s.Node
		}
	case ViewKeys:
		p.Secret = s.Derivation
	case ViewCertificates:
		p.Make, p.Certificate, p.Pasted = s.Reading.Making, s.Reading.Certificate, s.Reading.Object
		if s.Reading.Chosen() {
			p.Field = s.Reading.Node
		}
	case ViewCompare:
		if len(s.Runs) > 1 {
			p.First = s.Runs[clamp(s.CompareA, len(s.Runs))].Run
			if second := s.Runs[clamp(s.CompareB, len(s.Runs))].Run; second != s.Scenario.Fragment(false) {
				p.Second = second
			}
		}
	}
	return p.String()
}

// stockRun is the fragment of the scenario that needs no mention.
var stockRun = scenario.Default().Fragment(false)

// fragment is the scenario in addresses: empty for stock Go.
func (s State) fragment() string {
	if s.run == "" {
		s.run = s.Scenario.Fragment(false)
	}
	if s.run == stockRun {
		return ""
	}
	return s.run
}

// to is the address of a place in the same run.
func (s State) to(p Place) string {
	p.Run = s.fragment()
	if p.View == ViewHandshake {
		p.Leg = s.Leg
	}
	if a := p.String(); a != "" {
		return a
	}
	return "#/"
}

// Link is the address that shows the same, of the very same bytes: it names seed
// and clock of the run. What was pasted is in no link.
func Link(s State, t *trace.Trace) string {
	if s.Reading.Object > 0 {
		s.Reading.Object, s.Reading.Node = 0, ""
	}
	sameBytes := func(t *trace.Trace, of scenario.Scenario) scenario.Scenario {
		if sc, ok := t.Scenario.(scenario.Scenario); ok {
			return sc
		}
		return of
	}
	s.Scenario = sameBytes(t, s.Scenario)
	s.run = ""
	s.Runs = slices.Clone(s.Runs)
	for i := range s.Runs {
		s.Runs[i].Run = sameBytes(s.Runs[i].Trace, s.Scenario).Fragment(false)
	}
	return s.Address()
}

// String is the place as a fragment.
func (p Place) String() string {
	var query []string
	add := func(name, value string) {
		query = append(query, name+"="+url.QueryEscape(value))
	}
	switch {
	case p.Leg > 0:
		add("connection", strconv.Itoa(p.Leg))
	case p.Leg < 0:
		add("connection", behind)
	}
	if p.Record > 0 {
		add("record", strconv.Itoa(p.Record))
	}
	if p.Certificate > 0 {
		add("certificate", strconv.Itoa(p.Certificate))
	}
	if p.Pasted > 0 {
		add("pasted", strconv.Itoa(p.Pasted))
	}
	if p.Field != "" {
		add("field", p.Field)
	}
	if p.Make != "" {
		add("make", p.Make)
	}
	if p.Secret != "" {
		add("secret", p.Secret)
	}
	if p.Step > 0 {
		add("step", strconv.Itoa(p.Step))
	}
	if p.First != "" {
		add("first", p.First)
	}
	if p.Second != "" {
		add("second", p.Second)
	}
	if p.Run != "" {
		query = append(query, p.Run)
	}
	if p.View == ViewHandshake && len(query) == 0 {
		return ""
	}
	a := "#/" + p.View
	if len(query) > 0 {
		a += "?" + strings.Join(query, "&")
	}
	return a
}

// behind is the connection of the man in the middle with the server, in addresses.
const behind = "behind"

// ParsePlace reads an address. An error names what in it can't be; the place is
// then the nearest that can.
func ParsePlace(fragment string) (Place, error) {
	p := Place{View: ViewHandshake}
	path, rest, _ := strings.Cut(strings.TrimPrefix(fragment, "#"), "?")
	path = strings.Trim(path, "/")
	if before, run := cutRun(path); before == "" && run != "" { // the scenario's form, and nothing else
		path, rest = "", run
	}
	var err error
	if slices.Contains(Views, path) {
		p.View = path
	} else if path != "" {
		err = fmt.Errorf("view: the address names the part %q: there are %s", printable(path, 40), strings.Join(Views, ", "))
	}
	rest, p.Run = cutRun(rest)
	query, queryErr := url.ParseQuery(rest)
	if queryErr != nil {
		return p, fmt.Errorf("view: the address can't be read behind the question mark: %w", queryErr)
	}
	for name, values := range query {
		value := values[0]
		number := func() int {
			n, convErr := strconv.Atoi(value)
			if convErr != nil || n < 1 {
				err = fmt.Errorf("view: the address asks for %s %q: give a number from 1 on", name, printable(value, 40))
				return 0
			}
			return n
		}
		switch name {
		case "connection":
			if p.Leg = -1; value != behind {
				p.Leg = number()
			}
		case "record":
			p.Record = number()
		case "certificate":
			p.Certificate = number()
		case "pasted":
			p.Pasted = number()
		case "field":
			p.Field = value
		case "make":
			p.Make = value
		case "secret":
			p.Secret = value
		case "step":
			p.Step = number()
		case "first":
			p.First = value
		case "second":
			p.Second = value
		default:
			err = fmt.Errorf("view: the address asks for %q, which is nothing here: there are connection, record, certificate, pasted, field, make, secret, step, first and second", printable(name, 40))
		}
	}
	return p, err
}

// cutRun divides the scenario, which begins with its version or, by mistake, with a
// knob, from what stands before it.
func cutRun(query string) (rest, run string) {
	parts := strings.Split(query, "&")
	for i, part := range parts {
		name, _, isSet := strings.Cut(part, "=")
		version := len(part) > 1 && part[0] == 'v' && strings.Trim(part[1:], "0123456789") == ""
		if version || isSet && name != "certificate" && slices.ContainsFunc(scenario.Knobs(), func(k scenario.Knob) bool { return k.Name == name }) {
			return strings.Join(parts[:i], "&"), strings.Join(parts[i:], "&")
		}
	}
	return query, ""
}

// Visit shows a place. What the trace does not have is left out and said.
func Visit(s *State, t *trace.Trace, p Place) error {
	was := s.Leg
	s.View, s.Query, s.Leg = p.View, "", 0
	if was != p.Leg {
		ChooseEvent(s, -1)
	}
	if leg := Leg(t, p.Leg); leg != t {
		s.Leg, t = p.Leg, leg
	} else if p.Leg > 0 {
		return fmt.Errorf("view: this run has no connection %d before the last", p.Leg)
	} else if p.Leg < 0 {
		return fmt.Errorf("view: nobody is in the middle of this run: its one connection is shown")
	}
	if p.Secret != "" && derivationOf(t, p.Secret) == nil {
		return fmt.Errorf("view: this run has no secret %q", printable(p.Secret, 60))
	}
	if p.View == ViewKeys {
		s.Derivation = p.Secret
	}
	if p.View == ViewCertificates {
		return visitCertificate(s, t, p)
	}
	if p.Record == 0 {
		if p.View == ViewHandshake {
			s.Asked = false
		}
		return nil
	}
	if p.Record > len(t.Events) {
		return fmt.Errorf("view: the address asks for record %d, and this run has %d", p.Record, len(t.Events))
	}
	if s.Leg == 0 {
		s.At = max(s.At, p.Record)
	}
	ChooseEvent(s, p.Record-1)
	s.Asked = true
	if p.Field != "" {
		if nodeAt(s, t, p.Field) == nil {
			return fmt.Errorf("view: record %d of this run has no field at %q", p.Record, printable(p.Field, 40))
		}
		Choose(s, t, p.Field)
	}
	return nil
}

// ChooseEvent makes an event the chosen one.
func ChooseEvent(s *State, event int) {
	s.Term = ""
	if event != s.Event {
		s.Event, s.Node = event, ""
		for part := range s.Open { // of the one chosen before
			if !strings.HasPrefix(part, partFold) {
				delete(s.Open, part)
			}
		}
	}
}
