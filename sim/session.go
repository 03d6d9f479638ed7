// Package sim runs handshakes: it composes the wire, two real crypto/tls
// endpoints, their certificates and randomness, and the reading of what crosses
// between them, into a trace.
//
// Where to find what:
//
//	trace     the data model: events, buffers, one tree of nodes
//	scenario  what is to be run, and how one says so in a URL
//	presets   scenarios worth running, with the outcome that they have
//	entropy   seeded, recorded randomness
//	pki       the run's certificates
//	wire      the buffered, stepped link
//	endpoint  crypto/tls client and server on that link
//	follow    records and key log -> events (runs and captures alike)
//	dissect   bytes -> trees, without keys
//	keys      key log, key schedules, record protection
//	registry  the IANA's names
//	asn1view  DER -> trees
//	x509view  certificates in readable form
//	trust     paths to a trusted root, check by check
//
// Over QUIC (quic.go, endpoint/quic.go, follow/packet.go) the same code runs on
// datagrams; what of QUIC is real there and what is not, package endpoint says.
//
// A [Session] is stepped packet by packet. While it waits, [Session.InFlight] is
// what is on the wire and [Session.Attack] does something to it, as the rules of
// its scenario do. A run can be of several connections, each a trace of its own
// (trace.Trace.Earlier), someone can stand between the ends (trace.Trace.Behind),
// send again what he has recorded (replay.go), or read it later with a stolen key
// (theft.go).
//
// Nothing here knows of a browser: package wasm does, and shows it.
package sim

import (
	"context"
	"crypto/rsa"
	"crypto/tls"
	"fmt"
	"slices"
	"strings"
	"time"

	"tlsplay/sim/endpoint"
	"tlsplay/sim/entropy"
	"tlsplay/sim/follow"
	"tlsplay/sim/keys"
	"tlsplay/sim/registry"
	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
	"tlsplay/sim/wire"
)

// Session is a run in progress: one connection after another. It is stepped by
// one goroutine at a time; the traces that it hands out are immutable.
type Session struct {
	scenario  scenario.Scenario
	played    scenario.Scenario // the same, or its front
	config    map[trace.Side]*tls.Config
	verifiers map[trace.Side]*verifier
	system    *entropy.Stream
	middle    *entropy.Stream // of the man in the middle's other connections
	nested    bool            // within a turn of the man in the middle
	host      entropy.Host
	ticketKey []byte
	repeats   bool     // all randomness so far came from the seed
	flight    [][]byte // the client's first one, for the attacker
	forgetful bool     // withhold the key log from the follower, for tests
	closed    bool
	err       error
	earlier   []*trace.Trace
	sessions  []follow.Session // of earlier connections

	// Of the connection:
	behind     *trace.Trace // the man in the middle's other connection
	connection int          // from 0
	base       time.Time    // when its clock began
	link       *wire.Link
	attacker   *attacker
	follower   *follow.Follower
	client     *endpoint.Endpoint
	server     *endpoint.Endpoint
	events     []*trace.Event
	keyLog     strings.Builder
	learned    []keys.LogLine        // not yet told to the follower
	random     []byte                // of the ClientHello, as it crossed the wire
	rooted     map[trace.Side]bool   // whose chain's root is in the trace
	alerts     map[trace.Side]string // the fatal ones, as they were seen on the wire
	trust      []trace.Judgement     // how the ends judged each other
	judged     map[trace.Side]int    // by what was known then
}

// maxSteps bounds a connection: two megabytes in the smallest records that
// crypto/tls makes need fewer.
const maxSteps = 100_000

// New starts both endpoints and returns with the ClientHello in flight. A
// scenario without seed or clock gets fresh ones. The host may be nil.
func New(sc scenario.Scenario, host entropy.Host) (*Session, error) {
	return start(sc, host, nil)
}

