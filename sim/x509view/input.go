package x509view

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"

	"tlsplay/sim/asn1view"
	"tlsplay/sim/trace"
)

// Object is one thing that was found in what was pasted or dropped.
type Object struct {
	Kind  asn1view.Kind // Unknown is shown as bare ASN.1
	Label string        // of its PEM block, empty outside of PEM
	Where string        // "line 12", "byte 0", "the PKCS #7 at line 1"
	DER   *trace.Buffer // nil when Err says that there is none
	// Err says what is wrong with it and where. It never quotes the object, which
	// can be a private key.
	Err error
}

// maxInput bounds what is read, in bytes.
const maxInput = 32 << 20

// Input takes apart what was pasted or dropped: PEM blocks with anything around
// them, DER, one object after another, or either in bare base64 or hexadecimal.
// Certificates and revocation lists inside a PKCS #7 bundle follow it as objects
// of their own. The buffers are numbered from 0. An object that can't be read
// carries its own error; Input fails when nothing at all is found.
func Input(data []byte) ([]Object, error) {
	r := &input{}
	if len(data) > maxInput {
		return nil, fmt.Errorf("x509view: %d MB are too many: at most %d, take out what you want to see", len(data)>>20, maxInput>>20)
	}
	text := utf8Text(data)
	switch {
	case len(bytes.TrimSpace(text)) == 0:
		return nil, errors.New("x509view: there is nothing: paste PEM (-----BEGIN …) or drop a DER file")
	case bytes.Contains(text, []byte("-----BEGIN ")):
		r.pem(text)
	case data[0] == 0x30:
		r.der(data, "", "byte ")
	default:
		r.bare(text)
	}
	if len(r.objects) == 0 {
		return nil, errors.New("x509view: no certificate, key or other object was found: paste PEM (-----BEGIN …) or drop a DER file")
	}
	return r.objects, nil
}

// utf8Text drops a byte order mark and undoes UTF-16, as editors on Windows
// write it.
func utf8Text(b []byte) []byte {
	if len(b) >= 2 && (b[0] == 0xff && b[1] == 0xfe || b[0] == 0xfe && b[1] == 0xff) {
		low := int(b[0]&1) ^ 1 // where the low byte of a pair is
		u := make([]uint16, 0, len(b)/2)
		for i := 2; i+1 < len(b); i += 2 {
			u = append(u, uint16(b[i+low])|uint16(b[i+1-low])<<8)
		}
		return []byte(string(utf16.Decode(u)))
	}
	return bytes.TrimPrefix(b, []byte("\uFEFF"))
}

type input struct{ objects []Object }

// der adds the objects that lie in b one after another.
func (r *input) der(b []byte, label, where string) {
	for off := 0; off < len(b); {
		n := asn1view.Size(b[off:])
		at := where
		if label == "" {
			at += strconv.Itoa(off)
		}
		if n == 0 || b[off] != 0x30 {
			r.objects = append(r.objects, Object{Label: label, Where: at, Err: fmt.Errorf("x509view: %s: the %s from byte %d on are no DER object: take them off", at, count(len(b)-off, "byte"), off)})
			return
		}
		r.object(b[off:off+n], label, at)
		off += n
	}
}

