package dissect

import (
	"strings"
	"sync"

	"tlsplay/sim/trace"
)

// FieldIDs lists every FieldID that a tree of this package can hold, sorted. The
// caller must not change it.
var FieldIDs = sync.OnceValue(func() []trace.FieldID {
	lines := strings.Fields(fieldIDs)
	ids := make([]trace.FieldID, len(lines))
	for i, line := range lines {
		ids[i] = trace.FieldID(line)
	}
	return ids
})
