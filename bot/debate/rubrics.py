"""Rubrics: what a ballot scores, read from `rubrics.toml` or from a server's own text."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from math import isfinite
from typing import Any

from bot.debate.errors import RubricError

# A form in a chat holds five fields.
MAX_CRITERIA = 5
MAX_TEXT = 4000
_KEY = re.compile(r"[a-z][a-z0-9-]{0,29}")


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that is scored for each side: from `low` to `high` in steps, times `weight`."""

    key: str
    name: str
    description: str
    low: float
    high: float
    step: float
    weight: float

    def allows(self, score: float) -> bool:
        """Whether `score` lies in the range and on a step."""
        if not isfinite(score) or not self.low <= score <= self.high:
            return False
        steps = (score - self.low) / self.step
        return abs(steps - round(steps)) < 1e-6

    @property
    def scale(self) -> str:
        """The range as people read it."""
        return f"{self.low:g} to {self.high:g} in steps of {self.step:g}"


@dataclass(frozen=True, slots=True)
class Rubric:
    """The criteria of a ballot."""

    key: str
    name: str
    criteria: tuple[Criterion, ...]

    def criterion(self, key: str) -> Criterion | None:
        """The criterion called `key`."""
        return next((c for c in self.criteria if c.key == key), None)

    @property
    def highest(self) -> float:
        """The most that a side can get: the sum of weight x high."""
        return sum(c.weight * c.high for c in self.criteria)

    @property
    def definition(self) -> str:
        """The rubric as JSON; `rubric_of_text` reads it back."""
        return json.dumps(asdict(self), ensure_ascii=False)


@cache
def rubrics() -> dict[str, Rubric]:
    """The rubrics that ship, by key, in the file's order."""
    raw = tomllib.loads(files("bot.debate").joinpath("rubrics.toml").read_text(encoding="utf-8"))
    return {key: _rubric(key, entry) for key, entry in raw.items()}


def rubric_of(key: str, definition: str = "") -> Rubric:
    """The rubric `key`: its own `definition` where there is one, else the one that ships."""
    if definition:
        return rubric_of_text(definition, key)
    found = rubrics().get(key)
    if found is None:
        raise RubricError(f"there is no rubric {key[:40]!r}: use one of {', '.join(rubrics())}")
    return found


def rubric_of_text(text: str, key: str = "") -> Rubric:
    """A server's own rubric from TOML or JSON with `name` and `criteria`; a fault raises `RubricError` that names it."""
    if len(text) > MAX_TEXT:
        raise RubricError(f"the rubric has {len(text):,} characters: keep it under {MAX_TEXT:,}")
    try:
        raw = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (json.JSONDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise RubricError(f"the rubric is neither TOML nor JSON: {str(error).splitlines()[0].lower()}") from error
    return _rubric(key or str(raw.get("key", "")) or "own", raw)


def _rubric(key: str, raw: dict[str, Any]) -> Rubric:
    if not _KEY.fullmatch(key):
        raise RubricError(f"the rubric's key {key[:40]!r} must be lower-case letters, digits and hyphens, at most 30")
    name = raw.get("name")
    if not isinstance(name, str) or not 0 < len(name.strip()) <= 60:
        raise RubricError("the rubric needs a `name` of 1 to 60 characters")
    entries = raw.get("criteria")
    if not isinstance(entries, list) or not 1 <= len(entries) <= MAX_CRITERIA:
        raise RubricError(f"the rubric needs `criteria`, a list of 1 to {MAX_CRITERIA}")
    criteria = tuple(_criterion(n, entry) for n, entry in enumerate(entries, start=1))
    twice = [c.key for n, c in enumerate(criteria) if c.key in [d.key for d in criteria[:n]]]
    if twice:
        raise RubricError(f"two criteria have the key {twice[0]!r}: give each its own")
    return Rubric(key, name.strip(), criteria)


def _criterion(n: int, entry: object) -> Criterion:
    where = f"criterion {n}"
    if not isinstance(entry, dict):
        raise RubricError(f"{where} must be a table with key, name, description, low, high, step and weight")
    unknown = sorted(set(entry) - {"key", "name", "description", "low", "high", "step", "weight"})
    if unknown:
        raise RubricError(
            f"{where} has an unknown field {unknown[0][:40]!r}: use key, name, description, low, high, step, weight"
        )
    key = entry.get("key")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise RubricError(f"{where} needs a `key` of lower-case letters, digits and hyphens")
    name = entry.get("name", key.capitalize())
    description = entry.get("description", "")
    if not isinstance(name, str) or not 0 < len(name) <= 45 or not isinstance(description, str) or len(description) > 100:
        raise RubricError(f"{where}: `name` has 1 to 45 characters and `description` at most 100")
    low, high, step, weight = (
        _number(where, entry, field, fallback) for field, fallback in (("low", 0), ("high", 10), ("step", 1), ("weight", 1))
    )
    if not 0 <= low < high <= 1000:
        raise RubricError(f"{where}: `low` must lie under `high`, both between 0 and 1000")
    if not 0 < step <= high - low:
        raise RubricError(f"{where}: `step` must be more than 0 and at most {high - low:g}")
    if not 0 < weight <= 100:
        raise RubricError(f"{where}: `weight` must be more than 0 and at most 100")
    return Criterion(key, name, description, low, high, step, weight)


def _number(where: str, entry: dict[str, Any], field: str, fallback: float) -> float:
    value = entry.get(field, fallback)
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise RubricError(f"{where}: `{field}` must be a number")
    return float(value)
