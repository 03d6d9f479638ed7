package trust

import (
	"bytes"
	"crypto"
	_ "crypto/sha1" // most responders name issuers by it
	"crypto/x509"
	"math/big"
	"strconv"
	"time"

	"tlsplay/sim/asn1view"
	"tlsplay/sim/trace"
)

// OCSP: a response is believed when it is about the certificate, signed by its
// issuer or by whom the issuer has certified for that, and of the time. RFC 6960,
// Section 3.2, lists the checks.

var (
	checkResponse          = &check{"trust.ocsp_response", "RFC 6960, Section 4.2.1"}
	checkAbout             = &check{"trust.ocsp_certificate", "RFC 6960, Section 4.1.1"}
	checkResponder         = &check{"trust.ocsp_responder", "RFC 6960, Section 4.2.2.2"}
	checkResponseSignature = &check{"trust.ocsp_signature", "RFC 6960, Section 3.2"}
	checkUpdate            = &check{"trust.ocsp_update", "RFC 6960, Section 4.2.2.1"}
	checkStatus            = &check{"trust.ocsp_status", "RFC 6960, Section 2.2"}
)

// OCSP makes the checks for what a response, as DER, says of c, which issuer has
// issued, at now. It ends with the first that fails. Where that is because c was
// revoked, since tells when.
func OCSP(der []byte, c, issuer *x509.Certificate, now time.Time) (steps []*trace.Step, since time.Time) {
	r := readResponse(der)
	steps = r.judge(link{c, 0}, link{issuer, 1}, now)
	if last := steps[len(steps)-1]; !last.OK && last.Check == checkStatus.id {
		since = r.revokedAt()
	}
	return steps, since
}

// response is an OCSP response with the places of its parts; what is missing is
// nil.
type response struct {
	data                      []byte
	problem                   string // why it is no answer, or empty
	signed, responder, single *trace.Node
	singles, certs            []*trace.Node
	algorithm, signature      *trace.Node
}

func readResponse(der []byte) *response {
	r := &response{data: der}
	tree := asn1view.Tree(&trace.Buffer{Data: der}, asn1view.OCSPResponse)
	tree.Walk(func(n *trace.Node) bool {
		if len(n.Diagnostics) > 0 && r.problem == "" {
			r.problem = "It can't be read: " + n.ID.Name() + ": " + n.Diagnostics[0].Text + "."
		}
		return r.problem == ""
	})
	if r.problem != "" {
		return r
	}
	if status := inside(tree, "OCSPResponse.responseStatus"); len(r.content(status)) != 1 || r.content(status)[0] != 0 {
		r.problem = "The responder gave no answer: " + status.Value + "."
		return r
	}
	basic := inside(tree, "OCSPResponse.responseBytes", "ResponseBytes", "ResponseBytes.response", "BasicOCSPResponse")
	if basic == nil {
		r.problem = "It is of a type other than id-pkix-ocsp-basic, the only one there is."
		return r
	}
	r.signed = inside(basic, "BasicOCSPResponse.tbsResponseData")
	r.algorithm, r.signature = inside(basic, "BasicOCSPResponse.signatureAlgorithm"), inside(basic, "BasicOCSPResponse.signature")
	r.responder = inside(r.signed, "ResponseData.responderID")
	r.singles = elements(inside(r.signed, "ResponseData.responses"))
	if certs := elements(inside(basic, "BasicOCSPResponse.certs")); len(certs) > 0 {
		r.certs = elements(certs[0])
	}
	if len(r.singles) == 0 {
		r.problem = "It has no answer in it."
	}
	return r
}

func elements(n *trace.Node) []*trace.Node {
	if n == nil {
		return nil
	}
	return asn1view.Elements(n)
}

// inside follows the IDs of elements inward from n, to nil where there is none.
func inside(n *trace.Node, ids ...trace.FieldID) *trace.Node {
	for _, id := range ids {
		var found *trace.Node
		for _, m := range elements(n) {
			if m.ID == id {
				found = m
				break
			}
		}
		if n = found; n == nil {
			return nil
		}
	}
	return n
}

func (r *response) whole(n *trace.Node) []byte { return r.data[n.Off:n.End()] }

func (r *response) content(n *trace.Node) []byte {
	if n == nil {
		return nil
	}
	off, end := asn1view.Content(n)
	return r.data[off:end]
}

func (r *response) oid(n *trace.Node) string {
	dotted, _ := asn1view.DecodeOID(r.content(n))
	return dotted
}

// time is a GeneralizedTime, also in an explicit tag; zero if there is none.
func (r *response) time(n *trace.Node) time.Time {
	b := r.content(n)
	if kids := elements(n); len(kids) == 1 && kids[0].ID != "asn1.content" {
		b = r.content(kids[0])
	}
	t, _ := asn1view.ParseTime(b)
	return t
}

