package sim

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"slices"
	"time"

	"tlsplay/sim/entropy"
	"tlsplay/sim/pki"
	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
)

// config is what both ends have in common. Cipher suites are listed so that the
// hellos are those of a stock Go program, which does not have the godebug
// settings of our go.mod.
func config(sc scenario.Scenario, now func() time.Time, random io.Reader, keyLog io.Writer) *tls.Config {
	c := &tls.Config{
		Rand:         random,
		Time:         now,
		MinVersion:   tls.VersionTLS12,
		MaxVersion:   versions[sc.Version],
		KeyLogWriter: keyLog,
	}
	if c.MaxVersion < tls.VersionTLS12 || sc.Suite != "" {
		c.MinVersion = c.MaxVersion
	}
	for _, suite := range tls.CipherSuites() {
		c.CipherSuites = append(c.CipherSuites, suite.ID) // those of TLS 1.3 take effect in turn
	}
	if id := suiteID(sc.Suite); id != 0 {
		c.CipherSuites = []uint16{id}
	}
	if id, ok := groups[sc.Group]; ok {
		c.CurvePreferences = []tls.CurveID{id}
	}
	return c
}

var versions = map[string]uint16{
	"1.3": tls.VersionTLS13,
	"1.2": tls.VersionTLS12,
	"1.1": tls.VersionTLS11,
	"1.0": tls.VersionTLS10,
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

var clientAuths = map[string]tls.ClientAuthType{
	"request":            tls.RequestClientCert,
	"require-any":        tls.RequireAnyClientCert,
	"verify-if-given":    tls.VerifyClientCertIfGiven,
	"require-and-verify": tls.RequireAndVerifyClientCert,
}

// suiteID is the number of the cipher suite of that name, or 0.
func suiteID(name string) uint16 {
	if name == "" {
		return 0
	}
	for _, s := range slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites()) {
		if s.Name == name {
			return s.ID
		}
	}
	return 0
}

func isSuite13(id uint16) bool { return id>>8 == 0x13 } // RFC 8446, Appendix B.4

// adjust sets what an end has of its own.
func adjust(c *tls.Config, least, most string, suites, groupNames, alpn []string) {
	if v := versions[most]; v != 0 {
		c.MaxVersion, c.MinVersion = v, min(v, c.MinVersion)
	}
	if v := versions[least]; v != 0 {
		c.MinVersion, c.MaxVersion = v, max(v, c.MaxVersion)
	}
	var own []uint16
	for _, name := range suites {
		own = append(own, suiteID(name))
	}
	for _, of13 := range []bool{true, false} { // a list speaks for those that it has any of
		ofThese := func(id uint16) bool { return isSuite13(id) == of13 }
		if slices.ContainsFunc(own, ofThese) {
			c.CipherSuites = slices.DeleteFunc(c.CipherSuites, ofThese)
		}
	}
	c.CipherSuites = append(c.CipherSuites, own...)
	if len(groupNames) > 0 {
		c.CurvePreferences = nil
	}
	for _, name := range groupNames {
		c.CurvePreferences = append(c.CurvePreferences, groups[name])
	}
	c.NextProtos = alpn
}

