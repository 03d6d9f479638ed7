// Package keys derives and applies the keys of TLS: key logs, the key schedules
// of TLS 1.0 to 1.3, record protection, and the checks that bind them to a
// transcript.
//
// It works on bytes alone. Nothing here knows of endpoints, traces or pages, so
// the same code serves a live run, an imported capture and a vector from an RFC.
// Every derivation is recorded as a [Step], which says what went in, what came
// out, and how anyone can compute it again.
package keys

// The protocol versions as they stand on the wire (RFC 8446, Section 4.2.1).
const (
	VersionSSL30 = 0x0300
	VersionTLS10 = 0x0301
	VersionTLS11 = 0x0302
	VersionTLS12 = 0x0303
	VersionTLS13 = 0x0304
)

// versionName is "TLS 1.2" for 0x0303.
func versionName(v uint16) string {
	switch v {
	case VersionSSL30:
		return "SSL 3.0"
	case VersionTLS10:
		return "TLS 1.0"
	case VersionTLS11:
		return "TLS 1.1"
	case VersionTLS12:
		return "TLS 1.2"
	case VersionTLS13:
		return "TLS 1.3"
	}
	const digits = "0123456789abcdef"
	return string([]byte{'v', 'e', 'r', 's', 'i', 'o', 'n', ' ', '0', 'x',
		digits[v>>12], digits[v>>8&15], digits[v>>4&15], digits[v&15]})
}
