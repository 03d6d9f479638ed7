// Package view turns a trace and the page's state into markup. Everything here
// is a pure function that also runs natively: in tests, and in the build, which
// writes a recorded run into the page so that there is something true to see
// before the wasm has come.
//
// The page is a frame (header, the bar that runs and walks) around one of the
// [Views]; site/README.md says what each is for and where things to come will
// stand. What is shown has an address, see [State.Address].
//
// What an element does when it is chosen stands in its data-act and data-arg;
// package dom hands both to package app, whose actions are the constants below.
package view

import (
	"tlsplay/sim/presets"
	"tlsplay/sim/scenario"
	"tlsplay/wasm/html"
)

// State is what the page shows of a trace.
type State struct {
	View     string // one of Views
	Detailed bool   // in the words of the RFCs, with every byte, rather than in plain ones

	Scenario scenario.Scenario // what is run: as asked for, so without seed and clock unless these are
	Refused  Refused           // the position of a knob that could not be taken
	Presets  []presets.Preset
	Filter   string // what is looked for among them
	Leg      int    // which connection of the run is looked at, see [Leg]
	Byte     int    // of the packet on its way, which the attacker has chosen
	run      string // the scenario in addresses, see State.fragment

	At         int    // how many of the trace's events have been delivered on the page
	Event      int    // the chosen event, EventHeld, or -1
	Asked      bool   // the visitor chose it: where there is no room beside the run, it is shown over it
	Node       string // the chosen node's path (path.go), or empty
	Open       map[string]bool
	Derivation string // the chosen step of the key schedule (derivationName), or empty
	Playing    bool
	Reading    Reading
	Speed      string // of Play, one of Speeds
	Live       bool   // a session stands behind the trace: its endpoints are real and waiting
	Stored     bool   // the trace was recorded when the page was built
	Error      string // what went wrong outside the endpoints
	Files      []File
	Texts      Texts
	Term       string // the word of the glossary that is shown, or empty
	Query      string // what is searched for, or empty
	Runs       []Kept // those of this visit, the last one last
	CompareA   int    // which of them are compared
	CompareB   int
	Paces      []Pace // on the link of the scenario, where that takes time
	Build      string // the page's version and that of Go
}

// EventHeld stands for the packet on its way, in State.Event.
const EventHeld = -2

// Refused is a position that a knob can't have, and why.
type Refused struct{ Knob, Value, Why string }

// The views, by their part of the address.
const (
	ViewHandshake    = "handshake"
	ViewScenarios    = "scenarios"
	ViewKeys         = "keys"
	ViewCertificates = "certificates"
	ViewCompare      = "compare"
	ViewFiles        = "files"
	ViewAbout        = "about"
)

// Views is the views in the order of their tabs.
var Views = []string{ViewHandshake, ViewScenarios, ViewKeys, ViewCertificates, ViewCompare, ViewFiles, ViewAbout}

// Speeds are how fast Play goes.
var Speeds = []string{"slow", "normal", "fast"}

// File is a file of the workspace.
type File struct {
	Name string
	Size int // bytes
}

// The actions.
const (
	ActRun        = "run"        // a fresh run, to the end
	ActShow       = "show"       // a fresh run of a scenario, given as its fragment
	ActKnob       = "knob"       // the same with a knob in another position: name=position
	ActPreset     = "preset"     // a preset by name
	ActFilter     = "filter"     // look for a preset
	ActLink       = "link"       // another of some links, or none
	ActReset      = "reset"      // as a stock Go program would do it
	ActShare      = "share"      // copy a link to these very bytes
	ActLeg        = "leg"        // look at another connection of the run
	ActAttack     = "attack"     // do something to a packet: a scenario.Rule
	ActSpare      = "spare"      // take back a rule, by its index
	ActHands      = "hands"      // the same run again, stopped, with one's hands on the first record
	ActByte       = "byte"       // choose a byte of the packet on its way
	ActStep       = "step"       // deliver the next record
	ActBack       = "back"       // show one record less
	ActPlay       = "play"       // step by itself, or stop doing so
	ActSpeed      = "speed"      // how fast
	ActGo         = "go"         // show what an address names (State.Address)
	ActDetail     = "detail"     // in plain words, or "detailed"
	ActEvent      = "event"      // choose an event by index
	ActClose      = "close"      // put away the chosen event that is shown over the run
	ActNode       = "node"       // choose a node by path
	ActToggle     = "toggle"     // open or close a node, or another part by name
	ActKey        = "key"        // a key in the tree or the bytes (Key)
	ActDerivation = "derivation" // choose a step of the key schedule by name, or let go of it
	ActTerm       = "term"       // show a word of the glossary, or none
	ActSearch     = "search"     // look for words in the run and in the texts
	ActCompare    = "compare"    // choose a run to compare: a=index or b=index
	ActDownload   = "download"   // a file of the workspace by name
	ActCopy       = "copy"       // the chosen bytes, as one of CopyForms
)

// act makes an element do something.
func act(action, arg string) html.Node {
	return html.Group(html.Attr("data-act", action), html.If(arg != "", html.Attr("data-arg", arg)))
}
