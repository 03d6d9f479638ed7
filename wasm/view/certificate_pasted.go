package view

import (
	"fmt"
	"strconv"
	"strings"

	"tlsplay/sim/asn1view"
	"tlsplay/wasm/html"
)

// pasted lists what was found in what the visitor pasted or dropped.
func pasted(s State) html.Node {
	r := s.Reading
	if r.Error != "" {
		return html.El("p", html.Class("bad"), html.Attr("role", "alert"), html.Text(plainError(r.Error)))
	}
	if len(r.Pasted) == 0 {
		return html.Node{}
	}
	secret := false
	for _, p := range r.Pasted {
		secret = secret || p.Kind.Secret()
	}
	return html.Group(
		html.El("div", html.Class("found-head"),
			html.El("h3", html.Text("Found: "+objectsWords(len(r.Pasted)+r.Left))),
			html.El("button", html.Attr("type", "button"), html.Attr("id", "forget"), act(ActForget, ""), html.Text("Forget them"))),
		html.If(secret, html.El("p", html.Class("panel-note"), icon("lock"), html.Text(" A private key is among them. It never leaves this page, and its value is shown nowhere."))),
		html.El("ul", html.Class("objects"), html.Map(r.Pasted, func(i int, p *Pasted) html.Node {
			n := strconv.Itoa(i + 1)
			name := ""
			if p.Kind == asn1view.Certificate && p.Certificate != nil {
				name = nameOf(p.Certificate)
			}
			return html.El("li",
				html.El("button", html.Attr("type", "button"), html.Attr("id", "object-"+n), act(ActObject, "p"+n), html.Attr("aria-pressed", strconv.FormatBool(r.Object == i+1)),
					html.El("span", html.Class("kind"), html.Text(kindWords(p))),
					html.If(name != "", html.El("b", html.Text(clipped(name, 80)))),
					html.El("small", html.Text(fromWhere(p)))),
				html.If(p.Err != nil, html.El("p", html.Class("bad"), html.Text(errorText(p)))))
		})),
		html.If(r.Left > 0, html.El("p", html.Class("hint"), html.Text(fmt.Sprintf("and %d more, which are not listed: paste fewer at a time to see them.", r.Left)))))
}

func objectsWords(n int) string {
	if n == 1 {
		return "1 object"
	}
	return strconv.Itoa(n) + " objects"
}

// fromWhere is where an object stood.
func fromWhere(p *Pasted) string {
	where := p.Where
	if p.DER != nil {
		where += ", " + size(len(p.DER.Data))
	}
	if p.File != "" {
		return clipped(p.File, 60) + ", " + where
	}
	return where
}

// kindWords is what an object is.
func kindWords(p *Pasted) string {
	if p.DER == nil && p.Certificate == nil && p.Kind == asn1view.Unknown {
		return "Not readable"
	}
	switch p.Kind {
	case asn1view.Certificate:
		return "Certificate"
	case asn1view.CertificateRequest:
		return "Certificate request (CSR)"
	case asn1view.RevocationList:
		return "Revocation list (CRL)"
	case asn1view.OCSPRequest:
		return "OCSP request"
	case asn1view.OCSPResponse:
		return "OCSP response"
	case asn1view.PKCS7:
		return "PKCS #7 bundle"
	case asn1view.PKCS12:
		return "PKCS #12 file"
	case asn1view.PrivateKey, asn1view.ECPrivateKey, asn1view.RSAPrivateKey:
		return "Private key"
	case asn1view.EncryptedPrivateKey:
		return "Encrypted private key"
	case asn1view.PublicKey, asn1view.RSAPublicKey:
		return "Public key"
	}
	return "ASN.1 of unknown kind"
}

// errorText is what is wrong with an object, without the place, which stands
// beside it.
func errorText(p *Pasted) string {
	return sentence(strings.TrimPrefix(plainError(errorWords(p.Err)), p.Where+": "))
}

func errorWords(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// plainError is an error without the package that it comes from.
func plainError(text string) string { return strings.TrimPrefix(text, "x509view: ") }

func sentence(text string) string {
	if text == "" || text[0] < 'a' || text[0] > 'z' {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
