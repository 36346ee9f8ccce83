"""What is no argument: a sentence that is like the examples of `asides.toml`, or that grants a truth of the brief."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from bot.debate.words import PointKind
from bot.retrieval.matcher import Likeness
from bot.speech.points import Utterance

# An aside is like an example (cosine), more like its kind than like any argument (lead in weight), and like no argument
# (cosine); chosen on the dev part of the gold speeches, of which no argument is set aside at these.
ALIKE, LEAD, NO_ARGUMENT = 0.34, 0.15, 0.45
# To take a sentence as granted by mistake gives an argument away, so that it must be nearer to an example.
GRANTED = 0.6
# A truth of the brief that was said: its cosine, and its lead over the falsehood that it corrects.
TRUE, OVER_FALSE = 0.75, 0.05
_FIXED = (PointKind.INSTRUCTION, PointKind.ABUSE, PointKind.PROCEDURE, PointKind.CONCESSION)
_PREFIX = "aside:"


@cache
def examples() -> list[tuple[str, str]]:
    """(owner, sentence) of every example; an owner is `aside:` and the kind."""
    raw = tomllib.loads(files("bot.speech").joinpath("asides.toml").read_text(encoding="utf-8"))
    return [(f"{_PREFIX}{PointKind(kind).value}", text) for kind, texts in raw.items() for text in texts]


def aside_of(utterance: Utterance, like: Mapping[str, Likeness]) -> PointKind:
    """The kind of `utterance` by its likeness to the examples and to the brief's truths; its own kind where it is like none."""
    if utterance.kind in _FIXED:
        return utterance.kind
    aside = max((name for name in like if name.startswith(_PREFIX)), key=lambda name: (like[name].weight, name))
    kind, near = PointKind(aside.removeprefix(_PREFIX)), like[aside]
    arguments = [each for name, each in like.items() if not name.startswith(_PREFIX)]
    lead = near.weight - max((each.weight for each in arguments), default=0.0)
    least = GRANTED if kind is PointKind.CONCESSION else ALIKE
    if near.cosine >= least and lead >= LEAD and max((each.cosine for each in arguments), default=0.0) < NO_ARGUMENT:
        return kind
    return utterance.kind


def grants(like: Mapping[str, Likeness], argued: float) -> bool:
    """Whether a text like this says a truth of the brief, rather than the argument that it is `argued` (cosine) like."""
    truths = [name for name in like if name.startswith("truth:")]
    if not truths:
        return False
    truth = max(truths, key=lambda name: (like[name].cosine, name))
    false = like.get(f"block:{truth.removeprefix('truth:')}")
    return like[truth].cosine >= max(TRUE, argued + OVER_FALSE, (false.cosine if false else -1.0) + OVER_FALSE)
