package browsertest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"strings"
	"testing"
)

// keptFiles catches downloads.
const keptFiles = `
	globalThis.kept = {};
	const create = URL.createObjectURL;
	URL.createObjectURL = (blob) => { globalThis.lastBlob = blob; return create(blob) };
	HTMLAnchorElement.prototype.click = function () { kept[this.download] = lastBlob.text() };`

func openCertificates(t *testing.T, how How, hash string, opts ...Option) *Page {
	t.Helper()
	p := Open(t, how, append(opts, Hash(hash), Viewport(1440, 900))...)
	p.WaitFinished()
	p.Wait(`document.body.dataset.view === "certificates" && document.querySelector("#object .facts-of") !== null`)
	return p
}

// A certificate is chosen from its card, its fields lead to its bytes and back,
// and all of it has an address.
func TestCertificateChosen(t *testing.T) {
	Each(t, func(t *testing.T, how How) {
		p := openCertificates(t, how, "#/certificates")
		p.Click("#certificate-2")
		p.Wait(`/Issuing CA 1/.test(document.querySelector("#object h2").innerText) && location.hash === "#/certificates?certificate=2"`)
		p.Run(`Array.from(document.querySelectorAll("#object .facts-of > div")).find(f => f.innerText.startsWith("Public key")).querySelector("button").click()`)
		p.Wait(`document.querySelector("#certificate-tree [aria-selected=true] .name")?.innerText === "subjectPublicKeyInfo"`)
		bytes := Eval[string](p, `Array.from(document.querySelectorAll("#certificate-hex .digits .chosen")).map(e => e.innerText).join(" ").replaceAll(" ", "")`)
		if !strings.HasPrefix(bytes, "30593013") {
			t.Errorf("the public key is shown at the bytes %.40s", bytes)
		}
		// The bytes lead back to the field.
		p.Run(`document.querySelector("#certificate-hex .digits [data-n]").click()`)
		p.Wait(`!/Info/.test(document.querySelector("#certificate-tree [aria-selected=true] .name").innerText)`)
		p.Run(`document.getElementById("certificate-hex").focus()`)
		was := Eval[string](p, `document.querySelector("#certificate-tree [aria-selected=true]").dataset.n`)
		p.Press("ArrowRight")
		p.Wait(`document.querySelector("#certificate-tree [aria-selected=true]").dataset.n !== ` + quote(was))
		if at := Eval[string](p, `document.activeElement.id`); at != "certificate-hex" {
			t.Errorf("the focus left the bytes for %q", at)
		}
		p.Hover("#object .facts-of > div")
		p.Wait(`document.querySelector("#certificate-hex .lit") !== null`)
		if address := Eval[string](p, `location.hash`); !strings.Contains(address, "certificate=2&field=b") {
			t.Errorf("the address is %s", address)
		}
		p.Run(`history.back()`)
		p.Wait(`!location.hash.includes("certificate=2")`)
	})
}

