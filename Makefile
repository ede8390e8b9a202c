# PromoStack. `make up` runs everything on this machine, `make test` tests everything.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
GO_FILES := $(shell find api activities cmd internal models temporal web workflows -name '*.go' -not -path '*/node_modules/*' 2>/dev/null)
STATIC := $(shell find web/static models/migrations -type f 2>/dev/null)
ASSETS := internal/base/assets/made_by_make_assets
STEP := tools/scripts/step.sh
.NOTPARALLEL:

.PHONY: help
help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

.PHONY: up
up: build ## build and run everything on this machine; ARGS="…" passes flags on
	@exec bin/promostack up $(ARGS)

.PHONY: build
build: bin/promostack .bin/temporal .bin/versitygw ## build the program and the servers that it runs

bin/promostack: $(GO_FILES) $(STATIC) go.mod go.sum $(ASSETS)/.done
	@mkdir -p bin
	go build -trimpath -ldflags "-X main.version=$(VERSION)" -o $@ ./cmd/promostack

# Helper programs come from nested modules, with the versions that they were tested with. One of
# that name on PATH is used instead.
.bin/%: tools/%/go.mod tools/%/go.sum
	@mkdir -p .bin
	@if command -v $* >/dev/null; then \
		echo "$* is on PATH"; ln -sf "$$(command -v $*)" $@; touch -h $@; \
	else \
		echo "building $* (the first time this takes minutes)"; \
		go -C tools/$* build -trimpath -ldflags '-s -w' -o $(CURDIR)/$@ tool; \
	fi

.PHONY: assets
assets: $(ASSETS)/.done ## fetch fonts, emoji pictures and browser libraries from npm, for embedding
$(ASSETS)/.done: web/package-lock.json web/scripts/assets.mjs
	@tools/scripts/npm.sh runtime
	node web/scripts/assets.mjs
	@touch $@

.PHONY: setup
setup: ## install what the tests need and this machine lacks
	@tools/scripts/setup.sh
	@tools/scripts/npm.sh dev

.PHONY: check
check: setup $(ASSETS)/.done .bin/versitygw .bin/golangci-lint ## the fast tests, for every few minutes
	@$(STEP) vet go vet -tags integration,chaos ./...
	@$(STEP) lint .bin/golangci-lint run
	@$(STEP) unit go test ./...
	@$(STEP) javascript npm --prefix web run --silent check
	@$(STEP) javascript-unit npm --prefix web test --silent

.PHONY: test
test: setup build .bin/golangci-lint ## all tests
	@$(STEP) vet go vet -tags integration,chaos ./...
	@$(STEP) lint .bin/golangci-lint run
	@$(STEP) javascript npm --prefix web run --silent check
	@$(STEP) javascript-unit npm --prefix web test --silent
	@$(STEP) go-race go test -race -timeout 20m ./...
	@$(STEP) render-parity npm --prefix web run --silent parity
	@$(STEP) integration go test -tags integration -count=1 -timeout 70m ./internal/test/e2e/...

.PHONY: chaos
chaos: setup build ## long bulk jobs under faults: SEEDS=10 runs, SEED=… one again, RUN=TestChaosBulkHard worse ones
	CHAOS_SEED=$(SEED) CHAOS_SEEDS=$(or $(SEEDS),10) go test -tags integration,chaos -count=1 -timeout 120m -v -run '^$(or $(RUN),TestChaosBulkFull)$$' ./internal/test/e2e/

.PHONY: fuzz
fuzz: ## run each fuzz target for a minute
	@tools/scripts/fuzz.sh $(or $(TIME),60s)

.PHONY: fmt
fmt: ## format Go and JavaScript
	gofmt -w $(GO_FILES)
	npm --prefix web run --silent format

.PHONY: readme
readme: build ## write the generated parts of the README
	go test ./cmd/promostack -run TestReadme -update

.PHONY: clean
clean: ## remove what was built; the data folder stays
	rm -rf bin .bin $(ASSETS) web/node_modules web/test/output
