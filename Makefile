# What a stranger guesses: make run, make test. The work is done by the go
# command and by the Go program in build/; the recipes only say in which order.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

GO    ?= go
BUILD := $(GO) run ./build
# The packages that make up the page, which must hold natively and in wasm.
PAGE  := ./sim/... ./wasm/...
JS    := GOOS=js GOARCH=wasm
# Those with goroutines that share something. The race detector, which makes tests
# four times as slow, has nothing to look for in the others.
SHARING := ./sim ./sim/endpoint ./sim/entropy ./sim/trace ./sim/wire ./wasm/... ./build/bundle

# How long make fuzz gives each target.
FUZZTIME ?= 60s

.PHONY: help run dist test test-native test-wasm test-browser bench lint fuzz shots

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 14

run: ## build the page and serve it at http://localhost:8080
	@$(BUILD) serve

dist: ## the finished site and the single file, in dist/
	@$(BUILD) build
	@$(BUILD) pack

test: test-native test-wasm dist test-browser ## everything that must hold: code, sizes, the page in a browser
	@echo "== all tests passed"

test-native:
	@echo "== vet, natively and for js/wasm"
	@$(GO) vet ./...
	@$(JS) $(GO) vet $(PAGE) ./build/probe
	@echo "== tests, natively"
	@$(GO) test $$($(GO) list ./... | grep -v /build/browsertest)
	@echo "== tests with the race detector, the long ones cut short"
	@if [ "$$($(GO) env CGO_ENABLED)" != 1 ] || ! type "$$($(GO) env CC)" >/dev/null 2>&1; then \
		echo "SKIP: the race detector, which needs cgo and a C compiler"; exit 0; \
	fi; \
	$(GO) test -race -short $(SHARING)

# Cut short, since it takes five times as long as natively, where nothing is. Node
# gets no environment but PATH: what js/wasm can take of it is limited.
test-wasm:
	@echo "== tests, as js/wasm under Node"
	@if ! node -e 'process.exit(parseInt(process.versions.node) >= 18 ? 0 : 1)' 2>/dev/null; then \
		echo "SKIP: tests as js/wasm, which need Node 18 or later"; exit 0; \
	fi; \
	exec="$$($(GO) env GOROOT)/lib/wasm/go_js_wasm_exec"; \
	$(JS) $(GO) test -short -exec "env -i 'PATH=$$PATH' '$$exec'" ./sim/...

test-browser:
	@echo "== sizes"
	@$(BUILD) size
	@echo "== tests in a browser, of the served site and of the single file"
	@$(GO) test -count=1 ./build/browsertest

bench: ## measurements: handshakes a second, sizes, time to the first handshake
	@$(BUILD) bench

lint: ## formatting, vet, staticcheck and govulncheck
	@echo "== gofumpt"
	@bad=$$($(GO) tool gofumpt -l build sim wasm); if [ -n "$$bad" ]; then echo "not formatted: $$bad"; exit 1; fi
	@echo "== vet"
	@$(GO) vet ./...
	@$(JS) $(GO) vet $(PAGE) ./build/probe
	@echo "== staticcheck"
	@staticcheck=$$($(GO) tool -n staticcheck); \
	"$$staticcheck" ./...; \
	$(JS) "$$staticcheck" -tests=false $(PAGE) ./build/probe
	@echo "== govulncheck"
	@code=0; out=$$($(GO) tool govulncheck ./... 2>&1) || code=$$?; \
	case "$$out" in \
	*"fetching vulnerabilities"*) echo "SKIP: govulncheck, whose database can't be reached from here" ;; \
	*) echo "$$out"; exit $$code ;; \
	esac

# A target that reaches its time in the middle of an input sometimes fails with
# nothing but "context deadline exceeded": the go command's own, not a finding.
fuzz: ## every fuzz target for FUZZTIME (60s) each
	@grep -ro --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*' build sim wasm | sort | \
	while IFS=: read -r file target; do \
		target=$${target#func }; \
		echo "== $$target in $$(dirname $$file), $(FUZZTIME)"; \
		out=$$($(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x "./$$(dirname $$file)" 2>&1 | tee /dev/stderr) || \
		case "$$out" in \
		*"Failing input"*) exit 1 ;; \
		*"context deadline exceeded"*) echo "(out of time; nothing was found)" ;; \
		*) exit 1 ;; \
		esac; \
	done

shots: ## screenshots of the page, in shots/
	@$(BUILD) shots
