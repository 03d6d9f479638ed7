package dissect

import (
	"strings"
	"testing"

	"tlsplay/sim/trace"
)

// wire is a record.
func wire(contentType byte, fragment ...[]byte) []byte {
	return cat([]byte{contentType}, h("0303"), v16(fragment...))
}

type recordSample struct {
	name           string
	version, suite uint16
	data           []byte
	shape          *Shape
	inner          bool
	want           values
	message        string // the name and note of the first message
}

func recordSamples() []recordSample {
	return []recordSample{
		{name: "change_cipher_spec", data: wire(20, h("01")), want: values{"change_cipher_spec.type": "1", "record.type": "change_cipher_spec (0x14)"}, message: "change_cipher_spec"},
		{name: "alert", data: wire(21, h("02 28")), want: values{"alert.level": "fatal (0x02)", "alert.description": "handshake_failure (0x28)"}, message: "alert fatal handshake_failure"},
		{name: "close_notify", data: wire(21, h("01 00")), want: values{"record.legacy_version": "TLS 1.2 (0x0303)", "record.length": "2"}, message: "alert warning close_notify"},
		{name: "application data", data: wire(23, text("GET / HTTP/1.1\r\n\r\n")), want: values{"application_data": `18 bytes: "GET / HTTP/1.1\r\n\r\n"`}, message: "application_data 18 bytes"},
		{name: "empty application data", data: wire(23), message: "application_data 0 bytes"},
		{name: "heartbeat", data: wire(24, h("01"), v16(fill(4)), fill(16)), want: values{"heartbeat.payload": "01020304", "heartbeat.type": "heartbeat_request (0x01)"}, message: "heartbeat heartbeat_request"},
		{name: "unknown type", data: wire(25, fill(3)), want: values{"record.fragment": "010203"}},
		{name: "AEAD", version: 0x0303, suite: ecdheRSA, shape: &Shape{ExplicitNonce: 8, Tag: 16}, data: wire(23, fill(40)), want: values{"record.nonce_explicit": "0102030405060708", "record.encrypted_record": "16 bytes, encrypted", "record.auth_tag": hexOf(fill(40)[24:])}},
		{name: "TLS 1.3", version: 0x0304, suite: 0x1301, shape: &Shape{Tag: 16}, data: wire(23, fill(40)), want: values{"record.encrypted_record": "24 bytes, encrypted"}},
		{name: "CBC", version: 0x0303, suite: rsaSuite, shape: &Shape{ExplicitNonce: 16, Tag: 20}, data: wire(22, fill(52)), want: values{"record.iv": hexOf(fill(16)), "record.mac": hexOf(fill(52)[32:])}},
		{name: "stream", version: 0x0303, suite: 5, shape: &Shape{}, data: wire(23, fill(40)), want: values{"record.encrypted_record": "40 bytes, encrypted"}},
		{name: "inner", inner: true, data: cat(h("01 00 15"), make([]byte, 9)), want: values{"inner_plaintext.type": "alert (0x15)", "inner_plaintext.zeros": "9 bytes of padding"}, message: "alert warning close_notify"},
		{name: "inner application data", inner: true, data: cat(text("hi"), h("17")), want: values{"application_data": `2 bytes: "hi"`}, message: "application_data 2 bytes"},
		{name: "fragment", data: wire(22, hello()[:20]), want: values{"handshake.fragment": "20 bytes, the beginning of client_hello"}},
		{name: "trailing bytes", data: wire(20, h("01 02 03")), want: values{"opaque": "0203"}, message: "change_cipher_spec"},
		{
			name: "SSL 2.0 hello", data: h("802e 01 0002 0015 0000 0010 010080 020080 030080 040080 050080 060040 0700c0 000102030405060708090a0b0c0d0e0f"),
			want: values{"v2_client_hello.version": "SSL 2.0 (0x0002)", "v2_cipher_spec": "SSL_CK_RC4_128_WITH_MD5 (0x010080)", "v2_client_hello.challenge": "000102030405060708090a0b0c0d0e0f"}, message: "v2_client_hello",
		},
		{
			name: "SSL 2.0 hello for TLS", data: h("801f 01 0301 0006 0004 000c 00002f 0000ff 01020304 000102030405060708090a0b"),
			want: values{"v2_client_hello.version": "TLS 1.0 (0x0301)", "v2_cipher_spec": "TLS_RSA_WITH_AES_128_CBC_SHA (0x00002f)", "v2_client_hello.session_id": "01020304"}, message: "v2_client_hello",
		},
		{
			name: "SSL 2.0 server hello", data: h("8019 04 00 01 0002 0004 0006 0004 01020304 010080 0700c0 0a0b0c0d"),
			want: values{"v2_server_hello.version": "SSL 2.0 (0x0002)", "v2_server_hello.certificate": "01020304", "v2_server_hello.connection_id": "0a0b0c0d"}, message: "v2_server_hello",
		},
	}
}

