package html

import "testing"

func TestMarkup(t *testing.T) {
	for _, c := range []struct {
		name string
		in   Node
		want string
	}{
		{"text", Text(`<img src=x onerror="a('&')">`), `&lt;img src=x onerror=&#34;a(&#39;&amp;&#39;)&#34;&gt;`},
		{"attribute", El("a", Attr("href", "#x"), Attr("title", `"><script>`), Text("t")), `<a href="#x" title="&#34;&gt;&lt;script&gt;">t</a>`},
		{"foreign address", El("a", Attr("href", "javascript:alert(1)")), `<a href="#"></a>`},
		{"attributes behind and in groups", El("p", Text("a"), Group(Class("b", "", "c"))), `<p class="b c">a</p>`},
		{"void", El("br"), `<br>`},
		{"nothing", Group(If(false, Text("x")), Node{}), ``},
		{"flag", El("input", Flag("disabled", true), Flag("checked", false)), `<input disabled>`},
	} {
		if got := c.in.String(); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestRefusals(t *testing.T) {
	for name, f := range map[string]func(){
		"script":        func() { El("script") },
		"handler":       func() { Attr("onclick", "x") },
		"inline style":  func() { Attr("style", "x") },
		"broken name":   func() { Attr("a b", "x") },
		"broken tag":    func() { El("a><script") },
		"empty element": func() { El("") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s was not refused", name)
				}
			}()
			f()
		}()
	}
}

func FuzzText(f *testing.F) {
	f.Add("<b>&\"'")
	f.Fuzz(func(t *testing.T, s string) {
		for _, c := range Text(s).String() {
			if c == '<' || c == '>' || c == '"' || c == '\'' {
				t.Fatalf("%q came through as %q", s, Text(s).String())
			}
		}
	})
}
