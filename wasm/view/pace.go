package view

import (
	"fmt"
	"strconv"
	"time"

	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
	"tlsplay/wasm/html"
)

// Pace is one way to ask a server for something, and how long that takes until the
// first record of the answer is there.
type Pace struct {
	Name, Note string
	Scenario   scenario.Scenario
	Timing     *Timing // nil while it has not been run
}

// Paces is the ways that are compared on the link of a scenario: all of them from
// stock Go, with its key and nothing else.
func Paces(sc scenario.Scenario) []Pace {
	stock := scenario.Default()
	stock.Link, stock.Certificate = sc.Link, sc.Certificate
	var all []Pace
	way := func(name, note string, change func(*scenario.Scenario)) {
		s := stock
		change(&s)
		all = append(all, Pace{Name: name, Note: note, Scenario: s})
	}
	way("HTTP", "no TLS at all", func(s *scenario.Scenario) { s.Client.Plain, s.Server.Plain = true, true })
	way("TLS 1.3", "with the post-quantum X25519MLKEM768", func(*scenario.Scenario) {})
	way("TLS 1.3", "with X25519 alone", func(s *scenario.Scenario) { s.Group = "X25519" })
	way("TLS 1.3 resumed", "with the ticket of a connection before", func(s *scenario.Scenario) { s.Connections, s.Client.Resume = 2, true })
	way("TLS 1.3 asked again", "the server wants another group: HelloRetryRequest", func(s *scenario.Scenario) { s.Server.Groups = []string{"P-384"} })
	way("TLS 1.2", "with X25519", func(s *scenario.Scenario) { s.Version = "1.2" })
	way("TLS 1.2 resumed", "with a ticket", func(s *scenario.Scenario) { s.Version, s.Connections, s.Client.Resume = "1.2", 2, true })
	quic := func(s *scenario.Scenario) {
		s.Transport, s.Client.ALPN, s.Server.ALPN = scenario.QUIC, []string{"h3"}, []string{"h3"}
	}
	way("QUIC", "TLS 1.3 without TCP", quic)
	way("QUIC with 0-RTT", "the request goes with the first packet", func(s *scenario.Scenario) {
		quic(s)
		s.Connections, s.Client.Resume = 2, true
	})
	return all
}

// Timing is when what crossed, from the moment in which the client began to connect
// to the arrival of the answer's first record.
type Timing struct {
	Connected time.Duration // the transport could carry something
	Asked     time.Duration // the request left
	Answered  time.Duration
	Flights   []Flight
}

// Flight is what one end sent in a row under one kind of key.
type Flight struct {
	From  trace.Side
	Epoch trace.Epoch
	// The first byte leaves and arrives, the last byte leaves and arrives.
	Leaves, Arrives, LastLeaves, LastArrives time.Duration
}

// Time measures a run, if it has got so far and its link takes time.
func Time(t *trace.Trace) (Timing, bool) {
	var x Timing
	if len(t.Events) == 0 || t.Began.IsZero() {
		return x, false
	}
	sc, _ := t.Scenario.(scenario.Scenario)
	half := time.Duration(sc.Link.RTT) * time.Millisecond / 2
	x.Connected = t.Events[0].Sent.Sub(t.Began)
	asked := false
	for _, e := range t.Events {
		if e.Wire == nil {
			continue
		}
		f := Flight{From: e.From, Epoch: trace.EpochPlaintext, Leaves: e.Sent.Sub(t.Began), LastArrives: e.Time.Sub(t.Began)}
		if e.Protection != nil {
			f.Epoch = e.Protection.Epoch
		}
		if n := len(x.Flights); n > 0 && x.Flights[n-1].From == f.From {
			f.Leaves = max(f.Leaves, x.Flights[n-1].LastLeaves)
		}
		f.Arrives, f.LastLeaves = f.Leaves+half, f.LastArrives-half
		data := carriesData(e)
		if data && !asked && e.From == trace.Client {
			asked, x.Asked = true, e.Sent.Sub(t.Began)
		}
		if n := len(x.Flights); n > 0 && x.Flights[n-1].From == f.From && x.Flights[n-1].Epoch == f.Epoch && f.Leaves == x.Flights[n-1].LastLeaves {
			x.Flights[n-1].LastLeaves, x.Flights[n-1].LastArrives = f.LastLeaves, f.LastArrives
		} else {
			x.Flights = append(x.Flights, f)
		}
		if data && asked && e.From == trace.Server {
			x.Answered = f.LastArrives
			return x, x.Answered > 0
		}
	}
	return x, false
}

