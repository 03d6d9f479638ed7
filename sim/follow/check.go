package follow

import (
	"tlsplay/sim/keys"
	"tlsplay/sim/trace"
)

// check lists what was verified at this event.
func (f *Follower) check(c keys.Check) {
	f.Checks = append(f.Checks, trace.Check{Name: c.Name, Event: f.now, OK: c.OK, Detail: c.Detail})
}

// compare holds a derived secret against the log's with that label, if there is
// one, and reports whether nothing speaks against it. Of several logged ones, any.
func (f *Follower) compare(derived []byte, name, label string) bool {
	logged := f.log.Secrets(f.hs.clientRandom, label)
	if len(logged) == 0 {
		return true
	}
	c := keys.CheckSecret(name, derived, logged[len(logged)-1])
	for _, secret := range logged[:len(logged)-1] {
		if other := keys.CheckSecret(name, derived, secret); other.OK {
			c = other
		}
	}
	f.check(c)
	return c.OK
}

// verify checks what a message proves of those before it: signatures and
// Finished. Each is checked once a handshake.
func (f *Follower) verify(m message) {
	h, client := f.hs, m.from == trace.Client
	what := string(m.from) + " " + m.Name
	if h.checked[what] {
		return
	}
	switch m.Name {
	case "server_key_exchange", "certificate_verify", "finished":
		h.checked[what] = true
	}
	if f.tls13() && h.doubtful() && !f.holds(m) {
		h.gap = true
		return
	}
	switch m.Name {
	case "server_key_exchange":
		f.verifyKeyExchange(m)
	case "certificate_verify":
		pub := h.leaf[m.from]
		if h.gap || !keys.CanVerify(f.conv.Version, uint16(m.number("certificate_verify.algorithm")), pub) {
			return
		}
		c := keys.CheckCertificateVerify(f.conv.Version, client, h.transcript, h.transcript.Len(), m.bytes(), pub)
		if h.gap = !c.OK && f.tls13() && h.doubtful(); !h.gap {
			f.check(c)
		}
	case "finished":
		th, ok := h.sum()
		if !ok {
			return
		}
		if !f.tls13() {
			if h.master != nil {
				f.check(keys.CheckFinished12(h.master, client, th, m.bytes()))
			}
			return
		}
		if t := f.finishedSecret(m.from); t != nil {
			f.check(keys.CheckFinished13(t, th, m.bytes()))
		}
	}
}

// holds reports whether a Finished is what it would have to be by the messages that
// were seen. Nothing is recorded of it.
func (f *Follower) holds(m message) bool {
	th, ok := f.hs.sum()
	t := f.finishedSecret(m.from)
	if m.Name != "finished" || !ok || t == nil {
		return true
	}
	same, err := keys.NewTraffic(nil, f.hs.suite, labels[m.from][trace.EpochHandshake], t.Secret())
	return err != nil || keys.CheckFinished13(same, th, m.bytes()).OK
}

// finishedSecret is the traffic secret that a side's Finished is made with: the
// one that its record is under. RFC 8446, Section 4.4.
func (f *Follower) finishedSecret(from trace.Side) *keys.Traffic {
	return f.dirs[from].traffic
}

// verifyKeyExchange verifies the signature over the server's key share. RFC 5246,
// Section 7.4.3.
func (f *Follower) verifyKeyExchange(m message) {
	h, body := f.hs, m.bytes()
	params := 0
	if body = body[min(4, len(body)):]; h.suite.KeyExchange == "ECDHE" {
		params = keys.ECDHEParamsLen(body)
	} else if h.suite.KeyExchange == "DHE" {
		params = keys.DHEParamsLen(body)
	}
	signed := h.suite.Auth == "RSA" || h.suite.Auth == "ECDSA"
	pub := h.leaf[trace.Server]
	if !signed || params == 0 || f.tls13() || f.conv.Version < keys.VersionTLS10 || !keys.CanVerify(f.conv.Version, uint16(m.number("server_key_exchange.algorithm")), pub) {
		return
	}
	f.check(keys.CheckServerKeyExchange(f.conv.Version, h.clientRandom, h.serverRandom, m.bytes(), params, pub))
}
