package dissect

import (
	"testing"

	"tlsplay/sim/trace"
)

// FuzzRecord dissects one record: as plaintext, protected, decrypted, inner, raw.
func FuzzRecord(f *testing.F) {
	for _, r := range recordSamples() {
		f.Add(r.data, r.version, r.suite, uint8(16))
	}
	for _, s := range samples() {
		f.Add(wire(typeHandshake, s.data), s.version, s.suite, uint8(0))
	}
	f.Fuzz(func(t *testing.T, data []byte, version, suite uint16, n uint8) {
		d := dissect(t)
		d.conv.Version, d.conv.Suite = version, suite
		d.record(trace.Client, data, nil)
		d.record(trace.Server, data, &Shape{ExplicitNonce: int(n), Tag: int(n >> 1)})
		d.plaintext(trace.Client, n, data, false)
		d.plaintext(trace.Server, n, data, true)
		block := d.alloc("block", data, nil)
		root, msgs := d.conv.PlaintextMAC(trace.Server, block, n, int(n>>3), int(n&7))
		d.check(block, root, msgs)
		buf := &trace.Buffer{ID: 7, Data: data}
		checkTree(t, buf, Raw(buf))
		RecordLength(data)
		SSL2RecordLength(data)
	})
}

// FuzzHandshake dissects one body as a message of each type.
func FuzzHandshake(f *testing.F) {
	for _, s := range samples() {
		f.Add(s.data[0], s.data[handshakeHeader:], s.version, s.suite, s.types, s.from == trace.Server)
	}
	f.Fuzz(func(t *testing.T, kind uint8, body []byte, version, suite uint16, types uint8, server bool) {
		from := trace.Client
		if server {
			from = trace.Server
		}
		s := sample{version: version, suite: suite, types: types}
		d := s.in(t)
		data := message(kind, body)
		root := d.plaintext(from, typeHandshake, data, false)
		Fingerprints(root, data)
	})
}

// FuzzStream dissects a stream that is cut into records of changing sizes, so that
// messages are reassembled.
func FuzzStream(f *testing.F) {
	for _, s := range samples() {
		f.Add(cat(s.data, s.data), uint8(7), s.version)
	}
	for _, r := range recordSamples() {
		f.Add(r.data, uint8(3), r.version)
	}
	f.Fuzz(func(t *testing.T, data []byte, size uint8, version uint16) {
		d := dissect(t)
		d.conv.Version = version
		for b, n := data, int(size); len(b) > 0; n = n*5%61 + 1 {
			n = min(n%256, len(b))
			contentType := byte(typeHandshake)
			if n > 0 && b[0] > 0xf0 {
				contentType = 20 + b[0]&3
			}
			if size&1 == 0 {
				d.record(trace.Server, wire(contentType, b[:n]), nil)
			} else {
				d.plaintext(trace.Server, contentType, b[:n:n], false)
			}
			b = b[n:]
			if n == 0 {
				b = b[1:]
			}
		}
		// And as a stream that announces its own records.
		d = dissect(t)
		for b := data; len(b) > 0; {
			n, ok := RecordLength(b)
			if !ok || n > len(b) {
				break
			}
			d.record(trace.Client, b[:n], nil)
			b = b[n:]
		}
	})
}