// carriesData tells whether an event has application data in it, protected or not.
func carriesData(e *trace.Event) bool {
	for _, m := range e.Messages {
		if m.Name == "application_data" {
			return true
		}
	}
	return e.Kind == trace.KindBytes && len(e.Messages) == 0
}

// links are some that people have. RTT in milliseconds, kbit/s.
var links = []struct {
	name string
	link scenario.Link
}{
	{"In the same city", scenario.Link{RTT: 10, Bandwidth: 100_000, Segment: 1460}},
	{"Across an ocean", scenario.Link{RTT: 150, Bandwidth: 50_000, Segment: 1460}},
	{"A telephone on the train", scenario.Link{RTT: 90, Bandwidth: 1_000, Segment: 1400}},
	{"By satellite", scenario.Link{RTT: 600, Bandwidth: 5_000, Segment: 1460}},
}

// ParseLink reads what the buttons of the links name: their place in the list.
func ParseLink(arg string) (scenario.Link, bool) {
	n, err := strconv.Atoi(arg)
	if err != nil || n < 0 || n >= len(links) {
		return scenario.Link{}, false
	}
	return links[n].link, true
}

// TakesTime tells whether the scenario's link does.
func TakesTime(sc scenario.Scenario) bool { return sc.Link.RTT > 0 || sc.Link.Bandwidth > 0 }

// pace draws how long the ways to shake hands take on the link of the run, all on
// one axis.
func pace(s State) html.Node {
	on := TakesTime(s.Scenario)
	lead := "The ends of this run are as near as can be. Put a real distance between them, and each way to shake hands is run there and timed:"
	if on {
		lead = "Each slanted line is something on its way from the client, above, to the server, below, or back: the fewer crossings before the answer, the sooner it is there; the thicker, the more bytes. All of these were run just now, on a link with " + linkWords(s.Scenario.Link) + "."
	}
	return html.Group(
		html.El("h2", html.Text("How long until the answer is there?")),
		html.El("p", html.Class("lead"), html.Text(lead)),
		html.El("div", html.Class("pace-links"), html.Attr("role", "group"), html.Attr("aria-label", "The link"),
			html.Map(links, func(i int, l struct {
				name string
				link scenario.Link
			}) html.Node {
				return html.El("button", html.Attr("type", "button"), html.Attr("id", "link-"+strconv.Itoa(i)), act(ActLink, strconv.Itoa(i)),
					html.Attr("aria-pressed", strconv.FormatBool(s.Scenario.Link == l.link)), html.Text(l.name), html.Text(" "), html.El("small", html.Text(strconv.Itoa(l.link.RTT)+" ms")))
			}),
			html.If(on, html.El("button", html.Attr("type", "button"), html.Class("link"), html.Attr("id", "link-none"), act(ActLink, ""), html.Text("No distance")))),
		html.If(on, paceChart(s)))
}

// linkWords is a link in words.
func linkWords(l scenario.Link) string {
	text := "a round trip of " + strconv.Itoa(l.RTT) + " ms"
	if l.Bandwidth > 0 {
		text += " and " + bitrate(l.Bandwidth)
	}
	if l.SlowStart {
		text += ", where TCP starts slowly"
	}
	return text
}

func bitrate(kilobits int) string {
	if kilobits >= 1000 && kilobits%1000 == 0 {
		return strconv.Itoa(kilobits/1000) + " Mbit/s"
	}
	return strconv.Itoa(kilobits) + " kbit/s"
}

func paceChart(s State) html.Node {
	longest := time.Duration(0)
	for _, p := range s.Paces {
		if p.Timing != nil {
			longest = max(longest, p.Timing.Answered)
		}
	}
	tick := tickOf(longest)
	return html.Group(
		html.El("p", html.Class("pace-legend"),
			html.El("span", html.Class("chip tcp"), html.Text("TCP connects")),
			html.Map([]trace.Epoch{trace.EpochPlaintext, trace.EpochHandshake, trace.EpochApplication, trace.EpochSession, trace.EpochEarly}, func(_ int, e trace.Epoch) html.Node {
				return html.El("span", html.Class("chip", "epoch-"+string(e)), html.Text(map[bool]string{true: "readable", false: string(e) + " key"}[e == trace.EpochPlaintext]))
			})),
		html.El("ol", html.Class("paces"), html.Map(s.Paces, func(_ int, p Pace) html.Node { return paceRow(p, 4*tick, s) })),
		html.El("div", html.Class("pace-axis"), html.Attr("aria-hidden", "true"), html.El("p", html.Map(make([]int, 5), func(i int, _ int) html.Node {
			return html.El("span", html.Text(milliseconds(time.Duration(i)*tick)))
		}))),
		html.El("p", html.Class("hint"), html.Text("The ends compute in no time here, and nothing is lost on the way: what is left is what the messages themselves cost.")))
}

