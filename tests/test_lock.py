"""The lock names every package that the project needs, no other, each in one version that fits and under a licence we know.

What needs the network (known weaknesses, versions taken back) is asked by `make audit`.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from functools import cache
from importlib.metadata import distribution, packages_distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.conftest import ROOT

LINES = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
PINNED = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)==(\d[A-Za-z0-9.!-]*)")
LOCKED = {canonicalize_name(m[1]): Version(m[2]) for m in map(PINNED.fullmatch, LINES) if m}
# The CUDA build of torch brings these; the lock is for the CPU build, see the README.
CUDA = re.compile(r"nvidia-|cuda-|triton$|pytorch-triton")
KNOWN_LICENCES = re.compile(
    r"\b(MIT|BSD|Apache|0BSD|ISC|PSF|Python Software Foundation|MPL|Mozilla Public License)\b", re.IGNORECASE
)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
WANTED = [Requirement(line) for line in PROJECT["dependencies"]]
EXTRAS = [Requirement(line) for lines in PROJECT["optional-dependencies"].values() for line in lines]


@cache
def needed() -> frozenset[str]:
    """Every package that the project's requirements lead to on this machine, as the installed packages say."""
    found: set[tuple[str, str]] = set()
    left = [*WANTED, *EXTRAS]
    while left:
        requirement = left.pop()
        for extra in ("", *sorted(requirement.extras)):
            place = (canonicalize_name(requirement.name), extra)
            if place in found or CUDA.match(place[0]):
                continue
            found.add(place)
            for line in distribution(requirement.name).requires or ():
                further = Requirement(line)
                if further.marker is None or further.marker.evaluate({"extra": extra}):
                    left.append(further)
    return frozenset(name for name, _ in found)


def licence_of(name: str) -> str:
    """What a package says of its licence."""
    record = distribution(name).metadata
    classes = [line.rpartition(" :: ")[2] for line in record.get_all("Classifier") or () if line.startswith("License ::")]
    said = [record[name].partition("\n")[0] for name in ("License-Expression", "License") if name in record]
    if not any((*said, *classes)):
        texts = [distribution(name).read_text(f"licenses/{file}") or "" for file in record.get_all("License-File") or ()]
        said = [text.lstrip().partition("\n")[0] for text in texts]
    return "; ".join((*said, *classes))


def test_every_line_names_one_version_of_one_package() -> None:
    assert [line for line in LINES if not PINNED.fullmatch(line)] == []
    assert len(LOCKED) == len(LINES)
    assert not [line for line in LINES if CUDA.match(line)]


def test_the_lock_holds_all_that_is_needed_and_nothing_else() -> None:
    assert len(needed()) > 100
    assert {"missing": needed() - LOCKED.keys(), "unneeded": LOCKED.keys() - needed()} == {"missing": set(), "unneeded": set()}


@pytest.mark.parametrize("requirement", [*WANTED, *EXTRAS], ids=lambda r: r.name)
def test_the_locked_version_is_one_that_the_project_allows(requirement: Requirement) -> None:
    assert requirement.specifier.contains(LOCKED[canonicalize_name(requirement.name)])


def test_what_is_installed_is_what_is_locked() -> None:
    installed = {name: Version(distribution(name).version).public for name in LOCKED}
    assert installed == {name: version.public for name, version in LOCKED.items()}


def test_every_licence_is_known_and_lets_the_bot_be_shared() -> None:
    told = {name: licence_of(name) for name in LOCKED}
    assert {name: licence for name, licence in told.items() if not KNOWN_LICENCES.search(licence)} == {}


def test_the_bot_imports_only_what_the_project_names() -> None:
    named = {canonicalize_name(r.name) for r in WANTED}
    owners = packages_distributions()
    strange: dict[str, str] = {}
    for file in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            modules = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []
            for top in {module.partition(".")[0] for module in modules} - sys.stdlib_module_names - {"bot"}:
                if not {canonicalize_name(owner) for owner in owners.get(top, ())} & named:
                    strange[top] = file.name
    assert strange == {}