// object adds one object and what is bundled in it.
func (r *input) object(b []byte, label, where string) {
	o := Object{Kind: asn1view.Detect(b), Label: label, Where: where, DER: &trace.Buffer{ID: len(r.objects), Name: where, Data: b}}
	said := labelled(label)
	switch {
	case o.Kind == asn1view.Unknown:
		o.Kind = said
	case said != asn1view.Unknown && said != o.Kind:
		o.Err = fmt.Errorf("x509view: %s: labelled %s, but it is a %s: it is shown as that", where, label, o.Kind)
	}
	switch o.Kind {
	case asn1view.PKCS12:
		o.Err = fmt.Errorf("x509view: %s: a PKCS #12 file is encrypted: unpack it with openssl pkcs12 -in FILE -nodes", where)
	case asn1view.EncryptedPrivateKey:
		o.Err = fmt.Errorf("x509view: %s: the private key is encrypted: decrypt it with openssl pkey -in FILE", where)
	}
	id := len(r.objects)
	r.objects = append(r.objects, o)
	if o.Kind != asn1view.PKCS7 {
		return
	}
	for _, s := range asn1view.Bundled(b) {
		inner := &trace.Buffer{
			ID: len(r.objects), Name: where, Data: b[s.Offset:s.End:s.End],
			Origin: []trace.Span{{Buffer: id, Offset: s.Offset, Length: s.End - s.Offset}},
		}
		r.objects = append(r.objects, Object{Kind: s.Kind, Where: "the PKCS #7 at " + where, DER: inner})
	}
}

// labels is what PEM blocks hold by their labels. RFC 7468; the rest is
// OpenSSL's.
const labels = `
CERTIFICATE:Certificate
X509 CERTIFICATE:Certificate
TRUSTED CERTIFICATE:Certificate
CERTIFICATE REQUEST:CertificationRequest
NEW CERTIFICATE REQUEST:CertificationRequest
X509 CRL:CertificateList
PKCS7:ContentInfo
CMS:ContentInfo
PRIVATE KEY:OneAsymmetricKey
ENCRYPTED PRIVATE KEY:EncryptedPrivateKeyInfo
RSA PRIVATE KEY:RSAPrivateKey
EC PRIVATE KEY:ECPrivateKey
PUBLIC KEY:SubjectPublicKeyInfo
RSA PUBLIC KEY:RSAPublicKey
OCSP RESPONSE:OCSPResponse
OCSP REQUEST:OCSPRequest
`

// labelled is the kind that a label promises, or Unknown.
func labelled(label string) asn1view.Kind {
	_, rest, _ := strings.Cut(labels, "\n"+label+":")
	kind, _, _ := strings.Cut(rest, "\n")
	return asn1view.Kind(kind)
}

var (
	dashes = []byte("-----")
	begin  = []byte("-----BEGIN ")
	end    = []byte("-----END ")
)

// pem reads blocks with anything around them. Each byte is looked at once, so a
// block without an end does not make the next one's search longer.
func (r *input) pem(text []byte) {
	line := 1
	advance := func(n int) {
		line += bytes.Count(text[:n], []byte("\n"))
		text = text[n:]
	}
	for {
		i := bytes.Index(text, begin)
		if i < 0 {
			return
		}
		advance(i)
		first := line
		label, rest, ok := cutLabel(text[len(begin):])
		if !ok {
			r.fail("", first, "a BEGIN line without its five dashes at the end")
			advance(len(begin))
			continue
		}
		advance(len(text) - len(rest))
		n := bytes.Index(text, dashes)
		if n < 0 || !bytes.HasPrefix(text[n:], end) {
			r.fail(label, first, "it has no -----END "+label+"----- line: paste it to its end")
			if n < 0 {
				return
			}
			advance(n)
			continue
		}
		body, bodyLine := text[:n], line
		advance(n)
		closing, rest, ok := cutLabel(text[len(end):])
		if !ok || closing != label {
			r.fail(label, first, "line "+strconv.Itoa(line)+" ends another kind of block, or has no dashes at its end")
			advance(len(end))
			continue
		}
		advance(len(text) - len(rest))
		r.block(label, body, first, bodyLine)
	}
}

// cutLabel is the label at the front of b, up to the dashes in the same line.
func cutLabel(b []byte) (label string, rest []byte, ok bool) {
	const most = 64
	i := bytes.Index(b[:min(len(b), most+len(dashes))], dashes)
	if i < 0 || bytes.ContainsAny(b[:i], "\r\n") {
		return "", nil, false
	}
	return asn1view.Visible(string(b[:i])), b[i+len(dashes):], true
}