// start is New, or within a turn of the server of another session.
func start(sc scenario.Scenario, host entropy.Host, within *Session) (*Session, error) {
	if sc.Seed == "" {
		sc.Seed = entropy.NewSeed().String()
	}
	if sc.Clock == "" {
		sc.Clock = scenario.FormatClock(time.Now())
	}
	if err := sc.Check(); err != nil {
		return nil, err
	}
	seed, err := entropy.ParseSeed(sc.Seed)
	if err != nil {
		return nil, err
	}
	now, err := sc.Time()
	if err != nil {
		return nil, err
	}
	s := &Session{
		scenario: sc, played: front(sc), base: now, repeats: true, host: host, nested: within != nil,
		system: seed.Stream("system"), middle: seed.Stream("middle"),
	}
	if within != nil {
		s.base = within.now(trace.Server)
	}
	s.turn("", func() {
		var client, server *tls.Config
		client, server, err = s.configs(seed, now)
		s.config = map[trace.Side]*tls.Config{trace.Client: client, trace.Server: server}
	})
	if err != nil {
		return nil, err
	}
	return s, s.connect()
}

// connections is how many the run makes.
func (s *Session) connections() int {
	n := max(1, s.scenario.Connections)
	if s.scenario.Replay {
		n++
	}
	return n
}

// connect begins a connection.
func (s *Session) connect() (err error) {
	sc := s.played
	var rules []string
	if s.connection+1 == s.connections() {
		rules = s.scenario.Wire
	}
	if s.attacker, err = newAttacker(rules); err != nil {
		return err
	}
	divide := cut
	if s.quic() {
		divide = datagram
	}
	s.link = wire.New(divide, wire.Path{
		Datagrams: s.quic(),
		RTT:       time.Duration(sc.Link.RTT) * time.Millisecond,
		Bandwidth: sc.Link.Bandwidth * 1000,
		Segment:   sc.Link.Segment,
		SlowStart: sc.Link.SlowStart,
	})
	s.follower = s.newFollower()
	s.events, s.behind = nil, nil
	s.keyLog.Reset()
	s.learned, s.random = nil, nil
	s.rooted, s.alerts = map[trace.Side]bool{}, map[trace.Side]string{}
	s.trust, s.judged = nil, map[trace.Side]int{}

	request, response := sc.Says(true), sc.Says(false)
	talk := endpoint.Talk{Close: endpoint.Close(sc.Close), Exporter: sc.Exporter}
	talk.QUIC = s.quic()
	talk.Send, talk.Expect, talk.Plain, talk.Verify = request, len(response), sc.Client.Plain, s.verify
	if s.replaying() {
		talk.Replay = append([][]byte{}, s.flight...)
	}
	s.flight = nil
	s.client = endpoint.New(trace.Client, s.config[trace.Client], talk)
	talk.Replay = nil
	talk.Send, talk.Expect, talk.Plain, talk.Verify = response, len(request), sc.Server.Plain, nil
	if sc.Middle != "" {
		talk.Relay = s.relay
	}
	s.server = endpoint.New(trace.Server, s.config[trace.Server], talk)
	s.turn(trace.Server, func() { s.link.Start(trace.Server, s.server.Run) })
	s.turn(trace.Client, func() { s.link.Start(trace.Client, s.client.Run) })
	return nil
}

// newFollower is a follower of the next connection that knows what the run knows:
// the randomness that the ends read, the server's key, and the sessions before.
func (s *Session) newFollower() *follow.Follower {
	f := follow.New()
	f.Ephemeral = func(side trace.Side) [][]byte {
		if r, ok := s.config[side].Rand.(*entropy.Stream); ok {
			return r.Reads
		}
		return nil
	}
	for _, c := range s.config[trace.Server].Certificates {
		f.ServerKey, _ = c.PrivateKey.(*rsa.PrivateKey)
	}
	for _, k := range s.config[trace.Server].EncryptedClientHelloKeys {
		f.ECHKeys = append(f.ECHKeys, keys.ECHKey{Config: k.Config, PrivateKey: k.PrivateKey})
	}
	if s.follower != nil {
		s.sessions = append(s.sessions, s.follower.Sessions...)
		f.Resume(s.sessions...)
	}
	return f
}

