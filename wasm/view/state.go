// Package view turns a trace and the page's state into markup. Everything here
// is a pure function that also runs natively: in tests, and in the build, which
// writes a recorded run into the page so that there is something true to see
// before the wasm has come.
//
// What an element does when it is chosen stands in its data-act and data-arg;
// package dom hands both to package app, whose actions are the constants below.
package view

import "tlsplay/wasm/html"

// State is what the page shows of a trace.
type State struct {
	// The knobs, as scenario.Scenario has them.
	Version, Certificate, Fault string

	At         int    // how many of the trace's events have been delivered on the page
	Event      int    // the chosen event, or -1
	Node       string // the chosen node's path (pathOf), or empty
	Open       map[string]bool
	Derivation int // the chosen step of the key schedule, or -1
	Playing    bool
	Live       bool   // a session stands behind the trace: its endpoints are real and waiting
	Stored     bool   // the trace was recorded when the page was built
	Error      string // what went wrong outside the endpoints
	Files      []File
	Texts      Texts
	Term       string // the word of the glossary that is shown, or empty
}

// File is a file of the workspace.
type File struct {
	Name string
	Size int // bytes
}

// The actions.
const (
	ActRun         = "run"         // a fresh run, to the end
	ActVersion     = "version"     // the same with that version
	ActCertificate = "certificate" // the same with that kind of key
	ActFault       = "fault"       // the same with that fault
	ActStep        = "step"        // deliver the next record
	ActBack        = "back"        // show one record less
	ActPlay        = "play"        // step by itself, or stop doing so
	ActEvent       = "event"       // choose an event by index
	ActNode        = "node"        // choose a node by path
	ActToggle      = "toggle"      // open or close a node
	ActKey         = "key"         // a key in the tree or the bytes (Key)
	ActDerivation  = "derivation"  // choose a step of the key schedule by index, or let go of it
	ActTerm        = "term"        // show a word of the glossary, or none
	ActDownload    = "download"    // a file of the workspace by name
)

// act makes an element do something.
func act(action, arg string) html.Node {
	return html.Group(html.Data("act", action), html.If(arg != "", html.Data("arg", arg)))
}
