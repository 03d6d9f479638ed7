package endpoint

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"

	"tlsplay/sim/keys"
	"tlsplay/sim/trace"
)

// quic is an endpoint over QUIC: a real tls.QUICConn, and around it as little of
// QUIC as carries its bytes. What is QUIC's own here: packet headers, packet
// numbers, frames, the AEAD protection of 0-RTT, Handshake and 1-RTT packets,
// transport parameters. What is not: Initial packets, whose protection anyone can
// undo (RFC 9001, Section 5.2), are sent without it, and headers too; nothing is
// acknowledged or sent again, and datagrams are as long as they need to be.
type quic struct {
	e    *Endpoint
	conn net.Conn
	tls  *tls.QUICConn

	own, peer   []byte                  // connection IDs
	destination []byte                  // the first one, which the client made up
	read, write [4]*keys.PacketKeys     // by level, as the next ones
	level       tls.QUICEncryptionLevel // of the last keys to write with
	sent        [4]uint64               // packets; 0-RTT counts with 1-RTT
	cryptoSent  [4]uint64
	cryptoRead  [4]uint64
	streamSent  uint64
	streamRead  uint64

	done      bool // the handshake, by crypto/tls's word
	confirmed bool // the client has HANDSHAKE_DONE, the server has sent it
	said      bool // this end has sent its data
	early     bool // and did so as 0-RTT data, or received it so
	closed    bool // the peer has closed the connection
}

const (
	initial     = tls.QUICEncryptionLevelInitial
	earlyData   = tls.QUICEncryptionLevelEarly
	handshake   = tls.QUICEncryptionLevelHandshake
	application = tls.QUICEncryptionLevelApplication

	idLength = 8
	// maxStream is how much of a stream one packet carries, maxPacket bounds what is
	// read at once: a flight of CRYPTO data is one packet, however long.
	maxStream = 1200
	maxPacket = 1 << 18
	minPacket = 1200 // of a client's Initial, RFC 9000, Section 14.1
)

func (e *Endpoint) quic(conn net.Conn) (err error) {
	q := &quic{e: e, conn: conn, own: make([]byte, idLength)}
	if _, err := io.ReadFull(e.config.Rand, q.own); err != nil {
		return err
	}
	defer func() {
		if q.tls != nil {
			q.tls.Close() // its handshake has a goroutine, which ends here
		}
	}()
	if e.side == trace.Client {
		q.destination = make([]byte, idLength)
		if _, err := io.ReadFull(e.config.Rand, q.destination); err != nil {
			return err
		}
		q.peer = q.destination
		err = q.start(tls.QUICClient(&tls.QUICConfig{TLSConfig: e.config}))
	}
	buf := make([]byte, maxPacket)
	for err == nil {
		if err = q.act(); err != nil || q.closed {
			break
		}
		var n int
		if n, err = conn.Read(buf); err == nil {
			err = q.packet(buf[:n])
		}
	}
	if q.tls != nil {
		e.note(q.tls.ConnectionState())
	}
	if err != nil {
		q.fail(err)
	}
	return err
}

// start begins the handshake.
func (q *quic) start(c *tls.QUICConn) error {
	q.tls = c
	c.SetTransportParameters(q.parameters())
	if err := c.Start(context.Background()); err != nil {
		return err
	}
	return q.events()
}

// parameters are the transport parameters. RFC 9000, Section 18.2.
func (q *quic) parameters() (b []byte) {
	bytes := func(id byte, value []byte) { b = append(append(b, id, byte(len(value))), value...) }
	number := func(id byte, n uint64) { bytes(id, varint(nil, n)) }
	if q.e.side == trace.Server {
		bytes(0x00, q.destination) // original_destination_connection_id
	}
	number(0x01, 30_000) // max_idle_timeout
	number(0x04, 1<<21)  // initial_max_data
	number(0x05, 1<<20)  // initial_max_stream_data_bidi_local
	number(0x06, 1<<20)  // initial_max_stream_data_bidi_remote
	number(0x08, 16)     // initial_max_streams_bidi
	bytes(0x0f, q.own)   // initial_source_connection_id
	return b
}

// events does what crypto/tls asks for.
func (q *quic) events() error {
	for {
		switch ev := q.tls.NextEvent(); ev.Kind {
		case tls.QUICNoEvent:
			return nil
		case tls.QUICErrorEvent:
			return ev.Err
		case tls.QUICSetReadSecret, tls.QUICSetWriteSecret:
			suite, _ := keys.SuiteByID(ev.Suite)
			k, err := keys.NewPacketKeys(suite, ev.Data)
			if err != nil {
				return err
			}
			if ev.Kind == tls.QUICSetReadSecret {
				q.read[ev.Level] = k
			} else {
				q.write[ev.Level], q.level = k, ev.Level
			}
		case tls.QUICWriteData:
			q.crypto(ev.Level, ev.Data)
		case tls.QUICRejectedEarlyData:
			q.said, q.early, q.streamSent = false, false, 0
		case tls.QUICHandshakeDone:
			q.done = true
			cs := q.tls.ConnectionState()
			q.e.note(cs)
			if err := q.e.export(cs); err != nil {
				return err
			}
		}
	}
}

