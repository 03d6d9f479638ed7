package dissect

import (
	"testing"

	"tlsplay/sim/trace"
)

// finishedFrame is a CRYPTO frame with a Finished.
var finishedFrame = cat([]byte{0x06, 0x04, 0x08}, []byte{20, 0, 0, 4, 1, 2, 3, 4})

// packetSamples is packets with every field that there is; of protected is whether
// their payloads are.
func packetSamples() []struct {
	data      []byte
	protected bool
} {
	long := func(first byte, token []byte, payload []byte) []byte {
		b := cat([]byte{first, 0, 0, 0, 1, 8}, fill(8), []byte{2, 7, 7}, token)
		n := len(payload) + 1
		return cat(b, []byte{0x40 | byte(n>>8), byte(n), 3}, payload)
	}
	return []struct {
		data      []byte
		protected bool
	}{
		{long(0xc0, []byte{2, 9, 9}, cat(finishedFrame, make([]byte, 9))), false},
		{long(0xe0, nil, fill(40)), true},
		{cat([]byte{0x40}, fill(8), []byte{1}, fill(40)), true},
	}
}

// frameSamples is every frame that is known.
func frameSamples() []byte {
	return cat(finishedFrame,
		[]byte{0x0f, 0, 0x40, 0x05, 2, 'h', 'i'}, []byte{0x1e}, make([]byte, 3),
		[]byte{0x1d, 0, 0}, []byte{0x1c, 0x41, 0x2a, 0x06, 2, 'n', 'o'}, []byte{0x08, 4, 'x'})
}

func packetTrees(t testing.TB) (roots []*trace.Node) {
	c := NewConversation()
	c.Version = 0x0304
	for _, s := range packetSamples() {
		tag := -1
		if s.protected {
			tag = 16
		}
		buf := &trace.Buffer{Data: s.data}
		root, _ := c.Packet(trace.Client, buf, tag)
		checkTree(t, buf, root)
		roots = append(roots, root)
	}
	buf := &trace.Buffer{Data: frameSamples()}
	root, _ := c.Frames(trace.Client, buf)
	checkTree(t, buf, root)
	return append(roots, root)
}

func TestPackets(t *testing.T) {
	for _, root := range packetTrees(t) {
		root.Walk(func(n *trace.Node) bool {
			for _, d := range n.Diagnostics {
				t.Errorf("%s: %s", n.ID, d.Text)
			}
			return true
		})
	}
	_, msgs := NewConversation().Frames(trace.Server, &trace.Buffer{Data: frameSamples()})
	var names string
	for _, m := range msgs {
		names += m.Name + " " + m.Note + ","
	}
	if want := "finished ,application_data 2 bytes,handshake_done ,connection_close ,alert fatal bad_certificate,application_data 1 byte,"; names != want {
		t.Errorf("%s", names)
	}
}

// FuzzPacket dissects a packet, protected and not, and its bytes as frames.
func FuzzPacket(f *testing.F) {
	for _, s := range packetSamples() {
		f.Add(s.data)
	}
	f.Add(frameSamples())
	f.Add([]byte{0x06, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, data []byte) {
		c := NewConversation()
		buf := &trace.Buffer{Data: data}
		for _, tag := range []int{-1, 16} {
			root, _ := c.Packet(trace.Client, buf, tag)
			checkTree(t, buf, root)
		}
		root, _ := c.Frames(trace.Server, buf)
		checkTree(t, buf, root)
	})
}