// The statuses, by their tags in CertStatus.
const (
	good = iota
	revoked
	unknown
)

func (r *response) status() int {
	return int(r.whole(inside(r.single, "SingleResponse.certStatus"))[0] & 0x1f)
}

func (r *response) revokedAt() time.Time {
	return r.time(inside(r.single, "SingleResponse.certStatus", "RevokedInfo.revocationTime"))
}

// judge makes the checks for what the response says about c, which by issued. It
// ends with the first that fails.
func (r *response) judge(c, by link, now time.Time) []*trace.Step {
	s := &series{at: c.at}
	if r.problem != "" {
		s.add(checkResponse, -1, false, r.problem)
		return s.list
	}
	s.add(checkResponse, -1, true, "The responder gave an answer.")
	if ok, reason := r.about(c.Certificate, by.Certificate); !s.add(checkAbout, by.at, ok, reason) {
		return s.list
	}
	signer, reason := r.signer(by.Certificate, now)
	if !s.add(checkResponder, by.at, signer != nil, reason) {
		return s.list
	}
	ok, reason := r.verify(signer)
	if !s.add(checkResponseSignature, by.at, ok, reason) {
		return s.list
	}
	s.values(r.bits(r.signature), signer.RawSubjectPublicKeyInfo)
	if ok, reason := r.current(now); !s.add(checkUpdate, -1, ok, reason) {
		return s.list
	}
	switch r.status() {
	case good:
		s.add(checkStatus, -1, true, "good: it was not revoked.")
	case revoked:
		why := ""
		if n := inside(r.single, "SingleResponse.certStatus", "RevokedInfo.revocationReason"); n != nil {
			why = ", reason " + n.Value
		}
		s.add(checkStatus, -1, false, "It was revoked on "+when(r.revokedAt())+why+".")
	default:
		s.add(checkStatus, -1, false, "unknown: the responder has never heard of it.")
	}
	return s.list
}

// about looks for the answer about c: by its serial number and by the hashes of
// its issuer's name and key.
func (r *response) about(c, issuer *x509.Certificate) (bool, string) {
	reason := ""
	for _, single := range r.singles {
		id := inside(single, "SingleResponse.certID")
		serial := inside(id, "CertID.serialNumber")
		h := hashByOID(r.oid(inside(id, "CertID.hashAlgorithm", "AlgorithmIdentifier.algorithm")))
		switch {
		case serialOf(r.content(serial)).Cmp(c.SerialNumber) != 0:
			if reason == "" {
				reason = "It is about the serial number " + serial.Value + ", and this one is 0x" + c.SerialNumber.Text(16) + "."
			}
		case h == 0 || !h.Available():
			reason = "It names the issuer by a hash that is not known here."
		case !bytes.Equal(r.content(inside(id, "CertID.issuerNameHash")), hash(h, issuer.RawSubject)):
			reason = "The serial number is right, but the hash of the issuer's name is another's."
		case !bytes.Equal(r.content(inside(id, "CertID.issuerKeyHash")), hash(h, publicKeyBits(issuer))):
			reason = "Serial number and issuer's name are right, but the hash of the issuer's key is another's."
		default:
			r.single = single
			return true, "Its serial number, and the " + h.String() + " of its issuer's name and key."
		}
	}
	return false, reason
}

// serialOf is an INTEGER's content as a number. X.690, Section 8.3.
func serialOf(b []byte) *big.Int {
	n := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0] >= 0x80 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	return n
}

// hashByOID is a hash by its object identifier, or 0. RFC 3279, Section 2.1; RFC 4055, Section
// 2.1.
func hashByOID(oid string) crypto.Hash {
	switch oid {
	case "1.3.14.3.2.26":
		return crypto.SHA1
	case sha2 + "1":
		return crypto.SHA256
	case sha2 + "2":
		return crypto.SHA384
	case sha2 + "3":
		return crypto.SHA512
	}
	return 0
}

// sha2 is the arc of the hashes of the SHA-2 family.
const sha2 = "2.16.840.1.101.3.4.2."

func hash(h crypto.Hash, b []byte) []byte {
	w := h.New()
	w.Write(b)
	return w.Sum(nil)
}

// publicKeyBits is the key itself, without its algorithm.
func publicKeyBits(c *x509.Certificate) []byte {
	b := c.RawSubjectPublicKeyInfo
	tree := asn1view.Tree(&trace.Buffer{Data: b}, asn1view.PublicKey)
	r := &response{data: b}
	return r.bits(inside(tree, "SubjectPublicKeyInfo.subjectPublicKey"))
}

// bits is a BIT STRING of whole bytes.
func (r *response) bits(n *trace.Node) []byte {
	b := r.content(n)
	return b[min(1, len(b)):]
}