// configs are the settings of both ends for all connections of the run.
func (s *Session) configs(seed entropy.Seed, start time.Time) (client, server *tls.Config, err error) {
	sc := s.played
	client = config(sc, func() time.Time { return s.now(trace.Client) }, seed.Stream("client"), keyLogger{s, trace.Client})
	adjust(client, sc.Client.MinVersion, sc.Client.MaxVersion, sc.Client.Suites, sc.Client.Groups, sc.Client.ALPN)
	server = config(sc, func() time.Time { return s.now(trace.Server) }, seed.Stream("server"), keyLogger{s, trace.Server})
	adjust(server, sc.Server.MinVersion, sc.Server.MaxVersion, sc.Server.Suites, sc.Server.Groups, sc.Server.ALPN)
	if sc.Fault == scenario.NoCommonVersion {
		if sc.Version == "1.3" {
			client.MinVersion, server.MaxVersion = tls.VersionTLS13, tls.VersionTLS12
		} else {
			server.MinVersion, server.MaxVersion = tls.VersionTLS13, tls.VersionTLS13
		}
	}
	if s.quic() {
		client.MinVersion, server.MinVersion = tls.VersionTLS13, tls.VersionTLS13
	}
	client.DynamicRecordSizingDisabled = sc.Client.FixedRecords
	server.DynamicRecordSizingDisabled = sc.Server.FixedRecords
	client.InsecureSkipVerify = sc.Client.SkipVerify
	server.ClientAuth = clientAuths[sc.Server.ClientAuth]

	tickets := seed.Stream("tickets")
	server.SessionTicketsDisabled = sc.Server.NoTickets
	server.SetSessionTicketKeys([][32]byte{[32]byte(tickets.Bytes(32))})
	if !sc.Server.NoTickets {
		s.ticketKey = seed.Stream("tickets").Bytes(32)
	}
	if sc.Client.Resume {
		client.ClientSessionCache = sessions{}
	}

	client.ServerName = sc.Client.ServerName
	switch {
	case client.ServerName != "":
	case sc.Fault == scenario.WildcardTooDeep:
		client.ServerName = scenario.WildcardPrefix + sc.Host
	default:
		client.ServerName = sc.Host
	}
	names := sc.Names()
	s.verifiers = map[trace.Side]*verifier{trace.Client: {host: client.ServerName}, trace.Server: {}}
	if sc.Client.NoSNI {
		client.ServerName, client.InsecureSkipVerify = "", true // verify verifies
	}
	if err := s.ech(client, server, seed.Stream("ech")); err != nil {
		return nil, nil, err
	}
	if err := s.identify(client, server, names, start, seed.Stream("pki")); err != nil {
		return nil, nil, err
	}
	return client, server, s.identifyClient(client, server, start, seed.Stream("pki client"))
}

// sessions is a tls.ClientSessionCache of any number of sessions.
type sessions map[string]*tls.ClientSessionState

func (s sessions) Get(key string) (*tls.ClientSessionState, bool) { return s[key], s[key] != nil }

func (s sessions) Put(key string, state *tls.ClientSessionState) { s[key] = state }

// ech gives both ends what they need for encrypted ClientHellos.
func (s *Session) ech(client, server *tls.Config, random io.Reader) error {
	var private [2][32]byte // read in any case, so that what is read next is the same
	for i := range private {
		if _, err := io.ReadFull(random, private[i][:]); err != nil {
			return err
		}
	}
	if s.played.Client.ECH == "" && !s.played.Server.ECH {
		return nil
	}
	current, err := pki.NewECH(2, private[0][:])
	if err != nil {
		return err
	}
	stale, err := pki.NewECH(1, private[1][:])
	if err != nil {
		return err
	}
	if s.played.Server.ECH {
		server.EncryptedClientHelloKeys = []tls.EncryptedClientHelloKey{current.Key}
	}
	switch s.played.Client.ECH {
	case "current":
		client.EncryptedClientHelloConfigList = current.List
	case "stale":
		client.EncryptedClientHelloConfigList = stale.List
	default:
		return nil
	}
	client.MinVersion = tls.VersionTLS13 // as crypto/tls demands
	return nil
}

