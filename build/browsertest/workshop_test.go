package browsertest

import (
	"math"
	"strings"
	"testing"
)

// A certificate is edited, the ends say what they make of it, and the edit is
// undone; what has the focus stays where it is on the screen.
func TestWorkshop(t *testing.T) {
	Each(t, func(t *testing.T, how How) {
		p := openCertificates(t, how, "#/certificates")
		p.Wait(`/The client accepted the certificate/.test(document.getElementById("workshop").innerText)`)

		// held does something with an element, and tells by how much it moved.
		held := func(id, act, until string) {
			t.Helper()
			p.Run(`document.getElementById(` + quote(id) + `).scrollIntoView({block: "center"}); document.getElementById(` + quote(id) + `).focus()`)
			top := `document.getElementById(` + quote(id) + `).getBoundingClientRect().top`
			was := Eval[float64](p, top)
			p.Run(act)
			p.Wait(until)
			p.Run(`new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))`)
			if now := Eval[float64](p, top); math.Abs(now-was) > 2 {
				t.Errorf("%s moved from %.0f to %.0f", id, was, now)
			}
			if at := Eval[string](p, `document.activeElement.id`); at != id {
				t.Errorf("the focus went from %s to %q", id, at)
			}
		}
		set := func(id, value string) string {
			return `(() => { const s = document.getElementById(` + quote(id) + `); s.value = ` + quote(value) + `; s.dispatchEvent(new Event("change", {bubbles: true})) })()`
		}
		const workshop, outcome = `document.getElementById("workshop").innerText`, `document.getElementById("outcome").innerText`

		// The last day is moved to yesterday: both ends say so, and with which alert.
		held("edit-server-leaf-not-after", set("edit-server-leaf-not-after", "-1"), `/The client refused the certificate: stopped by the check .Validity/.test(`+workshop+`)`)
		said := p.Text("#outcome")
		for _, want := range []string{"x509: certificate has expired or is not yet valid", "bad_certificate", "remote error: tls: bad certificate"} {
			if !strings.Contains(said, want) {
				t.Errorf("%q is missing in %q", want, said)
			}
		}
		if at := Eval[string](p, `location.hash`); at != "#/certificates?v1&server.chain=leaf+not-after+-1" {
			t.Errorf("the address is %s", at)
		}
		// It is the same by its link.
		q := openCertificates(t, how, "#/certificates?v1&server.chain=leaf+not-after+-1")
		q.Wait(`document.getElementById("edit-server-leaf-not-after").value === "-1" && /refused/.test(` + workshop + `)`)

		// What can't be is said at the field, and the run stays.
		held("edit-server-leaf-names", set("edit-server-leaf-names", "shop..example"), `document.getElementById("edit-server-leaf-names").getAttribute("aria-invalid") === "true"`)
		if text := p.Text("#edit-form [role=alert]"); !strings.HasPrefix(text, "Use a DNS name") || !strings.HasSuffix(text, "not shop..example.") {
			t.Errorf("the message is %q", text)
		}
		if value := Eval[string](p, `document.getElementById("edit-server-leaf-names").value`); value != "shop..example" {
			t.Errorf("what was typed is lost: %q", value)
		}
		if now := p.Text("#outcome"); now != said {
			t.Errorf("the run was disturbed: %q", now)
		}

		// One field is as usual again.
		p.Click("#edit-server-leaf-not-after-reset")
		p.Wait(`location.hash === "#/certificates" && /accepted the certificate/.test(` + workshop + `)`)

		// A ready-made fault fills the fields in.
		held("spoil-expired", `document.getElementById("spoil-expired").click()`, `document.getElementById("edit-server-leaf-not-after").value === "-10"`)
		held("spoil-", `document.getElementById("spoil-").click()`, `document.getElementById("edit-server-leaf-not-after").value === "80"`)

		// The intermediate has an address, and its purposes are nested.
		p.Click(`[id="make-server.intermediate"]`)
		p.Wait(`location.hash === "#/certificates?make=server.intermediate"`)
		held("edit-server-intermediate-ext-key-usage-serverAuth", `document.getElementById("edit-server-intermediate-ext-key-usage-serverAuth").click()`, `/stopped by the check .Purpose/.test(`+workshop+`)`)
		// What is sent, too, is real: without the intermediate it fails otherwise.
		p.Run(`document.getElementById("sends-out-2").focus(); document.getElementById("sends-out-2").click()`)
		p.Wait(`/certificate signed by unknown authority/.test(` + outcome + `) && document.activeElement.id === "sends-add-leaf"`)
		p.Run(`document.getElementById("undo-edits").focus(); document.getElementById("undo-edits").click()`)
		p.Wait(`/accepted the certificate/.test(` + workshop + `) && !document.getElementById("undo-edits") && document.activeElement.id === "make-server.intermediate"`)
		p.Run(`history.back()`)
		p.Wait(`/refused the certificate/.test(` + workshop + `)`)
		p.Click("#undo-edits")

		// The client's.
		p.Click("#make-client")
		p.WaitFor("[id='workshop-client.certificate']")
		choose(p, "workshop-client.certificate", "ed25519")
		p.Wait(`document.getElementById("edit-client-leaf-subject")?.value === "Alex Visitor"`)
		choose(p, "workshop-server.client_auth", "require-and-verify")
		p.Wait(`/The server accepted the certificate/.test(` + workshop + `)`)
		p.Run(set("edit-client-leaf-subject", `Alex <b onclick="x">"Ümläut"`))
		p.Wait(`/onclick=/.test(document.getElementById("chains").innerText) && !document.querySelector("#main [onclick]")`)
		p.Run(`document.getElementById("edit-client-leaf-ext-key-usage-clientAuth").click()`)
		p.Wait(`/accepted/.test(` + workshop + `) && document.getElementById("edit-client-leaf-ext-key-usage-clientAuth").getAttribute("aria-pressed") === "false"`)
		p.Run(`document.getElementById("edit-client-leaf-ext-key-usage-serverAuth").click()`)
		p.Wait(`/The server refused the certificate: stopped by the check .Purpose/.test(` + workshop + `)`)
	})
}
