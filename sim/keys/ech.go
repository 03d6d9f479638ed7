package keys

import (
	"bytes"
	"crypto/hpke"
	"encoding/binary"
)

// ECHKey is a server's key for encrypted ClientHellos: an ECHConfig and the private
// key that belongs to it. RFC 9849, Section 4.
type ECHKey struct{ Config, PrivateKey []byte }

// ECHOpener decrypts the ClientHellos of one connection, the second after a
// HelloRetryRequest under the same HPKE context.
type ECHOpener struct{ recipient *hpke.Recipient }

// The extensions that matter here. RFC 9849, Section 11.1.
const (
	extECH             = 0xfe0d
	extOuterExtensions = 0xfd00
)

// OpenECH decrypts the ClientHelloInner in a ClientHello, header included, with the
// key that it names. It is nil if there is none, or no key for it, as with GREASE.
func OpenECH(all []ECHKey, outer []byte) (inner []byte, o *ECHOpener) {
	e, ok := readECH(outer)
	if !ok {
		return nil, nil
	}
	for _, k := range all {
		// ECHConfig: version, length, config_id, kem_id, …
		if len(k.Config) < 7 || k.Config[4] != e.id {
			continue
		}
		kem, err := hpke.NewKEM(binary.BigEndian.Uint16(k.Config[5:]))
		if err != nil {
			continue
		}
		private, err := kem.NewPrivateKey(k.PrivateKey)
		if err != nil {
			continue
		}
		kdf, err := hpke.NewKDF(e.kdf)
		if err != nil {
			continue
		}
		aead, err := hpke.NewAEAD(e.aead)
		if err != nil {
			continue
		}
		recipient, err := hpke.NewRecipient(e.enc, private, kdf, aead, append([]byte("tls ech\x00"), k.Config...))
		if err != nil {
			continue
		}
		o = &ECHOpener{recipient}
		if inner = o.Open(outer); inner != nil {
			return inner, o
		}
	}
	return nil, nil
}

// Open decrypts the next ClientHello, or is nil.
func (o *ECHOpener) Open(outer []byte) []byte {
	e, ok := readECH(outer)
	if !ok {
		return nil
	}
	aad := clone(outer[4:]) // ClientHelloOuterAAD: the payload is zeros
	clear(aad[e.payloadAt-4:][:len(e.payload)])
	encoded, err := o.recipient.Open(aad, e.payload)
	if err != nil {
		return nil
	}
	return decodeInner(encoded, e.hello)
}

// helloParts is a ClientHello in the parts that matter here, none with its length.
type helloParts struct {
	head, sessionID, suitesAndCompression []byte
	extensions                            []byte
	rest                                  []byte // behind the message
}

// take reads a vector whose length has width bytes.
func take(b *[]byte, width int) ([]byte, bool) {
	if len(*b) < width {
		return nil, false
	}
	n := 0
	for _, c := range (*b)[:width] {
		n = n<<8 | int(c)
	}
	if len(*b) < width+n {
		return nil, false
	}
	v := (*b)[width : width+n]
	*b = (*b)[width+n:]
	return v, true
}

// splitHello divides a ClientHello without header.
func splitHello(b []byte) (h helloParts, ok bool) {
	const head = 2 + 32 // version, random
	if len(b) < head {
		return h, false
	}
	h.head, b = b[:head], b[head:]
	if h.sessionID, ok = take(&b, 1); !ok {
		return h, false
	}
	start := b
	if _, ok = take(&b, 2); !ok {
		return h, false
	}
	if _, ok = take(&b, 1); !ok {
		return h, false
	}
	h.suitesAndCompression = start[:len(start)-len(b)]
	h.extensions, ok = take(&b, 2)
	h.rest = b
	return h, ok
}

// nextExtension cuts the first extension off: its type, and all of it.
func nextExtension(b *[]byte) (id uint16, data, whole []byte, ok bool) {
	if len(*b) < 4 {
		return 0, nil, nil, false
	}
	whole = *b
	id, *b = binary.BigEndian.Uint16(*b), (*b)[2:]
	data, ok = take(b, 2)
	return id, data, whole[:len(whole)-len(*b)], ok
}

// outerECH is the extension in a ClientHelloOuter. RFC 9849, Section 5.
type outerECH struct {
	hello        helloParts
	kdf, aead    uint16
	id           byte
	enc, payload []byte
	payloadAt    int // in the message
}

func readECH(outer []byte) (e outerECH, ok bool) {
	if len(outer) < 4 || outer[0] != msgClientHello {
		return e, false
	}
	if e.hello, ok = splitHello(outer[4:]); !ok {
		return e, false
	}
	for b := e.hello.extensions; len(b) > 0; {
		id, data, _, ok := nextExtension(&b)
		if !ok {
			return e, false
		}
		if id != extECH {
			continue
		}
		if len(data) < 6 || data[0] != 0 { // of type outer
			return e, false
		}
		e.kdf, e.aead, e.id = binary.BigEndian.Uint16(data[1:]), binary.BigEndian.Uint16(data[3:]), data[5]
		data = data[6:]
		if e.enc, ok = take(&data, 2); !ok {
			return e, false
		}
		e.payload, ok = take(&data, 2)
		// All are slices of one message: where they end tells where they are.
		e.payloadAt = cap(outer) - cap(e.payload)
		return e, ok && len(data) == 0
	}
	return e, false
}

// decodeInner makes the ClientHelloInner of its encoding: the session ID and the
// extensions that it refers to stand in the outer ClientHello. RFC 9849, Section 5.1.
func decodeInner(encoded []byte, outer helloParts) []byte {
	in, ok := splitHello(encoded)
	if !ok || len(in.sessionID) > 0 || len(bytes.Trim(in.rest, "\x00")) > 0 {
		return nil
	}
	var extensions []byte
	from := outer.extensions
	for b := in.extensions; len(b) > 0; {
		id, data, whole, ok := nextExtension(&b)
		if !ok {
			return nil
		}
		if id != extOuterExtensions {
			extensions = append(extensions, whole...)
			continue
		}
		list, ok := take(&data, 1)
		for ; ok && len(list) > 1; list = list[2:] { // in the order of the outer ones, so each once
			for found := false; !found; {
				id, _, whole, ok := nextExtension(&from)
				if !ok {
					return nil
				}
				if found = id == binary.BigEndian.Uint16(list); found {
					extensions = append(extensions, whole...)
				}
			}
		}
	}
	if len(extensions) > 1<<16-1 {
		return nil
	}
	body := append(clone(in.head), byte(len(outer.sessionID)))
	body = append(append(body, outer.sessionID...), in.suitesAndCompression...)
	body = append(binary.BigEndian.AppendUint16(body, uint16(len(extensions))), extensions...)
	return append([]byte{msgClientHello, byte(len(body) >> 16), byte(len(body) >> 8), byte(len(body))}, body...)
}

// ECHConfirmation is what a server that accepts the ClientHelloInner puts at the end
// of its random, 8 bytes. th covers ClientHelloInner..ServerHello with these bytes
// as zeros. RFC 9849, Section 7.2.
func ECHConfirmation(rec *Recorder, s Suite, innerRandom []byte, th TranscriptHash) []byte {
	b := stage{rec: rec, suite: s}
	secret := b.extract("ech_secret", make([]byte, s.Hash.Size()), innerRandom, "HKDF-Extract(0, ClientHelloInner.random)")
	step := expandStep(s, "ech_accept_confirmation", secret, "ech_secret", "ech accept confirmation", th.Sum, "transcript_ech_conf", 8, "RFC 9849, Section 7.2")
	step.Context = th.Covers
	return rec.add(step)
}
