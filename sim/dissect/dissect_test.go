package dissect

import (
	"crypto/tls"
	"testing"

	"tlsplay/sim/trace"
)

// dissection runs a connection through a Conversation, keeping a trace's
// buffers.
type dissection struct {
	t       testing.TB
	conv    *Conversation
	buffers []*trace.Buffer
	msgs    []trace.Message
	roots   []*trace.Node
}

func dissect(t testing.TB) *dissection {
	d := &dissection{t: t, conv: NewConversation()}
	d.conv.Alloc = d.alloc
	return d
}

func (d *dissection) alloc(name string, data []byte, origin []trace.Span) *trace.Buffer {
	b := &trace.Buffer{ID: len(d.buffers), Name: name, Data: data, Origin: origin}
	d.buffers = append(d.buffers, b)
	return b
}

func (d *dissection) check(buf *trace.Buffer, root *trace.Node, msgs []trace.Message) {
	d.t.Helper()
	checkTree(d.t, buf, root)
	for _, m := range msgs {
		if m.Tree == nil {
			d.t.Fatalf("message %s has no tree", m.Name)
		}
		if m.Buffer != nil {
			checkTree(d.t, m.Buffer, m.Tree)
		}
	}
	d.roots = append(d.roots, root)
	d.msgs = append(d.msgs, msgs...)
}

func (d *dissection) record(from trace.Side, data []byte, shape *Shape) *trace.Node {
	d.t.Helper()
	buf := d.alloc("record", data, nil)
	root, msgs := d.conv.Record(from, buf, shape)
	d.check(buf, root, msgs)
	return root
}

// checkTree holds every tree that any test sees to the invariants.
func checkTree(t testing.TB, buf *trace.Buffer, root *trace.Node) {
	t.Helper()
	if err := trace.CheckCover(buf, root); err != nil {
		t.Fatal(err)
	}
	seenMu.Lock()
	defer seenMu.Unlock()
	root.Walk(func(n *trace.Node) bool {
		seen[n.ID] = true
		for i := range len(n.Value) {
			if c := n.Value[i]; c < 0x20 || c == 0x7f {
				t.Fatalf("%s: control character in %q", n.ID, n.Value)
			}
		}
		return true
	})
}

// plain dissects the connection up to where each side's records are protected.
func (d *dissection) plain(w *tap, version uint16) {
	protected := map[trace.Side]bool{}
	for _, r := range w.records(d.t) {
		var shape *Shape
		if protected[r.from] {
			shape = &Shape{Tag: 16}
		}
		if version == tls.VersionTLS13 && r.data[0] == typeApplicationData {
			shape = &Shape{Tag: 16}
		}
		d.record(r.from, r.data, shape)
		if r.data[0] == typeChangeCipherSpec && version != tls.VersionTLS13 {
			protected[r.from] = true
		}
	}
}

func (d *dissection) find(message string) *trace.Node {
	d.t.Helper()
	for _, m := range d.msgs {
		if m.Name == message {
			return m.Tree
		}
	}
	d.t.Fatalf("no %s among %d messages", message, len(d.msgs))
	return nil
}

func (d *dissection) noErrors() {
	d.t.Helper()
	for _, root := range d.roots {
		root.Walk(func(n *trace.Node) bool {
			for _, x := range n.Diagnostics {
				if x.Severity == trace.Error {
					d.t.Errorf("%s: %s", n.ID, x.Text)
				}
			}
			if n.ID == "opaque" {
				d.t.Errorf("opaque bytes at %d: %s", n.Off, n.Value)
			}
			return true
		})
	}
}

func TestVersions(t *testing.T) {
	for version := uint16(tls.VersionTLS10); version <= tls.VersionTLS13; version++ {
		t.Run(tls.VersionName(version), func(t *testing.T) {
			w, state := connect(t,
				&tls.Config{InsecureSkipVerify: true, ServerName: "example.com", MinVersion: version, MaxVersion: version, NextProtos: []string{"h2", "http/1.1"}},
				&tls.Config{Certificates: []tls.Certificate{testRSA()}, MinVersion: version, MaxVersion: version, NextProtos: []string{"http/1.1"}})
			d := dissect(t)
			d.plain(w, version)
			d.noErrors()
			if d.conv.Version != version || d.conv.Suite != state.CipherSuite || d.conv.Group != uint16(state.CurveID) {
				t.Errorf("Version %#x Suite %#x Group %#x, crypto/tls says %#x %#x %#x", d.conv.Version, d.conv.Suite, d.conv.Group, version, state.CipherSuite, uint16(state.CurveID))
			}
			if n := d.find("client_hello").Find("server_name.host_name"); n == nil || n.Value != `"example.com"` {
				t.Errorf("host_name is %+v", n)
			}
			for _, root := range d.roots {
				if testing.Verbose() {
					dump(t, root, 0)
				}
			}
		})
	}
}

func dump(t testing.TB, n *trace.Node, depth int) {
	t.Logf("%*s%s [%d+%d] %s %v", 2*depth, "", n.ID, n.Off, n.Len, n.Value, n.Diagnostics)
	for _, c := range n.Children {
		dump(t, c, depth+1)
	}
}
