package main

import "errors"

func runBench(root string, args []string) error {
	return errors.New("build: bench is not written yet")
}
