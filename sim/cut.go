package sim

import (
	"tlsplay/sim/dissect"
	"tlsplay/sim/trace"
)

// cut divides a direction's bytes into TLS records, and SSL 2.0 hellos; what cannot
// be one stays in one piece.
func cut(b []byte) (int, trace.Kind) {
	if dissect.LooksLikeSSL2(b) {
		if n, ok := dissect.SSL2RecordLength(b); ok && n <= len(b) {
			return n, trace.KindRecord
		}
	}
	const major = 3 // of legacy_record_version, from SSL 3.0 on
	if b[0] < 20 || b[0] > 24 || len(b) > 1 && b[1] != major {
		return len(b), trace.KindBytes
	}
	if n, ok := dissect.RecordLength(b); ok && n <= len(b) {
		return n, trace.KindRecord
	}
	return 0, ""
}
