package view

import (
	"strconv"
	"strings"
	"time"

	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
	"tlsplay/wasm/html"
)

// Pace is one way to ask a server for something, and how long that takes until the
// first record of the answer is there.
type Pace struct {
	Name, Note string
	Run        string  // the scenario as a fragment
	Timing     *Timing // nil while it has not been run
}

// paces are the ways that are compared, each a name, a note, and how it differs from
// stock Go.
var paces = [...][3]string{
	{"HTTP", "no TLS at all", "client.plain=true server.plain=true"},
	{"TLS 1.3", "with the post-quantum X25519MLKEM768", ""},
	{"TLS 1.3", "with X25519 alone", "group=X25519"},
	{"TLS 1.3 resumed", "with the ticket of a connection before", "connections=2 client.resume=true"},
	{"TLS 1.3 asked again", "the server wants another group: HelloRetryRequest", "server.groups=P-384"},
	{"TLS 1.2", "with X25519", "version=1.2"},
	{"TLS 1.2 resumed", "with a ticket", "version=1.2 connections=2 client.resume=true"},
	{"QUIC", "TLS 1.3 without TCP", "transport=quic client.alpn=h3 server.alpn=h3"},
	{"QUIC with 0-RTT", "the request goes with the first packet", "transport=quic client.alpn=h3 server.alpn=h3 connections=2 client.resume=true"},
}

// Paces is the ways that are compared on the link of a scenario: all of them from
// stock Go, with the scenario's kind of key and nothing else of it.
func Paces(sc scenario.Scenario) []Pace {
	var all []Pace
	for _, p := range paces {
		way := scenario.Default()
		way.Link, way.Certificate = sc.Link, sc.Certificate
		for _, knob := range strings.Fields(p[2]) {
			name, value, _ := strings.Cut(knob, "=")
			way.Set(name, value) // the tests run them all
		}
		all = append(all, Pace{Name: p[0], Note: p[1], Run: way.Fragment(false)})
	}
	return all
}

// Timing is when what crossed, from the moment in which the client began to connect
// to the arrival of the answer's first record.
type Timing struct {
	Connected time.Duration // the transport could carry something
	Asked     time.Duration // the request left
	Answered  time.Duration
	Flights   []*Flight
}

