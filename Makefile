# OTTwin. `make` alone prints this menu.
# Every target sets up what it needs; the second run is quick.

PYTHON ?= python3
BIN := .venv/bin
HOST ?= 127.0.0.1
PORT ?= 8000
# What the import contract "Core never imports an edge" forbids to core.
EDGES := */views.py,*/forms.py,*/api.py,*/api/*,*/admin.py,*/admin/*,*/tasks.py,*/urls.py,*/management/*,common/web/*,recommend/pages/*,config/*

# Packages are installed without compiled modules. Python keeps what it imports compiled; otherwise
# every process would compile it all again, which takes longer than most commands.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test test-browser lint fix bench worker airflow secret-key
.DEFAULT_GOAL := help

help: ## print this menu
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' Makefile

run: .venv/run-ready secret-key ## serve the survey at http://127.0.0.1:8000 (HOST=, PORT=)
	$(BIN)/python manage.py quickstart --bind $(HOST):$(PORT)
	@echo "OTTwin: http://$(HOST):$(PORT)"
	exec $(BIN)/gunicorn config.wsgi --bind $(HOST):$(PORT)

test: .venv/dev-ready ## run the tests and measure the coverage of core modules
	MEASURE_COVERAGE=1 $(BIN)/python -m pytest -m "not browser" -n auto --dist worksteal
	$(BIN)/coverage report --fail-under=95 --omit='$(EDGES)'

test-browser: .venv/dev-ready ## run the journeys in a real browser (needs chromium)
	$(BIN)/python -m pytest -m browser -n 4 --dist worksteal

lint: .venv/dev-ready ## ruff, mypy, import contracts, migrations, deployment check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python manage.py makemigrations --check --dry-run
	DEBUG=false ALLOWED_HOSTS=ottwin.example SECRET_KEY=$$($(BIN)/python -c "import secrets; print(secrets.token_urlsafe(60))") \
		$(BIN)/python manage.py check --deploy --fail-level WARNING

fix: .venv/dev-ready ## format, and fix what ruff can fix
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/dev-ready secret-key ## measure speed, as ratios side by side
	$(BIN)/python -m benchmarks

worker: .venv/run-ready secret-key ## start a Celery worker with beat (needs REDIS_URL)
	$(BIN)/celery -A config worker --beat --loglevel INFO

airflow: var/airflow-venv/ready ## install Airflow on its own, for the test of its DAG

# An environment apart from ours; AIRFLOW_CONSTRAINTS= is the address of Airflow's constraints.
var/airflow-venv/ready: docs/airflow/requirements.txt
	$(PYTHON) -m venv --clear var/airflow-venv
	var/airflow-venv/bin/python -m pip install --quiet --disable-pip-version-check -r $< \
		$${AIRFLOW_CONSTRAINTS:+--constraint $$AIRFLOW_CONSTRAINTS}
	@touch $@

.venv/run-ready: requirements.txt
	$(call install,requirements.txt)

.venv/dev-ready: requirements-dev.txt
	$(call install,requirements-dev.txt)

define install
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "OTTwin needs Python 3.11 or newer; say which: make PYTHON=python3.12 …"; exit 1; }
	@$(BIN)/python -m pip --version > /dev/null 2>&1 || $(PYTHON) -m venv --clear .venv || \
		{ rm -rf .venv; echo "Install venv first (Debian: apt-get install python3-venv)"; exit 1; }
	$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check -r $(1)
	@touch $@
endef

secret-key:
	@grep -qs '^SECRET_KEY=.' .env || { umask 077 && \
		$(PYTHON) -c 'import secrets; print("SECRET_KEY=" + secrets.token_urlsafe(60))' >> .env && \
		echo "Wrote a new SECRET_KEY into .env"; }
