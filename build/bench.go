package main

import (
	"fmt"
	"slices"
	"strings"
)

// A measurement of `make bench`.
type measurement struct {
	name, about string
	run         func(*bench) error
}

// bench is what the measurements of one run share.
type bench struct {
	root   string
	native rates // once measured, to compare the browser's with
}

var measurements = []measurement{
	{"native", "handshakes a second, natively", (*bench).nativeRates},
	{"browser", "handshakes a second, in the browser", (*bench).browserRates},
	{"size", "compressed size of the wasm", func(b *bench) error { return benchSize(b.root) }},
	{"follow", "dissecting and decrypting a capture of 50 MB, natively, as js/wasm under Node, and by tshark -V", func(b *bench) error { return benchFollow(b.root) }},
	{"page", "loading and using the page", func(b *bench) error { return benchPage(b.root) }},
	{"start", "navigation to the first handshake on screen", func(b *bench) error { return benchStart(b.root) }},
}

func runBench(root string, args []string) error {
	var names []string
	for _, m := range measurements {
		names = append(names, m.name)
	}
	fs := newFlags("bench")
	only := fs.String("only", strings.Join(names, ","), "which measurements to make")
	if err := fs.Parse(args); err != nil {
		return err
	}
	b := &bench{root: root}
	for name := range strings.SplitSeq(*only, ",") {
		i := slices.Index(names, name)
		if i < 0 {
			return fmt.Errorf("build: no measurement %q", name)
		}
		fmt.Printf("\n%s: %s\n", name, measurements[i].about)
		if err := measurements[i].run(b); err != nil {
			return err
		}
	}
	return nil
}

// median is the middle of some values, which it sorts.
func median(values []float64) float64 {
	slices.Sort(values)
	n := len(values)
	return (values[(n-1)/2] + values[n/2]) / 2
}
