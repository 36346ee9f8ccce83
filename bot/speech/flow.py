"""The flow: what has been argued so far, rebuilt from the speeches of the log.

Nothing here is kept in memory between speeches, so a restart changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.brief.model import Brief
from bot.debate.flowsheet import FlowSheet, flow_sheet, occasions
from bot.debate.record import EVERYTHING, Speech
from bot.debate.words import PointKind, Side, SpeechKind, Verdict


@dataclass(frozen=True, slots=True)
class Flow:
    """The state of the argument from the bot's chair, before the speech that is to be answered.

    `used` are ids of prepared paragraphs already spoken and `cited` the passages they cited; `said` is everything the bot has
    said, in lower case. `opened` are the contentions made (key -> turn of the last time they were argued), `asked` the owners
    of questions put. `met` counts how often the opponent has made each argument, `granted` are blocks whose concession was
    given, `pressed` counts how often a contention was taken up again. `replied` are keys of ours to which a reply was made
    since, `passed` how many speeches let the others fall.
    """

    used: frozenset[str]
    cited: frozenset[str]
    said: str
    opened: dict[str, int]
    asked: dict[str, int]
    met: dict[str, int]
    granted: frozenset[str]
    replied: frozenset[str]
    passed: dict[str, int]
    pressed: dict[str, int]
    spoken: int
    sheet: FlowSheet

    def is_used(self, paragraph_id: str) -> bool:
        """Whether the paragraph was already spoken in this debate."""
        return paragraph_id in self.used


def flow_of(brief: Brief, side: Side, history: Sequence[Speech]) -> Flow:
    """The flow after `history`, seen by the bot on `side`."""
    told = [speech for speech in history if not speech.struck]
    mine = [speech for speech in told if speech.side is side]
    last = _last_made(mine)
    replied = frozenset(key for key, turn in last.items() if _replied(told, side, key, turn))
    return Flow(
        used=frozenset(point.met_by for speech in mine for point in speech.points if point.met_by),
        cited=frozenset(citation.passage for speech in mine for citation in speech.citations),
        said="\n".join(speech.text.lower() for speech in mine),
        opened={key: turn for key, turn in last.items() if key in brief.contentions},
        asked={
            point.owner: speech.turn
            for speech in mine
            for point in speech.points
            if point.owner and point.kind is PointKind.QUESTION
        },
        met=_met(told, side),
        granted=frozenset(p.owner for s in mine for p in s.points if p.owner and p.verdict is Verdict.CONCEDED),
        replied=replied,
        passed={key: len(occasions(told, turn, side)) for key, turn in last.items() if key not in replied},
        pressed=_pressed(brief, mine),
        spoken=len(mine),
        sheet=flow_sheet(told, side),
    )


def _last_made(mine: Sequence[Speech]) -> dict[str, int]:
    """The turn in which each argument of ours was last made; what a concession or an aside used is no argument."""
    last: dict[str, int] = {}
    for speech in mine:
        for point in speech.points:
            if point.owner and point.verdict not in (Verdict.CONCEDED, Verdict.SET_ASIDE) and point.kind is PointKind.CLAIM:
                last[point.owner] = speech.turn
    return last


def _replied(told: Sequence[Speech], side: Side, key: str, since: int) -> bool:
    later = [point for speech in told if speech.side is not side and speech.turn > since for point in speech.points]
    return any(key in point.engages or EVERYTHING in point.engages for point in later)


def _pressed(brief: Brief, mine: Sequence[Speech]) -> dict[str, int]:
    pressed: dict[str, int] = {}
    for speech in mine:
        for point in speech.points:
            if point.owner in brief.contentions and point.verdict is Verdict.EXTENDED:
                pressed[str(point.owner)] = pressed.get(str(point.owner), 0) + 1
    return pressed


def _met(told: Sequence[Speech], side: Side) -> dict[str, int]:
    met: dict[str, int] = {}
    for speech in told:
        for key in {p.met_by for p in speech.points if p.met_by} if speech.side is not side else set():
            met[key] = met.get(key, 0) + 1
    return met


def let_fall(brief: Brief, flow: Flow, replies: Collection[str], heard: SpeechKind | None) -> dict[str, int]:
    """Contentions of ours that the opponent let fall -> how many of his or her speeches passed them over, strongest first.

    `replies` are the keys that the speech now heard replies to, `heard` its kind. In doubt a contention was answered.
    """
    if EVERYTHING in replies:
        return {}
    now = int(heard in (SpeechKind.REBUTTAL, SpeechKind.CLOSING))
    fallen = {
        key: flow.passed[key] + now
        for key in sorted(flow.opened, key=lambda key: (brief.contentions[key].rank, key))
        if key in flow.passed and key not in replies
    }
    return {key: times for key, times in fallen.items() if times}


def tally(verdicts: Sequence[Verdict]) -> dict[str, int]:
    """How many points met each verdict, in the order of `Verdict`."""
    return {verdict.value: verdicts.count(verdict) for verdict in Verdict if verdict in verdicts}
