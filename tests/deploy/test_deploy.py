"""The files in deploy/ agree with the program and with each other; each check is shown to fail on a planted fault."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.metrics import Metrics
from bot.settings import Settings
from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"
SETTINGS = {name.upper() for name in Settings.model_fields}
# Read by Python, pip or the C library, not settings of the bot.
FOREIGN = {"MALLOC_ARENA_MAX", "PATH", "PYTHONUNBUFFERED", "PIP_NO_CACHE_DIR", "PIP_DISABLE_PIP_VERSION_CHECK"}
MANIFESTS = list(yaml.safe_load_all((DEPLOY / "kubernetes" / "debatebot.yaml").read_text(encoding="utf-8")))
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


def dockerfile() -> str:
    return (DEPLOY / "Dockerfile").read_text(encoding="utf-8")


def instructions(text: str) -> list[tuple[str, str]]:
    """(instruction, arguments) of a Dockerfile, lines that go on joined."""
    joined = re.sub(r"\\\n", " ", text)
    lines = [line for line in joined.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split(" ", 1)[0].upper(), line.split(" ", 1)[1]) for line in lines]


def image_faults(text: str) -> list[str]:
    """What an image of this bot must not be."""
    steps = instructions(text)
    names = [name for name, _ in steps]
    faults = []
    if names.count("FROM") < 2:
        faults.append("one stage only")
    if any(arguments.split()[0].endswith(":latest") or ":" not in arguments.split()[0] for n, arguments in steps if n == "FROM"):
        faults.append("a base without a version")
    users = [arguments for name, arguments in steps if name == "USER"]
    if not users or users[-1] in ("root", "0"):
        faults.append("runs as root")
    if "HEALTHCHECK" not in names:
        faults.append("no health check")
    if re.search(r"TOKEN|PASSWORD|API_KEY", text):
        faults.append("a secret in the image")
    for name, arguments in steps:
        sources = [] if "--from=" in arguments else [a for a in arguments.split()[:-1] if not a.startswith("--")]
        if name == "COPY":
            faults += [f"{source} is not there" for source in sources if not (ROOT / source).exists()]
    return faults


def unknown_settings(names: set[str]) -> set[str]:
    return names - SETTINGS - FOREIGN


def env_names(text: str) -> set[str]:
    return {
        pair.split("=", 1)[0]
        for name, arguments in instructions(text)
        if name == "ENV"
        for pair in arguments.split()
        if "=" in pair
    }


def metrics_in(text: str) -> set[str]:
    return {re.sub(r"_(bucket|count|sum|total)$", "", name) for name in re.findall(r"\bdebatebot_\w+", text)}


def served_metrics() -> set[str]:
    return {re.sub(r"_total$", "", name) for name in re.findall(r"^# TYPE (\w+)", Metrics().text().decode(), flags=re.MULTILINE)}


def manifest(kind: str) -> dict[str, Any]:
    return next(m for m in MANIFESTS if m["kind"] == kind)


def test_the_image_is_built_as_it_should() -> None:
    assert image_faults(dockerfile()) == []
    assert unknown_settings(env_names(dockerfile())) == set()


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("USER 10001", "USER root", "runs as root"),
        ("HEALTHCHECK", "LABEL", "no health check"),
        ("COPY bot ./bot", "COPY bots ./bot", "bots is not there"),
        ("FROM python:3.12-slim-bookworm AS build", "FROM python AS build", "a base without a version"),
        ("EXPOSE 9100", "ENV DISCORD_TOKEN=x", "a secret in the image"),
    ],
)
def test_a_fault_planted_in_the_image_is_found(old: str, new: str, fault: str) -> None:
    assert old in dockerfile()
    assert fault in image_faults(dockerfile().replace(old, new, 1))


def test_what_the_image_needs_is_not_kept_from_it() -> None:
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    own = [arguments for name, arguments in instructions(dockerfile()) if name == "COPY" and "--from" not in arguments]
    copied = {source for arguments in own for source in arguments.split()[:-1]}
    assert {f"!{source.split('/')[0]}" for source in copied} <= set(ignored)
    assert ignored[0] == "*"


def test_every_setting_that_a_file_names_exists() -> None:
    named = set(COMPOSE["services"]["bot"]["environment"])
    container = manifest("StatefulSet")["spec"]["template"]["spec"]["containers"][0]
    named |= {entry["name"] for entry in container["env"]} | set(manifest("Secret")["stringData"])
    unit = (DEPLOY / "systemd" / "debatebot.service").read_text(encoding="utf-8")
    for line in re.findall(r"^Environment=(.*)$", unit, flags=re.MULTILINE):
        named |= {pair.split("=")[0] for pair in line.split()}
    for page in DEPLOY.glob("*.md"):
        named |= set(re.findall(r"`([A-Z][A-Z]+_[A-Z_]+)`", page.read_text(encoding="utf-8")))
    assert unknown_settings(named) == set()
    assert unknown_settings({"DISCORD_TOKENS"}) == {"DISCORD_TOKENS"}


def test_wherever_the_bot_runs_it_has_few_arenas() -> None:
    unit = (DEPLOY / "systemd" / "debatebot.service").read_text(encoding="utf-8")
    container = manifest("StatefulSet")["spec"]["template"]["spec"]["containers"][0]
    last_stage = dockerfile().rpartition("FROM ")[2]
    assert "ENV MALLOC_ARENA_MAX=2\n" in last_stage
    assert "\nEnvironment=MALLOC_ARENA_MAX=2\n" in unit
    assert COMPOSE["services"]["bot"]["environment"]["MALLOC_ARENA_MAX"] == "2"
    assert {"name": "MALLOC_ARENA_MAX", "value": "2"} in container["env"]


def test_no_secret_has_a_value() -> None:
    assert set(manifest("Secret")["stringData"].values()) == {""}
    assert COMPOSE["services"]["postgresql"]["environment"]["POSTGRES_PASSWORD"] == "${POSTGRES_PASSWORD:-}"


def test_rules_and_dashboard_speak_of_metrics_that_are_served() -> None:
    rules = (DEPLOY / "prometheus" / "rules.yaml").read_text(encoding="utf-8")
    board = (DEPLOY / "grafana" / "debatebot.json").read_text(encoding="utf-8")
    pages = "".join(page.read_text(encoding="utf-8") for page in DEPLOY.glob("*.md"))
    assert yaml.safe_load(rules)["groups"]
    assert metrics_in(rules + pages) | metrics_in(board) <= served_metrics()
    assert metrics_in("rate(debatebot_nonsense_total[5m])") - served_metrics() == {"debatebot_nonsense"}
    panels = json.loads(board)["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert all(panel["targets"][0]["expr"] for panel in panels)


def test_pods_are_shards_that_are_probed_bounded_and_not_root() -> None:
    spec = manifest("StatefulSet")["spec"]
    pod = spec["template"]["spec"]
    container = pod["containers"][0]
    env = {entry["name"]: entry for entry in container["env"]}
    assert env["SHARD_COUNT"]["value"] == str(spec["replicas"])
    assert "pod-index" in env["SHARD_IDS"]["valueFrom"]["fieldRef"]["fieldPath"]
    assert pod["securityContext"]["runAsNonRoot"]
    assert container["securityContext"]["readOnlyRootFilesystem"]
    assert (container["readinessProbe"]["httpGet"]["path"], container["livenessProbe"]["httpGet"]["path"]) == ("/health", "/live")
    assert container["resources"]["limits"]["memory"]
    assert spec["template"]["metadata"]["labels"] == spec["selector"]["matchLabels"]
    assert {m["kind"] for m in MANIFESTS} == {"Secret", "Service", "StatefulSet", "PodDisruptionBudget", "NetworkPolicy"}


def test_compose_mounts_what_it_declares() -> None:
    mounted = {v.split(":")[0] for s in COMPOSE["services"].values() for v in s.get("volumes", ())}
    assert mounted == set(COMPOSE["volumes"])
    assert (DEPLOY / COMPOSE["services"]["bot"]["build"]["context"] / COMPOSE["services"]["bot"]["build"]["dockerfile"]).exists()
    assert COMPOSE["services"]["bot"]["cap_drop"] == ["ALL"]


def test_commands_in_the_pages_exist() -> None:
    known = {"run", "sync", "doctor", "backup", "restore", "knowledge"}
    used = {
        command
        for page in DEPLOY.glob("*.md")
        for command in re.findall(r"`debatebot ([a-z]+)", page.read_text(encoding="utf-8"))
    }
    assert used <= known
    assert used


def test_the_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("SKIPPED FOR WANT OF SYSTEMD: systemd-analyze verifies the unit where it is installed")
    unit = (DEPLOY / "systemd" / "debatebot.service").read_text(encoding="utf-8")
    # Its program is not installed here; any program will do.
    file = tmp_path / "debatebot.service"
    file.write_text(unit.replace("/opt/debatebot/bin/debatebot", "/bin/true"), encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", str(file)], capture_output=True, text=True, check=False)
    assert "Unknown" not in done.stderr, done.stderr
