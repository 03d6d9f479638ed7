package browsertest

import (
	"strings"
	"testing"
)

// A link made by hand with mistakes says which, and leads to the nearest run.
func TestMistakenLinks(t *testing.T) {
	p := Open(t, Served)
	p.WaitFinished()
	for _, c := range []struct{ hash, says, leads string }{
		{"#/handshake?v1&version=1.2&host=%zz", "percent sign as %25", "#/handshake?v1&version=1.2"},
		{"#/handshake?v1&vershun=1.2&certificate=rsa-2048", "is it version?", "#/handshake?v1&certificate=rsa-2048"},
		{"#/handshake?v1&version=1.9&group=P-256", "use 1.3, 1.2, 1.1 or 1.0", "#/handshake?v1&group=P-256"},
		{"#/handshake?v2&version=1.2", "this page reads v1", "#/handshake?v1&version=1.2"},
		{"#/handshake?version=1.2&group=P-256", "this page reads v1", "#/handshake?v1&version=1.2&group=P-256"},
		{"#/handshaek?v1&version=1.1", "handshake, scenarios, keys", "#/handshake?v1&version=1.1"},
		{"#/handshake?v1&version=1.2&host=<img src=x onerror=alert(1)>", "use a DNS name", "#/handshake?v1&version=1.2"},
		{"#/<b>x</b>?v1&version=1.1", "there are handshake", "#/handshake?v1&version=1.1"},
		{"#/handshake?v1&version=1.2&request=" + strings.Repeat("A", 1<<20+1), "send 1 to 1048576 bytes", "#/handshake?v1&version=1.2"},
		{"#/handshake?record=99&v1&version=1.1", "this run has", "#/handshake?v1&version=1.1"},
		{"#/handshake?v1&version=1.2&wire=client+0+flip+12", "flip takes 2 more words", "#/handshake?v1&version=1.2"},
		{"#/compare?first=v1%26version%3D7&v1&version=1.1", "use 1.3, 1.2", "#/compare?first=v1&v1&version=1.1"},
	} {
		p.Run(`void (location.hash = ` + quote(c.hash) + `)`)
		p.Wait(`document.getElementById("outcome").innerText.includes(` + quote(c.says) + `)`)
		p.Wait(`location.hash === ` + quote(c.leads))
		if n := p.Count("#outcome img, #outcome b, #outcome script"); n != 0 {
			t.Errorf("%.80s: %d elements from the link", c.hash, n)
		}
	}
	p.Run(`void (location.hash = "#v1&version=1.2")`) // the scenario's form alone
	p.Wait(`location.hash === "#/handshake?v1&version=1.2" && /good order/.test(document.getElementById("outcome").innerText)`)
}

// Back leaves a place whose address the page writes otherwise than the link to it:
// one with a mistake, or that of a comparison, which comes to name both runs.
func TestBackFromRewritten(t *testing.T) {
	Each(t, func(t *testing.T, how How) {
		p := Open(t, how)
		p.WaitFinished()
		const start = "#/keys?v1&version=1.2"
		p.Run(`void (location.hash = ` + quote(start) + `)`)
		p.Wait(`document.body.dataset.view === "keys" && /TLS 1.2/.test(document.getElementById("outcome").innerText)`)
		for _, c := range []struct{ leave, leads string }{
			{`document.querySelector("#tabs a[href*=compare]").click()`, "#/compare?first="},
			{`void (location.hash = "#/handshake?v1&vershun=1.2")`, "#/"},
		} {
			p.Run(c.leave)
			p.Wait(`location.hash.startsWith(` + quote(c.leads) + `) && !/vershun/.test(location.hash) && document.body.dataset.view !== "keys" || location.hash === ""`)
			p.Run(`history.back()`)
			p.Wait(`location.hash === ` + quote(start) + ` && document.body.dataset.view === "keys"`)
		}
	})
}