func TestRawSSL2(t *testing.T) {
	buf := &trace.Buffer{Data: h("802e 01 0002 0015 0000 0010 010080 020080 030080 040080 050080 060040 0700c0 000102030405060708090a0b0c0d0e0f ffff")}
	n := Raw(buf)
	checkTree(t, buf, n)
	if v := n.Find("v2_client_hello.challenge"); v == nil || v.Value != "000102030405060708090a0b0c0d0e0f" {
		t.Errorf("challenge is %+v", v)
	}
}

// TestNodeCap asks that a message of very many fields stays bounded.
func TestNodeCap(t *testing.T) {
	body := make([]byte, 0, 1<<21)
	for len(body) < 1<<21-8 {
		body = append(body, 0, 0, 1, 0xaa)
	}
	d := dissect(t)
	d.conv.Version = 0x0303
	root := d.plaintext(trace.Server, typeHandshake, message(certificate, v24(body)), false)
	nodes, said := 0, false
	root.Walk(func(n *trace.Node) bool {
		nodes++
		for _, x := range n.Diagnostics {
			said = said || strings.Contains(x.Text, "too many fields")
		}
		return true
	})
	if nodes > maxNodes+maxDepth || !said {
		t.Errorf("%d nodes, said so: %v", nodes, said)
	}
}

func TestRecords(t *testing.T) {
	for _, r := range recordSamples() {
		t.Run(r.name, func(t *testing.T) {
			d := dissect(t)
			d.conv.Version, d.conv.Suite = r.version, r.suite
			var root *trace.Node
			if r.inner {
				root = d.plaintext(trace.Client, 0, r.data, true)
			} else {
				root = d.record(trace.Client, r.data, r.shape)
			}
			for id, want := range r.want {
				n := root.Find(id)
				switch {
				case n == nil:
					t.Errorf("no %s", id)
				case n.Value != want:
					t.Errorf("%s is %q, want %q", id, n.Value, want)
				}
			}
			message := ""
			if len(d.msgs) > 0 {
				message = strings.TrimSpace(d.msgs[0].Name + " " + d.msgs[0].Note)
			}
			if message != r.message {
				t.Errorf("message %q, want %q", message, r.message)
			}
			if t.Failed() {
				dump(t, root, 0)
			}
		})
	}
}

