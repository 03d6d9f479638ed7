# What a stranger guesses: make run, make test. Each target is a few lines; the
# work is in the Go programs under build/.

GO      ?= go
BUILD   := $(GO) run ./build
FUZZTIME ?= 60s

.PHONY: help run test dist bench lint fuzz shots

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 14

run: ## build the page and serve it at http://localhost:8080
	@$(BUILD) serve

dist: ## the finished site and the single file, in dist/
	@$(BUILD) build
	@$(BUILD) pack

bench: ## measurements: handshakes a second, sizes, time to the first handshake
	@$(BUILD) bench

shots: ## screenshots of the page, in shots/
	@$(BUILD) shots