// Copy and download give the certificate itself.
func TestCertificateKept(t *testing.T) {
	Each(t, func(t *testing.T, how How) {
		p := openCertificates(t, how, "#/certificates?certificate=3", Before(keptFiles+`
			globalThis.copied = [];
			document.addEventListener("copy", () => copied.push(document.activeElement.value ?? getSelection().toString()));`))
		p.Run(`document.getElementById("download-pem").click()`)
		p.Run(`document.getElementById("download-der").click()`)
		p.Wait(`"tls-playground-certificate-3.pem" in kept && "tls-playground-certificate-3.der" in kept`)
		text := Eval[string](p, `kept["tls-playground-certificate-3.pem"]`)
		block, _ := pem.Decode([]byte(text))
		if block == nil || block.Type != "CERTIFICATE" {
			t.Fatalf("the download is %.80q", text)
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil || c.Subject.CommonName != "Playground Root CA" {
			t.Errorf("the download is the certificate of %v, %v", c, err)
		}
		for button, want := range map[string]string{"pem": text, "der-hex": hex.EncodeToString(block.Bytes)} {
			p.Run(`copied.length = 0`)
			p.Click("#certificate-copy-" + button)
			p.Wait(`copied.length > 0`)
			if got := Eval[string](p, `copied[0]`); got != want {
				t.Errorf("%s copies %.80q, want %.80q", button, got, want)
			}
		}
		if line := p.Text("#openssl-line"); line != "openssl x509 -in tls-playground-certificate-3.pem -noout -text" {
			t.Errorf("elsewhere: %q", line)
		}
	})
}

// What is pasted, chosen or dropped is read; the run stays.
func TestCertificatePasted(t *testing.T) {
	Each(t, func(t *testing.T, how How) {
		p := openCertificates(t, how, "#/certificates")
		outcome := p.Text("#outcome")
		chain := Eval[string](p, `tlsplay.run({seed: "60", host: "pasted.example"}).then(t => t.certificates.map(c => c.der.hex).slice(0, 2).join(" "))`)
		text := ""
		for _, digits := range strings.Fields(chain) {
			der, err := hex.DecodeString(digits)
			if err != nil {
				t.Fatal(err)
			}
			text += string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
		}
		p.Run(`(() => { const a = document.getElementById("paste-text"); a.value = ` + quote(text) + `; a.dispatchEvent(new Event("input", {bubbles: true})) })()`)
		p.Wait(`document.querySelectorAll("#pasted .objects li").length === 2 && document.querySelector("#object h2").innerText === "pasted.example"`)
		p.Click("#object-2")
		p.Wait(`/Issuing CA/.test(document.querySelector("#object h2").innerText)`)

		drop := func(name, content string) string {
			return `(() => {
				const d = new DataTransfer();
				d.items.add(new File([` + content + `], ` + quote(name) + `));
				const at = document.querySelector(".of-certificates");
				at.dispatchEvent(new DragEvent("dragover", {bubbles: true, cancelable: true, dataTransfer: d}));
				const lit = document.body.dataset.dropping;
				at.dispatchEvent(new DragEvent("drop", {bubbles: true, cancelable: true, dataTransfer: d}));
				return lit + document.body.dataset.dropping;
			})()`
		}
		first, _, _ := strings.Cut(chain, " ")
		if lit := Eval[string](p, drop("leaf.der", `Uint8Array.from(`+quote(first)+`.match(/../g), h => parseInt(h, 16))`)); lit != "truefalse" {
			t.Errorf("the drop zone: %s", lit)
		}
		p.Wait(`document.querySelectorAll("#pasted .objects li").length === 1 && /leaf\.der, byte 0/.test(document.getElementById("pasted").innerText) && document.querySelector("#object h2").innerText === "pasted.example"`)

		// A key is told and not shown.
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		der, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		secret := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
		p.Run(drop("key.pem", quote(secret)))
		p.Wait(`/Private key/.test(document.querySelector("#object h2").innerText) && /never leaves this page/.test(document.getElementById("object").innerText)`)
		raw, _ := key.Bytes()
		all := Eval[string](p, `document.body.innerText.replace(/\s/g, "")`)
		if strings.Contains(all, hex.EncodeToString(raw)) || strings.Contains(all, strings.Split(secret, "\n")[1]) {
			t.Error("the private key is shown")
		}
		if n := p.Count("#certificate-hex, #download-der"); n > 0 {
			t.Error("the bytes of the private key are offered")
		}

		// What can't be read is said, and 10 MB do not hold the page up.
		p.Run(drop("photo.jpg", `"\xff\xd8\xff\xe0 no certificate"`))
		p.Wait(`/photo\.jpg: no certificate/i.test(document.getElementById("pasted").innerText)`)
		took := Eval[float64](p, `(async () => {
			const start = performance.now();
			`+drop("large.pem", quote(text)+`.repeat(7000)`)+`;
			while (!/and \d+ more/.test(document.getElementById("pasted").innerText)) await new Promise(r => setTimeout(r, 10));
			return performance.now() - start;
		})()`)
		t.Logf("10 MB: %.0f ms", took)
		if took > 10_000 {
			t.Errorf("10 MB took %.0f ms", took)
		}
		p.Click("#forget")
		p.Wait(`document.getElementById("pasted").innerText.trim() === "" && document.querySelector("#object h2").innerText === "shop.example"`)
		if now := p.Text("#outcome"); now != outcome {
			t.Errorf("the run was disturbed: %q", now)
		}
	})
}

// A run that fails for its certificates shows which check stopped the path.
func TestTrustShown(t *testing.T) {
	Each(t, func(t *testing.T, how How) {
		p := openCertificates(t, how, "#/certificates")
		p.Wait(`/The client accepted it/.test(document.getElementById("trust").innerText)`)
		choose(p, "fault", "path-length")
		p.Wait(`/Stopped by the check .Path length/.test(document.getElementById("trust").innerText)`)
		if text := p.Text("#trust"); !strings.Contains(text, "x509: too many intermediates for path length constraint") {
			t.Errorf("crypto/x509's error is missing in %q", text)
		}
		// The workshop makes new ones.
		p.Run(`document.getElementById("spoil-expired").click()`)
		p.Wait(`/expired \d+ \w+ ago/.test(document.getElementById("chains").innerText) && /Problem: It expired/.test(document.getElementById("chains").innerText)`)
		p.Run(`document.getElementById("spoil-").click()`)
		p.Wait(`/The client accepted it/.test(document.getElementById("trust").innerText)`)
		p.Run(`document.getElementById("make-client").click()`)
		p.WaitFor("[id='workshop-server.client_auth']")
		choose(p, "workshop-server.client_auth", "require-and-verify")
		p.Wait(`document.getElementById("workshop-server.client_auth").value === "require-and-verify"`)
		choose(p, "workshop-client.certificate", "ed25519")
		p.Wait(`/Why the server believes the client/.test(document.getElementById("trust").innerText) && /Alex Visitor/.test(document.getElementById("chains").innerText)`)
		p.Run(`document.querySelector("#trust .route button").click()`)
		p.Wait(`document.getElementById("certificate-1").getAttribute("aria-pressed") === "true"`)
	})
}
