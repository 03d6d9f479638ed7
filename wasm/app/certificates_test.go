package app

import (
	"bytes"
	"encoding/hex"
	"encoding/pem"
	"strings"
	"testing"

	"tlsplay/sim/scenario"
	"tlsplay/wasm/view"
)

// What is pasted is shown beside the run, which stays as it is.
func TestPaste(t *testing.T) {
	a := started(t)
	was := a.Trace
	a.Do(Action{view.ActGo, "#/certificates"})
	der := a.Trace.Certificates[1].DER.Data
	text := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	for _, input := range []string{text, hex.EncodeToString(der), string(der), "some\ntext " + text} {
		a.Do(Action{view.ActPaste, "\n" + input})
		r := a.State.Reading
		if len(r.Pasted) != 1 || r.Object != 1 || r.Error != "" || !strings.Contains(page(a), "Playground Issuing CA 1") {
			t.Fatalf("%.20q: %d objects, error %q", input, len(r.Pasted), r.Error)
		}
	}
	a.Do(Action{view.ActField, "1"})
	if a.State.Reading.Node == "" || !strings.Contains(page(a), `id="t-`+a.State.Reading.Node+`"`) {
		t.Error("a field of what was pasted can't be chosen")
	}
	data, err := a.File("object-1.der")
	if err != nil || !bytes.Equal(data, der) {
		t.Errorf("the download is %d bytes, %v", len(data), err)
	}
	if data, err = a.File("object-1.pem"); err != nil || string(data) != text {
		t.Errorf("the download is %q, %v", data, err)
	}
	if got := view.Copy(a.Trace, a.State, "PEM"); got != text {
		t.Errorf("copied: %q", got)
	}
	a.Do(Action{view.ActPaste, "a.txt\nno certificate"})
	if r := a.State.Reading; len(r.Pasted) != 0 || !strings.Contains(r.Error, "a.txt") || !strings.Contains(page(a), r.Error[2:]) {
		t.Errorf("nonsense: %d objects, error %q", len(r.Pasted), r.Error)
	}
	a.Do(Action{view.ActPaste, "chain.pem\n" + text})
	a.Do(Action{view.ActAlso, "other.pem\n" + text + text})
	if n := len(a.State.Reading.Pasted); n != 3 || a.State.Reading.Object != 1 {
		t.Errorf("%d objects of two files", n)
	}
	// Of several files those that hold nothing are named, whichever come last.
	for _, file := range []string{"a.txt\nnothing", "more.pem\n" + text, "b.txt\nnothing", "last.pem\n" + text} {
		a.Do(Action{view.ActAlso, file})
	}
	if r := a.State.Reading; len(r.Pasted) != 5 || !strings.Contains(r.Error, "a.txt: ") || !strings.Contains(r.Error, "b.txt: ") {
		t.Errorf("two files with and two without certificates: %d objects, error %q", len(r.Pasted), r.Error)
	}
	a.Do(Action{view.ActPaste, "chain.pem\n" + text + text + text})
	if r := a.State.Reading; r.Error != "" {
		t.Errorf("another paste: error %q", r.Error)
	}
	a.Do(Action{Name: view.ActRun})
	if len(a.State.Reading.Pasted) != 3 || a.State.Reading.Object != 1 {
		t.Error("another run took what was pasted away")
	}
	a.Do(Action{Name: view.ActForget})
	if a.State.Reading.Chosen() || a.State.Reading.Pasted != nil {
		t.Errorf("forgotten: %+v", a.State.Reading)
	}
	if a.Trace == was || len(a.Trace.Events) == 0 {
		t.Error("the run was lost")
	}
}

// 10 MB of certificates, and one certificate of 10 MB, are read and shown in part.
func TestPasteLarge(t *testing.T) {
	a := started(t)
	a.Do(Action{view.ActGo, "#/certificates"})
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.Trace.Certificates[0].DER.Data})
	one := append([]byte{0x30, 0x83, 0xa0, 0, 0}, bytes.Repeat([]byte{0x30, 2, 5, 0}, 0xa00000/4)...)
	for name, input := range map[string]string{"many": strings.Repeat(string(text), 10<<20/len(text)), "one": string(one), "nothing": strings.Repeat("a b\n", 10<<18)} {
		a.Do(Action{view.ActPaste, name + "\n" + input})
		if n := len(page(a)); n > 20<<20 {
			t.Errorf("%s: the page has %d bytes of markup", name, n)
		}
		t.Logf("%s: %d objects and %d more, %q", name, len(a.State.Reading.Pasted), a.State.Reading.Left, a.State.Reading.Error)
	}
}

// What nobody can have clicked on does no harm.
func TestCertificateNonsense(t *testing.T) {
	a := started(t)
	a.Do(Action{view.ActGo, "#/certificates?certificate=2&field=b0-1"})
	for _, act := range []Action{
		{view.ActObject, "99"},
		{view.ActObject, "p1"},
		{view.ActObject, "-1"},
		{view.ActObject, "px"},
		{view.ActField, "99"},
		{view.ActField, "x"},
		{view.ActNode, "b99"},
		{view.ActToggle, "object-anatomy"},
		{view.ActKey, "hex End"},
		{view.ActKey, "ArrowUp"},
		{view.ActPaste, ""},
		{view.ActAlso, ""},
		{view.ActGo, "#/certificates?certificate=77"},
		{view.ActKnob, "fault=self-signed"}, // one certificate where there were three
		{Name: view.ActClose},
	} {
		a.Do(act)
		page(a)
		if _, err := a.File("certificate-9.pem"); err == nil {
			t.Error("a file of a certificate that is not there")
		}
	}
}

// Edits run at once and are undone; what can't be is said at its field, and the
// run stays.
func TestEdit(t *testing.T) {
	a := started(t)
	failed := func(want string) {
		t.Helper()
		if got := a.Trace.Endpoints[0].Error; !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("the client says %q, want %q", got, want)
		}
	}
	a.Do(Action{view.ActEdit, "server leaf names=elsewhere.example"})
	failed("x509: certificate is valid for elsewhere.example, not shop.example")
	was := a.Trace
	a.Do(Action{view.ActEdit, "server leaf not-after=soon"})
	if want := (view.Refused{Knob: "server leaf not-after", Value: "soon", Why: "use a whole number from -36500 to 36500: days from the run's clock"}); a.State.Refused != want || a.Trace != was || a.State.Error != "" {
		t.Errorf("%+v, %q", a.State.Refused, a.State.Error)
	}
	page(a)
	a.Do(Action{view.ActEdit, "server leaf names=shop.example"})
	failed("")
	if !a.State.Scenario.Equal(scenario.Default()) {
		t.Errorf("something is left: %s", a.State.Scenario.Fragment(true))
	}
	a.Do(Action{view.ActMake, "client.root"})
	a.Do(Action{view.ActEdit, "client leaf subject=a=b"})
	if a.State.Refused.Why == "" || a.State.Reading.Making != "client.root" {
		t.Errorf("%+v", a.State.Refused)
	}
	for _, nonsense := range []string{"", "=", "server", "server =", "server chain sends=", "client x y=z", "server leaf names=\x00<b>\n", "server second key=z"} {
		a.Do(Action{view.ActEdit, nonsense})
		a.Do(Action{view.ActMake, nonsense})
		page(a)
	}
	failed("")
}
