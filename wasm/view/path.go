package view

import (
	"strconv"
	"strings"

	"tlsplay/sim/trace"
)

// A node's path names it on the page: "b7-0-2" is the third child of the first
// child of the root over buffer 7. A path is a prefix of those below it, so one
// selector finds a field with all its parts.

func rootPath(buf int) string { return "b" + strconv.Itoa(buf) }

func childPath(parent string, i int) string { return parent + "-" + strconv.Itoa(i) }

// under reports whether path is that of parent or of a node below it.
func under(path, parent string) bool {
	return strings.HasPrefix(path, parent) && (len(path) == len(parent) || path[len(parent)] == '-')
}

// parentPath is the path one level up, or empty.
func parentPath(path string) string {
	i := strings.LastIndexByte(path, '-')
	if i < 0 {
		return ""
	}
	return path[:i]
}

// resolve finds the node that a path names among the roots.
func resolve(roots []*trace.Node, path string) *trace.Node {
	head, rest, _ := strings.Cut(path, "-")
	for _, n := range roots {
		if rootPath(n.Buf) != head {
			continue
		}
		for rest != "" {
			var part string
			part, rest, _ = strings.Cut(rest, "-")
			i, err := strconv.Atoi(part)
			if err != nil || i < 0 || i >= len(n.Children) {
				return nil
			}
			n = n.Children[i]
		}
		return n
	}
	return nil
}

// roots is the trees of an event in the order in which they are shown: what was
// said, then what crossed the wire.
func roots(e *trace.Event) []*trace.Node {
	var all []*trace.Node
	for _, m := range e.Messages {
		if m.Buffer != nil {
			all = append(all, m.Tree)
		}
	}
	if e.PlainTree != nil {
		all = append(all, e.PlainTree)
	}
	if e.Tree != nil {
		all = append(all, e.Tree)
	}
	return all
}

// leafAt is the innermost node at an offset below a root, and its path.
func leafAt(n *trace.Node, off int) (*trace.Node, string) {
	path := []byte(rootPath(n.Buf))
down:
	for {
		for i, c := range n.Children {
			if off >= c.Off && off < c.End() {
				path = strconv.AppendInt(append(path, '-'), int64(i), 10)
				n = c
				continue down
			}
		}
		return n, string(path)
	}
}