// TestFragments sends a flight of messages in records of every size.
func TestFragments(t *testing.T) {
	flight := cat(hello(ext("0000", v16(h("00"), v16(text("example.com"))))), message(keyUpdate, h("00")), message(helloRequest))
	for size := 1; size <= len(flight); size++ {
		d := dissect(t)
		for b := flight; len(b) > 0; {
			n := min(size, len(b))
			d.record(trace.Client, wire(22, b[:n]), nil)
			b = b[n:]
		}
		if len(d.msgs) != 3 || d.msgs[0].Name != "client_hello" || d.msgs[1].Name != "key_update" || d.msgs[2].Name != "hello_request" {
			t.Fatalf("records of %d bytes: messages %+v", size, d.msgs)
		}
		d.noErrors()
		if n := d.msgs[0].Tree.Find("server_name.host_name"); n == nil || n.Value != `"example.com"` {
			t.Fatalf("records of %d bytes: host name %+v", size, n)
		}
		for _, m := range d.msgs {
			if m.Buffer == nil {
				continue
			}
			var again []byte
			for _, s := range m.Buffer.Origin {
				again = append(again, d.buffers[s.Buffer].Data[s.Offset:s.Offset+s.Length]...)
			}
			if string(again) != string(m.Buffer.Data) {
				t.Fatalf("records of %d bytes: %s does not come from its origin", size, m.Name)
			}
		}
	}
}

func TestHelloRetryRequestFixesNothing(t *testing.T) {
	d := dissect(t)
	d.record(trace.Server, wire(22, retry(ext("002b", h("0304")), ext("0033", h("0018")))), nil)
	if d.msgs[0].Name != "hello_retry_request" || d.msgs[0].Type != 2 {
		t.Errorf("message %s, type %d", d.msgs[0].Name, d.msgs[0].Type)
	}
	if d.conv.Version != 0 || d.conv.Suite != 0 || d.conv.Group != 0 {
		t.Errorf("Version %#x Suite %#x Group %#x", d.conv.Version, d.conv.Suite, d.conv.Group)
	}
}

// TestPlaintextMAC divides what a CBC cipher decrypted.
func TestPlaintextMAC(t *testing.T) {
	for _, c := range []struct {
		data         []byte
		mac, padding int
		want         values
	}{
		{cat(text("hi"), fill(20), h("0303 0303")), 20, 4, values{"application_data": `2 bytes: "hi"`, "plaintext.mac": hexOf(fill(20)), "plaintext.padding": "030303", "plaintext.padding_length": "3"}},
		{cat(text("hi"), fill(16)), 16, 0, values{"plaintext.mac": hexOf(fill(16))}},
		{cat(text("hi"), h("00")), 0, 1, values{"plaintext.padding_length": "0"}},
		{text("hi"), 0, 0, values{"application_data": `2 bytes: "hi"`}},
		{text("hi"), 20, 4, values{"opaque": "6869"}},
	} {
		d := dissect(t)
		buf := d.alloc("plain", c.data, nil)
		root, msgs := d.conv.PlaintextMAC(trace.Client, buf, typeApplicationData, c.mac, c.padding)
		d.check(buf, root, msgs)
		for id, want := range c.want {
			if n := root.Find(id); n == nil || n.Value != want {
				t.Errorf("%s is %+v, want %q", id, n, want)
			}
		}
	}
}

// TestKeyChangeWithinMessage leaves a plaintext fragment unfinished when
// protection begins.
func TestKeyChangeWithinMessage(t *testing.T) {
	d := dissect(t)
	d.record(trace.Server, wire(22, encrypted()[:3]), nil)
	root := d.plaintext(trace.Server, 22, cat(encrypted(), h("16")), true)
	if len(d.msgs) != 1 || d.msgs[0].Name != "encrypted_extensions" || d.msgs[0].Buffer != nil {
		t.Errorf("messages %+v", d.msgs)
	}
	if len(root.Diagnostics) != 1 || !strings.Contains(root.Diagnostics[0].Text, "keys changed") {
		t.Errorf("diagnostics %+v", root.Diagnostics)
	}
}

// TestClientDecidesNothing sends a ServerHello the wrong way round.
func TestClientDecidesNothing(t *testing.T) {
	d := dissect(t)
	d.record(trace.Client, wire(22, answer("0303", "1301", ext("002b", h("0304")), ext("0033", h("001d"), v16(fill(32))))), nil)
	if d.conv.Version != 0 || d.conv.Suite != 0 || d.conv.Group != 0 {
		t.Errorf("Version %#x Suite %#x Group %#x", d.conv.Version, d.conv.Suite, d.conv.Group)
	}
}

