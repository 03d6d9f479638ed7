package view

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"strconv"
	"strings"

	"tlsplay/sim/asn1view"
	"tlsplay/sim/trace"
	"tlsplay/wasm/html"
)

// panel is the certificate or other object that was chosen: what it says, in a
// person's order, and its ASN.1 beside its bytes.
func panel(t *trace.Trace, s State) html.Node {
	c, p := certificateShown(t, s)
	s.Node = s.Reading.Node // what of it is chosen
	switch {
	case p != nil && c == nil:
		return html.Group(panelHead("Not readable", p.Where, s), html.El("p", html.Class("bad"), html.Text(errorWords(p.Err))))
	case c == nil || c.Tree == nil:
		return html.El("p", html.Class("empty"), html.Text("Choose a certificate to see what it says and every byte of it."))
	}
	name, about, problem := "", "", ""
	kind := asn1view.Certificate
	if p != nil {
		kind = p.Kind
		about = kindWords(p) + ", " + fromWhere(p)
		problem = errorText(p)
	} else {
		title, _ := roleWords(c)
		about = title
	}
	if kind == asn1view.Certificate {
		name = nameOf(c)
	} else {
		name, about = kindWords(p), fromWhere(p)
	}
	return html.Group(
		panelHead(name, about, s),
		html.If(problem != "", html.El("p", html.Class("bad panel-note"), html.Text(problem))),
		html.If(c.Error != "", html.El("p", html.Class("bad panel-note"), html.Text(c.Error))),
		html.If(kind.Secret(), html.El("p", html.Class("panel-note"), icon("lock"), html.Text(" A private key never leaves this page. Its values were forgotten as soon as its shape was known: here are the names and sizes of its parts."))),
		html.If(kind == asn1view.Certificate, html.Group(timeline(c, clockOf(t)), findings(c, clockOf(t), true))),
		objectMeaning(c, s),
		fieldList(c, s),
		html.If(c.DER != nil, keepButtons(t, s, kind)),
		objectAnatomy(c, s))
}

func panelHead(name, about string, s State) html.Node {
	return html.El("header", html.Class("inspected"),
		html.El("h2", html.Text(clipped(name, 120))),
		html.El("p", html.Text(about)),
		html.If(s.Reading.Chosen(), html.El("button", html.Attr("type", "button"), html.Class("close"), act(ActObject, ""), html.Attr("aria-label", "Close"), icon("cross"))))
}

// objectMeaning explains the chosen field, or else the whole.
func objectMeaning(c *trace.Certificate, s State) html.Node {
	n := resolve([]*trace.Node{c.Tree}, s.Node)
	if n == nil {
		return html.Node{}
	}
	if f := fieldAt(c, n, s.Reading.Field); f != nil {
		return explained(html.El("b", html.Text(certificateTitles[f.ID.Name()]+". ")), f.ID, "", s)
	}
	return explained(html.Group(html.El("code", html.Text(string(n.ID))), html.Text(" ")), n.ID, n.Value, s)
}

// fieldAt is the field of a person's order that stands at n, or nil: the chosen
// one where several do.
func fieldAt(c *trace.Certificate, n *trace.Node, chosen int) *trace.Field {
	if chosen > 0 && chosen <= len(c.Fields) {
		return &c.Fields[chosen-1]
	}
	for i, f := range c.Fields {
		if f.Offset == n.Off && f.Length == n.Len && n.Len < c.Tree.Len {
			return &c.Fields[i]
		}
	}
	return nil
}

// fieldList is the fields in a person's order, each the way to its bytes.
func fieldList(c *trace.Certificate, s State) html.Node {
	if len(c.Fields) == 0 {
		return html.Node{}
	}
	chosen := resolve([]*trace.Node{c.Tree}, s.Node)
	return html.El("dl", html.Class("facts-of"), html.Map(c.Fields, func(i int, f trace.Field) html.Node {
		path := pathOfSpan(c.Tree, rootPath(c.Tree.Buf), f.Offset, f.Length)
		pressed := chosen != nil && fieldAt(c, chosen, s.Reading.Field) == &c.Fields[i]
		name := f.ID.Name()
		value := f.Value
		if name == "extended_key_usage" {
			if words := purposes(value); words != value {
				value = words + " (" + value + ")"
			}
		}
		n := strconv.Itoa(i + 1)
		return html.El("div", html.Data("n", path), html.Class(when(pressed, "chosen")),
			html.El("dt", html.Text(certificateTitles[name])),
			html.El("dd", html.El("button", html.Attr("type", "button"), html.Attr("id", "field-"+n), html.Class(name), act(ActField, n),
				html.Attr("aria-pressed", strconv.FormatBool(pressed)), html.Text(clipped(value, 700)))))
	}))
}

// partObject is what State.Open files the anatomy of the object under.
const partObject = "object-anatomy"

func objectOpen(s State) bool {
	if asked, ok := s.Open[partObject]; ok {
		return asked
	}
	return s.Detailed || s.Reading.Node != ""
}

// objectAnatomy is the ASN.1 tree beside the bytes.
func objectAnatomy(c *trace.Certificate, s State) html.Node {
	open := objectOpen(s)
	var inside html.Node
	if open {
		var bytes html.Node
		if c.DER != nil {
			bytes = hexView([]column{{buf: c.DER, root: c.Tree, class: "der", title: "DER"}}, 16, s)
		}
		inside = html.El("div", html.Class("bytes-and-fields"), tree([]*trace.Node{c.Tree}, s), bytes)
	}
	return html.Group(
		html.El("div", html.Class("anatomy"),
			html.El("button", html.Attr("type", "button"), html.Attr("id", partObject), html.Class("fold-button"), act(ActToggle, partObject),
				html.Attr("aria-expanded", strconv.FormatBool(open)), html.Text("Every field and byte")),
			html.If(open && c.DER != nil, copyGroup(s, "Copy this field as", CopyForms))),
		inside)
}