// reconnect begins the next connection of the run.
func (s *Session) reconnect() error {
	t := s.Trace()
	t.State, t.Earlier = trace.Finished, nil
	s.earlier = append(slices.Clip(s.earlier), t)
	if list, rejected := s.client.RetryConfigs(); rejected {
		s.config[trace.Client].EncryptedClientHelloConfigList = list // none: the server has securely disabled it
	}
	s.base = s.base.Add(s.elapsed())
	s.base = s.base.Add(time.Duration(s.scenario.Pause) * time.Second)
	s.link.Close()
	s.connection++
	return s.connect()
}

// now is the clock of an end.
func (s *Session) now(side trace.Side) time.Time {
	if s.link == nil {
		return s.base
	}
	return s.base.Add(s.link.Now(side))
}

// keyLogger receives the key log lines of one end. Both log the same secrets, if
// nobody has changed a message between them, and whichever knows one first is
// heard.
type keyLogger struct {
	s    *Session
	side trace.Side
}

func (k keyLogger) Write(line []byte) (int, error) {
	s := k.s
	lines, err := keys.ParseLog(string(line))
	if err != nil {
		s.err = err
	}
	// Of the secrets of one direction, its sender's count.
	peers := map[trace.Side]string{trace.Client: "SERVER_", trace.Server: "CLIENT_"}[k.side]
	if !strings.HasPrefix(string(line), peers) || strings.HasPrefix(string(line), masterLabel) {
		s.learned = append(s.learned, lines...)
	}
	if !strings.Contains(s.keyLog.String(), string(line)) {
		s.keyLog.Write(line)
	}
	return len(line), nil
}

// masterLabel files the master secret, of both directions, up to TLS 1.2.
const masterLabel = "CLIENT_RANDOM "

// learn tells the follower of the secrets that have been logged. It looks for
// them under the random of the ClientHello that crossed the wire; the ends file
// them under that which they know: of the inner ClientHello, if it was
// encrypted, or of the one before the attacker changed it.
func (s *Session) learn(d *delivery) {
	const clientHello, random = 1, 11 // the message's type, and where its random is in the record
	if d.From == trace.Client && d.Kind == trace.KindRecord && len(d.Data) > random+32 && d.Data[5] == clientHello && s.random == nil {
		s.random = d.Data[random : random+32]
	}
	if s.random == nil {
		s.random = quicRandom(d)
	}
	for _, line := range s.learned {
		if s.random != nil {
			line.ClientRandom = [32]byte(s.random)
		}
		if !s.forgetful {
			s.follower.Learn(line)
		}
	}
	s.learned = nil
}

// turn runs f, in which one endpoint runs or the certificates are made, while
// what the whole program shares is as the run wants it: the system's randomness
// comes from the run's own stream, and crypto/tls knows that end's TLS 1.3
// cipher suites.
func (s *Session) turn(side trace.Side, f func()) {
	if s.host != nil {
		giveBack := s.host.Lend(s.system.Bytes(entropy.Window))
		defer func() {
			if !giveBack() {
				s.repeats = false
			}
		}()
	}
	var suites []uint16
	if c := s.config[side]; c != nil {
		suites = c.CipherSuites
	}
	withSuites13(suites, s.played.Middle != "", s.nested, f)
}

// Step delivers the next packet to the endpoint that waits for it, and reports
// whether there was anything to do. When nothing is in flight and an endpoint
// still waits, its wait ends with a time-out; when a connection has ended and it
// is not the last, the next begins, and its first packet is in flight.
func (s *Session) Step() bool {
	if s.closed {
		return false
	}
	if len(s.events) >= maxSteps {
		s.fail(fmt.Errorf("sim: stopped after %d packets: send less application data", maxSteps))
		return false
	}
	d := s.attacker.next(s.link)
	switch {
	case d != nil:
		s.deliver(d)
	case s.starve():
	case s.connection+1 < s.connections():
		if err := s.reconnect(); err != nil {
			s.fail(err)
		}
	default:
		return false
	}
	return true
}

func (s *Session) fail(err error) {
	s.err = err
	s.Close()
}

