package follow

import (
	"bytes"
	"fmt"

	"tlsplay/sim/keys"
	"tlsplay/sim/trace"
)

// schedule13 is how far the key schedule of TLS 1.3 is known. RFC 8446, Section
// 7.1.
type schedule13 struct {
	offers     []*Session // known pre-shared keys of the last ClientHello, nil for others
	traffic    map[trace.Side]map[trace.Epoch][]*keys.Traffic
	handshake  *keys.Handshake // nil: why says why
	resumption *keys.Resumption
	tickets    []message // that came before the client's Finished
	why        string
	master13   *keys.Master
	post       bool             // authentication after the handshake is under way
	base       *keys.Transcript // ClientHello..client Finished
}

// maxBinders bounds how many binders of a ClientHello are verified.
const maxBinders = 4

// offers13 reads the pre-shared keys that a ClientHello offers: of those that are
// known, the binders are verified, and the first protects early data.
func (f *Follower) offers13(m message) {
	h := f.hs
	h.offers = nil
	var binders []*trace.Node
	var list *trace.Node // of binders, its length in front
	m.Tree.Walk(func(n *trace.Node) bool {
		switch n.ID {
		case "psk_identity.identity":
			h.offers = append(h.offers, f.session(m.of(n)))
		case "pre_shared_key.binders_length":
			list = n
		case "pre_shared_key.binder":
			binders = append(binders, n)
		}
		return true
	})
	checked := 0
	for i, s := range h.offers {
		if s == nil || i >= len(binders) || list == nil || checked == maxBinders {
			continue
		}
		suite, _ := keys.SuiteByID(s.Suite)
		early, err := keys.NewEarly(&f.rec, suite, s.Secret)
		if err != nil {
			continue
		}
		checked++
		th := h.transcript.SumTruncated(suite.Hash, m.buf.Data[m.Tree.Off:list.Off])
		f.check(keys.CheckBinder(early.Binder(s.External), th, m.of(binders[i])))
	}
	if m.has("extension.early_data") && !h.retried {
		f.early(m)
	}
}

// early lets the client's early data begin, whose suite is that of the first
// pre-shared key. RFC 8446, Section 4.2.10.
func (f *Follower) early(m message) {
	h := f.hs
	var secrets []*keys.Traffic
	logged := f.log.Secret(h.clientRandom, keys.LabelClientEarlyTraffic)
	if len(h.offers) > 0 && h.offers[0] != nil {
		suite, _ := keys.SuiteByID(h.offers[0].Suite)
		if early, err := keys.NewEarly(&f.rec, suite, h.offers[0].Secret); err == nil {
			th := new(keys.Transcript).SumTruncated(suite.Hash, m.bytes())
			th.Covers = "ClientHello"
			h.suite = suite
			secrets = f.traffic13(trace.Client, trace.EpochEarly, early.ClientTraffic(th))
			f.compare(early.Exporter(th).Secret(), "early_exporter_master_secret", keys.LabelEarlyExporter)
		}
	} else if logged != nil {
		secrets = f.earlySuites(m, logged)
	}
	h.traffic[trace.Client][trace.EpochEarly] = secrets
	f.enter13(trace.Client, trace.EpochEarly, secrets)
}

// earlySuites is the logged secret of early data with every suite that fits it and
// that the client offers: which one the ticket was for is not on the wire.
func (f *Follower) earlySuites(m message, logged []byte) (all []*keys.Traffic) {
	m.Tree.Walk(func(n *trace.Node) bool {
		if n.ID == "client_hello.cipher_suite" && n.Len == 2 && len(all) < 8 {
			b := m.of(n)
			if s, ok := keys.SuiteByID(uint16(b[0])<<8 | uint16(b[1])); ok && s.TLS13() && s.Supported() == nil {
				if t, err := keys.NewTraffic(&f.rec, s, keys.LabelClientEarlyTraffic, logged); err == nil {
					all = append(all, t)
				}
			}
		}
		return true
	})
	if len(all) > 0 {
		f.logged(all[0].ID(), keys.LabelClientEarlyTraffic, logged, f.hs.unknownPSK())
	}
	return all
}

// serverHello13 mixes in the key exchange and changes to the handshake's keys.
func (f *Follower) serverHello13(m message) {
	h := f.hs
	h.handshake, h.why = f.keyExchange13(m)
	th, ok := h.sum()
	var client, server *keys.Traffic
	if h.handshake != nil && ok {
		client, server = h.handshake.ClientTraffic(th), h.handshake.ServerTraffic(th)
	}
	c := f.traffic13(trace.Client, trace.EpochHandshake, client)
	s := f.traffic13(trace.Server, trace.EpochHandshake, server)
	f.enter13(trace.Server, trace.EpochHandshake, s)
	if f.dirs[trace.Client].epoch != trace.EpochEarly || h.retried { // else until EndOfEarlyData
		f.enter13(trace.Client, trace.EpochHandshake, c)
	}
}

// keyExchange13 is the Handshake Secret, or why it is not known.
func (f *Follower) keyExchange13(m message) (*keys.Handshake, string) {
	h := f.hs
	var psk []byte
	if i := m.number("pre_shared_key.selected_identity"); i >= 0 {
		if i >= len(h.offers) || h.offers[i] == nil {
			return nil, h.unknownPSK()
		}
		if s, _ := keys.SuiteByID(h.offers[i].Suite); s.Hash != h.suite.Hash {
			return nil, "the pre-shared key belongs to another hash function than the suite's"
		}
		psk = h.offers[i].Secret
	}
	var shared []byte
	if share := share(m, f.conv.Group); share != nil {
		s, err := f.sharedSecret(share, h.clientShare(f.conv.Group))
		if err != "" {
			return nil, err
		}
		s.Record(&f.rec)
		shared = s.Secret
	}
	early, err := keys.NewEarly(&f.rec, h.suite, psk)
	if err != nil {
		return nil, err.Error()
	}
	return early.Handshake(shared), ""
}

