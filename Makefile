# Every target is one command; what it does is in toolchain/, commands/ and tests/.
STACK ?= kind
OUT ?= rendered
PLAN ?= plan.json
PYTHON ?= python3
PYTEST = .venv/bin/python -m pytest
COMMAND = .venv/bin/python -m commands
LIKE = $(if $(FROM),--from '$(FROM)')
# An approval that is given but empty is refused, not left out.
APPROVAL = $(if $(filter undefined,$(origin APPROVED)),,--approved '$(APPROVED)' --plan '$(PLAN)')

.DEFAULT_GOAL := help
.PHONY: help setup up plan preview render down prune status drift why commit wait open clean doctor test unit test-changes test-recipes test-gitops test-rollouts test-false-alarms test-targets test-faults test-minikube test-examples test-examples-live test-scan test-vendor test-api-server test-harm soak lint docs bench bench-failures bench-testkit lock

help: ## show the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-19s%s\n", $$1, $$2 }' Makefile

setup: ## install the tools and the Python environment
	@'$(PYTHON)' -m toolchain setup --stack '$(STACK)'

ready:
	@'$(PYTHON)' -m toolchain setup --quiet --stack $(if $(FROM),'$(FROM)','$(STACK)')

environment:
	@'$(PYTHON)' -m toolchain environment

up: ready ## deploy a stack, cluster included: make up [STACK=kind] [APPROVED=hash of a plan] [FROM=stack]
	@$(COMMAND) up --stack '$(STACK)' $(APPROVAL) $(LIKE) $(if $(HOURS),--hours '$(HOURS)')

plan: ready ## what `make up` would do, and a hash that binds it: [PLAN=plan.json] [COMMENT=comment.md]
	@$(COMMAND) plan --stack '$(STACK)' --plan '$(PLAN)' $(if $(COMMENT),--comment '$(COMMENT)')

preview: ready ## show what `make up` would do
	@$(COMMAND) preview --stack '$(STACK)'

render: environment ## write a stack's Kubernetes manifests as YAML: make render STACK=cloud OUT=dir [IMAGE=web=…]
	@.venv/bin/python -m stacks.render --stack '$(STACK)' --out '$(OUT)' $(foreach image,$(IMAGE),--image '$(image)')

down: ready ## remove a stack with its local cluster and registry
	@$(COMMAND) down --stack '$(STACK)' $(LIKE)

prune: ready ## remove the stacks made by `make up FROM=stack` whose time has passed
	@$(COMMAND) prune --from '$(FROM)'

clean: ready ## `make down`, and remove the images that set-up made
	@$(COMMAND) clean --stack '$(STACK)'

status: ## nodes, pods per node, image, rollout, restarts, address, recent events
	@$(COMMAND) status --stack '$(STACK)'

drift: ready ## what was changed by hand in the cluster, by whom and when; FIX=cluster sets it back, FIX=file keeps it
	@$(COMMAND) drift --stack '$(STACK)' $(if $(FIX),--fix '$(FIX)')

why: ## what is wrong with the applications now, and why the last rollouts failed
	@$(COMMAND) why --stack '$(STACK)' $(if $(APP),--application '$(APP)')

commit: ready ## the rendered folder to the branch that a controller follows: [OUT=dir] [BRANCH=rendered]
	@$(COMMAND) commit --stack '$(STACK)' --out '$(OUT)' $(if $(BRANCH),--branch '$(BRANCH)')

wait: ready ## with `deliver: gitops`: until the committed folder is applied and serves: make wait OUT=dir
	@$(COMMAND) wait --stack '$(STACK)' --out '$(OUT)' $(if $(SECONDS),--seconds '$(SECONDS)')

open: ## a local address for a service: make open [SERVICE=name] [PORT=number]
	@$(COMMAND) open --stack '$(STACK)' $(if $(SERVICE),--service '$(SERVICE)') $(if $(PORT),--port '$(PORT)')

doctor: ## what is missing or wrong on this machine, and how to fix it
	@'$(PYTHON)' -m toolchain doctor

test: ready lint ## lint, types, unit tests, live tests on a kind cluster of their own
	@$(PYTEST) --numprocesses=2 --dist=loadfile --durations=15

unit: environment ## unit tests: need no Pulumi, Docker or cluster
	@$(PYTEST) --numprocesses=2 --dist=loadfile tests/unit

test-changes: ready ## changes under traffic: immutable fields, updates that fail, changes by hand
	@$(PYTEST) --numprocesses=2 --dist=loadfile --durations=10 tests/changes

