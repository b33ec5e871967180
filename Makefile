# Every command that a person or CI runs. `make help` lists them.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
RUN := $(VENV)/bin
PACKAGES := shared/contracts shared/kit services/enrolment services/sessions services/assessment \
	services/notifications simulators/dfe cli clients/python
READY := $(VENV)/.ready
CODE := $(shell find shared services simulators cli clients deploy -name '*.py' 2> /dev/null)
TO_CHECK = $(if $(filter pyproject.toml,$?),$(CODE),$?)
DOMAINS := $(wildcard services/*/*/domain)
TYPED := shared/contracts/headship_contracts shared/kit/kit cli/cli simulators/dfe/dfe_simulator \
	clients/python/headship_hub $(DOMAINS)
RELEASE_CHECKS := $(wildcard tests/ops/release/check_*.py)
LAB_CHECKS := $(wildcard tests/ops/lab/check_*.py)
BENCHES := $(wildcard bench/*/__main__.py)
TESTS := tests$(if $(S),/$(S))

# CPU limits (they throttle, and nothing else), Always as pull policy and digests (the release's)
POLICIES_SKIPPED := CKV_K8S_11,CKV_K8S_15,CKV_K8S_43

.DEFAULT_GOAL := help
.PHONY: help setup demo up down status test faults check format lint types imports bench events \
	hub-schemas fuzz monitoring rights ops-check k8s-lab audit licences sbom constraints clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## Make .venv with everything in it, at the versions of constraints.txt

$(READY): constraints.txt pyproject.toml $(PACKAGES:%=%/pyproject.toml)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "headship needs Python 3.11")'
	test -x $(RUN)/python || $(PYTHON) -m venv $(VENV)
	$(RUN)/python -m pip install -q --upgrade -c constraints.txt pip setuptools
	$(RUN)/python -m pip install -q -c constraints.txt --no-build-isolation --group dev \
		$(PACKAGES:%=-e %)
	@touch $@

demo: $(READY) ## One cohort from registration to accreditation, in this process alone
	$(RUN)/headship demo $(ARGS)

up: $(READY) ## Start the four services and a DfE simulator on this machine
	$(RUN)/headship up

down: $(READY) ## Stop what `make up` started
	$(RUN)/headship down

status: $(READY) ## Tell how what `make up` started is doing
	$(RUN)/headship status

test: check ## Format, lint, types, imports, then every test; one folder: make test S=enrolment
ifeq ($(S)$(ARGS),)
	$(RUN)/python -m tests
else
	$(RUN)/pytest $(TESTS) $(ARGS)
endif

check: format lint types imports ## All that can be checked without running anything

format: $(READY)
	$(RUN)/ruff format --check .

lint: $(READY) var/bandit/.checked ## ruff, and bandit on what has changed since it last passed
	$(RUN)/ruff check .

# The simulator's chance is seeded and no secret hangs on it. Bandit grumbles on its error output at
# each annotation that spans lines; that is shown only with what it found.
var/bandit/.checked: $(CODE) pyproject.toml | $(READY)
	@mkdir -p $(@D)
	@echo bandit on $(words $(TO_CHECK)) files
	@$(RUN)/bandit -q -c pyproject.toml $(filter-out simulators/%,$(TO_CHECK)) /dev/null \
		2> $(@D)/log || { grep -v 'nosec encountered' $(@D)/log; exit 1; }
	@$(RUN)/bandit -q -c pyproject.toml -s B311 $(filter simulators/%,$(TO_CHECK)) /dev/null \
		2> $(@D)/log || { grep -v 'nosec encountered' $(@D)/log; exit 1; }
	@touch $@

types: $(READY) ## mypy --strict on contracts, kit, command line, simulator and each service's rules
	$(RUN)/mypy $(TYPED)

imports: $(READY) ## Who may import whom
	$(RUN)/lint-imports

fuzz: $(READY) ## A thousand requests of any kind to each method that hubs may call
	HEADSHIP_CAMPAIGN=long $(RUN)/pytest tests/security/test_fuzzed_requests.py --timeout=3600 \
		$(ARGS)

faults: $(READY) ## The long campaigns: hundreds of kills between every two steps
	HEADSHIP_CAMPAIGN=long $(RUN)/pytest tests/faults tests/enrolment/test_kills_at_dfe.py \
		tests/notifications/test_campaign.py tests/assessment/test_moderation_rules.py \
		tests/simulator/test_document.py tests/simulator/test_invariants.py --timeout=3600 $(ARGS)

bench: $(BENCHES:bench/%/__main__.py=bench-%) ## Every benchmark; one of them: make bench-kit

bench-%: $(READY)
	$(RUN)/python -m bench.$* $(ARGS)

events: $(READY) ## Write docs/events.md from the code
	$(RUN)/headship events > docs/events.md.new && mv docs/events.md.new docs/events.md

rights: $(READY) ## Write the manifests' rights on the broker from the code
	$(RUN)/python -m deploy.rabbitmq

hub-schemas: $(READY) ## Write docs/hub-schemas.json, what hubs may ask, from the contracts
	$(RUN)/headship hub schemas > docs/hub-schemas.json.new && \
		mv docs/hub-schemas.json.new docs/hub-schemas.json

monitoring: $(READY) ## Write rules, dashboards and the console from deploy/monitoring
	$(RUN)/python -m deploy.monitoring

ops-check: $(READY) var/checkov/.ready ## Manifests, alerts, images, a release; pictures in var/dashboards
	$(RUN)/pytest tests/ops
	$(RUN)/pytest $(RELEASE_CHECKS)
	HEADSHIP_PICTURES=1 $(RUN)/pytest tests/journeys/test_dashboards.py
	@mkdir -p var/rendered
	for overlay in development staging production; do \
		$(RUN)/kubectl kustomize deploy/k8s/overlays/$$overlay > var/rendered/$$overlay.yaml || exit 1; \
		var/checkov/bin/checkov -f var/rendered/$$overlay.yaml --framework kubernetes --compact --quiet \
			--skip-download --skip-check $(POLICIES_SKIPPED) || exit 1; \
	done

k8s-lab: $(READY) ## Manifests on a real Kubernetes API server; its first run builds that
	$(RUN)/pytest --exitfirst $(LAB_CHECKS) $(ARGS)

var/checkov/.ready:
	$(PYTHON) -m venv var/checkov
	var/checkov/bin/python -m pip install -q 'checkov==3.3.30'
	@touch $@

audit: $(READY) var/supply-chain/.ready ## Known weaknesses of what is installed; needs the advisory service
	@var/supply-chain/bin/pip-audit --strict --progress-spinner off --disable-pip --no-deps \
		--requirement constraints.txt || { \
		echo "audit: failed, by a weakness above or because not all could be looked up:" \
			"no word on the others. A mirror of the packages has no advisories" >&2; \
		exit 1; }

licences: $(READY) ## Licences of all that runs with the platform; fails on one that is not taken
	$(RUN)/python -m deploy.supply_chain licences

sbom: $(READY) var/supply-chain/.ready ## Bills of materials (CycloneDX), one for each image: var/sbom
	$(RUN)/python -m deploy.supply_chain sbom var/supply-chain/bin/cyclonedx-py var/sbom

var/supply-chain/.ready:
	$(PYTHON) -m venv var/supply-chain
	var/supply-chain/bin/python -m pip install -q 'pip-audit==2.10.1' 'cyclonedx-bom==7.5.0'
	@touch $@

constraints: $(READY) ## Write constraints.txt from what is installed now
	$(RUN)/python -m pip freeze --all --exclude-editable > constraints.new
	grep -v '^wheel==' constraints.new > constraints.txt && rm constraints.new

clean: ## Remove what can be made again: .venv, var, caches
	rm -rf $(VENV) var .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
