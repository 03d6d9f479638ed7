// Command build makes everything that is not the page's own code: the static
// site, the single file, screenshots and measurements.
//
//	go run ./build build    the site, into dist/
//	go run ./build serve    the site, at http://localhost:8080
//	go run ./build pack     the site as one file, dist/tls-playground.html
//	go run ./build trace    a run's trace as JSON, without a browser
//	go run ./build first    which functions a first run needs, into build/first.txt
//	go run ./build size     compressed sizes of the wasm, and their limits
//	go run ./build shots    screenshots of the page
//	go run ./build bench    measurements in a browser
//
// Each subcommand is a file of this package; each takes -h. What they share is
// below: bundle turns sources into the site, browser finds and starts
// Chromium, browsertest looks at the finished page, probe is the yardstick of
// bench.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

type command struct {
	name, about string
	run         func(root string, args []string) error
}

var commands = []command{
	{"build", "the site, into dist/", runBuild},
	{"serve", "build, then serve the site on localhost", runServe},
	{"pack", "the site as one HTML file that opens from disk", runPack},
	{"trace", "a run's trace as JSON, without a browser", runTrace},
	{"first", "which functions a first run needs, into build/first.txt", runFirst},
	{"size", "compressed sizes of the wasm, and their limits", runSize},
	{"shots", "screenshots of the page, into shots/", runShots},
	{"bench", "measurements in a browser", runBench},
}

func main() {
	if err := dispatch(os.Args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func dispatch(args []string) error {
	root, err := findRoot()
	if err != nil {
		return err
	}
	if len(args) > 0 {
		i := slices.IndexFunc(commands, func(c command) bool { return c.name == args[0] })
		if i >= 0 {
			return commands[i].run(root, args[1:])
		}
	}
	if len(args) > 0 && args[0] == "prerender" { // for build alone
		return runPrerender(root, args[1:])
	}
	fmt.Fprintln(os.Stderr, "usage: go run ./build COMMAND [flags]")
	for _, c := range commands {
		fmt.Fprintf(os.Stderr, "  %-7s %s\n", c.name, c.about)
	}
	if len(args) == 0 {
		return errors.New("build: no command given")
	}
	return fmt.Errorf("build: no command %q", args[0])
}

// findRoot is the folder of go.mod, from any folder inside the checkout.
func findRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("build: %w", err)
	}
	for at := dir; ; at = filepath.Dir(at) {
		if _, err := os.Stat(filepath.Join(at, "go.mod")); err == nil {
			return at, nil
		}
		if at == filepath.Dir(at) {
			return "", fmt.Errorf("build: no go.mod in %s or above: run inside the checkout", dir)
		}
	}
}

// newFlags is a subcommand's flag set, with its own -h.
func newFlags(name string) *flag.FlagSet {
	fs := flag.NewFlagSet("go run ./build "+name, flag.ContinueOnError)
	return fs
}

var began = time.Now()

// say tells on standard error what is being done, and when.
func say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "%5.1fs  %s\n", time.Since(began).Seconds(), fmt.Sprintf(format, args...))
}
