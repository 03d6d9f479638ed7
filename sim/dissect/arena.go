package dissect

import "tlsplay/sim/trace"

// arena hands out nodes and child lists from slabs. A connection's trees live
// and die together, so they may share them.
type arena struct {
	nodes []trace.Node
	lists []*trace.Node
	size  int
	open  []*trace.Node // a cursor's stack, kept for the next
}

func (a *arena) grow() int {
	a.size = min(max(2*a.size, 32), 512)
	return a.size
}

func (a *arena) node() *trace.Node {
	if len(a.nodes) == 0 {
		a.nodes = make([]trace.Node, a.grow())
	}
	n := &a.nodes[0]
	a.nodes = a.nodes[1:]
	return n
}

// children copies a finished child list.
func (a *arena) children(nodes []*trace.Node) []*trace.Node {
	k := len(nodes)
	if k == 0 {
		return nil
	}
	if k > len(a.lists) {
		if k > 256 {
			return append([]*trace.Node(nil), nodes...)
		}
		a.lists = make([]*trace.Node, max(a.size, 256))
	}
	list := a.lists[:k:k]
	copy(list, nodes)
	a.lists = a.lists[k:]
	return list
}