// Flight is what one end sent in a row under one kind of key.
type Flight struct {
	From  trace.Side
	Epoch trace.Epoch
	// When its first byte leaves and arrives, and its last.
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
	var last *Flight
	for _, e := range t.Events {
		if e.Wire == nil {
			continue
		}
		epoch, leaves, arrives := trace.EpochPlaintext, e.Sent.Sub(t.Began), e.Time.Sub(t.Began)
		if e.Protection != nil {
			epoch = e.Protection.Epoch
		}
		same := last != nil && last.From == e.From
		if same {
			leaves = max(leaves, last.LastLeaves)
		}
		if same && last.Epoch == epoch && leaves == last.LastLeaves {
			last.LastLeaves, last.LastArrives = arrives-half, arrives
		} else {
			last = &Flight{e.From, epoch, leaves, leaves + half, arrives - half, arrives}
			x.Flights = append(x.Flights, last)
		}
		switch data := carriesData(e); {
		case data && !asked && e.From == trace.Client:
			asked, x.Asked = true, e.Sent.Sub(t.Began)
		case data && asked && e.From == trace.Server:
			x.Answered = arrives
			return x, arrives > 0
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

// links are some that people have: their round trips in milliseconds, kbit/s and
// bytes in a segment.
var links = [...]struct {
	name                    string
	rtt, bandwidth, segment int
}{
	{"In the same city", 10, 100_000, 1460},
	{"Across an ocean", 150, 50_000, 1460},
	{"A telephone on the train", 90, 1_000, 1400},
	{"By satellite", 600, 5_000, 1460},
}

// ParseLink reads what the buttons of the links name: their place in the list.
// Anything else is no link.
func ParseLink(arg string) scenario.Link {
	n, err := strconv.Atoi(arg)
	if err != nil || n < 0 || n >= len(links) {
		return scenario.Link{}
	}
	return scenario.Link{RTT: links[n].rtt, Bandwidth: links[n].bandwidth, Segment: links[n].segment}
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
	var choices []html.Node
	for i, l := range links {
		n := strconv.Itoa(i)
		choices = append(choices, html.El("button", html.Attr("type", "button"), html.Attr("id", "link-"+n), act(ActLink, n),
			html.Attr("aria-pressed", strconv.FormatBool(s.Scenario.Link == ParseLink(n))), html.Text(l.name+" "), words("small", "", strconv.Itoa(l.rtt)+" ms")))
	}
	if on {
		choices = append(choices, html.El("button", html.Attr("type", "button"), html.Class("link"), html.Attr("id", "link-none"), act(ActLink, ""), html.Text("No distance")))
	}
	drawn := html.Node{}
	if on {
		drawn = paceChart(s)
	}
	return html.Group(
		words("h2", "", "How long until the answer is there?"),
		words("p", "lead", lead),
		box("div", "pace-links", html.Attr("role", "group"), html.Attr("aria-label", "The link"), html.Group(choices...)),
		drawn)
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
	legend := []html.Node{words("span", "chip tcp", "TCP connects")}
	for _, e := range []trace.Epoch{trace.EpochPlaintext, trace.EpochHandshake, trace.EpochApplication, trace.EpochSession, trace.EpochEarly} {
		legend = append(legend, html.El("span", html.Class("chip", "epoch-"+string(e)), html.Text(keyName(e))))
	}
	var rows, marks []html.Node
	for i := range s.Paces {
		rows = append(rows, paceRow(&s.Paces[i], 4*tick, s))
	}
	for i := range 5 {
		marks = append(marks, words("span", "", milliseconds(time.Duration(i)*tick)))
	}
	return html.Group(
		box("p", "pace-legend", html.Group(legend...)),
		box("ol", "paces", html.Group(rows...)),
		box("div", "pace-axis", html.Attr("aria-hidden", "true"), html.El("p", html.Group(marks...))),
		words("p", "hint", "The ends compute in no time here, and nothing is lost on the way: what is left is what the messages themselves cost."))
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

func paceRow(p *Pace, axis time.Duration, s State) html.Node {
	x := p.Timing
	total, spent, drawn := "…", "being run", html.Node{}
	if x != nil {
		total, spent, drawn = milliseconds(x.Answered), "", paceDrawing(x, axis)
		if x.Connected > 0 {
			spent = "TCP " + milliseconds(x.Connected) + ", "
		}
		if x.Asked > x.Connected || x.Connected == 0 {
			spent += "TLS " + milliseconds(x.Asked-x.Connected) + ", "
		}
		spent += "answer " + milliseconds(x.Answered-x.Asked)
	}
	return box("li", when(p.Run == s.run, "current"),
		html.El("a", html.Attr("href", "#/handshake?"+p.Run), words("b", "", p.Name), html.Text(" "), words("small", "", p.Note)),
		words("b", "total", total),
		drawn,
		words("p", "spent", spent))
}

// paceDrawing is the crossings of one run over time, the client's end at the top: a
// thousand units wide, whatever the axis, and 36 high.
func paceDrawing(x *Timing, axis time.Duration) html.Node {
	at := func(d time.Duration) string { return strconv.FormatInt(int64(d*1000/axis), 10) }
	path := func(class, shape, says string) html.Node {
		return box("path", class, html.Attr("d", shape), html.Attr("vector-effect", "non-scaling-stroke"), html.If(says != "", words("title", "", says)))
	}
	crossing := func(class, says string, f *Flight) html.Node {
		from, to := "3", "33"
		if f.From == trace.Server {
			from, to = to, from
		}
		return path(class, "M"+at(f.Leaves)+" "+from+"L"+at(f.LastLeaves)+" "+from+" "+at(f.LastArrives)+" "+to+" "+at(f.Arrives)+" "+to+"Z",
			string(f.From)+", "+says+": "+milliseconds(f.Leaves)+" to "+milliseconds(f.LastArrives))
	}
	marks := []html.Node{path("grid", "M0 0V36M250 0V36M500 0V36M750 0V36M1000 0V36M0 3H1000M0 33H1000", "")}
	if c := x.Connected; c > 0 {
		marks = append(marks, crossing("tcp", "TCP SYN", &Flight{trace.Client, "", 0, c / 2, 0, c / 2}), crossing("tcp", "TCP SYN, ACK", &Flight{trace.Server, "", c / 2, c, c / 2, c}))
	}
	for _, f := range x.Flights {
		marks = append(marks, crossing("epoch-"+string(f.Epoch), string(f.Epoch), f))
	}
	return box("svg", "drawn", html.Attr("viewbox", "0 0 1000 36"), html.Attr("preserveaspectratio", "none"), html.Attr("aria-hidden", "true"), html.Group(marks...))
}

// milliseconds is a time for people, with tenths where it is short.
func milliseconds(d time.Duration) string {
	if tenths := int64(d+50*time.Microsecond) / 100_000; tenths%10 > 0 && tenths < 100 {
		return strconv.FormatInt(tenths/10, 10) + "." + strconv.FormatInt(tenths%10, 10) + " ms"
	}
	return strconv.FormatInt(int64(d+500*time.Microsecond)/1_000_000, 10) + " ms"
}

// firstByte says how long the answer of this run took, where its link takes time.
func firstByte(t *trace.Trace) string {
	if x, ok := Time(t); ok {
		return milliseconds(x.Answered)
	}
	return "none"
}
