package html

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
)

// document is an element of a document in memory, which notes what is done to it.
type document struct {
	n   *node
	log *[]string
}

func (d document) note(format string, args ...any) {
	*d.log = append(*d.log, fmt.Sprintf(format, args...))
}

func (d document) elements() (at []int) {
	for i, k := range d.n.kids {
		if k.kind == element {
			at = append(at, i)
		}
	}
	return at
}

func (d document) Child(i int) Element { return document{d.n.kids[d.elements()[i]], d.log} }

func (d document) SetAttribute(name, value string) {
	d.note("%s %s=%s", d.n.name, name, value)
	if a := find(d.n.attrs, name); a != nil {
		a.text = value
		return
	}
	d.n.attrs = append(d.n.attrs, Attr(name, value).n)
}

func (d document) RemoveAttribute(name string) {
	d.note("%s without %s", d.n.name, name)
	d.n.attrs = slices.DeleteFunc(d.n.attrs, func(a *node) bool { return a.name == name })
}

func (d document) Fill(n Node) {
	d.note("%s filled with %s", d.n.name, n)
	d.n.kids = copied(inside(n))
}

func (d document) Insert(i int, n Node) {
	d.note("%s gets %s", d.n.name, n)
	at := append(d.elements(), len(d.n.kids))[i]
	d.n.kids = slices.Insert(d.n.kids, at, copied(inside(n))...)
}

func (d document) Remove(i int) {
	at := d.elements()[i]
	d.note("%s loses %s", d.n.name, Node{d.n.kids[at]})
	d.n.kids = slices.Delete(d.n.kids, at, at+1)
}

func copied(all []*node) []*node {
	var out []*node
	for _, n := range all {
		c := *n
		c.attrs, c.kids = copied(n.attrs), copied(n.kids)
		out = append(out, &c)
	}
	return out
}

func patched(old, content Node) (string, []string) {
	d := document{&node{kind: element, name: "main", kids: copied(inside(old))}, new([]string)}
	Patch(d, old, content)
	return Node{&node{kind: group, kids: sorted(d.n.kids)}}.String(), *d.log
}

// sorted has attributes in the order of their names and each but once, which is all
// that a document keeps of them.
func sorted(all []*node) []*node {
	all = copied(all)
	for _, n := range all {
		n.attrs = slices.DeleteFunc(n.attrs, func(a *node) bool { return find(n.attrs, a.name) != a })
		slices.SortFunc(n.attrs, func(a, b *node) int { return len(a.name) - len(b.name) })
		n.kids = sorted(n.kids)
	}
	return all
}

func TestPatch(t *testing.T) {
	item := func(id string, more ...Node) Node { return El("li", Attr("id", id), Group(more...)) }
	long := Map(make([]int, 30), func(i, _ int) Node { return El("p", Text("paragraph "+strconv.Itoa(i))) })
	for _, c := range []struct {
		name         string
		old, content Node
		want         []string
	}{
		{"the same", El("p", Text("a")), El("p", Text("a")), nil},
		{"an attribute", El("p", Class("a"), Flag("hidden", true), long), El("p", Class("b"), long), []string{"p without hidden", "p class=b"}},
		{"a text deep down", El("div", long, El("p", El("b", Text("x")))), El("div", long, El("p", El("b", Text("y")))), []string{"b filled with y"}},
		{
			"one more in a list", El("ul", item("a", long), item("c", long)), El("ul", item("a", long), item("b", Text("new")), item("c", long)),
			[]string{`ul gets <li id="b">new</li>`},
		},
		{"one less", El("ul", item("a", long), item("b"), item("c", long)), El("ul", item("a", long), item("c", long)), []string{`ul loses <li id="b"></li>`}},
		{"cheaper anew", El("p", El("b", Text("1")), El("b", Text("2"))), El("p", El("b", Text("3")), El("b", Text("4"))), []string{"p filled with <b>3</b><b>4</b>"}},
		{"text among elements", El("p", El("b"), Text("1")), El("p", El("i"), Text("1")), []string{"p filled with <i></i>1"}},
		{"something of nothing", Node{}, Text("x"), []string{"main filled with x"}},
		{"nothing of something", Text("x"), Node{}, []string{"main filled with "}},
	} {
		got, log := patched(c.old, c.content)
		want := Node{&node{kind: group, kids: sorted(inside(c.content))}}.String()
		if got != want {
			t.Errorf("%s: %s, want %s", c.name, got, want)
		}
		if !slices.Equal(log, c.want) {
			t.Errorf("%s: was done by %q, want %q", c.name, log, c.want)
		}
	}
}

// Whatever the contents, one becomes the other.
func TestPatchRandom(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var grow func(depth int) Node
	grow = func(depth int) Node {
		kids := []Node{}
		for range r.IntN(5) {
			switch k := r.IntN(8); {
			case k == 0:
				kids = append(kids, Text(strconv.Itoa(r.IntN(3))))
			case k == 1:
				kids = append(kids, Attr([]string{"class", "title", "id"}[r.IntN(3)], strconv.Itoa(r.IntN(3))))
			case depth > 0:
				kids = append(kids, grow(depth-1))
			}
		}
		if r.IntN(6) == 0 {
			return Group(kids...)
		}
		return El([]string{"p", "b"}[r.IntN(2)], kids...)
	}
	// mutate changes a little, so that most of what is there stays.
	var mutate func(n *node)
	mutate = func(n *node) {
		for i := 0; i < len(n.kids); i++ {
			switch k := n.kids[i]; {
			case r.IntN(12) == 0:
				n.kids = slices.Delete(n.kids, i, i+1)
			case r.IntN(12) == 0:
				n.kids = slices.Insert(n.kids, i, inside(El("i", Attr("id", "9")))...)
			case k.kind == text && r.IntN(4) == 0:
				k.text += "!"
			case k.kind == element:
				mutate(k)
			}
		}
	}
	for range 20_000 {
		old := grow(4)
		content := grow(4)
		if r.IntN(2) == 0 {
			n := &node{kind: group, kids: copied(inside(old))}
			mutate(n)
			content = Node{n}
		}
		got, log := patched(old, content)
		if want := (Node{&node{kind: group, kids: sorted(inside(content))}}).String(); got != want {
			t.Fatalf("%s\nbecame %s\nwant   %s\nby %q", old, got, want, log)
		}
	}
}
