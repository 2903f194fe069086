# `make run` and `make test` are all that a new machine needs; the rest is for working on Footnote.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run test torture bench eval setup site fmt lint sqlx

# What checks leaves the checkout alone; a release build lies in it.
test torture eval lint sqlx: export CARGO_TARGET_DIR ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/footnote/target

help: ## This list
	@sed -n 's/^\([a-z0-9]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

run: ## Install what is missing, build for release, serve on http://127.0.0.1:3000
	@tools/run

test: ## Everything that must hold: format, lints, tests, a real Postgres, a real browser
	@tools/test

torture: ## Random kills, a database cut off at each statement, damaged files, fuzzing; takes an hour
	@tools/torture

bench: ## How fast embedding and search are on this machine
	@tools/bench

eval: ## How good the search and the answers are, on the sets of questions beside the project
	@tools/eval
	@tools/eval-answers

setup: ## Install what is missing, and nothing else
	@tools/setup build runtime browser checks

site: ## Build the browser's side into site/ of the target folder
	@tools/setup build
	@. tools/env && cargo run --release --locked -p site

fmt: ## Format the Rust code
	@. tools/env && cargo fmt --all

lint: ## Lint, against a live database
	@tools/setup build runtime checks
	@tools/with-postgres tools/sqlx check

sqlx: ## Write .sqlx anew, after a query or a migration changed
	@tools/setup runtime
	@tools/with-postgres tools/sqlx update
