package main

import "errors"

func runShots(root string, args []string) error {
	return errors.New("build: shots is not written yet")
}