func (r *input) fail(label string, line int, what string) {
	where := "line " + strconv.Itoa(line)
	kind := ""
	if label != "" {
		kind = "the block " + label + ": "
	}
	r.objects = append(r.objects, Object{Kind: labelled(label), Label: label, Where: where, Err: fmt.Errorf("x509view: %s: %s%s", where, kind, what)})
}

// block reads the inside of one PEM block. RFC 7468, Section 2; headers as in RFC
// 1421, Section 4.6.
func (r *input) block(label string, body []byte, first, line int) {
	if bytes.IndexByte(body, ':') >= 0 {
		head, rest, _ := bytes.Cut(bytes.ReplaceAll(body, []byte("\r\n"), []byte("\n")), []byte("\n\n"))
		if bytes.Contains(head, []byte("ENCRYPTED")) {
			r.fail(label, first, "it is encrypted: decrypt it with openssl pkey -in FILE")
			return
		}
		body, line = rest, line+bytes.Count(head, []byte("\n"))+2
	}
	der, problem, off := decodeBase64(body)
	if problem != "" {
		at := line + bytes.Count(body[:off], []byte("\n"))
		r.fail(label, first, "line "+strconv.Itoa(at)+": "+problem)
		return
	}
	if len(der) == 0 {
		r.fail(label, first, "it is empty")
		return
	}
	if n := asn1view.Size(der); n > 0 && label == "TRUSTED CERTIFICATE" {
		der = der[:n] // OpenSSL puts more behind the certificate
	}
	r.object(der, label, "line "+strconv.Itoa(first))
}

// decodeBase64 reads base64 with white space in it, also the "\n" of strings in
// source code. A problem is said with the place in text, without quoting it.
func decodeBase64(text []byte) (der []byte, problem string, off int) {
	clean := make([]byte, 0, len(text))
	padding := 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
		case c == '\\' && i+1 < len(text) && (text[i+1] == 'n' || text[i+1] == 'r'):
			i++
		case c == '=':
			clean = append(clean, c)
			padding++
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '+' || c == '/':
			if padding > 0 {
				return nil, "characters behind the = that ends base64", i
			}
			clean = append(clean, c)
		default:
			return nil, "a character that is no base64", i
		}
	}
	for padding == 0 && len(clean)%4 > 1 { // some leave it out
		clean = append(clean, '=')
	}
	der, err := base64.StdEncoding.DecodeString(string(clean))
	if err != nil {
		return nil, "base64 that does not come out even: characters are missing", len(text)
	}
	return der, "", 0
}

// bare reads base64 or hexadecimal without a frame.
func (r *input) bare(text []byte) {
	front := bytes.TrimLeft(text, " \n\r\t\\nr")          // decodeBase64 passes over the \n of source code, too
	if bytes.HasPrefix(front, []byte("LS0tLS1CRUdJTi")) { // "-----BEGIN": PEM as in Kubernetes' secrets
		if b, problem, _ := decodeBase64(text); problem == "" {
			r.pem(b)
		}
		return
	}
	if !bytes.HasPrefix(front, []byte("30")) && !bytes.HasPrefix(front, []byte("0x30")) && !bytes.HasPrefix(front, []byte("M")) {
		return // nothing that begins with a SEQUENCE, which spares megabytes of prose
	}
	plain := strings.Map(func(c rune) rune {
		if strings.ContainsRune(" \n\r\t:", c) {
			return -1
		}
		return c
	}, string(text))
	if b, err := hex.DecodeString(strings.TrimPrefix(plain, "0x")); err == nil && len(b) > 1 && b[0] == 0x30 {
		r.der(b, "", "byte ")
		return
	}
	if b, problem, _ := decodeBase64(text); problem == "" && len(b) > 1 && b[0] == 0x30 {
		r.der(b, "", "byte ")
	}
}
