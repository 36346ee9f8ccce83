"""What is no argument: a sentence that is like the examples of `asides.toml`, or that grants a truth of the brief."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

import numpy as np

from bot.brief.model import Block, Brief
from bot.brief.support import unsupported
from bot.debate.words import PointKind
from bot.retrieval.likeness import NOTHING, Likenesses, greatest
from bot.speech import voice
from bot.speech.attribution import misattributed
from bot.speech.memberships import misplaced
from bot.speech.points import Utterance
from bot.speech.ties import mistaken

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
# By training it may be this much more like a falsehood.
TAUGHT_FALSE = 0.02
# The cosine to a falsehood from which on its denial is heard as such.
DENIED = 0.68
_FIXED = (PointKind.INSTRUCTION, PointKind.ABUSE, PointKind.PROCEDURE, PointKind.CONCESSION)
_ASIDE = "aside"


@cache
def examples() -> list[tuple[str, str]]:
    """(owner, sentence) of every example; an owner is `aside:` and the kind."""
    raw = tomllib.loads(files("bot.speech").joinpath("asides.toml").read_text(encoding="utf-8"))
    return [(f"{_ASIDE}:{PointKind(kind).value}", text) for kind, texts in raw.items() for text in texts]


def aside_of(utterance: Utterance, like: Likenesses) -> PointKind:
    """The kind of `utterance` by its likeness to the examples and to the brief's truths; its own kind where it is like none."""
    if utterance.kind in _FIXED or voice.blanket(utterance.text):
        return utterance.kind
    places, keys = like.owners.places(_ASIDE), like.owners.keys(_ASIDE)
    _, key, at = max((float(like.weight[at]), key, at) for at, key in zip(places, keys, strict=True))
    kind, near = PointKind(key), like[like.owners.names[at]]
    lead = near.weight - greatest(np.delete(like.weight, places))
    least = GRANTED if kind is PointKind.CONCESSION else ALIKE
    nearest = greatest(np.delete(like.cosine, places))
    if near.cosine >= least and lead >= LEAD and nearest < NO_ARGUMENT:
        return kind
    if kind is PointKind.PROCEDURE and near.cosine >= VERY_ALIKE and near.cosine - nearest >= CLEAR:
        return kind
    return utterance.kind


def grants(brief: Brief, text: str, like: Likenesses) -> bool:
    """Whether `text` says a truth of the brief.

    Vectors hardly tell a statement from its denial, so a text that denies, and of all things is most like a falsehood which is
    not itself put as a denial, counts as saying the truth. Nor do they tell one year from another: what gives a figure or a name
    that the correction and its passages do not have is not their truth. No more is a membership, a treaty or a position that a
    passage has otherwise.
    """
    places, keys = like.owners.places("truth"), like.owners.keys("truth")
    if not keys or misplaced(brief, text) or mistaken(brief, text) or misattributed(brief, text):
        return False
    cosine, key = max((float(like.cosine[at]), key) for at, key in zip(places, keys, strict=True))
    lead = cosine - like.get(f"block:{key}", NOTHING).cosine
    if cosine >= TRUE and lead >= OVER_FALSE and not _taught_as_false(brief, like):
        return not unsupported(text, _evidence(brief, brief.blocks[key]), brief.motion.subject_words)
    nearest = int(like.weight.argmax())
    kind, _, false = like.owners.names[nearest].partition(":")
    if kind != "block" or false not in keys or like.cosine[nearest] < DENIED:
        return False
    return voice.denies(text.lower()) and not any(voice.denies(way.lower()) for way in brief.blocks[false].heard)


def _taught_as_false(brief: Brief, like: Likenesses) -> bool:
    """Whether by training a text is more like some falsehood than like any truth; short ones are near to both."""
    falsehoods = [at for at, key in enumerate(like.owners.keys("block")) if key in brief.corrections]
    false = like.learnt[like.owners.places("block")[falsehoods]]
    return greatest(false) - greatest(like.learnt[like.owners.places("truth")]) > TAUGHT_FALSE


def _evidence(brief: Brief, correction: Block) -> list[str]:
    answers = [answer.text for answer in correction.answers]
    passages = {passage: brief.passages[passage].text for answer in correction.answers for passage in answer.passages}
    return [*correction.not_heard, *answers, *passages.values()]
