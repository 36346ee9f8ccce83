"""Filling: a speech planned again with the words that it left, while points lack room."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.speech.plan import Plan
from bot.speech.writers.composer import Part

# Fewer words than this hold no answer.
LEAST_ROOM = 12
# So often a speech is planned anew.
MOST_PLANS = 5

Parts = tuple[Part, ...]


def filled(plan_with: Callable[[int], Plan], write: Callable[[Plan], Parts], most: int) -> tuple[Plan, Parts]:
    """The plan and its speech of at most `most` words.

    A plan reckons with the longest lead-ins, so that the speech leaves words. `plan_with(spare)` plans with so many words more:
    they are used as long as points are left for want of room, and no more of these than before.
    """
    plan = plan_with(0)
    parts = write(plan)
    spare, left = 0, most - words_in(parts)
    for _ in range(MOST_PLANS):
        if not plan.without_room or left < LEAST_ROOM:
            break
        wider = plan_with(spare + left)
        written = write(wider)
        if words_in(written) > most or wider.without_room > plan.without_room:
            left //= 2
            continue
        plan, parts = wider, written
        spare, left = spare + left, most - words_in(parts)
    return plan, parts


def words_in(parts: Sequence[Part]) -> int:
    """The length of a written speech in words, without citation marks."""
    return sum(len(sentence.text.split()) for part in parts for sentence in part.sentences)
