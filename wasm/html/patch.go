package html

import "slices"

// Element is an element of a document, which [Patch] changes. Its children are
// counted from 0, elements only.
type Element interface {
	Child(i int) Element
	SetAttribute(name, value string)
	RemoveAttribute(name string)
	// Fill puts n in the place of all that the element holds.
	Fill(n Node)
	// Insert puts n, elements, ahead of the child with that number, which may be the
	// one behind the last.
	Insert(i int, n Node)
	Remove(i int)
}

// Patch changes what an element holds from one content to another, in as few and
// as small places as pays. What it leaves alone keeps what only the browser knows:
// the focus, how far it is scrolled, how it is laid out.
func Patch(at Element, old, content Node) {
	is := inside(content)
	p := planned(inside(old), is)
	if p.cost > 0 {
		p.carryOut(at, is)
	}
}

func inside(n Node) []*node {
	if n.n == nil {
		return nil
	}
	g := Group(n).n
	return slices.DeleteFunc(g.kids, func(n *node) bool { return n.kind == attribute })
}

// What changes cost, in bytes of markup that a browser parses and lays out in the
// same time. Only the order of magnitude matters.
const (
	costCall = 150
	costNode = 40
)

// plan is how the inside of one element becomes another.
type plan struct {
	cost       int
	weight     int      // of the new content
	fill       bool     // by putting in all of it, else
	from       int      // from this element on
	gone, come int      // so many are removed and so many put in,
	stay       []change // and of the others these are changed
}

// change is that of an element that stays.
type change struct {
	number int   // among the elements of the new content
	is     *node // what it becomes
	set    []*node
	clear  []string
	inside plan
}

// planned is the cheapest plan.
func planned(was, is []*node) plan {
	var p plan
	head, tail := 0, 0
	shorter := min(len(was), len(is))
	for head < shorter && alike(was[head], is[head]) {
		head++
	}
	for tail < shorter-head && alike(was[len(was)-1-tail], is[len(is)-1-tail]) {
		tail++
	}
	p.from, p.gone, p.come = head, len(was)-head-tail, len(is)-head-tail
	p.cost = costCall * (p.gone + min(p.come, 1))
	number := 0
	for i, n := range is {
		var old *node
		if i < head {
			old = was[i]
		} else if i >= head+p.come {
			old = was[i-p.come+p.gone]
		}
		switch {
		case old == nil:
			w := weight(n)
			p.weight += w
			p.cost += w
		case n.kind == text:
			p.weight += own(n)
		default:
			c := change{number: number, is: n, inside: planned(old.kids, n.kids)}
			p.weight += c.inside.weight + own(n)
			c.set, c.clear = changed(old.attrs, n.attrs)
			if cost := c.inside.cost + costCall*(len(c.set)+len(c.clear)); cost > 0 {
				p.cost += cost
				p.stay = append(p.stay, c)
			}
		}
		if n.kind == element {
			number++
		}
	}
	fill := plan{fill: true, weight: p.weight, cost: costCall + p.weight}
	texts := p.gone+p.come > 0 && (hasText(was) || hasText(is)) // which have no number
	if texts || p.cost > fill.cost {
		return fill
	}
	return p
}

func (p *plan) carryOut(at Element, is []*node) {
	if p.fill {
		at.Fill(Node{&node{kind: group, kids: is}})
		return
	}
	for range p.gone {
		at.Remove(p.from)
	}
	if p.come > 0 {
		at.Insert(p.from, Node{&node{kind: group, kids: is[p.from : p.from+p.come]}})
	}
	for _, c := range p.stay {
		el := at.Child(c.number)
		for _, name := range c.clear {
			el.RemoveAttribute(name)
		}
		for _, a := range c.set {
			el.SetAttribute(a.name, a.text)
		}
		if c.inside.cost > 0 {
			c.inside.carryOut(el, c.is.kids)
		}
	}
}

// alike tells whether one can become the other where it stands: the same text, or
// elements with the same name and id.
func alike(a, b *node) bool {
	if a.kind != b.kind || a.name != b.name {
		return false
	}
	if a.kind == text {
		return a.text == b.text
	}
	idA, idB := find(a.attrs, "id"), find(b.attrs, "id")
	return idA == idB || idA != nil && idB != nil && idA.text == idB.text
}

// changed is the attributes that have come or have another value, and the names of
// those that have gone.
func changed(was, is []*node) (set []*node, clear []string) {
	for _, a := range is {
		if old := find(was, a.name); (old == nil || old.text != a.text) && find(is, a.name) == a {
			set = append(set, a)
		}
	}
	for _, a := range was {
		if find(is, a.name) == nil {
			clear = append(clear, a.name)
		}
	}
	return set, clear
}

// find is the attribute with that name: of several the first, as in a browser.
func find(attrs []*node, name string) *node {
	for _, a := range attrs {
		if a.name == name {
			return a
		}
	}
	return nil
}

func hasText(all []*node) bool {
	for _, n := range all {
		if n.kind == text {
			return true
		}
	}
	return false
}

// weight is what it costs to parse and lay out a node.
func weight(n *node) int {
	sum := own(n)
	for _, k := range n.kids {
		sum += weight(k)
	}
	return sum
}

// own is the same without what it holds.
func own(n *node) int {
	sum := costNode + len(n.text)
	for _, a := range n.attrs {
		sum += len(a.text)
	}
	return sum
}