// identify gives the server its certificate and the client its trust.
func (s *Session) identify(client, server *tls.Config, names []string, start time.Time, random io.Reader) error {
	sc := s.played
	fault := sc.Fault
	if fault == scenario.NoCommonVersion {
		fault = ""
	}
	chain, err := pki.New(pki.Order{Kind: sc.Certificate, Names: names, Now: start, Fault: fault, Edits: sc.Server.Chain}, random)
	if err != nil {
		return err
	}
	trusting := s.verifiers[trace.Client]
	trusting.roots = chain.Roots()
	if sc.Middle != "" { // the chain is his from here on
		if chain, err = pki.New(pki.Order{Kind: sc.Certificate, Names: names, Now: start, Owner: middleman}, random); err != nil {
			return err
		}
		if sc.Middle == "trusted" {
			trusting.roots = append(trusting.roots, chain.Roots()...)
		}
	}
	trusting.trusts(sc.Client.Roots)
	client.RootCAs = trusting.pool()
	cert := chain.TLS()
	if sc.Server.Identity != "" {
		if cert, err = scenario.ParseIdentity(sc.Server.Identity); err != nil {
			return err
		}
	} else {
		staple := sc.Server.Staple
		if fault == scenario.Revoked {
			staple = "revoked"
		}
		if staple != "" {
			if cert.OCSPStaple, err = chain.Staple(staple == "revoked", start); err != nil {
				return err
			}
		}
		if sc.Server.SCT {
			sct, err := chain.SCT(start)
			if err != nil {
				return err
			}
			cert.SignedCertificateTimestamps = [][]byte{sct}
		}
	}
	if !sc.Server.StrictSNI {
		server.Certificates = []tls.Certificate{cert}
		return nil
	}
	server.GetCertificate = func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		for _, name := range names {
			if name == hello.ServerName {
				return &cert, nil
			}
		}
		return nil, nil // crypto/tls then says unrecognized_name
	}
	return nil
}

// identifyClient gives the client its certificate and the server its trust.
func (s *Session) identifyClient(client, server *tls.Config, start time.Time, random io.Reader) error {
	k := s.played.Client
	if server.ClientAuth == tls.NoClientCert && k.Certificate == "" && k.Identity == "" {
		return nil // nobody asks and nobody has one: that saves making it
	}
	kind := k.Certificate
	if kind == "" {
		kind = s.played.Certificate
	}
	chain, err := pki.New(pki.Order{Kind: kind, Now: start, Fault: k.Fault, Edits: k.Chain, Client: true}, random)
	if err != nil {
		return err
	}
	trusting := s.verifiers[trace.Server]
	trusting.roots = chain.Roots()
	trusting.trusts(s.played.Server.Roots)
	server.ClientCAs = trusting.pool()
	cert := chain.TLS()
	switch {
	case k.Identity != "":
		if cert, err = scenario.ParseIdentity(k.Identity); err != nil {
			return err
		}
	case k.Certificate == "":
		return nil
	case k.Fault == "" && len(k.Chain) == 0:
		client.Certificates = []tls.Certificate{cert}
		return nil
	}
	// crypto/tls would not send a certificate that the server's list of
	// authorities rules out.
	client.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &cert, nil }
	return nil
}

// verify is what the client checks beyond crypto/tls.
func (s *Session) verify(cs *tls.ConnectionState) error {
	sc := s.played
	if sc.Client.SkipVerify {
		return nil
	}
	config := s.config[trace.Client]
	if sc.Client.NoSNI && !cs.DidResume {
		inter := x509.NewCertPool()
		for _, c := range cs.PeerCertificates[1:] {
			inter.AddCert(c)
		}
		chains, err := cs.PeerCertificates[0].Verify(x509.VerifyOptions{
			DNSName: s.verifiers[trace.Client].host, Roots: config.RootCAs, Intermediates: inter, CurrentTime: config.Time(),
		})
		if err != nil {
			return &tls.CertificateVerificationError{UnverifiedCertificates: cs.PeerCertificates, Err: err}
		}
		cs.VerifiedChains = chains
	}
	if (sc.Client.CheckStaple || sc.Fault == scenario.Revoked) && len(cs.VerifiedChains) > 0 {
		return pki.CheckStaple(cs.OCSPResponse, cs.VerifiedChains[0], config.Time())
	}
	return nil
}
