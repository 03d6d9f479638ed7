package follow

import (
	"fmt"

	"tlsplay/sim/keys"
	"tlsplay/sim/trace"
)

// schedule12 is how far the keys of TLS 1.0 to 1.2 are known. RFC 5246, Section 8.
type schedule12 struct {
	serverKeyExchange message
	exchanged         bool // a ClientKeyExchange was sent: no resumption
	master            *keys.Master12
	block             *keys.KeyBlock
	unknown           string // why there is no master secret
	ticket            []byte
	finished          int // how many were seen
}

// exchange derives the keys from what the ClientKeyExchange completes.
func (f *Follower) exchange(m message) {
	h := f.hs
	if f.tls13() || h.exchanged {
		return
	}
	h.exchanged = true
	premaster, why := f.premaster(m)
	if premaster != nil {
		p, err := keys.NewPremaster(&f.rec, f.conv.Version, h.suite, premaster)
		switch th, ok := h.sum(); {
		case err != nil:
			why = err.Error()
		case !h.serverHello.has("extension.extended_master_secret"):
			h.master = p.Master(h.clientRandom, h.serverRandom)
		case ok:
			h.master = p.ExtendedMaster(th)
		default:
			why = "the extended master secret covers messages that could not be decrypted"
		}
	}
	f.master(why)
}

// premaster is the premaster secret, or why it is not known.
func (f *Follower) premaster(m message) ([]byte, string) {
	h := f.hs
	var psk, other []byte
	if h.suite.Auth == "PSK" {
		s := f.session(m.field("client_key_exchange.psk_identity"))
		if s == nil {
			return nil, h.unknownPSK()
		}
		psk = s.Secret
	}
	switch h.suite.KeyExchange {
	case "PSK":
		return keys.PSKPremaster(psk, nil), ""
	case "RSA":
		var err error
		encrypted := m.field("client_key_exchange.encrypted_pre_master_secret")
		if f.ServerKey == nil {
			return nil, "the premaster secret is encrypted for the server's RSA key, which is not known"
		}
		if other, err = keys.DecryptRSAPremaster(&f.rec, f.ServerKey, encrypted); err != nil {
			return nil, err.Error()
		}
	case "ECDHE":
		s, why := f.sharedSecret(h.serverKeyExchange.field("server_ecdh_params.public"), m.field("client_key_exchange.ecdh_yc"))
		if why != "" {
			return nil, why
		}
		for i := range s.Steps { // one step: hybrid groups belong to TLS 1.3
			if psk == nil {
				s.Steps[i].ID = "pre_master_secret"
			}
			s.Steps[i].Section = "RFC 8422, Section 5.10"
		}
		s.Record(&f.rec)
		other = s.Secret
	default:
		return nil, fmt.Sprintf("the secret of the %s key exchange never crossed the wire", h.suite.KeyExchange)
	}
	if psk != nil {
		return keys.PSKPremaster(psk, other), ""
	}
	return other, ""
}

// master settles the master secret, derived or logged, and cuts the key block.
func (f *Follower) master(why string) {
	h := f.hs
	logged := f.log.Secret(h.clientRandom, keys.LabelClientRandom)
	if h.master != nil && logged != nil && !f.compare(h.master.Secret(), "master_secret", keys.LabelClientRandom) {
		h.master = nil // the endpoints go by what they logged
		why = "the derived master secret differs"
	}
	if h.master == nil && logged != nil {
		m, err := keys.NewMaster12(&f.rec, f.conv.Version, h.suite, logged)
		if err != nil {
			h.unknown = err.Error()
			return
		}
		f.logged("master_secret", keys.LabelClientRandom, logged, why)
		h.master = m
	}
	if h.master == nil {
		h.unknown = fmt.Sprintf("follow: the key log has no %s for this connection; %s", keys.LabelClientRandom, why)
		return
	}
	kb := h.master.KeyBlock(h.clientRandom, h.serverRandom)
	h.block = &kb
}

