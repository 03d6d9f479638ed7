package browsertest

import (
	"strings"
	"testing"
)

// A lab tells what is tried, what happens, what caught it, what did not, and what
// would have happened without, and leads to the run in which it does.
func TestLab(t *testing.T) {
	Each(t, func(t *testing.T, how How) {
		p := Open(t, how, Hash("#/scenarios"))
		p.WaitFinished()
		p.WaitFor("#preset-middle-untrusted")
		p.Run(`document.getElementById("preset-middle-untrusted").click()`)
		p.Wait(`document.querySelectorAll("#lab .lab-part").length === 5`)
		lab := p.Text("#lab")
		for _, want := range []string{
			"What is tried", "What happens at both ends", "What catches it", "What does not, and why", "Without that check",
			"x509: certificate signed by unknown authority", "remote error: tls: bad certificate", "bad_certificate", "The certificate, at the client",
			"What both can do", "A man in the middle, and nobody verifies",
		} {
			if !strings.Contains(lab, want) {
				t.Errorf("the lab does not say %q:\n%s", want, lab)
			}
		}
		p.Run(`document.getElementById("without").click()`)
		p.Wait(`/InsecureSkipVerify/.test(document.getElementById("lab")?.innerText) && /good order/.test(document.getElementById("outcome").innerText)`)
		p.Wait(`/skip_verify=true/.test(location.hash)`)
		p.Run(`history.back()`)
		p.Wait(`/Without that check/.test(document.getElementById("lab").innerText)`)
		p.Run(`Array.from(document.querySelectorAll("#lab a")).find(a => a.innerText === "Compare the two").click()`)
		p.Wait(`document.body.dataset.view === "compare" && /client.skip_verify/.test(document.getElementById("comparison").innerText)`)
		if text := p.Text("#comparison"); !strings.Contains(text, "A man in the middle, and nobody verifies") || !strings.Contains(text, "never sent") {
			t.Errorf("the comparison is %.600q", text)
		}
	})
}

// A thief reads the recording with what he has stolen, or does not.
func TestThief(t *testing.T) {
	p := Open(t, Served, Hash("#/handshake?v1&version=1.2&suite=TLS_RSA_WITH_AES_128_GCM_SHA256&certificate=rsa-2048"))
	p.WaitFinished()
	p.Wait(`/all \d+ encrypted records open\s+GET .orders.42/.test(document.querySelector("#afterwards .fate")?.innerText)`)
	for _, c := range []struct{ hash, want string }{
		{"#/handshake?v1&version=1.2&certificate=rsa-2048", `/private key is stolen\s+none of/`},
		{"#/handshake?v1&group=X25519", `/quantum computer is built\s+all \d+ encrypted records open\s+GET .orders.42/`},
		{"#/handshake?v1&group=X25519MLKEM768", `/quantum computer is built\s+none of/`},
		{"#/handshake?v1&version=1.2&connections=2&client.resume=true", `/tickets is stolen\s+all \d+ encrypted records open\s+GET .orders.42/`},
		{"#/handshake?v1&connections=2&client.resume=true", `/tickets is stolen\s+none of/`},
		{"#/handshake?v1&client.alpn=h2&client.ech=current&server.ech=true", `/session keys leaks\s+\d of \d+ encrypted records open\s+GET .orders.42/`},
	} {
		p.Run(`void (location.hash = ` + quote(c.hash) + `)`)
		p.Wait(`location.hash === ` + quote(c.hash) + ` && ` + c.want + `.test(document.getElementById("afterwards").innerText)`)
	}
	p.Wait(`/public.example, in the place of one that is encrypted/.test(document.getElementById("metadata").innerText)`)
}

// By hand, from the end of a run: hands on the first record, a mistake that loses
// nothing, a deed taken back, bytes overwritten and put in; then the alarm, the
// checks, and the undisturbed run again once all is taken back.
func TestHands(t *testing.T) {
	Each(t, func(t *testing.T, how How) {
		p := Open(t, how)
		p.WaitFinished()
		p.Click("#version-1\\.2")
		p.Wait(`/TLS 1.2 with/.test(document.getElementById("outcome").innerText)`)
		p.Click("#hands")
		p.WaitFor("#raw .byte")
		p.Wait(`document.getElementById("position").innerText.startsWith("0 of")`)
		write := func(id, text string) {
			p.Run(`(() => { const i = document.getElementById("` + id + `"); i.value = ` + quote(text) + `; i.dispatchEvent(new Event("change", {bubbles: true})) })()`)
		}
		p.Click("#attack-drop")
		p.Wait(`document.querySelector("#attack-drop[aria-pressed=true]") && /Nothing arrives/.test(document.querySelector("#inspector .planned").innerText)`)
		p.Click("#attack-drop")
		p.Wait(`document.querySelector("#attack-drop[aria-pressed=false]") && !document.querySelector("#inspector .planned") && !/wire/.test(location.hash)`)

		write("attack-set", "no hex")
		p.Wait(`/hexadecimal digits|more words/.test(document.getElementById("outcome").innerText)`)
		if n := p.Count("#raw .byte"); n < 100 {
			t.Errorf("after a mistake %d bytes are left", n)
		}
		p.Run(`window.scrollTo(0, document.getElementById("raw").getBoundingClientRect().top + scrollY - 450)`) // from below the bar
		p.Click(`#raw [data-arg="12"]`)                                                                         // in the client's random
		p.Wait(`/Byte 12/.test(document.getElementById("inspector").innerText)`)
		write("attack-set", "00ff")
		p.Wait(`document.querySelectorAll("#raw .altered").length >= 1 && /overwritten in the client's record 1/.test(document.querySelector("#inspector .planned").innerText) && document.querySelector("#lab .lab") === null`)
		for p.Count(`[data-run-state="finished"]`) == 0 {
			p.Click("#step")
			p.Run(`new Promise(r => setTimeout(r, 50))`)
		}
		p.Wait(`document.querySelectorAll("#lab .lab-part").length === 5`)
		lab := p.Text("#lab")
		for _, want := range []string{
			"Your attack, check by check", "in random", "invalid signature by the server certificate", "illegal_parameter",
			"The signature, at the client", "The certificate", "A copy of the certificate would be enough",
		} {
			if !strings.Contains(lab, want) {
				t.Errorf("after the attack the page does not say %q:\n%s", want, lab)
			}
		}
		p.Run(`Array.from(document.querySelectorAll("#lab button")).find(b => b.innerText === "take it back").click()`)
		p.Wait(`/good order/.test(document.getElementById("outcome").innerText) && document.querySelector("#lab .lab") === null`)

		p.Click("#hands")
		p.WaitFor("#attack-insert")
		write("attack-insert", "474554202f0d0a") // GET /
		p.Wait(`/7 bytes that nobody sent/.test(document.querySelector("#inspector .planned").innerText)`)
		for p.Count(`[data-run-state="finished"]`) == 0 {
			p.Click("#step")
			p.Run(`new Promise(r => setTimeout(r, 50))`)
		}
		p.Wait(`/The form of records and messages, at the server/.test(document.getElementById("lab").innerText)`)
	})
}
