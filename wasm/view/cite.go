package view

import (
	"tlsplay/sim/explain"
	"tlsplay/wasm/html"
)

// cite is a citation such as "RFC 8446, Section 7.1" as a link. It is followed
// only when the visitor chooses it.
func cite(c string) html.Node {
	address := explain.RFCAddress(c)
	if address == "" {
		return html.If(c != "", words("span", "cite", c))
	}
	return box("a", "cite", html.Attr("href", address),
		html.Attr("target", "_blank"), html.Attr("rel", "noopener noreferrer"), html.Text(c))
}
