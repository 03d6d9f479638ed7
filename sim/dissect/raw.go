package dissect

import (
	"bytes"

	"tlsplay/sim/trace"
)

// Raw is the tree of bytes that are no TLS record: one node that says what they
// look like. An SSL 2.0 hello is divided.
func Raw(buf *trace.Buffer) *trace.Node {
	b := []byte(buf.Data)
	var root *trace.Node
	if LooksLikeSSL2(b) {
		p := &parser{conv: NewConversation(), from: trace.Client}
		root = p.tree(&p.conv.arena, buf, "raw", p.ssl2Record)
	} else {
		root = &trace.Node{ID: "raw", Buf: buf.ID, Len: len(b)}
	}
	root.Value = count(len(b))
	if what := looksLike(b); what != "" {
		root.Value += ", looks like " + what
	}
	if k := min(len(b), 16); k > 0 && printable(b[:k]) {
		root.Value += ": " + quoteShort(firstLine(b), 64)
	}
	root.Diagnostics = append(root.Diagnostics, trace.Diagnostic{Severity: trace.Note, Text: "not a TLS record"})
	return root
}

func firstLine(b []byte) []byte {
	line, _, _ := bytes.Cut(b, []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r"))
}

// looksLike recognises what else is met on ports where TLS is expected.
func looksLike(b []byte) string {
	for _, method := range []string{"GET ", "POST ", "HEAD ", "PUT ", "DELETE ", "OPTIONS ", "CONNECT ", "TRACE ", "PATCH "} {
		if bytes.HasPrefix(b, []byte(method)) {
			return "an HTTP request"
		}
	}
	for _, p := range []struct{ prefix, what string }{
		{"PRI * HTTP/2", "an HTTP/2 connection without TLS"},
		{"HTTP/", "an HTTP response"},
		{"SSH-", "an SSH banner"},
		{"220 ", "an FTP or SMTP greeting"},
		{"220-", "an FTP or SMTP greeting"},
		{"EHLO ", "an SMTP greeting"},
		{"HELO ", "an SMTP greeting"},
		{"STARTTLS", "a STARTTLS request"},
		{"+OK", "a POP3 greeting"},
		{"* OK", "an IMAP greeting"},
		{"RFB ", "a VNC banner"},
		{"PROXY ", "a PROXY protocol header"},
		{"\r\n\r\n\x00\r\nQUIT\n", "a PROXY protocol header, version 2"},
		{"\x00\x00\x00\x08\x04\xd2\x16\x2f", "a PostgreSQL SSLRequest"},
		{"\x03\x00\x00", "an RDP connection request"},
		{"\xffSMB", "an SMB message"},
	} {
		if bytes.HasPrefix(b, []byte(p.prefix)) {
			return p.what
		}
	}
	if LooksLikeSSL2(b) {
		return "an SSL 2.0 hello"
	}
	return ""
}
