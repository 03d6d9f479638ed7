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
	Record      int    // counted from 1, 0 for none
	Field       string // a node's path in that record
	Certificate int    // of the run, counted from 1, 0 for none
	Pasted      int    // one of what was pasted in this visit, counted from 1, 0 for none
	Secret      string // a step of the key schedule
	Step        int    // of the story, counted from 1, 0 for none: where to scroll to
}

// Address is where the state is to be found again: the fragment of the page's
// URL. The handshake, with nothing chosen by the visitor, has the empty one.
func (s State) Address() string {
	p := Place{View: s.View, Run: s.fragment()}
	switch s.View {
	case ViewHandshake:
		if s.Asked && s.Event >= 0 && s.Leg == 0 {
			p.Record, p.Field = s.Event+1, s.Node
		}
	case ViewKeys:
		p.Secret = s.Derivation
	case ViewCertificates:
		p.Certificate, p.Pasted = s.Reading.Certificate, s.Reading.Object
		if s.Reading.Chosen() {
			p.Field = s.Reading.Node
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
	if sc, ok := t.Scenario.(scenario.Scenario); ok {
		s.Scenario = sc
		s.run = ""
	}
	return s.Address()
}

// String is the place as a fragment.
func (p Place) String() string {
	var query []string
	add := func(name, value string) {
		query = append(query, name+"="+url.QueryEscape(value))
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
	if p.Secret != "" {
		add("secret", p.Secret)
	}
	if p.Step > 0 {
		add("step", strconv.Itoa(p.Step))
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

// ParsePlace reads an address. An error names what in it can't be; the place is
// then the nearest that can.
func ParsePlace(fragment string) (Place, error) {
	p := Place{View: ViewHandshake}
	path, rest, _ := strings.Cut(strings.TrimPrefix(fragment, "#"), "?")
	path = strings.Trim(path, "/")
	if path != "" {
		if !slices.Contains(Views, path) {
			return p, fmt.Errorf("view: the address names the part %q: there are %s", printable(path, 40), strings.Join(Views, ", "))
		}
		p.View = path
	}
	rest, p.Run = cutRun(rest)
	query, err := url.ParseQuery(rest)
	if err != nil {
		return p, fmt.Errorf("view: the address can't be read behind the question mark: %w", err)
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
		case "record":
			p.Record = number()
		case "certificate":
			p.Certificate = number()
		case "pasted":
			p.Pasted = number()
		case "field":
			p.Field = value
		case "secret":
			p.Secret = value
		case "step":
			p.Step = number()
		default:
			err = fmt.Errorf("view: the address asks for %q, which is nothing here: there are record, certificate, pasted, field, secret and step", printable(name, 40))
		}
	}
	return p, err
}

// cutRun divides the scenario, which begins with its version, from what stands
// before it.
func cutRun(query string) (rest, run string) {
	parts := strings.Split(query, "&")
	for i, part := range parts {
		if len(part) > 1 && part[0] == 'v' && strings.Trim(part[1:], "0123456789") == "" {
			return strings.Join(parts[:i], "&"), strings.Join(parts[i:], "&")
		}
	}
	return query, ""
}

// Visit shows a place. What the trace does not have is left out and said.
func Visit(s *State, t *trace.Trace, p Place) error {
	s.View, s.Query, s.Leg = p.View, "", 0
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
	s.At = max(s.At, p.Record)
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
		s.Open = map[string]bool{}
	}
}
