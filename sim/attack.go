package sim

import (
	"fmt"
	"slices"
	"time"

	"tlsplay/sim/dissect"
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
	ready []*delivery        // about to arrive
	held  []*delivery
	cut   bool
}

// delivery is a packet on its way from the attacker to an end.
type delivery struct {
	*wire.Packet
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

// next is what arrives next, or nil.
func (a *attacker) next(l *wire.Link) *delivery {
	for len(a.ready) == 0 {
		if p := l.Take(); p != nil {
			a.take(p)
		} else if len(a.held) > 0 {
			d := a.held[0]
			d.delay(max(l.Now(trace.Client), l.Now(trace.Server)))
			a.ready, a.held = append(a.ready, d), a.held[1:]
		} else {
			return nil
		}
	}
	d := a.ready[0]
	a.ready = a.ready[1:]
	return d
}

// empty reports whether nothing is on its way from the attacker.
func (a *attacker) empty() bool { return len(a.ready)+len(a.held) == 0 }

// take does to p what the rules say.
func (a *attacker) take(p *wire.Packet) {
	a.taken[p.From] = p.Number + 1
	d := &delivery{Packet: p, lost: a.cut}
	var again []*delivery
	for i := range a.rules {
		r := &a.rules[i]
		if a.cut || r.Number != p.Number || r.From != string(p.From) {
			continue
		}
		switch r.Do {
		case "insert":
			a.putIn(p, p.From, trace.KindBytes, r)
			continue
		case "cut":
			a.cut, d.lost = true, true
			a.putIn(p, p.From, trace.KindClose, r)
			a.putIn(p, p.From.Peer(), trace.KindClose, r)
		case "drop":
			d.lost = true
		case "hold":
			d.after = p.Number + r.At
		case "repeat":
			again = append(again, &delivery{Packet: d.Packet, original: d.original, deeds: []string{r.Do}, after: p.Number + r.At})
			continue
		default:
			d.change(r)
		}
		d.deeds = append(d.deeds, r.Do)
	}
	for _, d := range append([]*delivery{d}, again...) {
		if d.after > p.Number && !d.lost {
			a.held = append(a.held, d)
		} else {
			a.ready = append(a.ready, d)
		}
	}
	// What was held until now follows.
	held := a.held
	a.held = nil
	for _, h := range held {
		if h.From == p.From && h.after <= p.Number {
			h.delay(p.Arrives)
			a.ready = append(a.ready, h)
		} else {
			a.held = append(a.held, h)
		}
	}
}

// delay has a packet arrive no earlier than at.
func (d *delivery) delay(at time.Duration) {
	p := *d.Packet
	p.Arrives = max(p.Arrives, at)
	d.Packet = &p
}

// putIn has something arrive before p that nobody has sent.
func (a *attacker) putIn(p *wire.Packet, from trace.Side, kind trace.Kind, r *scenario.Rule) {
	in := &wire.Packet{From: from, Number: -1, Kind: kind, Data: r.Bytes, Sent: p.Sent, Arrives: p.Arrives}
	a.ready = append(a.ready, &delivery{Packet: in, deeds: []string{r.Do}})
}

// change gives d a copy of its packet with other bytes.
func (d *delivery) change(r *scenario.Rule) {
	if d.Kind == trace.KindClose {
		return
	}
	p := *d.Packet
	p.Data = append([]byte(nil), d.Data...)
	if r.Do == "truncate" {
		p.Data = p.Data[:min(r.At, len(p.Data))]
	}
	for i, b := range r.Bytes {
		if at := r.At + i; at < len(p.Data) {
			if r.Do == "flip" {
				b ^= p.Data[at]
			}
			p.Data[at] = b
		}
	}
	if d.original == nil {
		d.original = d.Data
	}
	d.Packet = &p
}

// InFlight is what has been written and not yet delivered: first what the
// attacker holds back, then what is to come, in the order of arrival.
func (s *Session) InFlight() []trace.InFlight {
	var all []trace.InFlight
	add := func(p *wire.Packet, held bool) {
		f := trace.InFlight{From: p.From, Kind: p.Kind, Number: p.Number, Length: len(p.Data), Held: held, Data: p.Data}
		if p.Kind == trace.KindRecord {
			f.Type = registry.ContentType(p.Data[0])
		}
		if p.Kind == trace.KindPacket && len(p.Data) > 0 {
			f.Type = dissect.PacketType(p.Data[0])
		}
		all = append(all, f)
	}
	for _, d := range s.attacker.held {
		add(d.Packet, true)
	}
	for _, d := range s.attacker.ready {
		add(d.Packet, false)
	}
	for _, p := range s.link.Queue() {
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

// clearAlert is the fatal alert that a packet was sent as, if it can be read
// without a key, whatever became of it. RFC 8446, Section 6.
func clearAlert(d *delivery) (code uint8, ok bool) {
	data := d.Data
	if d.original != nil {
		data = d.original
	}
	const alert, length, fatal = 21, 7, 2
	if d.Number < 0 || d.Kind != trace.KindRecord || len(data) != length || data[0] != alert || data[5] != fatal {
		return 0, false
	}
	return data[6], true
}

// read makes the event of a delivery.
func (s *Session) read(d *delivery) *trace.Event {
	var e *trace.Event
	n, kind := 0, trace.KindClose
	if d.Kind != trace.KindClose && len(d.Data) > 0 {
		n, kind = cut(d.Data)
	}
	switch {
	case d.Kind == trace.KindClose:
		e = s.follower.Close(d.From)
	case !d.lost && s.quic():
		e = s.follower.Packet(d.From, d.Data)
	case !d.lost && kind == trace.KindRecord && n == len(d.Data):
		e = s.follower.Record(d.From, d.Data)
	default: // what follows is shown as the sender meant it, wherever the receiver now finds its records
		e = s.follower.Bytes(d.From, d.Data)
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
		if d.Kind == trace.KindPacket && len(d.Data) > 0 {
			e.Type = dissect.PacketType(d.Data[0])
			e.Inner = e.Type
		}
	}
	e.Number, e.Attack, e.Lost = d.Number, d.deeds, d.lost
	return e
}
