package scenario

import (
	"slices"
	"strings"
	"testing"
)

// What an edit can't say is refused at the knob, with what to do.
func TestEditChecks(t *testing.T) {
	long := strings.Repeat("a", 65)
	for _, x := range []struct{ edits, fix string }{ // lines; empty is valid
		{"leaf subject", ""},
		{"leaf subject Alex Visitor & <Söhne>", ""},
		{"leaf names shop.example *.shop.example _x.example DNS:192.0.2.7 192.0.2.7 ::1 a.b@c.example urn://c.example/?q=1#f", ""},
		{"leaf not-before -36500\nleaf not-after 36500", ""},
		{"leaf not-before 5\nleaf not-after -5", ""}, // it never holds
		{"intermediate permitted a.example .b.example 192.0.2.0/24 2001:db8::/32 a@b.example email:.c.example URI:d.example", ""},
		{"chain intermediates 2\nsecond ca no", ""},
		{"chain sends intermediate intermediate leaf root", ""},
		{"root trusted no\nroot key ed25519", ""},
		{"leaf", "write whose field"},
		{"branch names a", "begin with chain, root"},
		{"leaf path-length 1", "of leaf edit subject, names"},
		{"leaf  subject a", "write it as leaf subject a"},
		{"leaf subject a\nleaf subject b", "edit a field once"},
		{"leaf subject " + long, "at most 64 bytes"},
		{"leaf subject a\u202eb", "that can be seen"},
		{"leaf names a..b", "use a DNS name"},
		{"leaf names -a", "use a DNS name"},
		{"leaf names <b>", "use a DNS name"},
		{"leaf names IP:shop.example", "use an IP address"},
		{"leaf names a@", "use an e-mail address"},
		{"leaf names a@b@c", "use an e-mail address"},
		{"leaf names https://", "use a URI"},
		{"leaf names https://ü.example/", "use a URI"},
		{"leaf names" + strings.Repeat(" a", 101), "list at most 100"},
		{"leaf not-after 36501", "from -36500 to 36500: days"},
		{"leaf not-after +1", "use a whole number"},
		{"leaf not-after", "use a whole number"},
		{"leaf key-usage sign", "use any of digitalSignature"},
		{"leaf ext-key-usage serverAuth serverAuth", "each once"},
		{"leaf ca maybe", "use yes, no or absent"},
		{"leaf must-staple absent", "use yes or no"},
		{"root key rsa-4096", "use ecdsa-p256, rsa-2048 or ed25519"},
		{"intermediate permitted *.example", "use a domain"},
		{"intermediate permitted 192.0.2.7", "use a range of IP addresses"},
		{"intermediate permitted 192.0.2.0/33", "use a range of IP addresses"},
		{"intermediate permitted https://shop.example/", "use a URI"},
		{"intermediate ca no\nintermediate path-length 1", "only a CA has a path length"},
		{"intermediate path-length -1", "from 0 to 100, or nothing"},
		{"second subject a", `add the edit "chain intermediates 2"`},
		{"chain intermediates 3", "from 0 to 2"},
		{"chain sends", "send 1 to 10 of root"},
		{"chain sends branch", "send 1 to 10 of root"},
		{"chain sends leaf second", "no such certificate with 1 intermediates"},
		{"chain intermediates 0\nchain sends leaf intermediate", "no such certificate with 0 intermediates"},
	} {
		for _, knob := range []string{"server.chain", "client.chain"} {
			s := valid()
			s.Client.Certificate = "rsa-2048"
			if err := s.Set(knob, x.edits); err != nil {
				t.Fatal(err)
			}
			err := s.Check()
			if bad, ok := err.(*FieldError); x.fix == "" && err != nil || x.fix != "" && (!ok || bad.Field != knob || !strings.Contains(bad.Fix, x.fix)) {
				t.Errorf("%s %q: %v, want %q", knob, x.edits, err, x.fix)
			}
			if again, err := ParseFragment(s.Fragment(true)); x.fix == "" && (err != nil || !again.Equal(s)) {
				t.Errorf("%s: %v", s.Fragment(true), err)
			}
		}
	}
	s := valid()
	if s.Client.Chain = []string{"leaf subject a"}; !strings.Contains(s.Check().Error(), "set client.certificate") {
		t.Error(s.Check())
	}
	s = valid()
	s.Fault, s.Server.Chain = SHA1, []string{"intermediate key ed25519"}
	if bad, _ := s.Check().(*FieldError); bad == nil || bad.Field != "fault" {
		t.Error(s.Check())
	}
}

// An edit takes the place of the one before; what a field says anyway, by a fault
// or usually, is none.
func TestEdit(t *testing.T) {
	s := valid()
	edit := func(text string, want ...string) {
		t.Helper()
		before := slices.Clone(s.Server.Chain)
		kept := s.Server.Chain
		s.Edit(false, text)
		if !slices.Equal(s.Server.Chain, want) {
			t.Errorf("%s makes it %q, want %q", text, s.Server.Chain, want)
		}
		if !slices.Equal(kept, before) {
			t.Error("another scenario's edits were changed")
		}
		if err := s.Check(); err != nil {
			t.Error(err)
		}
	}
	edit("leaf not-after 80")
	edit("leaf not-after 5", "leaf not-after 5")
	edit("root trusted no", "root trusted no", "leaf not-after 5")
	edit("leaf names a.example  b.example", "root trusted no", "leaf names a.example b.example", "leaf not-after 5")
	edit("leaf not-after -5", "root trusted no", "leaf names a.example b.example", "leaf not-after -5")
	edit("leaf names "+s.Host, "root trusted no", "leaf not-after -5")
	s.Fault = Expired
	edit("leaf not-after -10", "root trusted no")
	edit("leaf not-after 80", "root trusted no", "leaf not-after 80")
	edit("root trusted yes", "leaf not-after 80")
	edit("intermediate key-usage", "intermediate key-usage", "leaf not-after 80")
	s.Server.Chain = nil
	edit("leaf subject " + s.Host)
	if s.Server.Chain != nil || s.Client.Chain != nil {
		t.Error("no edits are not nil")
	}
	s.Client.Certificate = "ed25519"
	if s.Edit(true, "leaf names"); !slices.Equal(s.Client.Chain, []string{"leaf names"}) {
		t.Errorf("%q", s.Client.Chain)
	}
}

// Usually an address as host is no address in the certificate, as before there
// was a way to say so.
func TestUsualNames(t *testing.T) {
	s := valid()
	s.Host = "192.0.2.7"
	if got := s.Plan(false).Get("leaf", "names"); !slices.Equal(got, []string{"DNS:192.0.2.7"}) {
		t.Errorf("%q", got)
	}
}

// Every field can be drawn: it has a value, or may be without one.
func TestFields(t *testing.T) {
	for _, client := range []bool{false, true} {
		s := valid()
		s.Client.Certificate = "rsa-3072"
		p := s.Plan(client)
		for _, of := range append([]string{"chain"}, Links...) {
			for _, field := range Fields(of) {
				e := Edit{of, field, p.Get(of, field)}
				if fix := e.fix(); fix != "" {
					t.Errorf("usually it is %q: %s", e, fix)
				}
			}
		}
	}
	if Fields("branch") != nil {
		t.Error("a branch has fields")
	}
}
