package follow

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rsa"
	"crypto/tls"
	"encoding/binary"
	"testing"

	"tlsplay/sim/dissect"
	"tlsplay/sim/keys"
	"tlsplay/sim/trace"
)

// What a fuzz input means: a byte whose lowest bit names the side, a record, and so
// on. What is no record goes to the end of the input.
func encode(records []flight) (b []byte) {
	for _, r := range records {
		b = append(b, side(r.from))
		b = append(b, r.data...)
	}
	return b
}

func side(s trace.Side) byte {
	if s == trace.Server {
		return 1
	}
	return 0
}

func decode(b []byte) (records []flight) {
	for len(b) > 0 {
		from := trace.Client
		if b[0]&1 == 1 {
			from = trace.Server
		}
		b = b[1:]
		n, ok := dissect.RecordLength(b)
		if !ok || n > len(b) {
			n = len(b)
		}
		records = append(records, flight{from, b[:n:n]})
		b = b[n:]
	}
	return records
}

// checkBounds checks what must hold of any input: trees cover their bytes, and what
// is kept is in proportion to what was read.
func checkBounds(t *testing.T, f *Follower, events []*trace.Event, read int) {
	t.Helper()
	size := 0
	for _, b := range f.Buffers {
		size += len(b.Data)
	}
	for _, e := range events {
		checkCover(t, e)
	}
	// A byte stands on the wire, decrypted, in a message and in a certificate.
	if limit := 4 * read; size > limit {
		t.Errorf("%d bytes in buffers after %d bytes read", size, read)
	}
	if limit := 200 + read; len(f.Derivations) > limit || len(f.Checks) > limit || len(f.Secrets) > limit || len(f.Sessions) > maxSessions {
		t.Errorf("%d derivations, %d checks, %d secrets, %d sessions after %d bytes read",
			len(f.Derivations), len(f.Checks), len(f.Secrets), len(f.Sessions), read)
	}
}

// FuzzRecords follows arbitrary records in both directions, with keys that are right
// for the seeds: a mutated record is under the wrong key, or says something else.
func FuzzRecords(f *testing.F) {
	var log keys.Log
	reads := map[trace.Side][][]byte{}
	for _, p := range traces8448(f) {
		f.Add(encode(p.records), "", byte(1))
		for from, r := range p.reads {
			reads[from] = append(reads[from], r...)
		}
	}
	for _, v := range []struct{ version, suite uint16 }{
		{tls.VersionTLS13, 0}, {tls.VersionTLS12, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}, {tls.VersionTLS12, tls.TLS_RSA_WITH_AES_128_CBC_SHA256},
		{tls.VersionTLS10, tls.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA}, {tls.VersionTLS11, tls.TLS_RSA_WITH_RC4_128_SHA},
	} {
		c := pair(f, v.version, v.suite, []byte("data"))
		log = append(log, c.log...)
		f.Add(encode(c.records), c.log.String(), byte(0))
		f.Add(encode(c.records), "", byte(7))
	}
	f.Add([]byte("\x00\x80\x2e\x01\x03\x01\x00\x15\x00\x00\x00\x10"), "", byte(0))
	f.Fuzz(func(t *testing.T, b []byte, text string, with byte) {
		fo := New()
		if lines, err := keys.ParseLog(text); err == nil {
			fo.Learn(lines...)
		}
		if with&1 != 0 {
			fo.Ephemeral = func(s trace.Side) [][]byte { return reads[s] }
		}
		if with&2 != 0 {
			fo.ServerKey, _ = testKeys()[0].PrivateKey.(*rsa.PrivateKey)
		}
		if with&4 != 0 {
			fo.Learn(log...)
		}
		var events []*trace.Event
		for _, r := range decode(b) {
			events = append(events, fo.Record(r.from, r.data))
		}
		checkBounds(t, fo, events, len(b))
	})
}