// sharedSecret is that of the two shares, from either end's ephemeral private key,
// or why it is not known.
func (f *Follower) sharedSecret(server, client []byte) (keys.Shared, string) {
	if f.Ephemeral == nil {
		return keys.Shared{}, "the shared secret of the key exchange never crossed the wire, and neither end's ephemeral private key is known"
	}
	s, err := keys.SharedSecret(f.conv.Group, f.Ephemeral(trace.Client), f.Ephemeral(trace.Server), client, server)
	if err != nil {
		return s, err.Error()
	}
	return s, ""
}

func (h *handshake) unknownPSK() string {
	return "the pre-shared key was agreed on outside this connection and is not known"
}

// share is the key share of that group in a hello, nil if there is none.
func share(m message, group uint16) (found []byte) {
	if m.Tree == nil {
		return nil
	}
	m.Tree.Walk(func(n *trace.Node) bool {
		if n.ID == "key_share_entry" {
			if b := m.of(n.Find("key_share_entry.group")); len(b) == 2 && b[0] == byte(group>>8) && b[1] == byte(group) {
				found = m.of(n.Find("key_share_entry.key_exchange"))
			}
		}
		return found == nil
	})
	return found
}

func (h *handshake) clientShare(group uint16) []byte { return share(h.hello, group) }

// traffic13 is a side's traffic secret: the derived one, which is held against the
// log, or else all that the log has.
func (f *Follower) traffic13(from trace.Side, epoch trace.Epoch, derived *keys.Traffic) (all []*keys.Traffic) {
	h, label := f.hs, labels[from][epoch]
	logged := f.log.Secrets(h.clientRandom, label)
	if derived != nil {
		all = append(all, derived)
		f.compare(derived.Secret(), derived.ID(), label)
	}
	for _, secret := range logged {
		if derived != nil && bytes.Equal(secret, derived.Secret()) || len(all) > maxBinders {
			continue
		}
		if t, err := keys.NewTraffic(&f.rec, h.suite, label, secret); err == nil {
			f.logged(t.ID(), label, secret, h.why)
			all = append(all, t)
		} else {
			h.why = err.Error()
		}
	}
	h.traffic[from][epoch] = all
	return all
}

// applicationByLog is a side's application traffic secret for want of anything
// better.
func (f *Follower) applicationByLog(from trace.Side) []*keys.Traffic {
	if all, known := f.hs.traffic[from][trace.EpochApplication]; known {
		return all
	}
	return f.traffic13(from, trace.EpochApplication, nil)
}

// why13 is why records of TLS 1.3 stay closed that need the secret called label.
func (h *handshake) why13(suite, label string) string {
	if err := h.suite.Supported(); err != nil && h.serverRandom != nil {
		return err.Error()
	}
	if h.suite.TLS13() && h.suite.Hash == 0 {
		return fmt.Sprintf("follow: no decryption for cipher suite %s", suite)
	}
	return fmt.Sprintf("follow: the key log has no %s for this connection", label)
}

// finished13 changes keys behind a Finished.
func (f *Follower) finished13(from trace.Side) {
	h := f.hs
	th, ok := h.sum()
	if from == trace.Server {
		var client, server *keys.Traffic
		var master *keys.Master
		if h.handshake != nil && ok {
			master = h.handshake.Master()
			client, server = master.ClientTraffic(th), master.ServerTraffic(th)
		}
		f.traffic13(trace.Client, trace.EpochApplication, client)
		s := f.traffic13(trace.Server, trace.EpochApplication, server)
		if master != nil {
			h.master13 = master
			f.compare(master.Exporter(th).Secret(), "exporter_master_secret", keys.LabelExporter)
		} else if secret := f.log.Secret(h.clientRandom, keys.LabelExporter); secret != nil {
			f.logged("exporter_master_secret", keys.LabelExporter, secret, h.why)
		}
		f.enter13(trace.Server, trace.EpochApplication, s)
		return
	}
	if h.post {
		h.post = false
		return
	}
	h.done, h.base = true, h.transcript
	if h.master13 != nil && ok {
		h.resumption = h.master13.Resumption(th)
	}
	for _, m := range h.tickets {
		f.ticket13(m)
	}
	h.tickets = nil
	f.enter13(trace.Client, trace.EpochApplication, h.traffic[trace.Client][trace.EpochApplication])
}

// ticket13 makes the pre-shared key of a ticket, which a server may send before the
// client's Finished that its key depends on. RFC 8446, Section 4.6.1.
func (f *Follower) ticket13(m message) {
	h := f.hs
	if !h.done && len(h.tickets) < maxSessions {
		h.tickets = append(h.tickets, m)
	}
	ticket := m.field("new_session_ticket.ticket")
	if h.resumption != nil && ticket != nil {
		psk := f.hs.resumption.PSK(m.field("new_session_ticket.ticket_nonce"))
		f.remember(Session{Identity: ticket, Secret: psk, Suite: f.conv.Suite})
	}
}

// postHandshake starts an authentication after the handshake, whose transcript
// goes on from there. RFC 8446, Section 4.4.
func (f *Follower) postHandshake() {
	h := f.hs
	if h.base == nil {
		return
	}
	h.transcript, h.post = h.base.Fork(), true
	for _, what := range []string{"client certificate_verify", "client finished"} {
		delete(h.checked, what)
	}
}