// resume takes the master secret of the session that the server resumed: it has
// echoed its ID, or the one with which the client sent a ticket. RFC 5246, Section
// 7.3; RFC 5077, Section 3.4.
func (f *Follower) resume() {
	h := f.hs
	why := "it belongs to an earlier connection, which is not known"
	id := h.hello.field("client_hello.legacy_session_id")
	if len(id) > 0 && string(id) == string(h.serverHello.field("server_hello.legacy_session_id_echo")) {
		s := f.session(h.hello.field("session_ticket.ticket"))
		if s == nil {
			s = f.session(id)
		}
		if s != nil && !s.External {
			if m, err := keys.NewMaster12(&f.rec, f.conv.Version, h.suite, s.Secret); err == nil {
				h.master = m
				f.derived(trace.Derivation{
					ID: "master_secret", Function: "resumption", Output: s.Secret, Section: "RFC 5246, Section 7.3",
					Formula: "the master secret of the session that is resumed",
				})
			}
		}
	}
	f.master(why)
}

// changeCipherSpec lets a side's records be protected from here on. In TLS 1.3 it
// means nothing, and before a ServerHello neither.
func (f *Follower) changeCipherSpec(from trace.Side) {
	h := f.hs
	if f.tls13() || h.serverRandom == nil {
		return
	}
	if h.block == nil && h.unknown == "" && !h.exchanged {
		f.resume()
	}
	d := f.dirs[from]
	*d = direction{
		epoch: trace.EpochSession, version: f.conv.Version, suite: h.suite, label: keys.LabelClientRandom,
		etm: h.serverHello.has("extension.encrypt_then_mac"), reason: h.unknown,
	}
	if err := h.suite.Supported(); err != nil {
		d.reason = err.Error()
		return
	}
	if h.block == nil {
		return
	}
	macKey, key, iv := h.block.ClientMAC, h.block.ClientKey, h.block.ClientIV
	if from == trace.Server {
		macKey, key, iv = h.block.ServerMAC, h.block.ServerKey, h.block.ServerIV
	}
	opener, err := keys.NewOpener12(d.version, d.suite, macKey, key, iv, d.etm)
	if err != nil {
		d.reason = err.Error()
		return
	}
	d.opener = opener
	f.listMaster(from, macKey, key, iv)
}

// listMaster lists the master secret with the keys made of it for one side.
func (f *Follower) listMaster(from trace.Side, macKey, key, iv []byte) {
	s := trace.Secret{Label: keys.LabelClientRandom, Epoch: trace.EpochSession, Secret: f.hs.master.Secret()}
	n := len(f.Secrets)
	if n > 0 && string(f.Secrets[n-1].Secret) == string(s.Secret) {
		n--
		s.Keys = f.Secrets[n].Keys[:len(f.Secrets[n].Keys):len(f.Secrets[n].Keys)]
	}
	if len(s.Keys) > 0 && s.Keys[len(s.Keys)-1].From == from {
		return
	}
	for _, part := range []struct {
		name  string
		value []byte
	}{{"MAC_key", macKey}, {"key", key}, {"IV", iv}} {
		if len(part.value) > 0 {
			s.Keys = append(s.Keys, trace.Key{
				Name: string(from) + "_write_" + part.name, From: from, Value: part.value,
				How: `a part of PRF(master_secret, "key expansion", server_random + client_random)`,
			})
		}
	}
	f.Secrets = append(f.Secrets[:n:n], s) // what was handed out stays as it was
}

// finished12 ends the handshake behind the second Finished.
func (f *Follower) finished12(trace.Side) {
	h := f.hs
	if h.finished++; h.finished < 2 {
		return
	}
	h.done = true
	if h.master == nil {
		return
	}
	for _, id := range [][]byte{h.ticket, h.serverHello.field("server_hello.legacy_session_id_echo")} {
		if len(id) > 0 {
			f.remember(Session{Identity: id, Secret: h.master.Secret(), Suite: f.conv.Suite})
		}
	}
}