// seal protects content as the side's next record, with AES-GCM and the keys that the
// follower opens it with.
func seal(t testing.TB, d *direction, contentType byte, content []byte) []byte {
	block, err := aes.NewCipher(d.opener.Key())
	if err != nil {
		t.Fatal(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	seq := binary.BigEndian.AppendUint64(nil, d.opener.Seq())
	if d.version < keys.VersionTLS13 {
		record := binary.BigEndian.AppendUint16([]byte{contentType, 3, 3}, uint16(8+len(content)+16))
		aad := append(append([]byte{}, seq...), contentType, 3, 3)
		aad = binary.BigEndian.AppendUint16(aad, uint16(len(content)))
		return aead.Seal(append(record, seq...), append(append([]byte{}, d.opener.IV()...), seq...), content, aad)
	}
	nonce := append([]byte{}, d.opener.IV()...)
	for i, b := range seq {
		nonce[4+i] ^= b
	}
	record := binary.BigEndian.AppendUint16([]byte{keys.TypeApplicationData, 3, 3}, uint16(len(content)+1+16))
	return aead.Seal(record, nonce, append(append([]byte{}, content...), contentType), record)
}

// FuzzInside follows connections whose protected records are authentic and say
// anything: only a fuzzer that has the keys gets that far. The input is a list of
// records: a byte that names side and type, the length in two bytes, the content.
func FuzzInside(f *testing.F) {
	starts := [][]flight{}
	p := traces8448(f)[0]
	starts = append(starts, p.records[:2]) // up to ServerHello: all that follows is protected
	starts = append(starts, p.records)
	c := pair(f, tls.VersionTLS12, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, []byte("data"))
	starts = append(starts, c.records)
	for i, start := range starts[:2] {
		fo := New()
		fo.Ephemeral = func(s trace.Side) [][]byte { return p.reads[s] }
		var seed []byte
		for _, r := range append(start[:len(start):len(start)], p.records[len(start):]...) {
			if e := fo.Record(r.from, r.data); e.Protection != nil && e.Protection.Opened {
				content := e.Plain.Data[:len(e.Plain.Data)-1]
				seed = append(seed, side(e.From)|(e.Plain.Data[len(content)]-20)<<1)
				seed = append(binary.BigEndian.AppendUint16(seed, uint16(len(content))), content...)
			}
		}
		f.Add(byte(i), seed)
	}
	// What comes after a handshake: KeyUpdate, a ticket, a request for a certificate,
	// a new handshake, alerts.
	for i := range byte(3) {
		f.Add(i, []byte("\x04\x00\x05\x18\x00\x00\x01\x01\x05\x00\x05\x18\x00\x00\x01\x00\x02\x00\x02\x01\x00"))
		f.Add(i, []byte("\x05\x00\x09\x0d\x00\x00\x05\x01\x41\x00\x00\x00\x04\x00\x08\x0b\x00\x00\x04\x01\x41\x00\x00\x00\x14\x00\x00\x00"))
		f.Add(i, []byte("\x05\x00\x04\x00\x00\x00\x00\x04\x00\x2d\x01\x00\x00\x29\x03\x03aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\x00\x00\x02\x00\x2f\x01\x00"))
	}
	f.Fuzz(func(t *testing.T, which byte, b []byte) {
		fo := New()
		fo.Learn(c.log...)
		fo.Ephemeral = func(s trace.Side) [][]byte { return p.reads[s] }
		fo.ServerKey, _ = testKeys()[0].PrivateKey.(*rsa.PrivateKey)
		var events []*trace.Event
		read := 0
		feed := func(from trace.Side, record []byte) {
			read += len(record)
			events = append(events, fo.Record(from, record))
		}
		for _, r := range starts[int(which)%len(starts)] {
			feed(r.from, r.data)
		}
		for len(b) >= 3 {
			from, contentType := trace.Client, 20+b[0]>>1&7
			if b[0]&1 == 1 {
				from = trace.Server
			}
			n := min(int(b[1])<<8|int(b[2]), len(b)-3, 1<<14)
			content := b[3 : 3+n]
			b = b[3+n:]
			if d := fo.dirs[from]; d.opener != nil && d.suite.Cipher == keys.CipherAESGCM {
				feed(from, seal(t, d, contentType, content))
			} else {
				feed(from, append(binary.BigEndian.AppendUint16([]byte{contentType, 3, 3}, uint16(n)), content...))
			}
		}
		checkBounds(t, fo, events, read)
	})
}
