package follow

import (
	"bytes"
	"fmt"

	"tlsplay/sim/dissect"
	"tlsplay/sim/keys"
	"tlsplay/sim/trace"
)

// ech is what is known of an encrypted ClientHello. RFC 9849.
type ech struct {
	opener   *keys.ECHOpener
	inner    []message // the ClientHellos inside, one for each outer one
	accepted bool
	retry    message // the HelloRetryRequest between them
}

// decryptHello decrypts the ClientHello inside m, if a key for it is known. Whether
// the server goes by it, ServerHello tells.
func (f *Follower) decryptHello(m message) {
	h := f.hs
	var inner []byte
	if h.ech.opener != nil {
		inner = h.ech.opener.Open(m.bytes())
	} else if !h.retried && len(f.ECHKeys) > 0 {
		inner, h.ech.opener = keys.OpenECH(f.ECHKeys, m.bytes())
	}
	if inner == nil {
		return
	}
	payload := m.Tree.Find("ech_client_hello.payload")
	if payload == nil {
		return
	}
	buf := f.alloc(fmt.Sprintf("ClientHello inside record %d, decrypted", f.now), inner, []trace.Span{{Buffer: m.buf.ID, Offset: payload.Off, Length: payload.Len}})
	_, msgs := dissect.NewConversation().Plaintext(trace.Client, buf, keys.TypeHandshake, false)
	if len(msgs) != 1 || msgs[0].Tree.Len != len(inner) {
		return
	}
	msgs[0].Buffer, msgs[0].Note = buf, "inside the encrypted ClientHello"
	f.found = append(f.found, msgs[0])
	h.ech.inner = append(h.ech.inner, message{msgs[0], trace.Client, buf})
}

// acceptHello goes over to the inner ClientHello, if the ServerHello m accepts it:
// the handshake then is that one's. RFC 9849, Section 6.1.4.
func (f *Follower) acceptHello(m message) {
	h := f.hs
	n := len(h.ech.inner)
	if n == 0 || h.retried != (n == 2) || h.suite.Hash == 0 || !h.suite.TLS13() {
		return
	}
	before := new(keys.Transcript)
	before.SetHash(h.suite.Hash)
	if h.retried {
		before.Add(true, h.ech.inner[0].bytes())
		before.Add(false, h.ech.retry.bytes())
	}
	last := h.ech.inner[n-1]
	after := before.Fork()
	after.Add(true, last.bytes())
	conf := after.Fork()
	const at, length = 4 + 2 + 24, 8 // the end of ServerHello.random
	zeroed := bytes.Clone(m.bytes())
	if len(zeroed) < at+length {
		return
	}
	clear(zeroed[at : at+length])
	conf.Add(false, zeroed)
	random := last.field("client_hello.random")
	want := h.serverRandom[24:]
	if !bytes.Equal(keys.ECHConfirmation(nil, h.suite, random, conf.Sum()), want) {
		return
	}
	f.check(keys.Check{
		Name: "server accepts the encrypted ClientHello", OK: true,
		Detail: fmt.Sprintf("ServerHello.random ends in %x, the confirmation for %s", want, conf.Sum().Covers),
	})
	keys.ECHConfirmation(&f.rec, h.suite, random, conf.Sum())
	h.ech.accepted = true
	if f.log.Has(random) { // else the log goes by the random that was seen
		h.clientRandom = random
	}
	h.hello, h.transcript = last, before
	f.offers13(last)
	after.Add(false, m.bytes())
	h.transcript = after
}

// doubtful tells that the client offered an encrypted ClientHello whose key is not
// known: which of the two the server goes by cannot be seen, so a check that fails
// may have failed for that.
func (h *handshake) doubtful() bool {
	return !h.ech.accepted && len(h.ech.inner) == 0 && h.hello.has("ech_client_hello.payload")
}
