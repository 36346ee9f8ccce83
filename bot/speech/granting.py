"""How far a concession reaches: to the statements that it announces, and to those that it takes up afterwards.

"I concede three things. X. Y. Z." grants X, Y and Z, and so does "X. Y. Z. I accept every one of these statements."
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.debate.words import PointKind

if TYPE_CHECKING:
    from bot.speech.points import Utterance

_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_GRANT = r"\b(?:concede|grant|accept|admit|agree (?:with|to|on))"
_ANNOUNCED = re.compile(
    rf"{_GRANT} (?:you |freely |at once |willingly |gladly )*"
    r"(?:(two|three|four|five|six)|several|a few|some|these|the following)\b"
    r"[^.]*?\b(?:things?|points?|facts?|truths?|matters?|claims?|statements?)\b",
    re.IGNORECASE,
)
# Of statements before it, which the word "statements" or "of these" makes plain: "I grant all that" may speak of anything.
_TAKEN_UP = re.compile(
    r"\bI (?:freely |gladly |do )?(?:concede|grant|accept|admit)"
    r" (?:every (?:single )?one|each(?: one)?|all(?: \w+)?|both) of (?:these|those|them)\b"
    r"|\bI (?:freely |gladly |do )?(?:concede|grant|accept|admit) all (?:these|those) (?:things|points|facts|statements)\b"
    r"|\b(?:every (?:single )?one|each|all|both) of (?:these|those)"
    r" (?:things |points |facts |statements )?(?:is|are) (?:quite |perfectly )?(?:true|conceded|granted)\b",
    re.IGNORECASE,
)
# A clause that agrees with the rest of its own sentence.
_AGREED = re.compile(
    r"^\W*(?:and )?(?:(?:on|in) (?:this|that) )?"
    r"(?:I (?:fully |do |must )?(?:agree|concede|admit|grant)(?: with you| that| this| it)*"
    r"|(?:this|that) (?:much )?is (?:all )?true"
    r"|you(?:'re| are) right(?: (?:about|on|in) (?:that|this))?|I(?:'ll| will| can)? (?:give|grant) you that(?: much)?)"
    r"(?:,? (?:I (?:fully )?agree(?: with you)?|this is true))?\W*$",
    re.IGNORECASE,
)
_REVERSED = re.compile(
    r"^\W*(?:but|however|yet|still|nevertheless|nonetheless|even so|now|none of (?:this|these|that|it)|that said)\b",
    re.IGNORECASE,
)
_STATED = (PointKind.CLAIM, PointKind.EVIDENCE, PointKind.CONCESSION)


def granting(utterances: Sequence[Utterance]) -> tuple[Utterance, ...]:
    """`utterances` with everything that a concession reaches marked as conceded; nothing else changes."""
    heard = list(utterances)
    for at, utterance in enumerate(utterances):
        if utterance.kind is PointKind.QUESTION:
            continue
        announced = _ANNOUNCED.search(utterance.text)
        if announced:
            _grant(heard, _after(heard, at, _NUMBERS.get((announced.group(1) or "").lower(), max(_NUMBERS.values()))))
        if _TAKEN_UP.search(utterance.text):
            _grant(heard, [*_before(heard, at), at])
        if _AGREED.match(utterance.text):
            _grant(heard, [i for i in range(at + 1) if heard[i].sentence == utterance.sentence])
    return tuple(heard)


def _grant(heard: list[Utterance], reached: list[int]) -> None:
    for at in reached:
        if heard[at].kind in _STATED:
            heard[at] = replace(heard[at], kind=PointKind.CONCESSION)


def _after(heard: list[Utterance], at: int, sentences: int) -> list[int]:
    """What follows `at`: `sentences` sentences at most, up to a word that turns against them."""
    first, reached = heard[at].sentence, [at]
    for i in range(at + 1, len(heard)):
        if heard[i].kind not in _STATED or heard[i].sentence > first + sentences or _REVERSED.match(heard[i].text):
            break
        reached.append(i)
    return reached


def _before(heard: list[Utterance], at: int) -> list[int]:
    """The statements before `at` without a break, back to a question or another kind of thing."""
    reached: list[int] = []
    for i in range(at - 1, -1, -1):
        if heard[i].kind not in _STATED or _REVERSED.match(heard[i].text):
            break
        reached.append(i)
    return reached
