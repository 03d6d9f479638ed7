package browsertest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"
)

// visitorsOwn is a root, a certificate for mine.example and its private key, each
// as PEM.
func visitorsOwn(t *testing.T) (root, leaf, key string) {
	t.Helper()
	make := func(template, parent *x509.Certificate, signer *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey, string) {
		k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if parent == nil {
			parent, signer = template, k
		}
		template.SerialNumber = big.NewInt(time.Now().UnixNano())
		template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().AddDate(0, 3, 0)
		der, err := x509.CreateCertificate(rand.Reader, template, parent, k.Public(), signer)
		if err != nil {
			t.Fatal(err)
		}
		c, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return c, k, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	}
	ca, signer, root := make(&x509.Certificate{Subject: pkix.Name{CommonName: "My Root"}, BasicConstraintsValid: true, IsCA: true, KeyUsage: x509.KeyUsageCertSign}, nil, nil)
	_, k, leaf := make(&x509.Certificate{Subject: pkix.Name{CommonName: "mine.example"}, DNSNames: []string{"mine.example"}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}, ca, signer)
	der, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	return root, leaf, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// A pasted chain is judged as the visitor chooses, and with its key serves in a
// real handshake; what was pasted can be walked back and forth.
func TestCertificateTrial(t *testing.T) {
	root, leaf, key := visitorsOwn(t)
	Each(t, func(t *testing.T, how How) {
		p := openCertificates(t, how, "#/certificates")
		paste := func(text string) {
			p.Run(`(() => { const a = document.getElementById("paste-text"); a.value = ` + quote(text) + `; a.dispatchEvent(new Event("input", {bubbles: true})) })()`)
		}
		paste(leaf + root)
		p.Wait(`/Refused/.test(document.querySelector("#trial .verdict-of")?.innerText) && /paste its private key/.test(document.getElementById("trial").innerText)`)
		p.Click("#root-2")
		p.Wait(`/Accepted/.test(document.querySelector("#trial .verdict-of").innerText)`)
		set := func(id, value string) {
			p.Run(`(() => { const a = document.getElementById(` + quote(id) + `); a.value = ` + quote(value) + `; a.dispatchEvent(new Event("change", {bubbles: true})) })()`)
		}
		set("trial-host", "other.example")
		p.Wait(`/Refused/.test(document.querySelector("#trial .verdict-of").innerText) && /not other\.example/.test(document.getElementById("trial").innerText)`)
		set("trial-host", "mine.example")
		set("trial-clock", "2020-01-01T00:00:00")
		p.Wait(`/not yet valid/.test(document.querySelector("#trial .verdict-of").innerText)`)
		p.Click("#trial-clock-run")
		p.Wait(`/Accepted/.test(document.querySelector("#trial .verdict-of").innerText)`)
		set("trial-usage", "client")
		p.Wait(`/Refused/.test(document.querySelector("#trial .verdict-of").innerText) && document.getElementById("trial-host") === null`)

		// With the key it serves in the run.
		paste(leaf + root + key)
		p.Wait(`document.getElementById("use-server") !== null`)
		p.Click("#trial .roots > button")
		p.Wait(`/Accepted/.test(document.querySelector("#trial .verdict-of").innerText)`)
		p.Click("#use-server")
		p.Wait(`/mine\.example/.test(document.getElementById("chains").innerText) && /The client accepted it/.test(document.getElementById("trust").innerText) && /the server has your certificate and key/.test(document.getElementById("trial").innerText)`)
		if address := Eval[string](p, `decodeURIComponent(location.hash)`); strings.Contains(address, "PRIVATE") || strings.Contains(address, "identity") || !strings.Contains(address, "mine.example") {
			t.Errorf("the address is %s", address)
		}

		// Back and forth among what was pasted, with the run as it is.
		p.Click("#object-2")
		p.Wait(`location.hash.includes("pasted=2") && document.querySelector("#object h2").innerText === "My Root"`)
		p.Click("#object-3")
		p.Wait(`location.hash.includes("pasted=3") && /Private key/.test(document.querySelector("#object h2").innerText)`)
		p.Run(`history.back()`)
		p.Wait(`location.hash.includes("pasted=2") && document.querySelector("#object h2").innerText === "My Root"`)
		p.Run(`history.forward()`)
		p.Wait(`location.hash.includes("pasted=3") && /Private key/.test(document.querySelector("#object h2").innerText)`)
		if !strings.Contains(p.Text("#trial"), "the server has your certificate and key") {
			t.Error("walking back took the identity away")
		}
		p.Click("#use-none")
		p.Wait(`!/the server has your/.test(document.getElementById("trial").innerText) && /Playground/.test(document.getElementById("chains").innerText)`)

		// Forgotten is forgotten.
		p.Click("#forget")
		p.Wait(`document.getElementById("paste-text").value === "" && !/Found|believed/.test(document.getElementById("paste").innerText)`)

		// The address of what was pasted leads nowhere in another visit, and says so.
		q := Open(t, how, Hash("#/certificates?pasted=3"), Viewport(390, 844))
		q.WaitFinished()
		q.Wait(`document.body.dataset.view === "certificates" && /in no link/.test(document.body.innerText)`)
	})
}
