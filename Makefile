# Every target sets up what it needs and is one or two native commands.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest
# Student code is graded in an environment of its own, which the user who grades must be able to read.
TEACHING := .venv-teaching
TEACHING_PYTHON ?= $(PYTHON)
CHAPTERS := $(wildcard chapters/*.ipynb)
# Two at a time: a training run of this size leaves half of two cores idle. Whoever is done first takes
# tests from the other.
WORKERS ?= --numprocesses 2 --dist worksteal
# Cells of a notebook stay together; the longest come first.
BY_FILE := --numprocesses 2 --dist loadfile --no-loadscope-reorder
# Two kernels that both take all cores wait for each other most of the time.
ONE_CORE := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 TF_NUM_INTRAOP_THREADS=1 TF_NUM_INTEROP_THREADS=1
# What `make check` tests: all but the site and its figures, which take a browser.
CHECKED := dlcourse_authoring dlcourse_utils tests/authoring tests/docs tests/exercises tests/notebooks tests/package
# The site as the tests see it, made from nothing.
SITE := _build/test
# $(call part,name,command): the command between its name and the seconds that it took.
part = @echo "── $(1)"; start=$$(date +%s); ($(2)); status=$$?; \
	echo "── $(1): $$(($$(date +%s) - start)) s"; exit $$status
export TF_CPP_MIN_LOG_LEVEL ?= 3

.PHONY: help book serve epub pdf check test nightly test-site test-conditions test-notebooks test-colab test-backends teaching test-teaching slides notebooks network bench bench-grading lock lint format clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

# The stamp is newer than the list that it was installed from, or the environment is made anew.
$(VENV)/.installed: requirements.txt
	@echo "── Installing the pinned packages into $(VENV) (a few minutes, once)"
	@.ci/check-python $(PYTHON)
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

# Colab's versions, for notebooks that are run there alone.
$(VENV)-colab/.installed: tests/anywhere/colab.txt
	@echo "── Installing Colab's packages into $(VENV)-colab (a few minutes, once)"
	@.ci/check-python $(PYTHON)
	$(PYTHON) -m venv --clear $(VENV)-colab
	$(VENV)-colab/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	# What builds the helper package, so that a test without network can install it.
	$(VENV)-colab/bin/python -m pip download --quiet --disable-pip-version-check --dest $(VENV)-colab/wheels hatchling
	@touch $@

# The other two frameworks under Keras, beside everything that the course needs.
$(VENV)-backends/.installed: requirements.txt tests/anywhere/backends.txt
	@echo "── Installing JAX and PyTorch into $(VENV)-backends (a few minutes, once)"
	@.ci/check-python $(PYTHON)
	$(PYTHON) -m venv --clear $(VENV)-backends
	$(VENV)-backends/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt -r tests/anywhere/backends.txt
	@touch $@

book: $(VENV)/.installed ## build the website
	@echo "── Building the site"
	$(BIN)/jupyter-book build . --quiet --warningiserror --keep-going
	@echo "Open $(CURDIR)/_build/html/index.html"

serve: book ## build the website and show it on http://127.0.0.1:8000
	$(BIN)/python -m http.server 8000 --bind 127.0.0.1 --directory _build/html

epub: $(VENV)/.installed ## write the whole book as an EPUB
	$(BIN)/jupyter-book build . --builder custom --custom-builder epub --quiet --warningiserror --keep-going
	@echo "Wrote $$(ls $(CURDIR)/_build/epub/*.epub)"

pdf: $(VENV)/.installed ## write the whole book as a PDF (needs Chromium)
	$(BIN)/jupyter-book build . --builder custom --custom-builder pdf --quiet --warningiserror --keep-going
	@echo "Wrote $$(ls $(CURDIR)/_build/pdf/*.pdf)"

check: lint ## in three minutes: style, types, package, exercises, structure of the notebooks
	$(call part,Package and exercises and structure of the notebooks,$(PYTEST) $(WORKERS) -m "not nightly and not slow" $(CHECKED))

test: lint test-site test-notebooks test-teaching ## in twenty minutes: all of it, with the site in a browser, notebooks, grading

nightly: ALL := 1
nightly: test-conditions test-notebooks test-colab test-backends ## for hours: every page under every condition, planted mistakes, all notebooks, Colab, three backends

test-site: $(SITE) ## test package, exercises, figures to play with, and the site in a browser
	$(call part,Package and exercises and figures and site,DLCOURSE_SITE=$(SITE)/_build/html $(PYTEST) $(WORKERS))

test-conditions: $(SITE) ## test every page under every condition, and that planted mistakes are noticed
	$(call part,Every page under every condition and planted mistakes,DLCOURSE_SITE=$(SITE)/_build/html $(PYTEST) $(WORKERS) -m nightly --ignore tests/anywhere/test_colab.py)

.PHONY: $(SITE)
$(SITE): $(VENV)/.installed
	$(call part,Building the site,rm -rf $@ && $(BIN)/jupyter-book build . --path-output $@ --quiet --warningiserror --nitpick --keep-going)

$(TEACHING)/.installed: requirements-teaching.txt
	@echo "── Installing the grading environment into $(TEACHING) (a few minutes, once)"
	@.ci/check-python $(TEACHING_PYTHON)
	$(TEACHING_PYTHON) -m venv --clear $(TEACHING)
	$(TEACHING)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-teaching.txt
	@touch $@

teaching: $(TEACHING)/.installed ## set up what instructors need: .venv-teaching/bin/dlcourse assign, grade, …

test-teaching: $(TEACHING)/.installed ## test assignments and grading, hostile submissions included
	$(call part,Grading,$(TEACHING)/bin/python -m pytest -o addopts="--import-mode=importlib --doctest-modules -rs" dlcourse_teaching tests/teaching)

slides: $(TEACHING)/.installed ## make slides and handouts of every chapter, and the site with links to them
	$(TEACHING)/bin/dlcourse slides --pdf
	$(MAKE) --no-print-directory book

bench-grading: $(TEACHING)/.installed ## measure grading: 200 submissions, 1 and 2 workers, one killed
	$(TEACHING)/bin/python tests/teaching/bench_grading.py

test-notebooks: $(VENV)/.installed ## run the notebooks that changed and a third of the others (THIRD=0, 1, 2; ALL=1), compare outputs
	$(call part,Notebooks,due="$$($(BIN)/dlcourse due $(if $(ALL),--all) $(if $(THIRD),--third $(THIRD)) $(CHAPTERS))" && \
		{ test -z "$$due" || $(ONE_CORE) $(PYTEST) --nbval-lax --nbval-cell-timeout 600 -o addopts="" $(BY_FILE) $$due; })

test-colab: $(VENV)/.installed $(VENV)-colab/.installed ## run every chapter alone on Colab's packages, with and without anywidget
	$(call part,Colab,$(PYTEST) -m nightly tests/anywhere/test_colab.py)

test-backends: $(VENV)-backends/.installed ## run every chapter on TensorFlow, JAX and PyTorch, write docs/measurements.md
	$(VENV)-backends/bin/python -m pytest tests/anywhere/test_several_machines.py
	$(VENV)-backends/bin/python tests/anywhere/backends.py $(CHAPTERS)

notebooks: $(VENV)/.installed ## execute in place the chapters whose code, package or libraries changed (FORCE=1: all)
	$(BIN)/dlcourse execute $(if $(FORCE),--force) $(CHAPTERS)

network: $(VENV)/.installed ## write data/digit_network.npz from chapter 6's trained network
	$(BIN)/dlcourse export-network chapters/06-cnn-mnist.ipynb

bench: $(VENV)/.installed ## measure and write docs/measurements.md: package, site, training, notebooks
	$(BIN)/dlcourse bench $(PARTS)

lint: $(VENV)/.installed ## check the style of Python and JavaScript, and Python's types
	$(call part,Style and types,$(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/oxlint && $(BIN)/oxfmt --check '**/*.js')

format: $(VENV)/.installed ## lay Python and JavaScript out as `make lint` wants them
	$(BIN)/ruff format .
	$(BIN)/oxfmt '**/*.js'

# pyproject.toml says what must not move; UV_NO_CONFIG=1 lets it move too.
RESOLVE := uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate

lock: ## resolve the newest versions into both lists of requirements (needs uv)
	@mkdir -p _build/lock
	$(RESOLVE) --extra lab --extra book --extra dev pyproject.toml dlcourse_authoring/pyproject.toml > _build/lock/all
	(grep -E '^(#|-e)' requirements.txt; grep -v '^-e' _build/lock/all) > _build/lock/requirements.txt
	grep -v '^-e' _build/lock/all > _build/lock/constraints
	$(RESOLVE) --extra test --constraint _build/lock/constraints pyproject.toml dlcourse_teaching/pyproject.toml > _build/lock/teaching
	(grep -E '^(#|-e)' requirements-teaching.txt; grep -v '^-e' _build/lock/teaching) > _build/lock/requirements-teaching.txt
	mv _build/lock/requirements.txt _build/lock/requirements-teaching.txt .

clean: ## remove what was built and installed
	rm -rf _build $(VENV) $(VENV)-colab $(VENV)-backends $(TEACHING)
