package follow

import (
	"crypto"
	"crypto/x509"
	"fmt"

	"tlsplay/sim/dissect"
	"tlsplay/sim/keys"
	"tlsplay/sim/trace"
	"tlsplay/sim/x509view"
)

// handshake is one handshake: a renegotiation starts another.
type handshake struct {
	transcript *keys.Transcript
	// gap is true when messages are missing from the transcript because a record
	// could not be decrypted. What depends on it is left out from then on.
	gap     bool
	retried bool // a HelloRetryRequest was sent
	done    bool // both Finished were seen

	hello, serverHello         message // the last of each
	clientRandom, serverRandom []byte
	suite                      keys.Suite
	leaf                       map[trace.Side]crypto.PublicKey
	checked                    map[string]bool // once is enough, and bounds the cost

	ech ech
	schedule13
	schedule12
}

func newHandshake() *handshake {
	return &handshake{
		transcript: new(keys.Transcript),
		leaf:       map[trace.Side]crypto.PublicKey{},
		checked:    map[string]bool{},
		schedule13: schedule13{traffic: map[trace.Side]map[trace.Epoch][]*keys.Traffic{trace.Client: {}, trace.Server: {}}},
	}
}

// message is a message with its bytes.
type message struct {
	trace.Message
	from trace.Side
	buf  *trace.Buffer
}

// bytes is the whole message, a handshake message with its header.
func (m message) bytes() []byte { return m.buf.Data[m.Tree.Off:m.Tree.End()] }

// field is the bytes of the first field of that ID, nil if there is none.
func (m message) field(id trace.FieldID) []byte {
	if m.Tree == nil {
		return nil
	}
	return m.of(m.Tree.Find(id))
}

func (m message) has(id trace.FieldID) bool { return m.Tree != nil && m.Tree.Find(id) != nil }

// of is the bytes of a node of the message's tree.
func (m message) of(n *trace.Node) []byte {
	if n == nil {
		return nil
	}
	return m.buf.Data[n.Off:n.End():n.End()]
}

// number is a field of at most four bytes as a number, -1 if there is none.
func (m message) number(id trace.FieldID) int {
	b := m.field(id)
	if len(b) == 0 || len(b) > 4 {
		return -1
	}
	n := 0
	for _, c := range b {
		n = n<<8 | int(c)
	}
	return n
}

// observe draws the consequences of the messages that end in e.
func (f *Follower) observe(e *trace.Event) {
	for i := range e.Messages {
		m := message{e.Messages[i], e.From, e.Messages[i].Buffer}
		if m.buf == nil {
			if m.buf = e.Wire; e.Plain != nil {
				m.buf = e.Plain
			}
		}
		f.message(m, i == len(e.Messages)-1)
		e.Messages[i].Transcript = f.transcriptAt(m)
		if m.Name == "client_hello" {
			e.Messages[i].Fingerprints = fingerprints(m)
		}
	}
	e.Messages, f.found = append(e.Messages, f.found...), nil
	f.flush()
}

// message reads one message; last tells that the record ends with it.
func (f *Follower) message(m message, last bool) {
	switch m.Name {
	case "client_hello", "v2_client_hello":
		f.clientHello(m)
		return
	case "change_cipher_spec":
		f.changeCipherSpec(m.from)
		return
	case "key_update":
		if f.tls13() && last { // keys change with a record (RFC 8446, Section 5.1)
			f.update13(m.from)
		}
		return
	case "new_session_ticket":
		if f.tls13() { // no part of the handshake
			f.ticket13(m)
			return
		}
	case "certificate_request":
		if f.tls13() && f.hs.done {
			f.postHandshake()
		}
	}
	if m.Type < 0 || f.tls13() && f.hs.done && !f.hs.post {
		return
	}
	f.verify(m)
	f.hs.transcript.Add(m.from == trace.Client, m.bytes())
	switch m.Name {
	case "hello_retry_request":
		f.retry(m)
	case "server_hello":
		f.serverHello(m)
		f.beside(m)
	case "certificate":
		f.certificates(m)
		f.beside(m)
	case "certificate_status":
		f.beside(m)
	case "server_key_exchange":
		f.hs.serverKeyExchange = m
	case "client_key_exchange":
		f.exchange(m)
	case "end_of_early_data":
		f.enter13(trace.Client, trace.EpochHandshake, f.hs.traffic[trace.Client][trace.EpochHandshake])
	case "new_session_ticket":
		f.hs.ticket = m.field("new_session_ticket.ticket")
	case "finished":
		if f.tls13() {
			f.finished13(m.from)
		} else {
			f.finished12(m.from)
		}
	}
}

// transcriptAt is the running hash with m as its last message.
func (f *Follower) transcriptAt(m message) *trace.Transcript {
	t := f.hs.transcript
	if n := t.Len(); m.Type < 0 || f.hs.gap || n == 0 || !f.hs.isLast(m) || m.Name == "hello_retry_request" && len(f.hs.ech.inner) > 0 {
		return nil
	}
	th := t.Sum()
	if th.Sum == nil {
		return nil
	}
	return &trace.Transcript{Covers: th.Covers, Hash: th.Sum}
}

