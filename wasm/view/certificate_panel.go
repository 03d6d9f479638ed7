package view

import (
	"encoding/pem"
	"strconv"
	"strings"

	"tlsplay/sim/asn1view"
	"tlsplay/sim/trace"
	"tlsplay/wasm/html"
)

// panel is the certificate or other object that was chosen: what it says, in a
// person's order, and its ASN.1 beside its bytes.
func panel(t *trace.Trace, s *State) html.Node {
	c, p := certificateShown(t, s)
	switch {
	case p != nil && c == nil:
		return html.Group(panelHead("Not readable", p.Where, s), warned(errorText(p)))
	case c == nil || c.Tree == nil:
		return words("p", "empty", "Choose a certificate to see what it says and every byte of it.")
	}
	inside := *s
	inside.Node = s.Reading.Node // what of it is chosen
	s = &inside
	kind := asn1view.Certificate
	name, about, problem := "", "", ""
	if p != nil {
		kind = p.Kind
		name, about, problem = kindWords(p), fromWhere(p), errorText(p)
	} else {
		about, _ = roleWords(c)
	}
	var dated html.Node
	if kind == asn1view.Certificate {
		if p != nil {
			about = name + ", " + about
		}
		name = nameOf(c)
		dated = html.Group(timeline(c, ClockOf(t)), findings(c, ClockOf(t), true))
	}
	if kind == asn1view.CertificateRequest {
		dated = findings(c, ClockOf(t), true)
	}
	if kind.Secret() {
		dated = box("p", "panel-note", icon("lock"), html.Text(" A private key never leaves this page, and its values are shown nowhere: here are the names and sizes of its parts. “Forget them” erases it."))
	}
	var keep html.Node
	if c.DER != nil {
		keep = keepButtons(s, kind)
	}
	if kind == asn1view.OCSPResponse {
		dated = responseChecks(s)
	}
	return html.Group(panelHead(name, about, s), warned(problem), warned(c.Error), dated, fieldList(c, s), objectMeaning(c, s), keep, objectAnatomy(c, s))
}

func panelHead(name, about string, s *State) html.Node {
	var shut html.Node
	if s.Reading.Chosen() {
		shut = press("", ActObject, "", html.Class("close"), html.Attr("aria-label", "Close"), icon("cross"))
	}
	return box("header", "inspected", words("h2", "", clipped(name, 120)), words("p", "", about), shut)
}

// objectMeaning explains the chosen field, or else the whole.
func objectMeaning(c *trace.Certificate, s *State) html.Node {
	n := resolve([]*trace.Node{c.Tree}, s.Node)
	if n == nil {
		return html.Node{}
	}
	if i := fieldAt(c, n, s.Reading.Field); i >= 0 {
		id := c.Fields[i].ID
		return explained(words("b", "", wordOf(certificateTitles, id.Name())+". "), id, "", *s)
	}
	return explained(html.Group(words("code", "", string(n.ID)), html.Text(" ")), n.ID, n.Value, *s)
}

// fieldAt is the index of the field of a person's order that stands at n, or -1:
// the chosen one where several do.
func fieldAt(c *trace.Certificate, n *trace.Node, chosen int) int {
	if chosen > 0 && chosen <= len(c.Fields) {
		return chosen - 1
	}
	for i, f := range c.Fields {
		if n != nil && f.Offset == n.Off && f.Length == n.Len && n.Len < c.Tree.Len {
			return i
		}
	}
	return -1
}

// fieldList is the fields in a person's order, each the way to its bytes.
func fieldList(c *trace.Certificate, s *State) html.Node {
	if len(c.Fields) == 0 {
		return html.Node{}
	}
	chosen := fieldAt(c, resolve([]*trace.Node{c.Tree}, s.Node), s.Reading.Field)
	items := make([]html.Node, len(c.Fields))
	for i, f := range c.Fields {
		name, value, n := f.ID.Name(), f.Value, strconv.Itoa(i+1)
		if name == "extended_key_usage" {
			value = purposes(value)
		}
		items[i] = html.El("div", html.Data("n", pathOfSpan(c.Tree, rootPath(c.Tree.Buf), f.Offset, f.Length)),
			words("dt", "", wordOf(certificateTitles, name)),
			html.El("dd", press("field-"+n, ActField, n, html.Class(name), pressed(i == chosen), html.Text(clipped(value, 700)))))
	}
	return box("dl", "facts-of", html.Attr("id", "facts-of"), html.Data("scroll", ""), html.Group(items...))
}

// partObject is what State.Open files the anatomy of the object under.
const partObject = "object-anatomy"

func objectOpen(s *State) bool {
	if asked, ok := s.Open[partObject]; ok {
		return asked
	}
	return s.Detailed || s.Node != ""
}

