# Everything a checkout needs. `make help` lists the targets.
#
#   PYTHON        interpreter to build the environment with (3.11 or newer); found by itself when unset
#   TORCH_INDEX   address of an additional wheel index for torch, for machines without a GPU: PyTorch publishes one with
#                 CPU builds, which are several times smaller. `make install TORCH_INDEX=<address>`
#   ACCEL         cuda: install for an NVIDIA GPU (Linux, several GB): `make install ACCEL=cuda`
#   LLAMACPP_INDEX  address of the wheel index of xllamacpp's CUDA builds (its README names it): with ACCEL=cuda,
#                 llama.cpp then runs on the GPU too
#   WORKERS       test processes side by side (each that meets real models takes about 1.5 GB); 0 for none: WORKERS=0
#   COVERAGE      1: tell which lines the tests ran, which takes half as long again: `make check COVERAGE=1`
#   PYTEST_ARGS   further arguments for pytest in `make test` and `make check`

SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
VLM := .venv-vlm
ACCEL ?=
LLAMACPP_INDEX ?=
$(if $(filter-out cuda,$(ACCEL)),$(error ACCEL=$(ACCEL) is wrong: it is cuda, or is left out))
PACKAGES := $(VENV)/.packages$(if $(ACCEL),-$(ACCEL))
PIP := $(BIN)/python -m pip --disable-pip-version-check
CANDIDATES := python3 python3.11 python3.12 python3.13 python3.14 python
RECENT := import sys; sys.exit(sys.version_info < (3, 11))
WORKERS ?= 3
PYTHON ?= $(shell for name in $(CANDIDATES); do $$name -c '$(RECENT)' 2>/dev/null && echo $$name && break; done)

.PHONY: help install models run test test-vlm test-learned check types compiled kill soak hosting telegram footprints \
        hostile noise bench lock clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/.models .env ## set up: environment, pinned packages, embedded models, .env

run: install ## set up if need be, then start the assistant
	@$(BIN)/python -m bot run

test: install $(VENV)/.dev $(VENV)/.browser ## set up if need be, then everything that must hold: checks and the whole test suite
	@$(MAKE) check

test-vlm: ## models that transformers runs, every family that sees among them, in a second environment made of the lock for GPUs (8 GB)
	@$(MAKE) VENV=$(VLM) ACCEL=cuda $(VLM)/.dev
	$(VLM)/bin/python -m pytest tests/vlm tests/agents/models/transformers tests/contracts/test_senses.py $(PYTEST_ARGS)

# The processes that tests start read what is compiled instead of compiling it themselves, whatever the environment says.
check: export PYTHONDONTWRITEBYTECODE :=
check: $(VENV)/.dev ## formatting, lint, types, tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@$(MAKE) --jobs 2 types $(if $(wildcard tests/__pycache__),,compiled)
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder $(if $(COVERAGE),--cov --cov-report=term:skip-covered) $(PYTEST_ARGS)

types:
	$(BIN)/mypy

# In a fresh clone: once, beside mypy, which uses one core; else every test process rewrites the assertions of all tests.
compiled:
	@found=$$($(BIN)/python -m pytest --collect-only -q 2>&1) || { echo "$$found"; exit 1; }

kill: install $(VENV)/.dev ## the long lane: 1,000 kills at random instants, nothing lost; goes on where it was broken off
	PARLEY_KILLS=$${PARLEY_KILLS:-1000} $(BIN)/python -m pytest tests/bot/test_kill.py tests/kill -m '' -s $(PYTEST_ARGS)

soak: install $(VENV)/.dev ## the long lane: 20,000 mixed turns in one process, whose memory, files and tasks do not grow
	PARLEY_SOAK=$${PARLEY_SOAK:-20000} $(BIN)/python -m pytest tests/soak -m '' -s $(PYTEST_ARGS)

test-learned: install $(VENV)/.dev ## the long lane: 500 held-out questions and captions over Telegram, confidence on 9,673
	LEARNED_QUESTIONS=500 $(BIN)/python -m pytest tests/learned -s --timeout=3600 $(PYTEST_ARGS)

hosting: install $(VENV)/.dev ## the long lane: 10,000 histories of failing devices, 10,000 turns at once, every engine in a process of its own
	HOSTING_HISTORIES=10000 FLOOD=10000 APART=all $(BIN)/python -m pytest tests/agents/models/test_histories.py \
	    tests/agents/models/test_host_histories.py tests/bot/test_flood.py tests/contracts/test_senses_apart.py \
	    tests/test_engine_faults.py tests/test_clocks.py tests/test_bench.py tests/bot/checking/test_embedded.py -m '' -s \
	    --timeout=3600 $(PYTEST_ARGS)

telegram: install $(VENV)/.dev ## the long lane: the real process over Telegram and in the browser: embedded models, kills in mid-answer, webhooks
	$(BIN)/python -m pytest tests/test_end_to_end.py tests/test_growing_answers.py tests/test_webhook.py \
	    tests/kill/test_redelivery.py tests/emulator/test_spec.py tests/browser/test_embedded.py -m long --timeout=600 $(PYTEST_ARGS)

