// Package keys derives and applies the keys of TLS: key logs, the key schedules
// of TLS 1.0 to 1.3, record protection, and the checks that bind them to a
// transcript.
//
// It works on bytes alone. Nothing here knows of endpoints, traces or pages, so
// the same code serves a live run, an imported capture and a vector from an RFC.
// Every derivation is recorded as a [Step], which says what went in, what came
// out, and how anyone can compute it again ([Step.Command], [Step.GoProgram]).
//
// # TLS 1.3
//
// [SharedSecret] finds the ephemeral keys in recorded randomness; from there on
// each stage reaches only what may follow it:
//
//	early, _ := keys.NewEarly(&rec, suite, nil)
//	hs := early.Handshake(shared.Secret)
//	server := hs.ServerTraffic(transcript.Sum())
//	opener, _ := server.Opener()
//
// Without the shared secret (a capture with a key log) start at [NewTraffic].
//
// # TLS 1.0 to 1.2
//
// The premaster secret comes from [SharedSecret], [DecryptRSAPremaster] or
// [PSKPremaster]:
//
//	p, _ := keys.NewPremaster(&rec, version, suite, premaster)
//	master := p.ExtendedMaster(transcript.Sum())
//	kb := master.KeyBlock(clientRandom, serverRandom)
//
// Without it start from the logged master secret, at [NewMaster12].
//
// What is not known is not derived: a step is missing rather than guessed.
package keys

import "fmt"

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
	return fmt.Sprintf("version 0x%04x", v)
}
