# Each target sets up what it needs, on a Debian machine with Rust and Node.js; `make` alone lists them.

.DEFAULT_GOAL := help
.PHONY: help demo serve test bench soak fuzz mutants fmt lint
# One at a time: the targets share cargo's build folder, and their output is for people to read.
.NOTPARALLEL:

CARGO ?= cargo
# Where `demo` leaves its house, and where `serve` finds it.
DEMO_CONFIG := demo/hub/zegel.toml

# A machine with only cargo runs the same tests, more slowly: building nextest takes longer than that.
# Of a list of doc tests nextest knows nothing: those always are cargo's.
ifeq ($(shell $(CARGO) nextest --version >/dev/null 2>&1 && echo yes),yes)
RUN_TESTS := $(CARGO) nextest run --locked
RUN_SOAK  := $(CARGO) nextest run --locked --profile soak --run-ignored only --no-tests pass
else
RUN_TESTS := $(CARGO) test --locked --lib --bins --tests
RUN_SOAK  := $(CARGO) test --locked --lib --bins --tests -- --ignored --test-threads 1
endif

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1 \t\2/p' $(MAKEFILE_LIST) | expand -t 18

demo: portal ## tell one case, from referral to opened pack; leaves everything to look at in demo/
	@ops/install.sh demo
	$(CARGO) run --locked -- demo

serve: portal ## serve the demo's house, to look at in a browser (tells the demo first if needed)
	@ops/install.sh serve
	test -e $(DEMO_CONFIG) || $(CARGO) run --locked -- demo
	$(CARGO) run --locked -- serve --config $(DEMO_CONFIG)

test: portal ## run every test but the long ones: browser, examples in the documentation, units, stories, the house's rules
	@ops/install.sh test
ifneq ($(wildcard browser/package.json),)
	npm --prefix browser run test
endif
	$(CARGO) test --locked --doc
	$(RUN_TESTS)
	$(CARGO) build --locked --bins --example liar
	npm --prefix browser run stories

bench: portal ## measure, and print the table of ratios of docs/performance.md
	@ops/install.sh bench
	$(CARGO) bench --locked --bench '*'

soak: ## run the long tests: hours of load, crashes and restarts
	@ops/install.sh soak
	$(RUN_SOAK)

# How long each part that reads what others wrote is fed with nonsense.
FUZZ_MINUTES ?= 30

fuzz: ## feed everything that reads what others wrote with nonsense, half an hour each (FUZZ_MINUTES)
	@ops/install.sh fuzz
	mkdir -p $(patsubst fuzz/fuzz_targets/%.rs,fuzz/found/%,$(wildcard fuzz/fuzz_targets/*.rs))
	set -e; for target in $$(basename --suffix .rs fuzz/fuzz_targets/*.rs); do \
		$(CARGO) +nightly fuzz run --debug-assertions $$target fuzz/found/$$target fuzz/corpus/$$target -- \
			-max_total_time=$$(($(FUZZ_MINUTES) * 60)) -max_len=65536 -print_final_stats=1; \
	done

mutants: ## take out each check in turn, and see whether a test notices
	@ops/install.sh soak
	$(CARGO) run --locked --manifest-path tests/mutants/Cargo.toml

fmt: ## lay out the code
	$(CARGO) fmt

lint: ## what a reviewer need not look for: layout, and clippy with warnings as errors
	@ops/install.sh build
	$(CARGO) fmt --check
	$(CARGO) clippy --locked --all-targets -- -D warnings

# The browser portal, which the hub takes in when it is built. Only rebuilt when its sources are newer.
.PHONY: portal
ifneq ($(wildcard browser/package.json),)
portal: browser/node_modules/.built

browser/node_modules/.installed: browser/package.json browser/package-lock.json
	@ops/install.sh build
	npm --prefix browser ci --ignore-scripts --no-audit --no-fund
	@touch $@

browser/node_modules/.built: browser/node_modules/.installed $(shell find browser -path browser/node_modules -prune -o -path browser/dist -prune -o -path browser/compressed -prune -o -type f -print)
	npm --prefix browser run build --if-present
	@touch $@
else
portal:
endif
