package view

import (
	"slices"
	"strconv"
	"strings"

	"tlsplay/sim/asn1view"
	"tlsplay/wasm/html"
)

// pasted lists what was found in what the visitor pasted or dropped.
func pasted(s *State) html.Node {
	r := &s.Reading
	if r.Error != "" {
		return box("p", "bad", html.Attr("role", "alert"), html.Text(sentence(plainError(r.Error))))
	}
	if len(r.Pasted) == 0 {
		return html.Node{}
	}
	var items []html.Node
	var secret, left html.Node
	for i, p := range r.Pasted {
		if p.Kind.Secret() {
			secret = box("p", "panel-note", icon("lock"), html.Text(" A private key is among them. It never leaves this page, and its value is shown nowhere."))
		}
		n, name := strconv.Itoa(i+1), ""
		if c := p.Certificate; c != nil && c.Fields != nil && (p.Kind == asn1view.Certificate || p.Kind == asn1view.CertificateRequest) {
			name = nameOf(c)
		}
		items = append(items, html.El("li",
			press("object-"+n, ActObject, "p"+n, pressed(r.Object == i+1),
				words("span", "kind", kindWords(p)), words("b", "", clipped(name, 80)), words("small", "", fromWhere(p))),
			warned(errorText(p))))
	}
	if r.Left > 0 {
		left = words("p", "hint", "and "+strconv.Itoa(r.Left)+" more, which are not listed: paste fewer at a time to see them.")
	}
	count := strconv.Itoa(len(r.Pasted)+r.Left) + " objects"
	if len(r.Pasted) == 1 {
		count = "1 object"
	}
	return html.Group(
		box("div", "found-head", words("h3", "", "Found: "+count), press("forget", ActForget, "", html.Text("Forget them"))),
		secret, box("ul", "objects", items...), left)
}

// fromWhere is where an object stood.
func fromWhere(p *Pasted) string {
	where := p.Where
	if p.DER != nil {
		where += ", " + size(len(p.DER.Data))
	}
	if p.File != "" {
		where = clipped(p.File, 60) + ", " + where
	}
	return where
}

// kindWords is what an object is.
func kindWords(p *Pasted) string {
	if kind := wordOf(kinds, string(p.Kind)); kind != "" {
		return kind
	}
	if p.DER == nil {
		return "Not readable"
	}
	return "ASN.1 of an unknown kind"
}

// kinds is the kinds of package asn1view in words.
const kinds = `
Certificate:Certificate
CertificationRequest:Certificate request (CSR)
CertificateList:Revocation list (CRL)
OCSPRequest:OCSP request
OCSPResponse:OCSP response
ContentInfo:PKCS #7 bundle
PFX:PKCS #12 file
OneAsymmetricKey:Private key
ECPrivateKey:Private key
RSAPrivateKey:Private key
EncryptedPrivateKeyInfo:Encrypted private key
SubjectPublicKeyInfo:Public key
RSAPublicKey:Public key
`

// errorText is what is wrong with an object, without the place, which stands
// beside it.
func errorText(p *Pasted) string {
	if p.Err == nil {
		return ""
	}
	return sentence(strings.TrimPrefix(plainError(p.Err.Error()), p.Where+": "))
}

// plainError is an error without the package of ours that it comes from.
func plainError(text string) string {
	from, rest, ok := strings.Cut(text, ": ")
	if ok && slices.Contains([]string{"x509view", "scenario", "view", "sim", "app"}, from) {
		return rest
	}
	return text
}

func sentence(text string) string {
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}
