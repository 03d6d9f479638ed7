package view

import (
	"tlsplay/sim/trace"
	"tlsplay/wasm/html"
)

// certificates shows each chain from the certificate of the end itself up to
// the root.
func certificates(t *trace.Trace, s State) html.Node {
	if len(t.Certificates) == 0 {
		return html.El("p", html.Class("empty"), html.Text("No certificate has crossed yet."))
	}
	return html.El("div", html.Class("chain"), html.Map(t.Certificates, func(_ int, c *trace.Certificate) html.Node {
		return html.El("article", html.Class("card", "role-"+c.Role),
			html.El("h2", html.Text(roleTitles[c.Role])),
			html.El("p", html.Text(roleNotes[c.Role])),
			html.If(c.Error != "", html.El("p", html.Class("bad"), html.Text(c.Error))),
			html.El("dl", html.Map(c.Fields, func(_ int, f trace.Field) html.Node {
				return html.Group(html.El("dt", html.Text(certificateTitles[f.ID.Name()])),
					html.El("dd", html.Class(f.ID.Name()), html.Text(f.Value)))
			})))
	}))
}

var roleTitles = map[string]string{
	"leaf":         "The server's own certificate",
	"intermediate": "Intermediate authority",
	"root":         "Root authority",
}

var roleNotes = map[string]string{
	"leaf":         "Sent by the server. Signed by the next one.",
	"intermediate": "Sent by the server. Signed by the next one.",
	"root":         "Not sent: the client has it in its trust store, and that is why it believes the rest.",
}

// certificateTitles puts the fields of package x509view into plain words.
var certificateTitles = map[string]string{
	"subject":                 "Whom it is for",
	"names":                   "Names it covers",
	"issuer":                  "Who vouches",
	"not_before":              "Valid from",
	"not_after":               "Valid until",
	"public_key":              "Public key",
	"key_usage":               "The key may",
	"extended_key_usage":      "Purpose",
	"basic_constraints":       "Kind",
	"name_constraints":        "Names it may sign for",
	"policies":                "Policies",
	"policy_mappings":         "Policies it renames",
	"policy_constraints":      "Policies it demands",
	"inhibit_any_policy":      "Any policy counts",
	"authority_info_access":   "More about the issuer",
	"crl_distribution_points": "Revocation lists",
	"freshest_crl":            "Newest changes to them",
	"tls_feature":             "The server must send",
	"scts":                    "Logged publicly",
	"other_extension":         "Other extension",
	"signature_algorithm":     "Signed with",
	"signature":               "Signature",
	"serial_number":           "Serial number",
	"subject_key_id":          "Key identifier",
	"authority_key_id":        "Issuer's key identifier",
	"version":                 "Version",
	"sha256":                  "SHA-256 fingerprint",
	"sha1":                    "SHA-1 fingerprint",
}