footprints: install $(VENV)/.dev ## the long lane: what models are estimated to take of memory, beside what they take
	FOOTPRINTS=all $(BIN)/python -m pytest tests/footprints -s --timeout=3600 $(PYTEST_ARGS)

hostile: install $(VENV)/.dev ## the long lane: twenty times the damaged files, the whole corpus and 1,000 uploads at once
	HOSTILE_TIMES=20 $(BIN)/python -m pytest tests/hostile -s --timeout=3600 $(PYTEST_ARGS)

noise: install $(VENV)/.dev ## the long lane: the confidence of transcripts of every voice at four levels of noise
	PARLEY_NOISE=10,5,0,-5 $(BIN)/python -m pytest tests/agents/models/test_faster_whisper.py -s -k confidence --timeout=3600 $(PYTEST_ARGS)

bench: install $(VENV)/.dev ## what Parley costs: one table, and build/bench.json; parts by BENCH="start memory"
	@$(BIN)/python -m tests.bench $(BENCH)

models: $(PACKAGES) ## fetch what is missing of the embedded models, and verify the rest
	@$(BIN)/python -m bot models pull embedded

# Stamps: each stands for a step that is done, and is older than what it was done from when it must be done again.

$(VENV)/.made:
	@[ -n "$(PYTHON)" ] && $(PYTHON) -c '$(RECENT)' || \
	    { echo "Parley needs Python 3.11 or newer. Install it, or name it: make install PYTHON=<path>" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	    { $(PYTHON) -c 'import sys; print("The venv module is missing: apt-get install python%d.%d-venv" % sys.version_info[:2])' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.packages: $(VENV)/.made requirements/runtime.txt requirements/torch.txt
	$(PIP) install --no-deps -r requirements/runtime.txt
	$(PIP) install $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) -r requirements/torch.txt
	@touch $@

$(VENV)/.packages-cuda: $(VENV)/.made requirements/runtime.txt requirements/cuda.txt
	$(PIP) install --no-deps -r requirements/runtime.txt
	@$(PIP) show torch 2>/dev/null | grep -q '^Version:.*+cpu' && $(PIP) uninstall --yes torch || true
	$(PIP) install --no-deps -r requirements/cuda.txt
	$(if $(LLAMACPP_INDEX),$(PIP) install --no-deps --force-reinstall --index-url $(LLAMACPP_INDEX) \
	    $$(grep '^xllamacpp==' requirements/runtime.in))
	@touch $@

$(VENV)/.dev: $(PACKAGES) requirements/dev.txt agents/models/catalogue.toml
	$(PIP) install --no-deps -r requirements/dev.txt
	@$(BIN)/python -m bot models pull tiny
	@$(BIN)/python -m bot models pull sentence:sentence-transformers/all-MiniLM-L6-v2 || true
	@touch $@

# Chromium and axe-core for the browser tests. Where they cannot be had, those tests are skipped and say what is missing.
BROWSER = $(if $(shell command -v chromium chromium-browser google-chrome),,chromium fonts-noto-cjk)
BROWSER += $(if $(shell command -v npm),,nodejs npm)

$(VENV)/.browser: tests/browser/package-lock.json | $(VENV)/.made
	@[ -z "$(strip $(BROWSER))" ] || { [ $$(id -u) = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends $(BROWSER); } || \
	    echo "The browser tests need packages that are missing: apt-get install $(strip $(BROWSER))" >&2
	@npm ci --prefix tests/browser --no-audit --no-fund --loglevel error && touch $@ || \
	    echo "axe-core could not be fetched from npm: the browser tests that need it are skipped" >&2

# A model that no source has now is said and does not stop the set-up; `make models` tries again.
$(VENV)/.models: $(PACKAGES) agents/models/catalogue.toml agents/models/profiles.toml
	@$(BIN)/python -m bot models pull embedded
	@touch $@

.env:
	@cp .env.example $@ && chmod 600 $@ && echo "Wrote .env: put your settings there."

lock: $(VENV)/.made ## compile requirements/*.in into pinned, hashed requirements/*.txt
	[ -x $(VENV)/lock/bin/uv ] || { $(BIN)/python -m venv $(VENV)/lock && $(VENV)/lock/bin/pip install uv==0.13.9; }
	cd requirements && for name in runtime dev; do \
	    ../$(VENV)/lock/bin/uv pip compile --quiet --generate-hashes --python-version 3.11 --override overrides.in \
	        --no-header $$name.in -o $$name.txt || exit 1; done
	cd requirements && ../$(VENV)/lock/bin/uv pip compile --quiet --generate-hashes --python-version 3.11 --no-header \
	    cuda.in -o cuda.txt

clean: ## remove the environment and caches; keeps .env, data and the models in the user's cache
	rm -rf $(VENV) $(VLM) tests/browser/node_modules .coverage .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