// isLast tells whether the transcript ends with m.
func (h *handshake) isLast(m message) bool {
	b := m.bytes()
	last := h.transcript.Last()
	return len(b) > 0 && len(last) == len(b) && &last[0] == &b[0]
}

// sum is the transcript hash so far, if it is known.
func (h *handshake) sum() (keys.TranscriptHash, bool) {
	th := h.transcript.Sum()
	return th, th.Sum != nil && !h.gap
}

// clientHello starts a handshake, or goes on with it after a HelloRetryRequest.
func (f *Follower) clientHello(m message) {
	if h := f.hs; !h.retried || h.transcript.Len() != 2 {
		f.hs = newHandshake()
	}
	h := f.hs
	h.hello = m
	if h.clientRandom = m.field("client_hello.random"); m.Name == "v2_client_hello" {
		// RFC 5246, Appendix E.2: the challenge, with zeros in front.
		challenge := m.field("v2_client_hello.challenge")
		h.clientRandom = append(make([]byte, max(0, 32-len(challenge))), challenge...)
	}
	f.offers13(m)
	f.decryptHello(m)
	b := m.bytes()
	if m.Name == "v2_client_hello" {
		b = b[min(2, len(b)):] // the message without the record's header is what is hashed
	}
	h.transcript.Add(true, b)
}

// retry reads a HelloRetryRequest. It names the suite, so that the hash is known.
func (f *Follower) retry(m message) {
	if f.hs.retried { // once is enough, and bounds the cost
		return
	}
	f.hs.retried, f.hs.ech.retry = true, m
	if s, ok := keys.SuiteByID(uint16(m.number("hello_retry_request.cipher_suite"))); ok && s.TLS13() && s.Hash != 0 {
		f.hs.transcript.SetHash(s.Hash)
	}
}

func (f *Follower) serverHello(m message) {
	h := f.hs
	if h.serverRandom != nil || m.from != trace.Server { // as above
		return
	}
	h.serverHello = m
	h.serverRandom = m.field("server_hello.random")
	h.suite, _ = keys.SuiteByID(f.conv.Suite)
	if hash := keys.TranscriptHashOf(f.conv.Version, h.suite); hash != 0 && f.conv.Version > keys.VersionSSL30 {
		h.transcript.SetHash(hash)
	}
	if f.tls13() {
		f.acceptHello(m)
		f.serverHello13(m)
	}
}

// certificates takes the chain out of a certificate message.
func (f *Follower) certificates(m message) {
	role := "leaf"
	delete(f.hs.leaf, m.from)
	m.Tree.Walk(func(n *trace.Node) bool {
		if n.ID == "certificate.cert_data" {
			der := f.alloc(fmt.Sprintf("certificate %d", len(f.Certificates)), m.of(n),
				[]trace.Span{{Buffer: m.buf.ID, Offset: n.Off, Length: n.Len}})
			f.Certificates = append(f.Certificates, link(m.from, role, der))
			if role == "leaf" {
				if c, err := x509.ParseCertificate(der.Data); err == nil {
					f.hs.leaf[m.from] = c.PublicKey
				}
			}
			role = "intermediate"
		}
		return true
	})
	if spki := m.field("certificate.subject_public_key_info"); spki != nil { // RFC 7250
		if pub, err := x509.ParsePKIXPublicKey(spki); err == nil {
			f.hs.leaf[m.from] = pub
		}
	}
}

// beside takes what comes with the server's certificates out of a message.
func (f *Follower) beside(m message) {
	if m.from != trace.Server {
		return
	}
	m.Tree.Walk(func(n *trace.Node) bool {
		switch n.ID {
		case "certificate_status.ocsp_response":
			f.OCSP = append(f.OCSP, m.of(n))
		case "signed_certificate_timestamp.sct":
			f.SCTs = append(f.SCTs, m.of(n))
		}
		return true
	})
}

// Root adds the certificate that a verified chain ended in: it is in the
// verifier's trust store and not on the wire.
func (f *Follower) Root(from trace.Side, data []byte) {
	der := f.alloc(fmt.Sprintf("certificate %d", len(f.Certificates)), data, nil)
	f.Certificates = append(f.Certificates, link(from, "root", der))
}

func link(from trace.Side, role string, der *trace.Buffer) trace.ChainLink {
	return trace.Link(from, role, der, func() *trace.Certificate { return x509view.Read(from, role, der) })
}

// fingerprints are JA3 and JA4 of a ClientHello.
func fingerprints(m message) []trace.Fingerprint {
	set := dissect.Fingerprints(m.Tree, m.buf.Data)
	how := map[string]string{}
	for _, s := range set.Steps {
		if how[s.Of] != "" {
			how[s.Of] += "; "
		}
		how[s.Of] += s.Value + ": " + s.How
	}
	return []trace.Fingerprint{
		{Name: "JA3", Value: set.JA3Hash, How: how["JA3"]},
		{Name: "JA4", Value: set.JA4, How: how["JA4"]},
	}
}
