//go:build js && wasm

package dom

import (
	"context"
	"errors"
	"syscall/js"
	"time"

	"github.com/norunners/vert"

	"tlsplay/sim"
	"tlsplay/sim/entropy"
	"tlsplay/sim/scenario"
	"tlsplay/wasm/app"
	"tlsplay/wasm/view"
)

// Serve offers globalThis.tlsplay to scripts of the page: for teachers,
// embedding and tests.
//
//	tlsplay.version           what was built
//	tlsplay.defaults()        the default scenario as an object
//	tlsplay.run(scenario?)    a Promise of the trace; fields that are not given
//	                          keep their defaults
//	tlsplay.show(scenario?)   a Promise, resolved when the page shows a run of it
//	tlsplay.bench(scenario?, seconds?)  a Promise of handshakes per second:
//	                          {engine: whole runs, bare: nothing but handshakes}
//
// A scenario is an object with the fields of scenario.Scenario, a trace is what
// package trace describes. A run here is apart from the one on the
// page, but for that of show.
func (p *Page) Serve(version string, host entropy.Host) {
	api := js.Global().Get("tlsplay")
	api.Set("version", version)
	api.Set("defaults", js.FuncOf(func(js.Value, []js.Value) any {
		return vert.ValueOf(scenario.Default()).JSValue()
	}))
	api.Set("run", js.FuncOf(func(_ js.Value, args []js.Value) any {
		arg := js.Undefined()
		if len(args) > 0 {
			arg = args[0]
		}
		return promise(func() (js.Value, error) { return run(arg, host) })
	}))
	api.Set("show", js.FuncOf(func(_ js.Value, args []js.Value) any {
		arg := js.Undefined()
		if len(args) > 0 {
			arg = args[0]
		}
		return promise(func() (js.Value, error) {
			sc, err := scenarioOf(arg)
			if err == nil {
				err = sc.Check()
			}
			if err != nil {
				return js.Null(), err
			}
			done := make(chan struct{})
			p.awaited <- done
			p.actions <- app.Action{Name: view.ActShow, Arg: sc.Fragment(true)}
			<-done
			return js.Undefined(), nil
		})
	}))
	api.Set("bench", js.FuncOf(func(_ js.Value, args []js.Value) any {
		arg, seconds := js.Undefined(), 1.0
		if len(args) > 0 {
			arg = args[0]
		}
		if len(args) > 1 && args[1].Type() == js.TypeNumber {
			seconds = args[1].Float()
		}
		return promise(func() (js.Value, error) { return bench(arg, seconds) })
	}))
}

// Shown tells the script that asked first that its run is shown.
func (p *Page) Shown() {
	select {
	case done := <-p.awaited:
		close(done)
	default:
	}
}

// Rates is what bench measures, in handshakes per second.
type Rates struct {
	Engine float64 `js:"engine"` // whole runs, as the page shows them
	Bare   float64 `js:"bare"`   // handshakes and nothing else
}

func bench(arg js.Value, seconds float64) (js.Value, error) {
	sc, err := scenarioOf(arg)
	if err != nil {
		return js.Null(), err
	}
	bare, err := sim.NewBare(sc)
	if err != nil {
		return js.Null(), err
	}
	var r Rates
	for _, m := range []struct {
		rate *float64
		once func() error
	}{
		{&r.Bare, bare.Handshake},
		{&r.Engine, func() error { _, err := sim.Run(context.Background(), sc, nil); return err }},
	} {
		if err := m.once(); err != nil { // once unmeasured, since the first is slower
			return js.Null(), err
		}
		n, start := 0, time.Now()
		for ; time.Since(start).Seconds() < seconds; n++ {
			if err := m.once(); err != nil {
				return js.Null(), err
			}
		}
		*m.rate = float64(n) / time.Since(start).Seconds()
	}
	return vert.ValueOf(r).JSValue(), nil
}

func run(arg js.Value, host entropy.Host) (js.Value, error) {
	sc, err := scenarioOf(arg)
	if err != nil {
		return js.Null(), err
	}
	t, err := sim.Run(context.Background(), sc, host)
	if err != nil {
		return js.Null(), err
	}
	text := t.JSON()
	// One crossing for all of it: vert would need one for each field.
	return js.Global().Get("JSON").Call("parse", string(text)), nil
}

// scenarioOf reads the scenario that a script passed.
func scenarioOf(arg js.Value) (scenario.Scenario, error) {
	sc := scenario.Default()
	if arg.IsUndefined() || arg.IsNull() {
		return sc, nil
	}
	if arg.Type() != js.TypeObject {
		return sc, errors.New("tlsplay: run takes a scenario object such as {version: \"1.2\"}")
	}
	known := vert.ValueOf(sc).JSValue()
	if name := unknown(known, arg, ""); name != "" {
		return sc, errors.New("tlsplay: a scenario has no field " + name + ": tlsplay.defaults() shows those it has")
	}
	// AssignTo zeroes what the object lacks, which is the default of what is nested.
	whole := js.Global().Get("Object").Call("assign", known, arg)
	if err := (vert.Value{Value: whole}).AssignTo(&sc); err != nil {
		return sc, errors.New("tlsplay: " + err.Error() + ": give each field of the scenario the type it has in tlsplay.defaults()")
	}
	return sc, nil
}

// unknown is the first field of arg that known does not have, or empty.
func unknown(known, arg js.Value, prefix string) string {
	keys := js.Global().Get("Object").Call("keys", arg)
	for i := range keys.Length() {
		name := keys.Index(i).String()
		k, a := known.Get(name), arg.Get(name)
		if k.IsUndefined() {
			return prefix + name
		}
		if k.Type() == js.TypeObject && a.Type() == js.TypeObject {
			if name := unknown(k, a, prefix+name+"."); name != "" {
				return name
			}
		}
	}
	return ""
}

// promise runs f in a goroutine of its own, since a callback from JavaScript
// must not wait.
func promise(f func() (js.Value, error)) js.Value {
	var executor js.Func
	executor = js.FuncOf(func(_ js.Value, args []js.Value) any {
		resolve, reject := args[0], args[1]
		go func() {
			defer executor.Release()
			v, err := f()
			if err != nil {
				reject.Invoke(js.Global().Get("Error").New(err.Error()))
				return
			}
			resolve.Invoke(v)
		}()
		return nil
	})
	return js.Global().Get("Promise").New(executor)
}
