"""What is no argument: a sentence that is like the examples of `asides.toml`, or that grants a truth of the brief."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from bot.brief.model import Brief
from bot.debate.words import PointKind
from bot.retrieval.matcher import Likeness
from bot.speech import voice
from bot.speech.points import Utterance

# An aside is like an example (cosine), more like its kind than like any argument (lead in weight), and like no argument
# (cosine); chosen on the dev part of the gold speeches, of which no argument is set aside at these.
ALIKE, LEAD, NO_ARGUMENT = 0.34, 0.15, 0.45
# Or it is this like an example and by this much less like every argument (cosines): talk about the speech itself uses the words
# of those arguments that speak about the debate.
VERY_ALIKE, CLEAR = 0.6, 0.1
# To take a sentence as granted by mistake gives an argument away, so that it must be nearer to an example.
GRANTED = 0.6
# A truth of the brief that was said: its cosine, and its lead over the falsehood that it corrects.
TRUE, OVER_FALSE = 0.75, 0.05
# The cosine to a falsehood from which on its denial is heard as such.
DENIED = 0.68
_NOTHING = Likeness(-1.0, 0.0)
_FIXED = (PointKind.INSTRUCTION, PointKind.ABUSE, PointKind.PROCEDURE, PointKind.CONCESSION)
_PREFIX = "aside:"


@cache
def examples() -> list[tuple[str, str]]:
    """(owner, sentence) of every example; an owner is `aside:` and the kind."""
    raw = tomllib.loads(files("bot.speech").joinpath("asides.toml").read_text(encoding="utf-8"))
    return [(f"{_PREFIX}{PointKind(kind).value}", text) for kind, texts in raw.items() for text in texts]


def aside_of(utterance: Utterance, like: Mapping[str, Likeness]) -> PointKind:
    """The kind of `utterance` by its likeness to the examples and to the brief's truths; its own kind where it is like none."""
    if utterance.kind in _FIXED or voice.blanket(utterance.text):
        return utterance.kind
    aside = max((name for name in like if name.startswith(_PREFIX)), key=lambda name: (like[name].weight, name))
    kind, near = PointKind(aside.removeprefix(_PREFIX)), like[aside]
    arguments = [each for name, each in like.items() if not name.startswith(_PREFIX)]
    lead = near.weight - max((each.weight for each in arguments), default=0.0)
    least = GRANTED if kind is PointKind.CONCESSION else ALIKE
    nearest = max((each.cosine for each in arguments), default=0.0)
    if near.cosine >= least and lead >= LEAD and nearest < NO_ARGUMENT:
        return kind
    if kind is PointKind.PROCEDURE and near.cosine >= VERY_ALIKE and near.cosine - nearest >= CLEAR:
        return kind
    return utterance.kind


def grants(brief: Brief, text: str, like: Mapping[str, Likeness]) -> bool:
    """Whether `text` says a truth of the brief.

    Vectors hardly tell a statement from its denial, so a text that denies, and of all things is most like a falsehood which is
    not itself put as a denial, counts as saying the truth.
    """
    truths = {name.removeprefix("truth:"): each for name, each in like.items() if name.startswith("truth:")}
    if not truths:
        return False
    key = max(truths, key=lambda name: (truths[name].cosine, name))
    lead = truths[key].cosine - like.get(f"block:{key}", _NOTHING).cosine
    if truths[key].cosine >= TRUE and lead >= OVER_FALSE:
        return True
    nearest = max(like, key=lambda name: (like[name].weight, name))
    kind, _, false = nearest.partition(":")
    if kind != "block" or false not in truths or like[nearest].cosine < DENIED:
        return False
    return voice.denies(text.lower()) and not any(voice.denies(way.lower()) for way in brief.blocks[false].heard)
