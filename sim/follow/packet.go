package follow

import (
	"strconv"

	"tlsplay/sim/dissect"
	"tlsplay/sim/keys"
	"tlsplay/sim/trace"
)

// packets is what is known of a QUIC connection's levels. Unlike records, packets
// say which key they are under, and numbers in their headers take the place of
// those that are counted.
type packets map[level]*keys.PacketKeys

type level struct {
	from  trace.Side
	epoch trace.Epoch
}

// epochs are the key epochs of packet types. RFC 9001, Section 4.
var epochs = map[string]trace.Epoch{
	"0-RTT": trace.EpochEarly, "Handshake": trace.EpochHandshake, "1-RTT": trace.EpochApplication,
}

// Packet reads one packet of QUIC, as package endpoint writes it: its header and
// its Initial payload are not protected. RFC 9000, Section 17. The data is kept.
func (f *Follower) Packet(from trace.Side, data []byte) *trace.Event {
	if len(data) == 0 {
		return f.Bytes(from, data)
	}
	if f.packets == nil {
		f.packets = packets{}
	}
	e := f.event(trace.KindPacket, from)
	e.Wire = f.alloc("packet "+strconv.Itoa(e.Index), data, nil)
	e.Type = dissect.PacketType(data[0])
	e.Inner = e.Type
	epoch := epochs[e.Type]
	if epoch == "" {
		e.Tree, e.Messages = f.conv.Packet(from, e.Wire, -1)
		f.observe(e)
		return e
	}
	const tag = 16 // of every AEAD that QUIC uses, RFC 9001, Section 5.3
	e.Tree, _ = f.conv.Packet(from, e.Wire, tag)
	if f.openPacket(e, epoch) {
		e.PlainTree, e.Messages = f.conv.Frames(from, e.Plain)
		f.observe(e)
	} else if epoch == trace.EpochHandshake {
		f.hs.gap = f.hs.gap || !f.hs.done
	}
	return e
}

// openPacket decrypts e's payload and says how.
func (f *Follower) openPacket(e *trace.Event, epoch trace.Epoch) bool {
	at := level{e.From, epoch}
	label := labels[e.From][epoch]
	p := &trace.Protection{Epoch: epoch, Suite: f.Suite(), Secret: label}
	e.Protection = p
	number, payload := e.Tree.Find("packet.number"), e.Tree.Find("packet.payload")
	if number == nil || payload == nil {
		p.Reason = "the packet is cut short"
		return false
	}
	for _, b := range e.Wire.Data[number.Off:number.End()] {
		p.Seq = p.Seq<<8 | uint64(b)
	}
	header, sealed := e.Wire.Data[:payload.Off], e.Wire.Data[payload.Off:]
	known := f.packets[at]
	candidates := f.hs.traffic[e.From][epoch]
	if epoch == trace.EpochApplication && f.hs.serverRandom != nil {
		candidates = f.applicationByLog(e.From)
	}
	p.Reason = f.hs.why13(f.Suite(), label)
	try := func(k *keys.PacketKeys) bool {
		plain, err := k.Open(header, p.Seq, sealed)
		if err != nil {
			p.Reason = err.Error()
			return false
		}
		p.Opened, p.Reason, p.Suite = true, "", k.Suite.Name
		p.Key, p.IV, p.Nonce, p.AAD, p.Tag = k.Key, k.IV, k.Nonce(p.Seq), header, sealed[len(plain):]
		e.Plain = f.alloc("packet "+strconv.Itoa(e.Index)+", decrypted", plain,
			[]trace.Span{{Buffer: e.Wire.ID, Offset: payload.Off, Length: len(sealed)}})
		return true
	}
	if known != nil {
		return try(known)
	}
	for _, t := range candidates {
		k, err := keys.NewPacketKeys(t.Suite(), t.Secret())
		if err != nil {
			p.Reason = err.Error()
			continue
		}
		if try(k) {
			f.packets[at] = k
			f.dirs[e.From].traffic = t // of which Finished is made
			const how = "HKDF-Expand-Label("
			f.Secrets = append(f.Secrets, trace.Secret{
				Label: label, From: e.From, Epoch: epoch, Secret: t.Secret(),
				Keys: []trace.Key{
					{Name: "quic_key", From: e.From, Value: k.Key, How: how + label + `, "quic key", "", ` + strconv.Itoa(len(k.Key)) + ")"},
					{Name: "quic_iv", From: e.From, Value: k.IV, How: how + label + `, "quic iv", "", ` + strconv.Itoa(len(k.IV)) + ")"},
				},
			})
			return true
		}
	}
	return false
}
