package bundle

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

// Policy is the Content-Security-Policy of the served site. It comes twice: as
// a header from [Handler], and as a meta element in the page for hosts that
// can set no headers. It says nothing of frame-ancestors, so that the page can
// be embedded anywhere.
const Policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; " +
	"img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self' blob:; " +
	"manifest-src 'self'; base-uri 'none'; form-action 'none'"

// packedPolicy is that of the single file, where nothing can come from 'self':
// scripts and styles are inline, each allowed by its hash, images are data
// URLs, and nothing at all is fetched.
func packedPolicy(scripts, styles []string) string {
	return "default-src 'none'; script-src" + hashes(scripts) + " 'wasm-unsafe-eval'; style-src" + hashes(styles) +
		"; img-src data:; font-src data:; worker-src blob:; base-uri 'none'; form-action 'none'"
}

func hashes(texts []string) string {
	if len(texts) == 0 {
		return " 'none'"
	}
	var b strings.Builder
	for _, t := range texts {
		sum := sha256.Sum256([]byte(t))
		b.WriteString(" 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'")
	}
	return b.String()
}

func cspMeta(policy string) string {
	return `<meta http-equiv="Content-Security-Policy" content="` + policy + `">`
}
