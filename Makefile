# One command for each thing that one does here. No activated environment is assumed: every target
# uses .venv, which `make setup` builds from requirements.lock. `make` alone lists the targets.

PYTHON ?= python3
# Passed on to the tool of a target: `make test ARGS="-k fonts"`, `make lock ARGS=--upgrade`.
ARGS ?=
# What `make try` changes, as KEY=VALUE of params.yaml.
SET ?=

# What the full profile changes in params.yaml, where each is marked [full: ...]: every weight of a
# family, more epochs, larger networks.
FULL := \
	import_fonts.weights=all \
	cluster_primitives.iterations=100 \
	train_phase1.epochs=12 \
	train_phase1.cells_per_epoch=1048576 \
	train_phase2.epochs=24 \
	train_phase2.early_stop_patience=10 \
	train_phase2.augment.share=0.7 \
	train_phase2.batch_size=128 \
	train_phase2.backbone.cnn.blocks=2 \
	train_baseline.epochs=24 \
	train_baseline.early_stop_patience=10 \
	train_baseline.augment.share=0.7 \
	train_baseline.batch_size=128 \
	train_baseline.blocks=2 \
	corpora.arabic.train_embedder.backbone.small.layout=1 \
	corpora.arabic.train_embedder.neck=false \
	corpora.arabic.train_embedder.epochs=40 \
	corpora.safaitic.train_embedder.epochs=40 \
	corpora.world.train_embedder.epochs=40 \
	train_embedder.views.glyphs.distortion.share=0.7 \
	calibrate.familiar=6000 \
	build_index.exemplars=8 \
	build_index.voting.voters=8 \
	build_index.index.kind=int8

# A file of tests goes to one process, for what it makes serves all that is in it.
SHARED_OUT := -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
# What the whole suite, and no part of it, is asked for besides.
COVERED := --cov --cov-report= --cov-fail-under=90

VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
LOCKING := --universal --python-version 3.11 --generate-hashes --no-annotate --no-header
# Whether this machine has what the wheel of faiss-gpu is for.
HAS_GPU := test "$$(uname -sm)" = "Linux x86_64" && nvidia-smi -L 2>/dev/null | grep -q '^GPU'
# Locked folders of packages: Arabic fonts, fonts of the scripts of the world, text fonts, texts.
FONTS := dataset/fonts dataset/scripts dataset/prints dataset/texts
# Written as the last act of a target, so that a target killed half-way is done again.
ENVIRONMENT := $(VENV)/.complete
PACKAGES := $(FONTS:%=%/node_modules/.complete)
# What the page is made with, and from: npm's packages, and a run or a released model.
PAGE := lib/rasm/service/page
RUNTIME := outputs/tmp/page/node_modules
MODEL ?= $(lastword $(sort $(wildcard models/*)))

# A stage's command says `python`, and npm's scripts `node`: both are found through PATH.
export PATH := $(CURDIR)/$(BIN):$(PATH)
# A foreign package path must not shadow the locked packages, and without bytecode each of the many
# stages would compile them anew.
unexport PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup fonts run full try plots report ablations ablation-table crossval page wheel docs test bench lint clean lock

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

setup: $(ENVIRONMENT)  ## build .venv from requirements.lock

fonts: $(PACKAGES)  ## fetch the locked packages of fonts and texts

run: setup fonts  ## fonts to metrics: run what is out of date, print the table, draw the plots
	$(BIN)/dvc repro
	@$(BIN)/python -m rasm.report.summary outputs
	@$(BIN)/python -m rasm.report.plot_page outputs
	@$(BIN)/python -m rasm.report.run_page outputs
	@$(BIN)/python -m experiments.keeping

try: setup fonts  ## try values beside the run: make try SET="train_phase2.epochs=1"
	@$(BIN)/python -m experiments.trial $(SET)

full: setup fonts  ## the same with the full profile, as a DVC experiment
	$(BIN)/dvc exp run $(foreach override,$(FULL),-S '$(override)')
	@$(BIN)/python -m rasm.report.summary outputs
	@$(BIN)/python -m rasm.report.plot_page outputs
	@$(BIN)/python -m rasm.report.run_page outputs

release: setup fonts  ## make models/VERSION, small enough for git, of the run in outputs/
	$(BIN)/python -m experiments.release $(VERSION) $(ARGS)

plots: setup  ## draw the curves and tables that are there: outputs/plots/index.html
	@$(BIN)/python -m rasm.report.plot_page outputs

report: setup  ## one page on the run in outputs/, for who was not there: outputs/report.html
	@$(BIN)/python -m rasm.report.run_page outputs

ablations: setup fonts  ## run the ablations that this commit lacks, or those in ARGS
	$(BIN)/python -m experiments.run $(ARGS)

crossval: setup fonts  ## test every family once, fold by fold, and write docs/crossval.md
	$(BIN)/python -m experiments.crossval $(ARGS)

ablation-table: setup  ## print what the ablations found, and write docs/ablations.md
	@$(BIN)/python -m experiments.table

page: setup fonts $(RUNTIME)/.complete  ## make outputs/page, for any static host; of another model: MODEL=outputs
	@$(BIN)/python -m rasm.service.page $(MODEL) $(RUNTIME) dataset/fonts dataset/scripts outputs/page

wheel: setup  ## make outputs/wheel: the package and its newest released model, to install anywhere
	$(UV) build -q --wheel --no-build-isolation --python $(BIN)/python -o outputs/wheel
	@ls -l outputs/wheel

docs: setup  ## put the metrics in git and the DAG into README.md and docs/, redraw the picture
	$(BIN)/python -m rasm.report.showcase outputs docs/primitives.png
	$(BIN)/python docs/refresh.py

test: setup fonts $(RUNTIME)/.complete  ## run the tests, or those in ARGS
	$(BIN)/pytest $(SHARED_OUT) $(or $(ARGS),$(COVERED))

bench: setup  ## time drawing, checks, queries and training beside the alternatives, after `make run`
	$(BIN)/python -m bench

lint: setup  ## check style (ruff, hadolint), types (mypy) and the rules of the house
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m tests.house_rules
	$(BIN)/mypy --strict lib/rasm stages experiments
	$(BIN)/hadolint Dockerfile

clean:  ## remove what was generated; tracked files and the DVC cache stay
	git clean -fdxq -e run_history.jsonl -- outputs dataset/glyphs.db

lock: setup  ## resolve pyproject.toml and requirements.in into requirements.lock, and what a GPU needs
	$(UV) pip compile -q $(LOCKING) $(ARGS) --all-extras pyproject.toml requirements.in \
		-o requirements.lock
	$(UV) pip compile -q $(LOCKING) $(ARGS) -c requirements.lock requirements-gpu.in \
		-o requirements-gpu.lock

# uv comes from the lock too: pip installs that one entry, and uv the rest.
$(ENVIRONMENT): requirements.lock requirements-gpu.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Rasm needs Python 3.11 or newer and '$(PYTHON)' is not:" \
			"name another with 'make setup PYTHON=python3.12'" >&2; exit 1; }
	@rm -f $@
	$(PYTHON) -m venv $(VENV)
	@awk '/^[^ ]/ { wanted = /^uv==/ } wanted' requirements.lock > $(VENV)/uv.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $(VENV)/uv.lock
	$(UV) pip install --python $(BIN)/python --require-hashes -r requirements.lock
	@if $(HAS_GPU); then \
		$(UV) pip uninstall -q --python $(BIN)/python faiss-cpu; \
		$(UV) pip install --python $(BIN)/python --require-hashes -r requirements-gpu.lock; fi
	$(UV) pip install --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

$(PACKAGES): dataset/%/node_modules/.complete: dataset/%/package.json dataset/%/package-lock.json \
		| $(ENVIRONMENT)
	cd dataset/$* && ../../$(BIN)/npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

$(RUNTIME)/.complete: $(PAGE)/package.json $(PAGE)/package-lock.json | $(ENVIRONMENT)
	@mkdir -p $(RUNTIME)/..
	cp $^ $(RUNTIME)/..
	cd $(RUNTIME)/.. && $(CURDIR)/$(BIN)/npm ci --ignore-scripts --no-audit --no-fund
	@touch $@
