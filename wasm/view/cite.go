package view

import (
	"strings"

	"tlsplay/wasm/html"
)

// section is a citation such as "RFC 8446, Section 7.1" as a link to the RFC.
// It is followed only when the visitor chooses it.
func section(cite string) html.Node {
	number, where, ok := strings.Cut(strings.TrimPrefix(cite, "RFC "), ", Section ")
	if cite == "" {
		return html.Node{}
	}
	if !ok || strings.Trim(number, "0123456789") != "" {
		return html.El("span", html.Class("cite"), html.Text(cite))
	}
	return html.El("a", html.Class("cite"), html.Attr("href", "https://www.rfc-editor.org/rfc/rfc"+number+"#section-"+where),
		html.Attr("target", "_blank"), html.Attr("rel", "noopener noreferrer"), html.Text(cite))
}
