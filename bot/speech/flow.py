"""The flow: what has been argued so far, rebuilt from the speeches of the log.

Nothing here is kept in memory between speeches, so a restart changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.brief.model import Brief, Contention
from bot.debate.record import Speech
from bot.debate.words import Side, Verdict
from bot.speech.matching import Match


@dataclass(frozen=True, slots=True)
class Flow:
    """The state of the argument from the bot's chair.

    `used` are ids of prepared paragraphs already spoken, `opened` the contentions made (key -> turn), `fresh` those made or
    extended in the bot's last speech, `granted` the blocks whose concession was given, `asked` the owners of questions put.
    """

    used: frozenset[str]
    opened: dict[str, int]
    fresh: tuple[str, ...]
    granted: frozenset[str]
    met: dict[str, int]
    spoken: int
    moves: int

    def is_used(self, paragraph_id: str) -> bool:
        """Whether the paragraph was already spoken in this debate."""
        return paragraph_id in self.used


def flow_of(brief: Brief, side: Side, history: Sequence[Speech]) -> Flow:
    """The flow after `history`, seen by the bot on `side`."""
    mine = [speech for speech in history if speech.side is side and not speech.struck]
    theirs = [speech for speech in history if speech.side is not side and not speech.struck]
    used = [point.met_by for speech in mine for point in speech.points if point.met_by]
    opened: dict[str, int] = {}
    for speech in mine:
        for point in speech.points:
            owner = (point.met_by or "").partition("#")[0]
            if owner in brief.contentions:
                opened.setdefault(owner, speech.turn)
    fresh = [(p.met_by or "").partition("#")[0] for p in mine[-1].points] if mine else []
    met: dict[str, int] = {}
    for speech in theirs:
        for point in speech.points:
            if point.met_by:
                met[point.met_by] = met.get(point.met_by, 0) + 1
    granted = {u.partition("#")[0] for u in used if u.endswith("#concede")}
    return Flow(
        used=frozenset(used),
        opened=opened,
        fresh=tuple(dict.fromkeys(key for key in fresh if key in brief.contentions)),
        granted=frozenset(granted),
        met=met,
        spoken=len(mine),
        moves=sum(len(speech.points) for speech in mine),
    )


def _topics(contention: Contention) -> tuple[str, ...]:
    return tuple(word.lower() for topic in contention.about for word in re.findall(r"\w{4,}", topic))


def engages(contention: Contention, matches: Sequence[Match]) -> bool:
    """Whether any argument touches the contention, by meaning or by naming its topic; in doubt it does."""
    topics = _topics(contention)
    return any(
        contention.key in match.engaged or any(re.search(rf"\b{t[:6]}", match.text.lower()) for t in topics) for match in matches
    )


def dropped(brief: Brief, flow: Flow, matches: Sequence[Match]) -> tuple[str, ...]:
    """Contentions of the bot's last speech that the opponent's reply let fall, strongest first."""
    fallen = [key for key in flow.fresh if not engages(brief.contentions[key], matches)]
    return tuple(sorted(fallen, key=lambda key: brief.contentions[key].rank))


def tally(verdicts: Sequence[Verdict]) -> dict[str, int]:
    """How many points met each verdict, in the order of `Verdict`."""
    return {verdict.value: verdicts.count(verdict) for verdict in Verdict if verdict in verdicts}
