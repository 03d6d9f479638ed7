// Package sim runs handshakes: it composes the wire, two real crypto/tls
// endpoints, their certificates and randomness, and the reading of what crosses
// between them, into a trace.
//
// Where to find what:
//
//	trace     the data model: events, buffers, one tree of nodes
//	scenario  what is to be run
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
// Nothing here knows of a browser: package wasm does, and shows it.
package sim

import (
	"context"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"tlsplay/sim/endpoint"
	"tlsplay/sim/entropy"
	"tlsplay/sim/follow"
	"tlsplay/sim/keys"
	"tlsplay/sim/pki"
	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
	"tlsplay/sim/trust"
	"tlsplay/sim/wire"
)

// Session is a run in progress. It is stepped by one goroutine at a time; the
// traces that it hands out are immutable.
type Session struct {
	scenario scenario.Scenario
	link     *wire.Link
	follower *follow.Follower
	client   *endpoint.Endpoint
	server   *endpoint.Endpoint
	system   *entropy.Stream
	host     entropy.Host
	keyLog   strings.Builder

	verify    trust.Options // what the client goes by
	trust     []*trace.Verification
	events    []*trace.Event
	rootShown bool
	repeats   bool // all randomness so far came from the seed
	forgetful bool // withhold the key log from the follower, for tests
	err       error
}

// maxSteps bounds a run: two megabytes in the smallest records that crypto/tls
// makes need fewer.
const maxSteps = 100_000

// New starts both endpoints and returns with the ClientHello in flight. A
// scenario without seed or clock gets fresh ones. The host may be nil.
func New(sc scenario.Scenario, host entropy.Host) (*Session, error) {
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
		scenario: sc,
		link:     wire.New(cut),
		follower: follow.New(),
		system:   seed.Stream("system"),
		host:     host,
		repeats:  true,
	}
	if err := s.lend(func() error { return s.start(seed, now) }); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Session) start(seed entropy.Seed, now time.Time) error {
	sc := s.scenario
	host, asked := sc.Host, now
	switch sc.Fault {
	case scenario.WrongHost:
		host = "other." + sc.Host
	case scenario.Expired:
		asked = pki.Expired(now)
	}
	chain, err := pki.New(sc.Certificate, host, now, asked, seed.Stream("pki"))
	if err != nil {
		return err
	}
	streams := map[trace.Side]*entropy.Stream{trace.Client: seed.Stream("client"), trace.Server: seed.Stream("server")}
	s.follower.Ephemeral = func(side trace.Side) [][]byte { return streams[side].Reads }
	s.follower.ServerKey, _ = chain.Key.(*rsa.PrivateKey)
	client := config(sc, now, streams[trace.Client], keyLogger{s})
	client.ServerName = sc.Host
	client.RootCAs = chain.Roots()
	server := config(sc, now, streams[trace.Server], keyLogger{s})
	server.Certificates = []tls.Certificate{chain.TLS()}
	s.verify = trust.Options{By: trace.Client, Host: sc.Host, Time: now, Roots: []*x509.Certificate{chain.Root}}
	switch sc.Fault {
	case scenario.UnknownRoot:
		client.RootCAs = x509.NewCertPool()
		s.verify.Roots = nil
	case scenario.NoCommonVersion:
		if sc.Version == "1.3" {
			client.MinVersion, server.MaxVersion = tls.VersionTLS13, tls.VersionTLS12
		} else {
			server.MinVersion, server.MaxVersion = tls.VersionTLS13, tls.VersionTLS13
		}
	}

	s.client = endpoint.New(trace.Client, client, []byte(sc.Request), len(sc.Response))
	s.server = endpoint.New(trace.Server, server, []byte(sc.Response), len(sc.Request))
	s.link.Start(trace.Server, s.server.Run)
	s.link.Start(trace.Client, s.client.Run)
	return nil
}

// config is what both ends have in common. Cipher suites are listed so that the
// hellos are those of a stock Go program, which does not have the godebug
// settings of our go.mod.
func config(sc scenario.Scenario, now time.Time, random io.Reader, keyLog io.Writer) *tls.Config {
	c := &tls.Config{
		Rand:         random,
		Time:         func() time.Time { return now },
		MinVersion:   tls.VersionTLS12,
		MaxVersion:   tls.VersionTLS13,
		KeyLogWriter: keyLog,
	}
	if sc.Version == "1.2" {
		c.MaxVersion = tls.VersionTLS12
	}
	for _, suite := range tls.CipherSuites() {
		c.CipherSuites = append(c.CipherSuites, suite.ID)
	}
	if id, ok := groups[sc.Group]; ok {
		c.CurvePreferences = []tls.CurveID{id}
	}
	return c
}

var groups = map[string]tls.CurveID{
	"X25519":             tls.X25519,
	"P-256":              tls.CurveP256,
	"P-384":              tls.CurveP384,
	"P-521":              tls.CurveP521,
	"X25519MLKEM768":     tls.X25519MLKEM768,
	"SecP256r1MLKEM768":  tls.SecP256r1MLKEM768,
	"SecP384r1MLKEM1024": tls.SecP384r1MLKEM1024,
}

