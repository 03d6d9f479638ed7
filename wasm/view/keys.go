package view

import (
	"strings"

	"tlsplay/sim/trace"
)

// Choose makes the node at path the chosen one and opens what it lies in.
func Choose(s *State, t *trace.Trace, path string) {
	defer s.inView()()
	if nodeAt(s, t, path) == nil {
		return
	}
	s.Node = path
	reveal(s, path)
}

// reveal forgets that the visitor closed what the node at path lies in.
func reveal(s *State, path string) {
	for up := parentPath(path); up != ""; up = parentPath(up) {
		if !s.Open[up] {
			delete(s.Open, up)
		}
	}
}

// Toggle opens or closes the node at path, or the part of the page of that name.
func Toggle(s *State, t *trace.Trace, path string) {
	defer s.inView()()
	switch {
	case path == partAnatomy:
		open, asked := s.Open[path]
		if !asked {
			open = s.Detailed || s.Node != ""
		}
		s.Open[path] = !open
		return
	case path == partObject:
		s.Open[path] = !objectOpen(s)
		return
	case strings.HasPrefix(path, PartBlock):
		comeIntoView(s, path)
		return
	case strings.HasPrefix(path, partFold):
		s.Open[path] = !s.Open[path]
		return
	}
	n := nodeAt(s, t, path)
	if n == nil || len(n.Children) == 0 {
		return
	}
	open := isOpen(*s, n, path, level(path))
	s.Open[path] = !open
	if open && s.Node != path && under(s.Node, path) {
		s.Node = path
	}
}

// Key does what a key does in the tree or, prefixed by "hex ", in the bytes:
// ArrowUp, ArrowDown, ArrowLeft, ArrowRight, Home, End.
func Key(s *State, t *trace.Trace, key string) {
	defer s.inView()()
	all := shownRoots(s, t)
	if key, ok := strings.CutPrefix(key, "hex "); ok {
		hexKey(s, t, all, key)
		return
	}
	var paths []string
	for _, n := range all {
		paths = visible(paths, *s, n, rootPath(n.Buf), 1)
	}
	if len(paths) == 0 {
		return
	}
	at := 0
	for i, p := range paths {
		if p == s.Node {
			at = i
		}
	}
	n := resolve(all, paths[at])
	open := len(n.Children) > 0 && isOpen(*s, n, paths[at], level(paths[at]))
	switch key {
	case "ArrowDown":
		if s.Node != "" {
			at = min(at+1, len(paths)-1)
		}
	case "ArrowUp":
		at = max(at-1, 0)
	case "Home":
		at = 0
	case "End":
		at = len(paths) - 1
	case "ArrowRight":
		if len(n.Children) > 0 && !open {
			s.Open[paths[at]] = true
		} else if open {
			at++
		}
	case "ArrowLeft":
		if open {
			s.Open[paths[at]] = false
		} else if up := parentPath(paths[at]); up != "" {
			s.Node = up
			return
		}
	default:
		return
	}
	s.Node = paths[at]
}

// hexKey moves to the field at the next or previous byte outside the chosen
// one, or a line up or down.
func hexKey(s *State, t *trace.Trace, all []*trace.Node, key string) {
	if len(all) == 0 {
		return
	}
	n := resolve(all, s.Node)
	if n == nil {
		_, s.Node = leafAt(all[0], 0)
		return
	}
	var root *trace.Node
	for _, r := range all {
		if r.Buf == n.Buf {
			root = r
		}
	}
	width := 16
	if s.View != ViewCertificates {
		_, width = columns(t.Events[s.Event], *s)
	}
	at := n.Off
	switch key {
	case "ArrowRight":
		if len(n.Children) == 0 { // else to the first of its parts
			at = n.End()
		}
	case "ArrowLeft":
		at = n.Off - 1
	case "ArrowDown":
		at = n.Off + width
	case "ArrowUp":
		at = n.Off - width
	case "Home":
		at = 0
	case "End":
		at = root.End() - 1
	default:
		return
	}
	_, s.Node = leafAt(root, min(max(at, 0), root.End()-1))
	reveal(s, s.Node)
}

func level(path string) int { return strings.Count(path, "-") + 1 }

func nodeAt(s *State, t *trace.Trace, path string) *trace.Node {
	return resolve(shownRoots(s, t), path)
}

// visible is the paths of the tree's rows in order.
func visible(paths []string, s State, n *trace.Node, path string, level int) []string {
	if len(paths) >= maxRows {
		return paths
	}
	paths = append(paths, path)
	if isOpen(s, n, path, level) {
		for i, c := range n.Children {
			paths = visible(paths, s, c, childPath(path, i), level+1)
		}
	}
	return paths
}
