package main

import "errors"

// runTrace prints the trace of a scenario as JSON.
func runTrace(root string, args []string) error {
	return errors.New("build: trace is not written yet")
}
