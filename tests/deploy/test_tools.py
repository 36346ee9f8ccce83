"""The files in deploy/ pass the tools that others check such files with; each tool is shown to find a planted fault."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import kubernetes_validate
import promql_parser
import pytest
import yaml

from tests.conftest import ROOT
from tests.deploy.test_deploy import COMPOSE, DEPLOY, MANIFESTS, dockerfile

RULES = yaml.safe_load((DEPLOY / "prometheus" / "rules.yaml").read_text(encoding="utf-8"))
HADOLINT = shutil.which("hadolint") or str(ROOT / "build" / "hadolint" / "bin" / "hadolint")
BOARD = json.loads((DEPLOY / "grafana" / "debatebot.json").read_text(encoding="utf-8"))


def said_by(*command: str) -> tuple[int, str]:
    """The exit status of a command and what it printed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def linted(image: str, folder: Path) -> tuple[int, str]:
    (folder / "Dockerfile").write_text(image, encoding="utf-8")
    return said_by(HADOLINT, str(folder / "Dockerfile"))


def held_to_the_compose_specification(services: dict[str, object], folder: Path) -> tuple[int, str]:
    (folder / "compose.yaml").write_text(yaml.safe_dump(services), encoding="utf-8")
    builtin = ("--builtin-schema", "vendor.compose-spec")
    return said_by(sys.executable, "-m", "check_jsonschema", *builtin, str(folder / "compose.yaml"))


def expressions() -> list[str]:
    """Every PromQL expression of the rules and the dashboard."""
    rules = [rule["expr"] for group in RULES["groups"] for rule in group["rules"]]
    return rules + [target["expr"] for panel in BOARD["panels"] for target in panel["targets"]]


def test_hadolint_finds_nothing_in_the_image(tmp_path: Path) -> None:
    if not Path(HADOLINT).exists():
        pytest.skip("SKIPPED FOR WANT OF HADOLINT: `make build/hadolint/bin/hadolint` installs it")
    assert linted(dockerfile(), tmp_path) == (0, "")
    code, said = linted(dockerfile().replace("FROM python:3.12-slim-bookworm AS build", "FROM python AS build", 1), tmp_path)
    assert code
    assert "DL3006" in said


@pytest.mark.parametrize("manifest", MANIFESTS, ids=[m["kind"] for m in MANIFESTS])
def test_every_manifest_is_what_the_kubernetes_schemas_take(manifest: dict[str, object]) -> None:
    newest = kubernetes_validate.latest_version()
    kubernetes_validate.validate(manifest, newest, strict=True)
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate({**manifest, "metdata": {}}, newest, strict=True)


def test_the_compose_file_is_what_the_compose_specification_takes(tmp_path: Path) -> None:
    code, said = held_to_the_compose_specification(COMPOSE, tmp_path)
    assert code == 0, said
    assert held_to_the_compose_specification({**COMPOSE, "sevices": {}}, tmp_path)[0]


def test_every_expression_of_rules_and_dashboard_is_promql() -> None:
    assert len(expressions()) > 10
    for expression in expressions():
        promql_parser.parse(expression)
    with pytest.raises(ValueError, match="parenthesis"):
        promql_parser.parse("sum(rate(debatebot_errors_total[5m])")


def test_every_rule_waits_for_a_duration_that_prometheus_knows() -> None:
    waits = [rule["for"] for group in RULES["groups"] for rule in group["rules"] if "for" in rule]
    assert waits
    assert all(promql_parser.parse_duration(wait) for wait in waits)