// keepForms are the forms in which the whole object can be copied.
var keepForms = []string{"PEM", "DER-hex", "DER-base64"}

func copyGroup(s State, label string, forms []string) html.Node {
	return html.El("span", html.Class("copies"), html.Attr("role", "group"), html.Attr("aria-label", label),
		html.El("span", html.Text(label)),
		html.Map(forms, func(_ int, form string) html.Node {
			return html.El("button", html.Attr("type", "button"), html.Attr("id", CopyButton(s, form)), act(ActCopy, form),
				html.Text(strings.ReplaceAll(form, "DER-", "")))
		}))
}

// CopyButton is the id of the button that copies in a form.
func CopyButton(s State, form string) string {
	return idIn(s, "copy-"+strings.ToLower(form))
}

// keepButtons copy and download the whole, and say how to look at it elsewhere.
func keepButtons(t *trace.Trace, s State, kind asn1view.Kind) html.Node {
	name := objectName(s)
	return html.El("div", html.Class("keep"),
		copyGroup(s, "Copy the whole as", keepForms),
		html.El("span", html.Class("copies"), html.Attr("role", "group"), html.Attr("aria-label", "Download"),
			html.El("span", html.Text("Download")),
			html.Map([]string{"pem", "der"}, func(_ int, ext string) html.Node {
				return html.El("button", html.Attr("type", "button"), html.Attr("id", "download-"+ext), act(ActDownload, name+"."+ext), html.Text(strings.ToUpper(ext)))
			})),
		html.El("p", html.Class("elsewhere"), html.El("span", html.Text("Elsewhere")),
			html.El("code", html.Attr("id", "openssl-line"), html.Text(opensslLine(kind, "tls-playground-"+name+".pem"))),
			html.El("button", html.Attr("type", "button"), html.Data("copy", "openssl-line"), html.Attr("id", "copy-openssl"), html.Text("Copy"))))
}

// objectName is the name under which the shown object is downloaded, without
// its ending.
func objectName(s State) string {
	if s.Reading.Object > 0 {
		return "object-" + strconv.Itoa(s.Reading.Object)
	}
	return "certificate-" + strconv.Itoa(max(s.Reading.Certificate, 1))
}

// opensslLine shows the same with OpenSSL.
func opensslLine(kind asn1view.Kind, file string) string {
	switch kind {
	case asn1view.Certificate:
		return "openssl x509 -in " + file + " -noout -text"
	case asn1view.CertificateRequest:
		return "openssl req -in " + file + " -noout -text"
	case asn1view.RevocationList:
		return "openssl crl -in " + file + " -noout -text"
	case asn1view.PKCS7:
		return "openssl pkcs7 -in " + file + " -print_certs -noout -text"
	case asn1view.PublicKey:
		return "openssl pkey -pubin -in " + file + " -noout -text"
	case asn1view.RSAPublicKey:
		return "openssl rsa -RSAPublicKey_in -in " + file + " -noout -text"
	case asn1view.OCSPResponse:
		return "openssl ocsp -noverify -resp_text -respin " + strings.TrimSuffix(file, "pem") + "der"
	case asn1view.OCSPRequest:
		return "openssl ocsp -req_text -reqin " + strings.TrimSuffix(file, "pem") + "der"
	}
	return "openssl asn1parse -i -in " + file
}

// pemLabels is the labels of PEM blocks. RFC 7468.
var pemLabels = map[asn1view.Kind]string{
	asn1view.Certificate:        "CERTIFICATE",
	asn1view.CertificateRequest: "CERTIFICATE REQUEST",
	asn1view.RevocationList:     "X509 CRL",
	asn1view.PKCS7:              "PKCS7",
	asn1view.PublicKey:          "PUBLIC KEY",
	asn1view.RSAPublicKey:       "RSA PUBLIC KEY",
	asn1view.OCSPResponse:       "OCSP RESPONSE",
	asn1view.OCSPRequest:        "OCSP REQUEST",
}

func pemOf(p *Pasted, der []byte) []byte {
	label := "CERTIFICATE"
	if p != nil {
		label = pemLabels[p.Kind]
	}
	if label == "" {
		label = "DER"
	}
	return pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der})
}

// copyObject is the shown object in one of keepForms, or the chosen field of it
// in one of CopyForms.
func copyObject(t *trace.Trace, s State, form string) (text string, ok bool) {
	c, p := certificateShown(t, s)
	if c == nil || c.DER == nil {
		return "", false
	}
	switch form {
	case "PEM":
		return string(pemOf(p, c.DER.Data)), true
	case "DER-hex":
		return hex.EncodeToString(c.DER.Data), true
	case "DER-base64":
		return base64.StdEncoding.EncodeToString(c.DER.Data), true
	}
	return "", false
}

// objectBytes is the chosen field of the shown object, or the whole.
func objectBytes(t *trace.Trace, s State) []byte {
	c, _ := certificateShown(t, s)
	if c == nil || c.DER == nil {
		return nil
	}
	if n := resolve([]*trace.Node{c.Tree}, s.Reading.Node); n != nil {
		return c.DER.Data[n.Off:n.End()]
	}
	return c.DER.Data
}

// ObjectFile is the shown object as the file of that name.
func ObjectFile(t *trace.Trace, s State, name string) ([]byte, bool) {
	c, p := certificateShown(t, s)
	base, ext, _ := strings.Cut(name, ".")
	if c == nil || c.DER == nil || base != objectName(s) {
		return nil, false
	}
	if ext == "pem" {
		return pemOf(p, c.DER.Data), true
	}
	return c.DER.Data, ext == "der"
}
