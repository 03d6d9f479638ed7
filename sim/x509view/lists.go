package x509view

import (
	"strings"

	"tlsplay/sim/asn1view"
	"tlsplay/sim/trace"
)

// ReadStatement describes an OCSP response (RFC 6960, Section 4.2) or a revocation
// list (RFC 5280, Section 5): who says what, and for how long it holds. Its
// fields are nodes of the tree, by whose IDs they are explained. Of other kinds it
// is the tree alone.
func ReadStatement(der *trace.Buffer, kind asn1view.Kind) *trace.Certificate {
	v := &trace.Certificate{DER: der, Tree: asn1view.Tree(der, kind)}
	if kind != asn1view.OCSPResponse && kind != asn1view.RevocationList {
		return v
	}
	v.Tree.Walk(func(n *trace.Node) bool {
		value := n.Value
		switch n.ID {
		case "OCSPResponse.responseStatus", "ResponseData.responderID", "ResponseData.producedAt", "CertID.serialNumber",
			"SingleResponse.thisUpdate", "SingleResponse.nextUpdate", "TBSCertList.issuer", "TBSCertList.thisUpdate", "TBSCertList.nextUpdate",
			"RevokedInfo.revocationTime", "RevokedInfo.revocationReason":
		case "SingleResponse.certStatus":
			_, value, _ = strings.Cut(n.Children[0].Value, " ")
		case "TBSCertList.revokedCertificates":
			value = count(len(elements(n)), "certificate")
		default: // up to the certificates of the responder
			return n.ID != "BasicOCSPResponse.certs"
		}
		if value != "" && len(v.Fields) < maxListed {
			v.Fields = append(v.Fields, trace.Field{ID: n.ID, Value: value, Offset: n.Off, Length: n.Len})
		}
		return n.ID != "TBSCertList.revokedCertificates" // which the tree lists
	})
	return v
}
