package dissect

import "tlsplay/sim/trace"

// SCTList is the tree of a SignedCertificateTimestampList that lies in the bytes
// from off to end of buf, at least one, as in a certificate's extension. RFC
// 6962, Section 3.3.
func SCTList(buf *trace.Buffer, off, end int) *trace.Node {
	p := &parser{conv: NewConversation(), from: trace.Server}
	p.cursor = cursor{buf: buf.ID, data: buf.Data, off: off, end: end, arena: &p.conv.arena}
	root := p.sized("extension.signed_certificate_timestamp", end-off, p.signedCertificateTimestamps)
	root.Value = p.said
	return root
}