// signer is who signed the response, with the right to: the issuer, or a
// certificate in the response that the issuer has made out to its responder.
func (r *response) signer(issuer *x509.Certificate, now time.Time) (*x509.Certificate, string) {
	if r.names(issuer) {
		return issuer, "The issuer itself answered."
	}
	for _, n := range r.certs {
		c, err := x509.ParseCertificate(r.whole(n))
		if err != nil || !r.names(c) {
			continue
		}
		switch {
		case !bytes.Equal(c.RawIssuer, issuer.RawSubject) || issuer.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) != nil:
			return nil, "The responder " + c.Subject.String() + " has a certificate that is not from this issuer."
		case !contains(c.ExtKeyUsage, x509.ExtKeyUsageOCSPSigning):
			return nil, "The responder's certificate, " + c.Subject.String() + ", is not for OCSPSigning."
		}
		if ok, reason := validity(c, now); !ok {
			return nil, "The responder's certificate: " + reason
		}
		if Slow(c) {
			return nil, "The responder's key is so long that checking would take too long."
		}
		return c, "The issuer has certified the responder " + c.Subject.String() + " for OCSPSigning."
	}
	return nil, "The responder " + r.responder.Value + " is neither the issuer, nor is its certificate in the response."
}

// names tells whether the response gives c as its responder: by its name, or by
// the SHA-1 of its key.
func (r *response) names(c *x509.Certificate) bool {
	by := elements(r.responder)
	switch {
	case len(by) == 0:
		return false
	case by[0].ID == "Name":
		return bytes.Equal(r.whole(by[0]), c.RawSubject)
	}
	return bytes.Equal(r.content(by[0]), hash(crypto.SHA1, publicKeyBits(c)))
}

// verify checks the signature with the responder's key.
func (r *response) verify(signer *x509.Certificate) (bool, string) {
	oid := r.oid(inside(r.algorithm, "AlgorithmIdentifier.algorithm"))
	if oid == rsaPSS {
		oid += " " + r.oid(inside(r.algorithm, "AlgorithmIdentifier.parameters", "RSASSA-PSS-params.hashAlgorithm", "AlgorithmIdentifier", "AlgorithmIdentifier.algorithm"))
	}
	algorithm := signatureByOID(oid)
	if algorithm == 0 {
		return false, "Signed in a way that crypto/x509 does not know: " + r.algorithm.Value + "."
	}
	signed := r.whole(r.signed)
	if err := signer.CheckSignature(algorithm, signed, r.bits(r.signature)); err != nil {
		return false, algorithm.String() + ": " + err.Error()
	}
	return true, "The responder's " + signer.PublicKeyAlgorithm.String() + " key verifies it: " + algorithm.String() + " over the " + strconv.Itoa(len(signed)) + " bytes of tbsResponseData."
}

// signatureByOID is a kind of signature by its object identifier, RSASSA-PSS with
// that of its hash, or 0. RFC 8017, Appendix C; RFC 5758, Section 3.2; RFC 8410,
// Section 3.
func signatureByOID(oid string) x509.SignatureAlgorithm {
	switch oid {
	case pkcs1 + "5":
		return x509.SHA1WithRSA
	case pkcs1 + "11":
		return x509.SHA256WithRSA
	case pkcs1 + "12":
		return x509.SHA384WithRSA
	case pkcs1 + "13":
		return x509.SHA512WithRSA
	case rsaPSS + " " + sha2 + "1":
		return x509.SHA256WithRSAPSS
	case rsaPSS + " " + sha2 + "2":
		return x509.SHA384WithRSAPSS
	case rsaPSS + " " + sha2 + "3":
		return x509.SHA512WithRSAPSS
	case "1.2.840.10045.4.1":
		return x509.ECDSAWithSHA1
	case ecdsaSHA2 + "2":
		return x509.ECDSAWithSHA256
	case ecdsaSHA2 + "3":
		return x509.ECDSAWithSHA384
	case ecdsaSHA2 + "4":
		return x509.ECDSAWithSHA512
	case "1.3.101.112":
		return x509.PureEd25519
	}
	return 0
}

// The arcs of the kinds of signatures.
const (
	pkcs1     = "1.2.840.113549.1.1."
	rsaPSS    = pkcs1 + "10"
	ecdsaSHA2 = "1.2.840.10045.4.3."
)

// current holds the time of the answer against the clock. Without a next update
// newer information is there at any time, and this is taken for as old as it is.
func (r *response) current(now time.Time) (bool, string) {
	from, to := r.time(inside(r.single, "SingleResponse.thisUpdate")), r.time(inside(r.single, "SingleResponse.nextUpdate"))
	switch {
	case now.Before(from):
		return false, "It is not for now: it begins at " + when(from) + ", and the clock says " + when(now) + "."
	case to.IsZero():
		return true, "It is from " + when(from) + ", and names no end."
	case now.After(to):
		return false, "It is not for now: it held until " + when(to) + ", and the clock says " + when(now) + "."
	}
	return true, "It holds from " + when(from) + " to " + when(to) + "."
}