// tickOf is a round fourth of an axis that is long enough.
func tickOf(longest time.Duration) time.Duration {
	for unit := time.Microsecond; ; unit *= 10 {
		for _, n := range []time.Duration{10, 15, 20, 25, 30, 40, 50} {
			if 4*n*unit >= longest {
				return n * unit
			}
		}
	}
}

func paceRow(p Pace, axis time.Duration, s State) html.Node {
	run := p.Scenario.Fragment(false)
	head := html.El("a", html.Attr("href", Place{View: ViewHandshake, Run: run}.String()), html.El("b", html.Text(p.Name)), html.Text(" "), html.El("small", html.Text(p.Note)))
	if p.Timing == nil {
		return html.El("li", html.Class("waiting"), head, html.El("p", html.Class("drawn"), html.Text("running …")))
	}
	x := p.Timing
	transport := "TCP " + milliseconds(x.Connected) + ", "
	if x.Connected == 0 {
		transport = ""
	}
	shake := "TLS " + milliseconds(x.Asked-x.Connected) + ", "
	if p.Scenario.Client.Plain {
		shake = ""
	}
	return html.El("li", html.Class(when(run == s.run, "current")), head,
		html.El("b", html.Class("total"), html.Text(milliseconds(x.Answered))),
		paceDrawing(x, axis),
		html.El("p", html.Class("spent"), html.Text(transport+shake+"answer "+milliseconds(x.Answered-x.Asked))))
}

// The drawing's measures: a thousand units are the axis.
const (
	paceWidth = 1000
	paceTop   = 3
	paceFoot  = 33
)

// paceDrawing is the crossings of one run over time.
func paceDrawing(x *Timing, axis time.Duration) html.Node {
	at := func(d time.Duration) string {
		return strconv.FormatFloat(float64(d)/float64(axis)*paceWidth, 'f', 1, 64)
	}
	shape := func(class string, from trace.Side, says string, leaves, lastLeaves, lastArrives, arrives time.Duration) html.Node {
		top, foot := strconv.Itoa(paceTop), strconv.Itoa(paceFoot)
		if from == trace.Server {
			top, foot = foot, top
		}
		points := at(leaves) + "," + top + " " + at(lastLeaves) + "," + top + " " + at(lastArrives) + "," + foot + " " + at(arrives) + "," + foot
		return html.El("polygon", html.Class(class), html.Attr("points", points), html.Attr("vector-effect", "non-scaling-stroke"),
			html.El("title", html.Text(says+": "+milliseconds(leaves)+" to "+milliseconds(lastArrives))))
	}
	line := func(class, x1, y1, x2, y2 string) html.Node {
		return html.El("line", html.Class(class), html.Attr("x1", x1), html.Attr("y1", y1), html.Attr("x2", x2), html.Attr("y2", y2), html.Attr("vector-effect", "non-scaling-stroke"))
	}
	var marks []html.Node
	for i := range 5 {
		n := strconv.Itoa(i * paceWidth / 4)
		marks = append(marks, line("grid", n, "0", n, "36"))
	}
	for _, y := range []int{paceTop, paceFoot} {
		marks = append(marks, line("end", "0", strconv.Itoa(y), strconv.Itoa(paceWidth), strconv.Itoa(y)))
	}
	if c := x.Connected; c > 0 {
		marks = append(marks,
			shape("tcp", trace.Client, "TCP SYN", 0, 0, c/2, c/2),
			shape("tcp", trace.Server, "TCP SYN, ACK", c/2, c/2, c, c))
	}
	for _, f := range x.Flights {
		marks = append(marks, shape("epoch-"+string(f.Epoch), f.From, string(f.From)+", "+string(f.Epoch), f.Leaves, f.LastLeaves, f.LastArrives, f.Arrives))
	}
	return html.El("svg", html.Class("drawn"), html.Attr("viewbox", fmt.Sprintf("0 0 %d 36", paceWidth)), html.Attr("preserveaspectratio", "none"), html.Attr("aria-hidden", "true"), html.Group(marks...))
}

// milliseconds is a time for people.
func milliseconds(d time.Duration) string {
	ms := float64(d) / float64(time.Millisecond)
	if ms < 10 && ms > 0 {
		return strconv.FormatFloat(ms, 'f', 1, 64) + " ms"
	}
	return strconv.FormatFloat(ms, 'f', 0, 64) + " ms"
}

// firstByte says how long the answer of this run took, where its link takes time.
func firstByte(t *trace.Trace) string {
	if x, ok := Time(t); ok {
		return milliseconds(x.Answered)
	}
	return "none"
}
