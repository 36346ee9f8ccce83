"""Debates to draw: a small one with everything in it, a long one, and any that hypothesis thinks of."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import strategies as st

from bot.debate.formats import format_named
from bot.debate.record import Citation, Point, Speech
from bot.debate.state import DebateState, Participant, Role, Status
from bot.debate.words import PointKind, Side, SpeechKind, Verdict
from bot.reports.reference import Reference

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
PRO, OPP = Side.PROPOSITION, Side.OPPOSITION
CLAIM = PointKind.CLAIM


def speech(turn: int, *points: Point, text: str = "Words.", struck: bool = False, **more: object) -> Speech:
    """A speech of Ann (even turns, proposition) or of the bot (odd turns, opposition)."""
    side, name = (PRO, "Ann") if turn % 2 == 0 else (OPP, "Debatebot")
    return Speech(turn, side, SpeechKind.REBUTTAL, name, text, NOON, points, struck=struck, **more)  # type: ignore[arg-type]


def debate(*speeches: Speech, motion: str = "Schools start late") -> DebateState:
    """A running debate between Ann and the bot, with Mo as moderator."""
    people = (
        Participant("Ann", Role.DEBATER, PRO),
        Participant("Debatebot", Role.BOT, OPP),
        Participant("Mo", Role.MODERATOR),
    )
    return DebateState("d1", motion, format_named("practice"), Status.RUNNING, people, NOON, speeches)


def small() -> DebateState:
    """Five speeches: answers, a second answer to one point, drops on both sides, an extension, a struck speech."""
    return debate(
        speech(
            0,
            Point(0, "Grades rise.", CLAIM, "grades", Verdict.ANSWERED),
            Point(1, "Teenagers need sleep.", CLAIM, "sleep", Verdict.TURNED),
            Point(2, "Nobody asked the drivers.", CLAIM),
            text="Grades rise. Teenagers need sleep.\n\nNobody asked the drivers.",
        ),
        speech(
            1,
            Point(0, "Grades did rise a little.", CLAIM, "grades#concede", Verdict.CONCEDED, 0),
            Point(1, "They fell back in a year.", CLAIM, "grades#back", Verdict.NEW, 0),
            Point(2, "Sleep moves with the bell.", CLAIM, "sleep#moves", Verdict.NEW, 1),
            Point(3, "Buses run once.", CLAIM, "buses#reasons"),
            text="Grades did rise a little [1]. They fell back in a year [1][2].\n\nSleep moves with the bell [9].",
            citations=(Citation(1, "survey#hours", "survey", "p. 2"), Citation(2, "study#years", "study", "¶4")),
            writer="composer",
            checks={"sentences": 4, "cited": 3, "quotations": 0, "cut": 2, "over_length": 0},
        ),
        speech(2, Point(0, "They did not fall back.", CLAIM, engages=("grades",)), text="They did not fall back."),
        speech(3, Point(0, "So nobody answers on buses.", CLAIM, "buses#extension", Verdict.EXTENDED), writer="composer"),
        speech(4, Point(0, "You are a toaster.", PointKind.ABUSE), text="You are a toaster.", struck=True),
    )


def told(citations: tuple[Citation, ...]) -> tuple[Reference, ...]:
    """References as the service would give them: one with an address, one without."""
    return tuple(
        Reference(
            c.marker,
            c.passage,
            c.locator,
            "A survey",
            "Poll, 2020",
            "https://example.org/a?b=1&c=2" if c.marker == 1 else "",
            "Teenagers slept nine hours.",
        )
        for c in citations
    )


def long(turns: int = 200) -> DebateState:
    """A debate of many turns in which every point is answered and some are engaged later."""
    words = "the bus leaves before the sun is up and that is why nobody is awake at the first bell " * 3
    made = []
    for turn in range(turns):
        points = [
            Point(n, f"{turn}.{n} {words}", CLAIM, f"key{n}#{turn}", Verdict.NEW, n if turn % 2 else None, engages=(f"key{n}",))
            for n in range(5)
        ]
        made.append(speech(turn, *points, text=words))
    return debate(*made)


ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)


@st.composite
def debates(draw: st.DrawFn) -> DebateState:
    """Any debate: sides in any order, points that answer or engage anything, any text, struck speeches."""
    speeches = []
    for turn in range(draw(st.integers(0, 5))):
        points = []
        for ordinal in range(draw(st.integers(0, 3))):
            key = draw(st.none() | st.sampled_from(["a#1", "b#2"]))
            engaged = tuple(draw(st.lists(st.sampled_from(["a", "b", "*"]), max_size=2)))
            verdict = draw(st.sampled_from(Verdict))
            kind = draw(st.sampled_from(PointKind))
            answers = draw(st.none() | st.integers(0, 2))
            points.append(Point(ordinal, draw(ANY_TEXT), kind, key, verdict, answers, draw(ANY_TEXT), engaged))
        side = draw(st.sampled_from(Side))
        kind_of_speech = draw(st.sampled_from(SpeechKind))
        struck = draw(st.booleans())
        said = draw(ANY_TEXT)
        speeches.append(Speech(turn, side, kind_of_speech, draw(ANY_TEXT), said, NOON, tuple(points), struck=struck))
    return debate(*speeches, motion=draw(ANY_TEXT))