// act does what is due.
func (q *quic) act() error {
	e := q.e
	if q.tls == nil {
		return nil
	}
	e.state.EarlyData = q.early && (q.done || e.side == trace.Server)
	if e.side == trace.Client {
		switch {
		case !q.said && q.write[application] != nil && q.done:
			q.stream(application)
		case !q.said && q.write[earlyData] != nil && !q.done && q.level == earlyData:
			q.early = true
			q.stream(earlyData)
		}
		if q.said && q.confirmed && e.state.Received >= e.talk.Expect {
			q.send(application, []byte{0x1d, 0, 0}) // CONNECTION_CLOSE by the application, NO_ERROR
			q.closed = true
		}
		return nil
	}
	if q.done && !q.confirmed {
		q.confirmed = true
		if err := q.tls.SendSessionTicket(tls.QUICSessionTicketOptions{EarlyData: true}); err != nil {
			return err
		}
		if err := q.events(); err != nil {
			return err
		}
		q.send(application, []byte{0x1e}) // HANDSHAKE_DONE
	}
	// Of 0-RTT data the server takes the risk: it answers before the client has
	// proved that it is there.
	if !q.said && e.state.Received >= e.talk.Expect && q.write[application] != nil {
		q.stream(application)
	}
	return nil
}

// crypto sends handshake messages in a CRYPTO frame. RFC 9000, Section 19.6.
func (q *quic) crypto(l tls.QUICEncryptionLevel, data []byte) {
	f := varint([]byte{0x06}, q.cryptoSent[l])
	f = append(varint(f, uint64(len(data))), data...)
	q.cryptoSent[l] += uint64(len(data))
	if n := minPacket - len(f) - 32; l == initial && q.e.side == trace.Client && n > 0 {
		f = append(f, make([]byte, n)...) // PADDING, so that nobody gets more than it sent
	}
	q.send(l, f)
}

// stream sends this end's data on the first stream. RFC 9000, Section 19.8.
func (q *quic) stream(l tls.QUICEncryptionLevel) {
	q.said = true
	for rest := q.e.talk.Send; len(rest) > 0; {
		n := min(len(rest), maxStream)
		kind := byte(0x0e) // offset and length are there
		if n == len(rest) {
			kind |= 1 // FIN
		}
		f := varint([]byte{kind, 0}, q.streamSent)
		q.send(l, append(varint(f, uint64(n)), rest[:n]...))
		q.streamSent += uint64(n)
		rest = rest[n:]
	}
}

// send makes a packet of frames. RFC 9000, Section 17; RFC 9001, Section 5.3.
func (q *quic) send(l tls.QUICEncryptionLevel, frames []byte) {
	first, k, tag := "\xc1\xd1\xe1\x41"[l], q.write[l], 0 // packet numbers of two bytes
	if l != initial {
		if k == nil {
			return
		}
		tag = k.TagLen()
	}
	var header []byte
	if l == application {
		header = append([]byte{first}, q.peer...)
	} else {
		header = append([]byte{first, 0, 0, 0, 1, idLength}, q.peer...)
		header = append(append(header, idLength), q.own...)
		if l == initial {
			header = append(header, 0) // no token
		}
		header = varint(header, uint64(2+len(frames)+tag))
	}
	space := &q.sent[l]
	if l == earlyData {
		space = &q.sent[application]
	}
	number := *space
	*space++
	header = append(header, byte(number>>8), byte(number))
	packet := append(header, frames...)
	if k != nil {
		packet = k.Seal(header, number, frames)
	}
	q.conn.Write(packet) // never waits, and fails only once the run is over
}

// packet reads one. What cannot be read is dropped without a word, as RFC 9000,
// Section 12.2, has it: it may come from anyone.
func (q *quic) packet(b []byte) error {
	r := reader{b: b}
	first := r.byte()
	l := application
	if first&0x80 == 0 {
		r.bytes(idLength)
	} else {
		l = tls.QUICEncryptionLevel(first >> 4 & 3) // they have the same numbers; Retry is none of them
		r.bytes(4)
		destination := r.bytes(uint64(r.byte()))
		source := r.bytes(uint64(r.byte()))
		if l == initial {
			r.bytes(r.varint())
		}
		if n := r.varint(); r.bad || n != uint64(len(r.b)) || l == application {
			return nil
		}
		if q.tls == nil && l == initial && q.e.side == trace.Server {
			q.destination, q.peer = clone(destination), clone(source)
			if err := q.start(tls.QUICServer(&tls.QUICConfig{TLSConfig: q.e.config})); err != nil {
				return err
			}
		} else if q.e.side == trace.Client && l == initial {
			q.peer = clone(source)
		}
	}
	var number uint64
	for _, c := range r.bytes(uint64(first&3) + 1) {
		number = number<<8 | uint64(c)
	}
	if r.bad || q.tls == nil {
		return nil
	}
	frames := r.b
	if l != initial {
		k := q.read[l]
		if k == nil {
			return nil
		}
		var err error
		if frames, err = k.Open(b[:len(b)-len(r.b)], number, r.b); err != nil {
			return nil
		}
	}
	return q.frames(l, clone(frames)) // crypto/tls keeps what it is handed
}

