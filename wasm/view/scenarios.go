package view

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"tlsplay/sim/presets"
	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
	"tlsplay/wasm/html"
)

// scenarios is the runs worth looking at, and below them every knob.
func scenarios(s State) html.Node {
	return html.Group(
		presetList(s),
		box("section", "part",
			words("h2", "", "Every knob"),
			words("p", "lead", "All in which a handshake of crypto/tls can differ. What you turn runs at once; what is marked differs from a stock Go program."),
			html.Map(knobGroups, func(_ int, g knobGroup) html.Node { return knobForm(g, s) })))
}

// presetList is the presets by group or, while something is looked for, those
// that fit, the best first: by an error that someone has pasted, or by what they
// are called.
func presetList(s State) html.Node {
	if len(s.Presets) == 0 {
		return words("p", "empty", "The list of scenarios is still on its way.")
	}
	sections, n := presetSections(s.Presets, s.Filter)
	return html.Group(
		html.El("p", html.Attr("role", "status"), html.Class("hint"), html.Text(plural(n, "scenario")+when(s.Filter != "", " for what you are looking for"))),
		html.If(n == 0, words("p", "empty", "None ends so. Paste the error's own words, as the program wrote them, or look for a word of a title.")),
		html.Map(sections, func(_ int, x presetSection) html.Node {
			return box("section", "preset-group", words("h2", "", x.title),
				box("ul", "presets", html.Map(x.found, func(_ int, f presets.Found) html.Node { return preset(f, s) })))
		}))
}

// presetSection is presets under a heading.
type presetSection struct {
	title string
	found []presets.Found
}

// presetSections is the presets that fit the words, and how many they are.
func presetSections(all []presets.Preset, words string) (sections []presetSection, n int) {
	put := func(title string, f presets.Found) {
		n++
		if last := len(sections) - 1; last < 0 || sections[last].title != title {
			sections = append(sections, presetSection{title: title})
		}
		x := &sections[len(sections)-1]
		x.found = append(x.found, f)
	}
	words = strings.TrimSpace(words)
	if words == "" {
		for i := range all {
			put(all[i].Group, presets.Found{Preset: &all[i]})
		}
		return sections, n
	}
	found := presets.Find(all, words)
	for _, f := range found {
		put(matchTitles[f.Match], f)
	}
	small := strings.ToLower(words)
	for i := range all {
		p := &all[i]
		if strings.Contains(strings.ToLower(p.Title+" "+p.Look+" "+p.Group+" "+p.Name), small) &&
			!slices.ContainsFunc(found, func(f presets.Found) bool { return f.Preset == p }) {
			put("Their descriptions have this in them", presets.Found{Preset: p})
		}
	}
	return sections, n
}

// matchTitles are the headings of what was found, by presets.Match.
var matchTitles = [...]string{"They end in this error", "Their errors have this in them", "Their errors are much like it"}

func preset(f presets.Found, s State) html.Node {
	p := f.Preset
	chosen := p.Run == s.run // both canonical
	return html.El("li", html.Class("preset", when(chosen, "current")),
		html.El("h3", html.Text(p.Title), html.If(s.Filter != "", html.Group(html.Text(" "), words("small", "", p.Group)))),
		words("p", "", p.Look),
		says([]saying{{"Client", p.Client}, {"Server", p.Server}, {"Alert", strings.Join(p.Alerts, ", ")}}, f.Line),
		says(printed(p), f.Line),
		fix(p),
		html.El("button", html.Attr("type", "button"), html.Attr("id", "preset-"+p.Name), act(ActPreset, p.Name),
			html.Text("Run"), words("span", "hidden", " "+p.Title)))
}

// saying is what someone says of a failure.
type saying struct{ who, text string }

// printed is what other programs print in the client's place.
func printed(p *presets.Preset) []saying {
	return []saying{{"OpenSSL", p.Prints["openssl"]}, {"curl", p.Prints["curl"]}, {"Chrome", p.Prints["chromium"]}, {"Firefox", p.Prints["firefox"]}}
}

// says is what is said by whom; the line that was looked for is marked.
func says(all []saying, found string) html.Node {
	var lines []html.Node
	for _, x := range all {
		if x.text == "" {
			continue
		}
		text := html.Text(x.text)
		if x.text == found {
			text = html.El("mark", text)
		}
		lines = append(lines, words("dt", "", x.who), html.El("dd", text))
	}
	return html.If(lines != nil, box("dl", "says", html.Group(lines...)))
}

// fix is what helps.
func fix(p *presets.Preset) html.Node {
	return html.If(p.Fix != "", box("p", "fix", words("b", "", "What helps"), html.Text(" "+p.Fix)))
}

// knobGroup is knobs that are drawn together.
type knobGroup struct {
	title, prefix string
	names         []string // where there is no prefix
}

var knobGroups = []knobGroup{
	{"Both ends", "", []string{"version", "transport", "suite", "group", "certificate", "fault", "host"}},
	{"Client", "client.", nil},
	{"Server", "server.", nil},
	{"What they say, and how they close", "", []string{"request", "response", "request_size", "response_size", "close", "exporter", "connections", "pause"}},
	{"The wire, and who sits on it", "", []string{"link.rtt", "link.bandwidth", "link.segment", "link.slow_start", "middle", "replay", "wire"}},
	{"So that it can be repeated", "", []string{"clock", "seed"}},
}

func (g knobGroup) has(name string) bool {
	if g.prefix != "" {
		return strings.HasPrefix(name, g.prefix)
	}
	return slices.Contains(g.names, name)
}

