package follow

import (
	"fmt"

	"tlsplay/sim/trace"
)

// Original is a buffer for what had been sent in place of what an event
// delivered.
func (f *Follower) Original(e *trace.Event, data []byte) *trace.Buffer {
	return f.alloc(fmt.Sprintf("record %d, as it was sent", e.Index), data, nil)
}
