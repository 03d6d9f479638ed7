package app

import (
	"strings"

	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
	"tlsplay/sim/x509view"
	"tlsplay/wasm/view"
)

// What of a large input is listed, and how many bytes of it are read at once,
// so that the page does not stand still: the rest is read when it is chosen.
const (
	maxObjects = 200
	readAtOnce = 64 << 10
)

// read carries out what the visitor did in the view of the certificates.
func (a *App) read(act Action) {
	switch act.Name {
	case view.ActObject:
		view.ChooseObject(&a.State, a.shown(), act.Arg)
	case view.ActField:
		view.ChooseCertificateField(&a.State, a.shown(), act.Arg)
	case view.ActMake:
		view.ChooseMaking(&a.State, act.Arg)
	case view.ActForget:
		a.forget()
	case view.ActPaste:
		a.forget()
		a.paste(act.Arg)
	case view.ActAlso:
		a.paste(act.Arg)
	case view.ActTrial:
		a.turnTrial(act.Arg)
	case view.ActUse:
		a.use(act.Arg)
	}
}

// edit lets a certificate say something else and runs anew. What can't be is said
// at the field and not taken.
func (a *App) edit(arg string) {
	where, value, _ := strings.Cut(arg, "=")
	side, edit, _ := strings.Cut(where, " ")
	sc := a.State.Scenario
	sc.Edit(side == string(trace.Client), edit+" "+value)
	if err := sc.Check(); err != nil {
		a.State.Refused = view.Refused{Knob: where, Value: value, Why: fixOf(err)}
		return
	}
	a.run(sc)
}

// fixOf is what helps against a mistake in a scenario, where the field and its value
// are seen already.
func fixOf(err error) string {
	if f, ok := err.(*scenario.FieldError); ok {
		return f.Fix
	}
	return err.Error()
}

// forget drops what was pasted.
func (a *App) forget() {
	r := &a.State.Reading
	if r.Object > 0 {
		view.ChooseObject(&a.State, a.shown(), "")
	}
	for _, p := range r.Pasted {
		clear(p.KeyPEM)
	}
	r.Pasted, r.Left, r.Error, r.Trial = nil, 0, "", view.Trial{}
}

// paste reads the bytes behind the name of a file and a line feed.
func (a *App) paste(arg string) {
	r := &a.State.Reading
	file, data, _ := strings.Cut(arg, "\n")
	if file == "" && strings.TrimSpace(data) == "" {
		return // the visitor has emptied the text area
	}
	objects, err := x509view.Input([]byte(data))
	if err != nil {
		why := err.Error()
		if file != "" {
			why = file + ": " + strings.TrimPrefix(why, "x509view: ")
		}
		if r.Error != "" { // of another file
			why = r.Error + "; " + why
		}
		r.Error = why
		return
	}
	first, seen := len(r.Pasted), 0
	for i, o := range objects {
		if len(r.Pasted) == maxObjects {
			r.Left += len(objects) - i
			break
		}
		p := view.NewPasted(o, file, len(r.Pasted))
		if o.DER != nil {
			seen += len(o.DER.Data)
		}
		a.enlist(p)
		if o.Kind.Secret() || seen <= readAtOnce {
			p.Open()
		}
		r.Pasted = append(r.Pasted, p)
	}
	if first == 0 && a.State.View == view.ViewCertificates {
		view.ChooseObject(&a.State, a.shown(), "p1")
	}
	a.open()
}

// rerun lets go of what was chosen in a run that is no more. What was pasted
// stays, and is judged by the new run's clock.
func (a *App) rerun() {
	if t := &a.State.Reading.Trial; t.Leaf > 0 && t.Clock == "" {
		a.judge()
	}
	if r := &a.State.Reading; r.Object == 0 {
		r.Node, r.Field = "", 0
	}
}