func (q *quic) frames(l tls.QUICEncryptionLevel, b []byte) error {
	r := reader{b: b}
	for len(r.b) > 0 && !r.bad {
		switch t := r.byte(); {
		case t <= 1: // PADDING, PING
		case t == 0x06:
			if err := q.readCrypto(l, r.varint(), r.bytes(r.varint())); err != nil {
				return err
			}
		case t&^7 == 0x08 && (l == earlyData || l == application):
			q.readStream(l, t, &r)
		case t == 0x1c, t == 0x1d:
			q.closed = true
			code := r.varint()
			if t == 0x1c && code != 0 {
				name := ""
				if code>>8 == 1 {
					name = " (" + tls.AlertError(code).Error() + ")"
				}
				return remoteError(fmt.Sprintf("the peer closed the connection: error 0x%x%s", code, name))
			}
			return nil
		case t == 0x1e:
			q.confirmed = q.e.side == trace.Client
		default:
			return fmt.Errorf("endpoint: %s: a frame of type 0x%02x", q.e.side, t)
		}
	}
	return nil
}

// readCrypto hands to crypto/tls what it has not had. What comes too early is
// lost, and nobody sends it again.
func (q *quic) readCrypto(l tls.QUICEncryptionLevel, offset uint64, data []byte) error {
	had := q.cryptoRead[l]
	if offset > had || offset+uint64(len(data)) <= had {
		return nil
	}
	data = data[had-offset:]
	q.cryptoRead[l] += uint64(len(data))
	if err := q.tls.HandleData(l, data); err != nil {
		return err
	}
	return q.events()
}

func (q *quic) readStream(l tls.QUICEncryptionLevel, kind byte, r *reader) {
	r.varint() // the stream
	offset := uint64(0)
	if kind&4 != 0 {
		offset = r.varint()
	}
	n := uint64(len(r.b))
	if kind&2 != 0 {
		n = r.varint()
	}
	data := r.bytes(n)
	if r.bad || offset != q.streamRead { // a gap, or a second time
		return
	}
	q.streamRead += uint64(len(data))
	q.e.state.Received += len(data)
	q.early = q.early || l == earlyData
}

// remoteError is what the peer says is wrong; nothing is answered.
type remoteError string

func (e remoteError) Error() string { return "endpoint: " + string(e) }

// fail closes the connection for a reason, with the alert that crypto/tls would
// have sent. RFC 9001, Section 4.8.
func (q *quic) fail(err error) {
	all, ok := err.(interface{ Unwrap() []error }) // errors.As would cost the page 10 kB
	if !ok {
		return
	}
	for _, inner := range all.Unwrap() {
		switch inner := inner.(type) {
		case *tls.ECHRejectionError:
			q.e.retry = inner
		case tls.AlertError:
			q.e.alert = inner
			l := min(q.level, handshake) // the peer may have no later keys
			if q.confirmed {
				l = application
			}
			if l == earlyData {
				l = initial
			}
			if q.tls != nil && q.peer != nil {
				q.send(l, append(varint([]byte{0x1c}, 0x100+uint64(inner)), 0x06, 0))
			}
		}
	}
}

// varint appends a variable-length integer. RFC 9000, Section 16.
func varint(b []byte, n uint64) []byte {
	switch {
	case n < 1<<6:
		return append(b, byte(n))
	case n < 1<<14:
		return append(b, 0x40|byte(n>>8), byte(n))
	}
	return append(b, 0x80|byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
}

// reader takes a packet apart; once it ran short it is bad and yields nothing.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) bytes(n uint64) []byte {
	if r.bad || n > uint64(len(r.b)) {
		r.bad, r.b = true, nil
		return nil
	}
	b := r.b[:n]
	r.b = r.b[n:]
	return b
}

func (r *reader) byte() byte {
	if b := r.bytes(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *reader) varint() uint64 {
	first := r.byte()
	n := uint64(first & 0x3f)
	for _, c := range r.bytes(1<<(first>>6) - 1) {
		n = n<<8 | uint64(c)
	}
	return n
}

func clone(b []byte) []byte { return append([]byte(nil), b...) }
