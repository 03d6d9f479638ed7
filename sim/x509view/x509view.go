// Package x509view puts a certificate into a person's order: whom it is for,
// who vouches, from when to when, which key, what it may be used for. It reads
// the bytes itself, so that a certificate which crypto/x509 refuses still shows.
//
//	Read           a certificate's fields and its tree
//	ReadRequest    the same of a request
//	ReadStatement  the same of an OCSP response or a revocation list
//	Findings       what is remarkable about a certificate, each with its rule
//	Input          what was pasted or dropped, as a list of objects
package x509view

import (
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"time"

	"tlsplay/sim/asn1view"
	"tlsplay/sim/trace"
)

// Read describes the certificate in der. One that crypto/x509 refuses says why
// and shows what can be read all the same.
func Read(from trace.Side, role string, der *trace.Buffer) *trace.Certificate {
	v := &trace.Certificate{From: from, Role: role, DER: der, Tree: asn1view.Tree(der, asn1view.Certificate)}
	if _, err := x509.ParseCertificate(der.Data); err != nil {
		v.Error = "x509view: crypto/x509 can't read it: " + asn1view.Visible(err.Error())
	}
	f := &view{c: parse(v)}
	f.all()
	v.Fields = f.list
	return v
}

// ReadRequest describes the certificate request in der: what its certificate is to
// say.
func ReadRequest(der *trace.Buffer) *trace.Certificate {
	v := &trace.Certificate{DER: der, Tree: asn1view.Tree(der, asn1view.CertificateRequest)}
	f := &view{c: parse(v)}
	f.all()
	v.Fields = f.list
	return v
}

// view collects the fields of a certificate.
type view struct {
	c    *certificate
	list []trace.Field
}

// add appends a field that stands at n, when there is such a node.
func (f *view) add(id trace.FieldID, n *trace.Node, value string) {
	if n != nil && value != "" {
		f.list = append(f.list, trace.Field{ID: "certificate_view." + id, Value: value, Offset: n.Off, Length: n.Len})
	}
}

func (f *view) all() {
	c := f.c
	f.plain("subject", c.subject)
	f.extension("names", oidSubjectAltName, c.generalNames)
	f.plain("issuer", c.issuer)
	f.extension("issuer_alt_name", oidIssuerAltName, c.generalNames)
	f.plain("not_before", c.notBefore)
	f.plain("not_after", c.notAfter)
	f.add("public_key", c.spki, c.publicKey().String())
	f.extension("key_usage", oidKeyUsage, func(n *trace.Node) string { return n.Value })
	f.extension("extended_key_usage", oidExtKeyUsage, func(n *trace.Node) string { return list(asn1view.Elements(n), purpose) })
	f.extension("basic_constraints", oidBasicConstraints, c.basicConstraints)
	f.extension("name_constraints", oidNameConstraints, c.nameConstraints)
	f.extension("policies", oidPolicies, c.policies)
	f.extension("policy_mappings", oidPolicyMappings, c.mappings)
	f.extension("policy_constraints", oidPolicyConstraints, c.settings)
	f.extension("inhibit_any_policy", oidInhibitAnyPolicy, func(n *trace.Node) string { return "after " + n.Value + " further certificates" })
	f.extension("authority_info_access", oidAuthorityInfo, c.accesses)
	f.extension("subject_info_access", oidSubjectInfo, c.accesses)
	f.extension("crl_distribution_points", oidCRLPoints, c.points)
	f.extension("freshest_crl", oidFreshestCRL, c.points)
	f.extension("tls_feature", oidTLSFeature, features)
	f.extension("scts", oidSCTs, c.scts)
	for _, e := range c.extensions {
		if !shown(e.oid) {
			f.add("other_extension", e.node, e.describe())
		}
	}
	f.add("signature_algorithm", c.outer, algorithmName(c.outer))
	f.add("signature", c.signature, c.signatureWords())
	f.add("serial_number", c.serial, c.serialNumber())
	f.extension("subject_key_id", oidSubjectKeyID, func(n *trace.Node) string { return n.Value })
	f.extension("authority_key_id", oidAuthorityKeyID, c.authorityKey)
	f.plain("version", c.version)
	if f.list == nil {
		return
	}
	all, b := c.root, c.data
	sum256, sum1 := sha256.Sum256(b), sha1.Sum(b)
	f.add("sha256", all, hex.EncodeToString(sum256[:]))
	f.add("sha1", all, hex.EncodeToString(sum1[:]))
}

// FieldIDs lists the ID of every field that Read can give and of every finding.
func FieldIDs() []trace.FieldID {
	var ids []trace.FieldID
	for _, name := range []trace.FieldID{
		"subject", "names", "issuer", "issuer_alt_name", "not_before", "not_after", "public_key", "key_usage", "extended_key_usage",
		"basic_constraints", "name_constraints", "policies", "policy_mappings", "policy_constraints",
		"inhibit_any_policy", "authority_info_access", "subject_info_access", "crl_distribution_points", "freshest_crl", "tls_feature",
		"scts", "other_extension", "signature_algorithm", "signature", "serial_number", "subject_key_id",
		"authority_key_id", "version", "sha256", "sha1",
	} {
		ids = append(ids, "certificate_view."+name)
	}
	for _, r := range rules {
		ids = append(ids, "finding."+r.id)
	}
	return ids
}

func (f *view) plain(id trace.FieldID, n *trace.Node) {
	if n != nil {
		f.add(id, n, n.Value)
	}
}

func (f *view) extension(id trace.FieldID, oid string, words func(*trace.Node) string) {
	if e := f.c.extension(oid); e != nil && e.value != nil {
		f.add(id, e.node, words(e.value))
	}
}

// Validity is the time from and to which the certificate is valid, the zero time
// where it can't be read.
func Validity(v *trace.Certificate) (from, to time.Time) {
	c := parse(v)
	return c.time(c.notBefore), c.time(c.notAfter)
}

// Standing says how a certificate that is valid from and to stands at clock:
// "valid, 80 days left".
func Standing(from, to, clock time.Time) string {
	switch {
	case from.IsZero() || to.IsZero():
		return "unknown"
	case clock.Before(from):
		return "not yet valid, begins in " + span(from.Sub(clock))
	case clock.After(to):
		return "expired " + span(clock.Sub(to)) + " ago"
	}
	return "valid, " + span(to.Sub(clock)) + " left"
}