func (s *Session) deliver(d *delivery) {
	at := s.base.Add(max(d.Arrives, s.link.Now(d.From.Peer())))
	if !d.lost {
		s.turn(d.From.Peer(), func() { s.link.Deliver(d.Packet) })
	}
	s.learn(d)
	s.record(d)
	e := s.read(d)
	e.Sent, e.Time = s.base.Add(d.Sent), at
	for _, end := range []*endpoint.Endpoint{s.client, s.server} {
		peer := end.State().Side.Peer()
		if chain := end.VerifiedChain(); chain != nil && !s.rooted[peer] {
			s.rooted[peer] = true
			s.follower.Root(peer, chain[len(chain)-1].Raw)
		}
	}
	for _, m := range e.Messages {
		if name, fatal := strings.CutPrefix(m.Note, "fatal "); fatal && m.Name == "alert" && e.Number >= 0 {
			s.alerts[e.From] = name
		}
	}
	if code, ok := clearAlert(d); ok {
		s.alerts[d.From] = registry.Alert(code)
	}
	s.judge()
	s.events = append(s.events, e)
	e.After = s.endpoints()
}

func (s *Session) starve() bool {
	waited := false
	for _, side := range []trace.Side{trace.Client, trace.Server} {
		if s.link.Waiting(side) && len(s.link.Queue()) == 0 {
			s.turn(side, func() { s.link.Starve(side) })
			waited = true
		}
	}
	return waited
}

// Finished reports whether both endpoints of the last connection have returned
// and nothing is in flight.
func (s *Session) Finished() bool {
	return (s.closed || s.connection+1 == s.connections()) && s.attacker.empty() && len(s.link.Queue()) == 0 &&
		!s.link.Waiting(trace.Client) && !s.link.Waiting(trace.Server)
}

// Close ends the endpoints where they are. The traces stay.
func (s *Session) Close() {
	s.closed = true
	s.link.Close()
	s.attacker.ready, s.attacker.held = nil, nil
}

// endpoints is the state of both ends, with the fatal alert that each sent.
func (s *Session) endpoints() []trace.Endpoint {
	var both []trace.Endpoint
	for _, end := range []*endpoint.Endpoint{s.client, s.server} {
		state := end.State()
		if code, ok := end.LocalAlert(); ok {
			state.Alert = registry.Alert(code)
		}
		if seen := s.alerts[state.Side]; seen != "" {
			state.Alert = seen
		}
		both = append(both, state)
	}
	return both
}

// Trace is the run as it stands. It does not change with further steps.
func (s *Session) Trace() *trace.Trace {
	t := &trace.Trace{
		Format:       trace.Format,
		Scenario:     s.scenario,
		State:        trace.Running,
		Began:        s.base,
		Version:      s.follower.Version(),
		Suite:        s.follower.Suite(),
		Group:        s.follower.Group(),
		Events:       slices.Clone(s.events),
		Endpoints:    s.endpoints(),
		Secrets:      slices.Clone(s.follower.Secrets),
		Certificates: slices.Clone(s.follower.Certificates),
		Derivations:  slices.Clone(s.follower.Derivations),
		Checks:       slices.Clone(s.follower.Checks),
		Trust:        slices.Clone(s.trust),
		KeyLog:       s.keyLog.String(),
		Buffers:      slices.Clone(s.follower.Buffers),
		Connection:   s.connection,
		Earlier:      slices.Clone(s.earlier),
		Behind:       s.behind,
		TicketKey:    s.ticketKey,
		Repeatable:   s.repeats && s.host != nil,
		InFlight:     s.InFlight(),
	}
	if s.Finished() {
		t.State = trace.Finished
	}
	if s.err != nil {
		t.Error = s.err.Error()
	}
	t.Thefts = s.thefts(t)
	return t
}

// Run is a whole run, from New to the end. It stops early when ctx ends.
func Run(ctx context.Context, sc scenario.Scenario, host entropy.Host) (*trace.Trace, error) {
	s, err := New(sc, host)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	for s.Step() {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("sim: run stopped: %w", err)
		}
	}
	return s.Trace(), nil
}