func TestDiagnostics(t *testing.T) {
	ch := func(x ...[]byte) []byte { return wire(22, hello(x...)) }
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"duplicate extension", ch(ext("0017"), ext("0017")), "a second extended_master_secret"},
		{"pre_shared_key in front", ch(ext("0029", v16(v16(fill(5)), h("01020304")), v16(v8(fill(32)))), ext("0017")), "must be the last"},
		{"extension too long", ch(h("0000 00ff 00")), "missing"},
		{"session ID too long", wire(22, message(clientHello, h("0303"), fill(32), v8(fill(33)), v16(h("1301")), v8(h("00")))), "at most 32 bytes"},
		{"odd cipher suites", wire(22, message(clientHello, h("0303"), fill(32), v8(), v16(h("130113")), v8(h("00")))), "cipher_suite takes 2 bytes, 1 left"},
		{"no handshake message", wire(22, h("aabbccdd")), "encrypted?"},
		{"encrypted alert of another level", wire(21, h("37"), fill(25)), "encrypted?"},
		{"alert of one byte", wire(21, h("02")), "truncated"},
		{"record too long", cat(wire(23, fill(4)), h("00")), "left over"},
		{"record cut off", wire(23, fill(4))[:7], "2 bytes missing"},
		{"Heartbleed", wire(24, h("01 4000 01")), "Heartbleed"},
		{"empty handshake", wire(22), "only application data may be empty"},
		{"padding not zero", ch(ext("0015", h("000100"))), "padding must be zeros"},
		{"wrong key share", ch(ext("0033", v16(h("001d"), v16(fill(31))))), "x25519 takes 32 bytes, 31 left"},
		{"long key share", ch(ext("0033", v16(h("001d"), v16(fill(33))))), "left over"},
		{"interleaved", nil, "between the fragments"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := dissect(t)
			if c.data == nil {
				d.record(trace.Client, wire(22, hello()[:20]), nil)
				c.data = wire(23, fill(4))
			}
			root := d.record(trace.Client, c.data, nil)
			found := false
			root.Walk(func(n *trace.Node) bool {
				for _, x := range n.Diagnostics {
					found = found || strings.Contains(x.Text, c.want)
				}
				return true
			})
			if !found {
				t.Errorf("no diagnostic says %q", c.want)
				dump(t, root, 0)
			}
		})
	}
}

func TestRaw(t *testing.T) {
	for data, want := range map[string]string{
		"GET / HTTP/1.1\r\nHost: x\r\n": `25 bytes, looks like an HTTP request: "GET / HTTP/1.1"`,
		"SSH-2.0-OpenSSH_9\r\n":         `19 bytes, looks like an SSH banner: "SSH-2.0-OpenSSH_9"`,
		"\xff\x00":                      "2 bytes",
		"":                              "0 bytes",
	} {
		buf := &trace.Buffer{Data: []byte(data)}
		n := Raw(buf)
		checkTree(t, buf, n)
		if n.Value != want {
			t.Errorf("%q is %q, want %q", data, n.Value, want)
		}
	}
}

func TestRecordLength(t *testing.T) {
	for data, want := range map[string]int{
		"16 0301 0005": 10, "17 0303 0000": 5, "16 0301 00": 0, "": 0, "80 2e01 0002": 0, "47 4554 202f": 0,
	} {
		n, ok := RecordLength(h(data))
		if n != want || ok != (want > 0) {
			t.Errorf("%s: %d %v", data, n, ok)
		}
	}
	if n, ok := SSL2RecordLength(h("802e")); n != 48 || !ok {
		t.Errorf("SSL 2.0: %d %v", n, ok)
	}
}