func knobForm(g knobGroup, s State) html.Node {
	stock := scenario.Default()
	return box("fieldset", "knob-group", words("legend", "", g.title),
		html.Map(scenario.Knobs(), func(_ int, k scenario.Knob) html.Node {
			if !g.has(k.Name) {
				return html.Node{}
			}
			value := s.Scenario.Get(k.Name)
			refused := s.Refused.Knob == k.Name
			if refused {
				value = s.Refused.Value
			}
			text, _ := s.Texts.value("knob", k.Name)
			return html.El("div", html.Class("knob", when(value != stock.Get(k.Name), "turned")),
				html.El("label", html.Attr("for", "knob-"+k.Name), html.Text(knobLabel(k.Name))),
				knobControl(k, value),
				html.If(text.Short != "", words("p", "hint", text.Short)),
				html.If(refused, box("p", "bad", html.Attr("role", "alert"), html.Text(plainError(s.Refused.Why)))))
		}))
}

// knobLabel is a knob's name in words.
func knobLabel(name string) string {
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		name = name[i+1:]
	}
	words := strings.ReplaceAll(name, "_", " ")
	for _, short := range []string{"alpn", "ech", "sct", "rtt", "sni"} {
		words = strings.ReplaceAll(words, short, strings.ToUpper(short))
	}
	return strings.ToUpper(words[:1]) + words[1:]
}

func knobControl(k scenario.Knob, value string) html.Node {
	common := html.Group(html.Attr("id", "knob-"+k.Name), act(ActKnob, k.Name))
	switch {
	case k.Kind == reflect.Bool:
		return html.El("input", common, html.Attr("type", "checkbox"), html.Flag("checked", value == "true"))
	case k.Kind == reflect.Int:
		return html.El("input", common, html.Attr("type", "number"), html.Attr("min", "0"), html.Attr("value", value))
	case k.Kind == reflect.Slice && len(k.Options) > 0:
		chosen := strings.Split(value, "\n")
		return html.El("select", common, html.Flag("multiple", true), html.Attr("size", "4"), html.Map(k.Options, func(_ int, o string) html.Node {
			return html.El("option", html.Attr("value", o), html.Flag("selected", slices.Contains(chosen, o)), html.Text(o))
		}))
	case len(k.Options) > 0:
		stock := scenario.Default().Get(k.Name)
		return html.El("select", common,
			html.If(stock == "", html.El("option", html.Attr("value", ""), html.Flag("selected", value == ""), html.Text("as stock Go"))),
			html.Map(k.Options, func(_ int, o string) html.Node {
				return html.El("option", html.Attr("value", o), html.Flag("selected", o == value), html.Text(o))
			}))
	case k.Kind == reflect.Slice || k.Name == "request" || k.Name == "response" || k.Secret || strings.HasSuffix(k.Name, ".roots"):
		return html.El("textarea", common, html.Attr("rows", "3"), html.Attr("spellcheck", "false"), html.Text(value))
	}
	return html.El("input", common, html.Attr("type", "text"), html.Attr("spellcheck", "false"), html.Attr("value", value))
}

// turned is what of the scenario differs from a stock Go program, with the way
// back.
func turned(s State) html.Node {
	differ := s.Scenario.Differ(scenario.Default())
	differ = slices.DeleteFunc(differ, func(d scenario.Difference) bool { return d.Name == "seed" || d.Name == "clock" || d.Name == "version" })
	if len(differ) == 0 {
		return html.Node{}
	}
	return box("p", "turned-knobs", html.Text("Changed: "),
		html.Map(differ, func(i int, d scenario.Difference) html.Node {
			if d.Name == "wire" {
				return words("span", "chip", plural(len(s.Scenario.Wire), "attack")+" on the wire")
			}
			return words("span", "chip", d.Name+" "+brief(d.Name, d.A, 40))
		}),
		html.El("button", html.Attr("type", "button"), html.Class("link"), html.Attr("id", "reset"), act(ActReset, ""), html.Text("Back to stock Go")))
}

// legs is the way to the other connections of a run, where there are more.
func legs(t *trace.Trace, s State) html.Node {
	if len(t.Earlier) == 0 && t.Behind == nil {
		return html.Node{}
	}
	var items []html.Node
	leg := func(n int, name string) {
		items = append(items, html.El("button", html.Attr("type", "button"), html.Attr("id", "leg-"+strconv.Itoa(n)), act(ActLeg, strconv.Itoa(n)),
			html.Attr("aria-pressed", strconv.FormatBool(n == s.Leg)), html.Text(name)))
	}
	for i := range t.Earlier {
		leg(i+1, "Connection "+strconv.Itoa(i+1))
	}
	switch {
	case t.Behind != nil:
		leg(0, "Client to Mallory")
		leg(-1, "Mallory to the server")
	default:
		leg(0, "Connection "+strconv.Itoa(len(t.Earlier)+1))
	}
	return box("div", "switch legs", html.Attr("role", "group"), html.Attr("aria-label", "Which connection"), html.Group(items...))
}

// Leg is the connection of a run that is looked at: 0 is the last one, 1 and up
// are the earlier ones, -1 is that of the man in the middle with the server.
func Leg(t *trace.Trace, n int) *trace.Trace {
	switch {
	case n == -1 && t.Behind != nil:
		return t.Behind
	case n > 0 && n <= len(t.Earlier):
		return t.Earlier[n-1]
	}
	return t
}
