package dissect

import (
	"crypto/tls"
	"strconv"
	"testing"

	"tlsplay/sim/trace"
)

// BenchmarkApplicationData dissects protected and decrypted records of 16 KB.
func BenchmarkApplicationData(b *testing.B) {
	record := &trace.Buffer{Data: wire(typeApplicationData, make([]byte, 16384+17))}
	plain := &trace.Buffer{Data: cat(make([]byte, 16384), []byte{typeApplicationData})}
	plain.Data[0] = 'x'
	c := NewConversation()
	c.Version, c.Suite = 0x0304, 0x1301
	b.SetBytes(16384)
	b.ReportAllocs()
	for b.Loop() {
		c.Record(trace.Client, record, &Shape{Tag: 16})
		c.Plaintext(trace.Client, plain, typeApplicationData, true)
	}
}

// BenchmarkHandshake dissects the plaintext of a handshake of TLS 1.2.
func BenchmarkHandshake(b *testing.B) {
	w, _ := connect(b, &tls.Config{InsecureSkipVerify: true, ServerName: "example.com", MaxVersion: tls.VersionTLS12}, &tls.Config{Certificates: []tls.Certificate{testRSA()}})
	records := w.records(b)
	n := 0
	for _, r := range records {
		n += len(r.data)
	}
	b.SetBytes(int64(n))
	b.ReportAllocs()
	for b.Loop() {
		c := NewConversation()
		for _, r := range records {
			c.Record(r.from, &trace.Buffer{Data: r.data}, nil)
		}
	}
}

// BenchmarkDense dissects a ClientHello that is nothing but cipher suites: the
// most nodes per byte, in messages of growing size. The cost per byte must not
// grow.
func BenchmarkDense(b *testing.B) {
	for _, size := range []int{1 << 10, 1 << 13, 1<<16 - 200} {
		data := message(clientHello, h("0303"), fill(32), v8(), v16(make([]byte, size/2*2)), v8(h("00")))
		b.Run(strconv.Itoa(size), func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			c := NewConversation()
			buf := &trace.Buffer{Data: data}
			for b.Loop() {
				c.Plaintext(trace.Client, buf, typeHandshake, false)
			}
		})
	}
}

// BenchmarkTinyFragments reassembles a message that comes byte by byte.
func BenchmarkTinyFragments(b *testing.B) {
	for _, size := range []int{1 << 10, 1 << 14, 1 << 17} {
		body := message(certificate, v24(v24(make([]byte, size))))
		b.Run(strconv.Itoa(size), func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				c := NewConversation()
				for i := range body {
					c.Record(trace.Server, &trace.Buffer{Data: wire(typeHandshake, body[i:i+1])}, nil)
				}
			}
		})
	}
}
