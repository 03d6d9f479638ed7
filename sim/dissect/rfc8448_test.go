package dissect

import (
	"os"
	"slices"
	"strings"
	"testing"

	"tlsplay/sim/trace"
)

// TestRFC8448 dissects the messages of RFC 8448 that are visible there: the
// records in the clear and the messages that the RFC shows before protection.
func TestRFC8448(t *testing.T) {
	file, err := os.ReadFile("../keys/testdata/rfc8448.txt")
	if err != nil {
		t.Skip("the traces of RFC 8448 are not here:", err)
	}
	want := map[string][]string{
		"3": {"client_hello", "server_hello", "encrypted_extensions", "certificate", "certificate_verify", "finished", "finished", "new_session_ticket"},
		"5": {"client_hello", "hello_retry_request", "client_hello", "server_hello"},
	}
	got := map[string][]string{}
	var d *dissection
	section := ""
	for line := range strings.Lines(string(file)) {
		f := strings.Fields(line)
		switch {
		case len(f) == 2 && f[0] == "section":
			section = f[1]
			d = dissect(t)
		case len(f) == 3 && (f[0] == "record" || f[0] == "message"):
			from, data := trace.Side(f[1]), h(f[2])
			before := len(d.msgs)
			switch {
			case f[0] == "message":
				d.plaintext(from, typeHandshake, data, false)
			case data[0] == typeApplicationData:
				d.record(from, data, &Shape{Tag: 16})
			default:
				d.record(from, data, nil)
			}
			d.noErrors()
			for _, m := range d.msgs[before:] {
				got[section] = append(got[section], m.Name)
			}
			d.roots = nil
		}
	}
	for section, names := range want {
		shown := got[section]
		for _, name := range names {
			i := slices.Index(shown, name)
			if i < 0 {
				t.Errorf("section %s: %v, want %v in this order", section, got[section], names)
				break
			}
			shown = shown[i+1:]
		}
	}
}
