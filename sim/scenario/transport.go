package scenario

// checkTransport checks what goes with QUIC, and what only goes with it.
func (s Scenario) checkTransport(c *checker) {
	const name = "transport"
	c.maybe(name, s.Transport, Transports)
	if s.Replay {
		switch {
		case s.Middle != "":
			c.fail("replay", "true", "there is room for one attacker: leave middle empty")
		case s.Transport == QUIC && (s.Connections < 2 || !s.Client.Resume):
			c.fail("replay", "true", "over QUIC it is 0-RTT data that is replayed, which needs a session to resume: set connections to 2 and client.resume")
		}
	}
	if s.Transport != QUIC {
		return
	}
	if s.Version != "1.3" || s.Fault == NoCommonVersion {
		c.fail(name, s.Transport, "QUIC is TLS 1.3 only (RFC 9001, Section 4.2): set version to 1.3")
	}
	for _, v := range []string{s.Client.MaxVersion, s.Server.MaxVersion} {
		if v != "" && v != "1.3" {
			c.fail(name, s.Transport, "QUIC is TLS 1.3 only (RFC 9001, Section 4.2): leave max_version empty")
		}
	}
	if s.Close != "" {
		c.fail(name, s.Transport, "QUIC has no close_notify, and here the client closes: leave close empty")
	}
	if s.Middle != "" || s.Client.Plain || s.Server.Plain {
		c.fail(name, s.Transport, "over QUIC both ends speak TLS, with each other: leave middle and plain")
	}
}
