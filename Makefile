# PromoStack. `make up` runs everything on this machine, `make test` tests everything.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
GO_FILES := $(shell find api activities cmd internal models temporal web workflows -name '*.go' -not -path '*/node_modules/*' 2>/dev/null)
STATIC := $(shell find web/static models/migrations -type f 2>/dev/null)
ASSETS := internal/base/assets/made_by_make_assets
STEP := tools/scripts/step.sh
ifeq ($(filter step-%,$(MAKECMDGOALS)),)
.NOTPARALLEL:
endif

# Without the clone's folder in what is compiled, a fresh clone finds in Go's cache what others built.
export GOFLAGS := $(shell go env GOFLAGS 2>/dev/null) -trimpath

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
	go build -ldflags "-X main.version=$(VERSION)" -o $@ ./cmd/promostack

# Helper programs come from nested modules, with the versions that they were tested with. One of
# that name on PATH is used instead.
.bin/%: tools/%/go.mod tools/%/go.sum
	@mkdir -p .bin
	@if command -v $* >/dev/null; then \
		echo "$* is on PATH"; ln -sf "$$(command -v $*)" $@; touch -h $@; \
	else \
		echo "building $* (the first time this takes minutes)"; \
		go -C tools/$* build -ldflags '-s -w' -o $(CURDIR)/$@ tool; \
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

.PHONY: clients
clients: ## install the Telegram clients of others that soak runs
	@tools/scripts/clients.sh

.PHONY: check
check: setup $(ASSETS)/.done .bin/versitygw .bin/golangci-lint ## the fast tests, for every few minutes
	@$(MAKE) $(SIDE_BY_SIDE) step-lint step-javascript step-javascript-unit step-all step-containers

.PHONY: test
test: setup build .bin/golangci-lint ## all tests of a landing
	@$(MAKE) $(SIDE_BY_SIDE) step-lint step-javascript step-javascript-unit step-race step-race-api step-race-render step-unit step-render-parity step-containers
	@$(STEP) integration $(INTEGRATION) -p 2 -parallel 3 -timeout 40m ./internal/test/e2e ./internal/test/browser

.PHONY: soak
soak: setup build ## what needs long, on a machine that does nothing else, before a change is called done
	@$(STEP) race $(RACE) -timeout 40m ./...
	@$(MAKE) --no-print-directory fuzz soak-whole TIME=$(or $(TIME),20s)

.PHONY: soak-whole
soak-whole: setup build clients ## the whole with thousands of rows and people: SEEDS=3 of each kill run, SEED=… one again, RUN=TestChaosBulk
	CHAOS_SEED=$(SEED) CHAOS_SEEDS=$(or $(SEEDS),3) $(INTEGRATION),soak -parallel 1 -timeout 300m -v -run '$(or $(RUN),.)' ./internal/test/e2e

# Two steps at a time, since there are two cores; what a step prints comes whole when it ends.
SIDE_BY_SIDE := --no-print-directory --output-sync=target -j2
# What is arithmetic alone is compiled without what -race adds: the big numbers of Telegram's keys
# (three times as fast), and the pointer checks of SQLite, which is translated from C (a third).
RACE := go test -race -vet=off -gcflags=math/big=-race=false -gcflags=modernc.org/...=-d=checkptr=0
INTEGRATION := go test -vet=off -count=1 -tags integration
# The rooms where goroutines meet, which the race detector watches in each landing; soak watches all. Flows have
# Temporal's scheduler, engines none but what draws, of the API it is the streams (race-api), and in CALM what runs side by
# side meets in the database alone.
MEET := /(activities|api|internal/(adapter|host|sandbox|service|test)|internal/engine/render/internal)(/|$$)
CALM := /(api|internal/(adapter/(ai|crm|market|news|objectstore)|sandbox/(ai|market|news)|service/(hype|journeys|marketfeed|news|promo|promobot|signals|channelposts|sealed|timetable|writing)|test/(bench|house)))$$

# go vet is one of the linters.
STEPS := lint javascript javascript-unit all unit race race-api race-render render-parity containers
.PHONY: $(STEPS:%=step-%)
$(STEPS:%=step-%): step-%:
	@$(STEP) $* $(COMMAND)
step-lint: COMMAND = .bin/golangci-lint run --allow-parallel-runners
step-javascript: COMMAND = npm --prefix web run --silent check
step-javascript-unit: COMMAND = npm --prefix web test --silent
step-all: COMMAND = go test -vet=off ./...
step-unit: COMMAND = go test -vet=off -p 3 $(shell go list ./... | grep -E '$(CALM)'; go list ./... | grep -vE '$(MEET)')
step-race: COMMAND = $(RACE) -p 3 $(shell go list ./... | grep -E '$(MEET)' | grep -vE '$(CALM)')
step-race-api: COMMAND = $(RACE) -run 'Events|Readers|Streams|Parallel' ./api
step-race-render: COMMAND = $(RACE) -run 'Cache|Concurrent' ./internal/engine/render
step-containers: COMMAND = go -C tools/deploy test ./...
step-render-parity: COMMAND = npm --prefix web run --silent parity

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

.PHONY: types
types: ## write the front end's types of what the API speaks
	go test ./api -run TestTypesFollowTheDocument -update

.PHONY: clean
clean: ## remove what was built; the data folder stays
	rm -rf bin .bin $(ASSETS) web/node_modules web/test/output