// objectAnatomy is the ASN.1 tree beside the bytes.
func objectAnatomy(c *trace.Certificate, s *State) html.Node {
	open := objectOpen(s)
	var inside, copies html.Node
	if open {
		var bytes html.Node
		if c.DER != nil {
			bytes = hexView([]column{{buf: c.DER, root: c.Tree, class: "der", title: "DER"}}, 16, *s)
			copies = copyGroup("Copy this field as", CopyForms)
		}
		inside = box("div", "bytes-and-fields", tree([]*trace.Node{c.Tree}, *s), bytes)
	}
	return html.Group(
		box("div", "anatomy",
			press(partObject, ActToggle, partObject, html.Class("fold-button"), html.Attr("aria-expanded", strconv.FormatBool(open)), html.Text("Every field and byte")),
			copies),
		inside)
}

// keepForms are the forms in which the whole object can be copied.
var keepForms = []string{"PEM", "DER-hex", "DER-base64"}

func copyGroup(label string, forms []string) html.Node {
	kids := []html.Node{words("span", "", label)}
	for _, form := range forms {
		kids = append(kids, press("certificate-copy-"+strings.ToLower(form), ActCopy, form, html.Text(strings.TrimPrefix(form, "DER-"))))
	}
	return box("span", "copies", html.Attr("role", "group"), html.Attr("aria-label", label), html.Group(kids...))
}

// CopyButton is the id of the button that copies in a form.
func CopyButton(s *State, form string) string { return idIn(*s, "copy-"+strings.ToLower(form)) }

// keepButtons copy and download the whole, and say how to look at it elsewhere.
func keepButtons(s *State, kind asn1view.Kind) html.Node {
	name := objectName(s)
	return box("div", "keep",
		copyGroup("Copy the whole as", keepForms),
		box("span", "copies", words("span", "", "Download"),
			press("download-pem", ActDownload, name+".pem", html.Text("PEM")),
			press("download-der", ActDownload, name+".der", html.Text("DER"))),
		box("p", "elsewhere", words("span", "", "Elsewhere"),
			html.El("code", html.Attr("id", "openssl-line"), html.Text(opensslLine(kind, "tls-playground-"+name))),
			html.El("button", html.Attr("type", "button"), html.Data("copy", "openssl-line"), html.Attr("id", "copy-openssl"), html.Text("Copy"))))
}

// objectName is the name under which the shown object is downloaded, without
// its ending.
func objectName(s *State) string {
	if s.Reading.Object > 0 {
		return "object-" + strconv.Itoa(s.Reading.Object)
	}
	return "certificate-" + strconv.Itoa(max(s.Reading.Certificate, 1))
}

// opensslLine shows the same with OpenSSL.
func opensslLine(kind asn1view.Kind, file string) string {
	line := wordOf(opensslLines, string(kind))
	if line == "" {
		line = "asn1parse -i -in *.pem"
	}
	return "openssl " + strings.ReplaceAll(line, "*", file)
}

// opensslLines is how OpenSSL shows what is of a kind.
const opensslLines = `
Certificate:x509 -in *.pem -noout -text
CertificationRequest:req -in *.pem -noout -text
CertificateList:crl -in *.pem -noout -text
ContentInfo:pkcs7 -in *.pem -print_certs -noout -text
SubjectPublicKeyInfo:pkey -pubin -in *.pem -noout -text
RSAPublicKey:rsa -RSAPublicKey_in -in *.pem -noout -text
OCSPResponse:ocsp -noverify -resp_text -respin *.der
OCSPRequest:ocsp -req_text -reqin *.der
`

// pemLabels is the labels of PEM blocks. RFC 7468.
const pemLabels = `
Certificate:CERTIFICATE
CertificationRequest:CERTIFICATE REQUEST
CertificateList:X509 CRL
ContentInfo:PKCS7
SubjectPublicKeyInfo:PUBLIC KEY
RSAPublicKey:RSA PUBLIC KEY
OCSPResponse:OCSP RESPONSE
OCSPRequest:OCSP REQUEST
`

func pemOf(p *Pasted, der []byte) []byte {
	label := "CERTIFICATE"
	if p != nil {
		if label = wordOf(pemLabels, string(p.Kind)); label == "" {
			label = "DER"
		}
	}
	return pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der})
}

// copyObject is the chosen field of the shown object in one of CopyForms, which
// Copy knows, or the whole in one of keepForms.
func copyObject(t *trace.Trace, s *State, form string) (data []byte, as string) {
	c, p := certificateShown(t, s)
	if c == nil || c.DER == nil {
		return nil, form
	}
	data = c.DER.Data
	if form == "PEM" {
		return pemOf(p, data), form
	}
	as, whole := strings.CutPrefix(form, "DER-")
	if n := resolve([]*trace.Node{c.Tree}, s.Reading.Node); n != nil && !whole {
		data = data[n.Off:n.End()]
	}
	return data, as
}

// ObjectFile is the shown object as the file of that name.
func ObjectFile(t *trace.Trace, s *State, name string) ([]byte, bool) {
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