// keyLogger receives the key log lines of both endpoints. Both log the same
// secrets, and whichever knows one first is heard.
type keyLogger struct{ s *Session }

func (k keyLogger) Write(line []byte) (int, error) {
	if strings.Contains(k.s.keyLog.String(), string(line)) {
		return len(line), nil
	}
	k.s.keyLog.Write(line)
	lines, err := keys.ParseLog(string(line))
	if err != nil {
		k.s.err = err
	}
	if !k.s.forgetful {
		k.s.follower.Learn(lines...)
	}
	return len(line), nil
}

// lend runs f while the system's randomness comes from the run's own stream.
func (s *Session) lend(f func() error) error {
	if s.host == nil {
		return f()
	}
	giveBack := s.host.Lend(s.system.Bytes(entropy.Window))
	defer func() {
		if !giveBack() {
			s.repeats = false
		}
	}()
	return f()
}

// Step delivers the next packet to the endpoint that waits for it, and reports
// whether there was anything to do. When nothing is in flight and an endpoint
// still waits, its wait ends with a time-out.
func (s *Session) Step() bool {
	if len(s.events) >= maxSteps {
		s.link.Close()
		s.err = fmt.Errorf("sim: stopped after %d packets: send less application data", maxSteps)
		return false
	}
	p, ok := s.link.Take()
	if !ok {
		return s.starve()
	}
	var e *trace.Event
	switch p.Kind {
	case trace.KindRecord:
		e = s.follower.Record(p.From, p.Data)
	case trace.KindBytes:
		e = s.follower.Bytes(p.From, p.Data)
	case trace.KindClose:
		e = s.follower.Close(p.From)
	}
	s.lend(func() error { s.link.Deliver(p); return nil })
	if chain := s.client.VerifiedChain(); chain != nil && !s.rootShown {
		s.rootShown = true
		s.follower.Root(trace.Server, chain[len(chain)-1].Raw)
	}
	s.judge()
	s.events = append(s.events, e)
	e.After = s.endpoints()
	return true
}

func (s *Session) starve() bool {
	waited := false
	for _, side := range []trace.Side{trace.Client, trace.Server} {
		if s.link.Waiting(side) && len(s.link.Queue()) == 0 {
			s.lend(func() error { s.link.Starve(side); return nil })
			waited = true
		}
	}
	return waited
}

// judge shows how the client judges the server's certificates, once they came.
func (s *Session) judge() {
	var sent [][]byte
	for _, c := range s.follower.Certificates {
		if c.From == trace.Server && c.Role != "root" {
			sent = append(sent, c.DER.Data)
		}
	}
	if s.trust == nil && sent != nil {
		s.trust = []*trace.Verification{trust.Verify(sent, s.verify)}
	}
}

// Finished reports whether both endpoints have returned and nothing is in
// flight.
func (s *Session) Finished() bool {
	return !s.link.Waiting(trace.Client) && !s.link.Waiting(trace.Server) && len(s.link.Queue()) == 0
}

// Close ends the endpoints where they are. The traces stay.
func (s *Session) Close() { s.link.Close() }

// endpoints is the state of both ends, with the fatal alert that each sent.
func (s *Session) endpoints() []trace.Endpoint {
	both := []trace.Endpoint{s.client.State(), s.server.State()}
	for i := range both {
		for _, e := range s.events {
			for _, m := range e.Messages {
				if e.From == both[i].Side && m.Name == "alert" && strings.HasPrefix(m.Note, "fatal ") {
					both[i].Alert = strings.TrimPrefix(m.Note, "fatal ")
				}
			}
		}
	}
	return both
}

// Trace is the run as it stands. It does not change with further steps.
func (s *Session) Trace() *trace.Trace {
	t := &trace.Trace{
		Format:       trace.Format,
		Scenario:     s.scenario,
		State:        trace.Running,
		Version:      s.follower.Version(),
		Suite:        s.follower.Suite(),
		Group:        s.follower.Group(),
		Events:       slices.Clone(s.events),
		Endpoints:    s.endpoints(),
		Secrets:      slices.Clone(s.follower.Secrets),
		Certificates: slices.Clone(s.follower.Certificates),
		Derivations:  slices.Clone(s.follower.Derivations),
		Checks:       slices.Clone(s.follower.Checks),
		Trust:        s.trust,
		KeyLog:       s.keyLog.String(),
		Buffers:      slices.Clone(s.follower.Buffers),
		Repeatable:   s.repeats && s.host != nil,
	}
	if s.Finished() {
		t.State = trace.Finished
	}
	for _, p := range s.link.Queue() {
		t.InFlight = append(t.InFlight, inFlight(p))
	}
	if s.err != nil {
		t.Error = s.err.Error()
	}
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
