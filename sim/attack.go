package sim

import (
	"fmt"
	"slices"

	"tlsplay/sim/registry"
	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
	"tlsplay/sim/wire"
)

// attacker stands between the link and the ends, and does to each packet what
// the rules say.
type attacker struct {
	rules []scenario.Rule
	taken map[trace.Side]int // packets of each direction that have reached the attacker
	ready []delivery         // about to arrive
	held  []delivery
	cut   bool
}

// delivery is a packet on its way from the attacker to an end.
type delivery struct {
	wire.Packet
	original []byte // what had been sent, where that is something else
	deeds    []string
	lost     bool
	after    int // the packet of its direction that it waits for, when held
}

func newAttacker(texts []string) (*attacker, error) {
	a := &attacker{taken: map[trace.Side]int{}}
	for _, text := range texts {
		r, err := scenario.ParseRule(text)
		if err != nil {
			return nil, err
		}
		a.rules = append(a.rules, r)
	}
	return a, nil
}

// next is what arrives next, if anything is on its way.
func (a *attacker) next(l *wire.Link) (delivery, bool) {
	for len(a.ready) == 0 {
		p, ok := l.Take()
		if !ok {
			if len(a.held) == 0 {
				return delivery{}, false
			}
			a.ready, a.held = a.held[:1:1], a.held[1:]
			break
		}
		a.take(p)
	}
	d := a.ready[0]
	a.ready = a.ready[1:]
	return d, true
}

// empty reports whether nothing is on its way from the attacker.
func (a *attacker) empty() bool { return len(a.ready)+len(a.held) == 0 }

// take does to p what the rules say.
func (a *attacker) take(p wire.Packet) {
	a.taken[p.From] = p.Number + 1
	d := delivery{Packet: p, lost: a.cut}
	var before, again []delivery
	for _, r := range a.rules {
		if a.cut || trace.Side(r.From) != p.From || r.Number != p.Number {
			continue
		}
		data := d.Data
		if r.Do != "insert" {
			d.deeds = append(d.deeds, r.Do)
		}
		switch r.Do {
		case "set", "flip":
			data = slices.Clone(d.Data)
			for i, b := range r.Bytes {
				if at := r.At + i; at < len(data) {
					if r.Do == "flip" {
						b ^= data[at]
					}
					data[at] = b
				}
			}
		case "truncate":
			data = d.Data[:min(r.At, len(d.Data))]
		case "drop":
			d.lost = true
		case "hold":
			d.after = p.Number + r.At
		case "repeat":
			copied := d
			copied.deeds, copied.after = []string{r.Do}, p.Number+r.At
			again = append(again, copied)
		case "insert":
			in := wire.Packet{From: p.From, Number: -1, Kind: trace.KindBytes, Data: r.Bytes, Sent: p.Sent, Arrives: p.Arrives}
			before = append(before, delivery{Packet: in, deeds: []string{r.Do}})
		case "cut":
			a.cut, d.lost = true, true
			for _, from := range []trace.Side{p.From, p.From.Peer()} {
				end := wire.Packet{From: from, Number: -1, Kind: trace.KindClose, Sent: p.Sent, Arrives: p.Arrives}
				before = append(before, delivery{Packet: end, deeds: []string{r.Do}})
			}
		}
		if d.Kind != trace.KindClose && string(data) != string(d.Data) {
			if d.original == nil {
				d.original = d.Data
			}
			d.Data = data
		}
	}
	a.ready = append(a.ready, before...)
	a.release(d)
	for _, c := range again {
		a.release(c)
	}
	// What was held until now follows.
	for i := 0; i < len(a.held); {
		if h := a.held[i]; h.From == p.From && h.after <= p.Number {
			a.held = slices.Delete(a.held, i, i+1)
			a.ready = append(a.ready, h)
		} else {
			i++
		}
	}
}

// release lets a delivery arrive, or holds it.
func (a *attacker) release(d delivery) {
	if d.after > d.Number && !d.lost {
		a.held = append(a.held, d)
	} else {
		a.ready = append(a.ready, d)
	}
}

// InFlight is what has been written and not yet delivered: first what the
// attacker holds back, then what is to come, in the order of arrival.
func (s *Session) InFlight() []trace.InFlight {
	var all []trace.InFlight
	add := func(p wire.Packet, held bool) {
		f := trace.InFlight{From: p.From, Kind: p.Kind, Number: p.Number, Length: len(p.Data), Held: held, Data: p.Data}
		if p.Kind == trace.KindRecord {
			f.Type = registry.ContentType(p.Data[0])
		}
		all = append(all, f)
	}
	for _, d := range s.attacker.held {
		add(d.Packet, true)
	}
	for _, d := range s.attacker.ready {
		add(d.Packet, false)
	}
	queue := slices.Clone(s.link.Queue())
	slices.SortStableFunc(queue, func(a, b wire.Packet) int { return int(a.Arrives - b.Arrives) })
	for _, p := range queue {
		add(p, false)
	}
	return all
}

// Attack adds a rule to a run that is under way, which its scenario holds from
// then on: run anew, it comes out the same. The packet must not have reached
// the attacker yet. Only the last connection of a run is attacked.
func (s *Session) Attack(rule scenario.Rule) error {
	rule, err := scenario.ParseRule(rule.String())
	if err != nil {
		return err
	}
	switch {
	case s.connection+1 < s.connections():
		return fmt.Errorf("sim: rule %q: the attacker waits for the last connection: step on", rule)
	case rule.Number < s.attacker.taken[trace.Side(rule.From)]:
		return fmt.Errorf("sim: rule %q: that packet has arrived: begin the run anew with the rule", rule)
	}
	sc := s.scenario
	sc.Wire = append(slices.Clone(sc.Wire), rule.String())
	if err := sc.Check(); err != nil {
		return err
	}
	s.scenario = sc
	s.attacker.rules = append(s.attacker.rules, rule)
	return nil
}

// read makes the event of a delivery.
func (s *Session) read(d delivery) *trace.Event {
	var e *trace.Event
	n, kind := 0, trace.KindClose
	if d.Kind != trace.KindClose && len(d.Data) > 0 {
		n, kind = cut(d.Data)
	}
	switch {
	case d.Kind == trace.KindClose:
		e = s.follower.Close(d.From)
	case !d.lost && !s.astray[d.From] && kind == trace.KindRecord && n == len(d.Data):
		e = s.follower.Record(d.From, d.Data)
	default:
		e = s.follower.Bytes(d.From, d.Data)
		// From here on the receiver finds other records than the sender wrote.
		s.astray[d.From] = s.astray[d.From] || !d.lost
	}
	if d.original != nil {
		e.Original = s.follower.Original(e, d.original)
	}
	if d.lost {
		e.Kind = d.Kind
		if d.Kind == trace.KindRecord {
			e.Type = registry.ContentType(d.Data[0])
			e.Inner = e.Type
		}
	}
	e.Number, e.Attack, e.Lost = d.Number, d.deeds, d.lost
	e.Sent, e.Time = s.base.Add(d.Sent), s.base.Add(max(d.Arrives, s.link.Now(d.From.Peer())))
	return e
}
