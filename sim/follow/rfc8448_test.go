package follow

import (
	"encoding/hex"
	"os"
	"slices"
	"strings"
	"testing"

	"tlsplay/sim/trace"
)

// published is one connection of RFC 8448.
type published struct {
	section string
	records []flight
	reads   map[trace.Side][][]byte // that become the ephemeral private keys
	values  map[string]string       // by step
	hashes  []string                // of the transcript
}

// flight is bytes that one side sent.
type flight struct {
	from trace.Side
	data []byte
}

// traces8448 reads the traces that sim/keys keeps: see there for the format.
func traces8448(t testing.TB) (all []*published) {
	t.Helper()
	file, err := os.ReadFile("../keys/testdata/rfc8448.txt")
	if err != nil {
		t.Fatal(err)
	}
	var p *published
	for line := range strings.Lines(string(file)) {
		f := strings.Fields(line)
		if len(f) == 0 || strings.HasPrefix(f[0], "#") {
			continue
		}
		last, _ := hex.DecodeString(f[len(f)-1])
		switch f[0] {
		case "section":
			p = &published{section: f[1], reads: map[trace.Side][][]byte{}, values: map[string]string{}}
			all = append(all, p)
		case "key":
			if f[2] == "p256" {
				last[1] ^= 0x42 // what crypto/ecdh would have had to read
			}
			p.reads[trace.Side(f[1])] = append(p.reads[trace.Side(f[1])], last)
		case "record":
			p.records = append(p.records, flight{trace.Side(f[1]), last})
		case "value":
			p.values[f[1]] = f[2]
		case "hash":
			p.hashes = append(p.hashes, f[1])
		}
	}
	return all
}

// values is all derived values by step, and every hash that a message or a
// derivation is bound to.
func values(f *Follower, events []*trace.Event) (byStep map[string][]string, hashes []string) {
	byStep = map[string][]string{}
	for _, d := range f.Derivations {
		byStep[d.ID] = append(byStep[d.ID], d.Output.String())
		for _, in := range d.Inputs {
			if in.Name == "Context" || in.Name == "data" {
				hashes = append(hashes, in.Value.String())
			}
		}
	}
	for _, e := range events {
		for _, m := range e.Messages {
			if m.Transcript != nil {
				hashes = append(hashes, m.Transcript.Hash.String())
			}
		}
	}
	return byStep, hashes
}

// TestRFC8448 follows every trace of RFC 8448 with the published ephemeral keys and
// nothing else, section 4 with what section 3 leaves behind: all records are opened
// and every published value is derived. There is none that cannot be.
func TestRFC8448(t *testing.T) {
	var sessions []Session
	for _, p := range traces8448(t) {
		t.Run("section "+p.section, func(t *testing.T) {
			f := New()
			f.Ephemeral = func(side trace.Side) [][]byte { return p.reads[side] }
			if p.section == "4" {
				f.Resume(sessions...)
			}
			var events []*trace.Event
			for _, r := range p.records {
				events = append(events, f.Record(r.from, r.data))
			}
			checkEvents(t, f, events)
			byStep, hashes := values(f, events)
			for id, want := range p.values {
				if id == "binder_hash" {
					p.hashes = append(p.hashes, want)
				} else if !slices.Contains(byStep[id], want) {
					t.Errorf("%s is %v, published is %s", id, byStep[id], want)
				}
			}
			for _, want := range p.hashes {
				if !slices.Contains(hashes, want) {
					t.Errorf("no transcript hash is %s", want)
				}
			}
			if n := len(f.Checks); n < 3 {
				t.Errorf("only %d checks", n)
			}
			if p.section == "3" {
				sessions = f.Sessions
			}
			t.Logf("%d values, %d hashes, %d derivations, %d checks", len(p.values), len(p.hashes), len(f.Derivations), len(f.Checks))
		})
	}
}

// checkEvents checks that every protected record was opened, that all trees cover
// their bytes without an error, and that all checks hold.
func checkEvents(t testing.TB, f *Follower, events []*trace.Event) {
	t.Helper()
	for _, e := range events {
		if p := e.Protection; p != nil && !p.Opened {
			t.Errorf("event %d, %s, %s: not opened: %s", e.Index, e.From, p.Epoch, p.Reason)
		}
		checkCover(t, e)
		for _, tree := range []*trace.Node{e.Tree, e.PlainTree} {
			tree.Walk(func(n *trace.Node) bool {
				for _, d := range n.Diagnostics {
					if d.Severity == trace.Error {
						t.Errorf("event %d, %s: %s", e.Index, n.ID, d.Text)
					}
				}
				return true
			})
		}
	}
	for _, c := range f.Checks {
		if !c.OK {
			t.Errorf("event %d: %s: %s", c.Event, c.Name, c.Detail)
		}
	}
}

// checkCover checks the cover invariant of all of an event's trees.
func checkCover(t testing.TB, e *trace.Event) {
	t.Helper()
	if e.Wire != nil {
		if err := trace.CheckCover(e.Wire, e.Tree); err != nil {
			t.Error(err)
		}
	}
	if e.Plain != nil {
		if err := trace.CheckCover(e.Plain, e.PlainTree); err != nil {
			t.Error(err)
		}
	}
	for _, m := range e.Messages {
		if m.Buffer != nil {
			if err := trace.CheckCover(m.Buffer, m.Tree); err != nil {
				t.Error(err)
			}
		}
	}
}