test-recipes: ready ## the recipes for a CI: every step of them, and approved plans, on a kind cluster
	@$(PYTEST) --numprocesses=2 --dist=loadfile --durations=10 tests/recipes

test-gitops: ready ## controllers that apply from Git, and `make wait`: Flux and Argo CD on a kind cluster
	@$(PYTEST) --durations=10 tests/gitops

test-rollouts: ready ## versions that fail: what is said, and what serves afterwards
	@$(PYTEST) --numprocesses=2 --dist=loadfile --durations=10 tests/rollouts

test-false-alarms: ready ## troubles that pass by themselves, and fail no rollout: [RUNS=1] of each
	@RUNS='$(or $(RUNS),1)' $(PYTEST) --durations=5 tests/false_alarms

test-targets: ready ## the longer tests: other clusters, policies, autoscaling
	@$(PYTEST) --durations=10 --ignore=tests/targets/test_targets_minikube.py tests/targets

test-faults: ready ## runs that break half way, and the Docker Engine restarted and killed under clusters
	@$(PYTEST) --durations=10 tests/faults

soak: ready ## endurance: a stack under load through updates, drains and failures; writes docs/performance.md
	@$(PYTEST) --durations=10 tests/soak

test-minikube: ready ## the tests on minikube; its tools are built or fetched first
	@'$(PYTHON)' -m toolchain setup --quiet --stack minikube
	@$(PYTEST) --durations=10 tests/targets/test_targets_minikube.py

test-examples: ready ## tests of the managed-cluster examples; installs the vendors' packages
	@.venv/bin/python -m venv .venv.examples
	@.venv.examples/bin/python -m pip install --quiet pytest==9.* $(foreach example,$(wildcard examples/*/requirements.txt),-r $(example))
	@.venv.examples/bin/python -m pytest --rootdir=examples -W ignore::DeprecationWarning --ignore=examples/with-tests examples

test-examples-live: ready ## the examples of programs, on one kind cluster
	@$(PYTEST) --durations=10 tests/examples

test-api-server: environment ## the test kit beside a real kube-apiserver, which is built if it is missing; needs no Docker
	@$(PYTEST) --durations=5 tests/api_server

test-harm: ready ## faults that an API server accepts: what does not work with them on a cluster
	@$(PYTEST) --durations=5 tests/harm

test-scan: ready ## the field's scanners over rendered manifests and workflows; installs them apart
	@.venv/bin/python -m venv .venv.scan
	@.venv.scan/bin/python -m pip install --quiet --requirement tests/scan/requirements.txt
	@CHECKOV='$(CURDIR)/.venv.scan/bin/checkov' ZIZMOR='$(CURDIR)/.venv.scan/bin/zizmor' \
	KUBE_SCORE="$$(.venv/bin/python -m toolchain tool kube-score)" \
	ACTIONLINT="$$(.venv/bin/python -m toolchain tool actionlint)" \
	$(PYTEST) tests/scan

test-vendor: ready ## set-up and `make test` from releases and images that this machine serves
	@$(PYTEST) --durations=10 tests/vendor

lint: ## style, types, import direction
	@.venv/bin/ruff check --quiet .
	@.venv/bin/ruff format --check --quiet .
	@.venv/bin/pyright
	@.venv/bin/lint-imports --no-logo

docs: ready ## write what is generated: references, JSON Schema, types of keywords, Kubernetes' schemas
	@.venv/bin/python -m stacks.reference
	@.venv/bin/python -m stacks.component_reference
	@.venv/bin/python -m stacks.schema > stacks/schema.json
	@.venv/bin/python -m stacks.keyword_types
	@.venv/bin/python -m components.checks.generate

bench: ready ## the measurements, each a ratio in one run
	@PATH="$(CURDIR)/.venv/bin:$$PATH" .venv/bin/python -m bench

bench-failures: ready ## what four tools say about each failure, and when; writes docs/failures.md: [RUNS=3]
	@PATH="$(CURDIR)/.venv/bin:$$PATH" RUNS='$(or $(RUNS),3)' .venv/bin/python -m bench.failures $(CAUSES)

bench-testkit: environment ## what each tier of the test kit finds, and when; writes docs/testing.md
	@.venv/bin/python -m bench.testkit

lock: ## pin Python packages (needs uv), releases and images again
	@uv pip compile --quiet --universal --generate-hashes requirements.in -o requirements.lock
	@'$(PYTHON)' -m toolchain lock
