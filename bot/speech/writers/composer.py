"""The composer: the default writer. It speaks the prepared paragraphs of a plan with lead-ins that fit each move.

No model is asked: the same plan and the same history give the same speech.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.brief.model import Brief, Sentence
from bot.debate.words import SpeechKind, Verdict
from bot.speech.flow import Flow
from bot.speech.moves import Move, MoveKind
from bot.speech.phrases import QUESTIONS, TIMES, count_of
from bot.speech.plan import Plan
from bot.speech.shapes import Shapes
from bot.speech.titles import title_of, topic_of

_ASIDES = (MoveKind.DECLINE, MoveKind.DEFUSE, MoveKind.PASS_OVER, MoveKind.RETURN, MoveKind.TRANSLATE)
_BARE = (MoveKind.FRAME, MoveKind.DEFINE)
# How points come out that are no argument: set aside, or granted by the opponent.
_UNARGUED = (Verdict.SET_ASIDE, Verdict.CONCEDED)
# The family of shapes of the moves that have just one.
_FAMILIES = {
    MoveKind.ACCEPT: "accept",
    MoveKind.DEFEND: "defend",
    MoveKind.INFORM: "inform",
    MoveKind.COMPARE: "figure",
    MoveKind.MEMBERS: "members",
    MoveKind.TIES: "ties",
    MoveKind.POSITION: "position",
    MoveKind.DECLINE: "decline",
    MoveKind.DEFUSE: "defuse",
    MoveKind.PASS_OVER: "pass_over",
    MoveKind.RETURN: "return",
    MoveKind.TRANSLATE: "translate",
    MoveKind.DEEPEN: "deepen",
    MoveKind.ASK: "ask",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One paragraph of a speech as written: its sentences and the move it carries out (None for the frame).

    `note` says who worded it, where a language model was asked.
    """

    sentences: tuple[Sentence, ...]
    move: Move | None
    note: str = ""


class Composer:
    """Writes speeches for one brief."""

    name = "composer"

    def __init__(self, brief: Brief) -> None:
        self._brief = brief

    def write(self, plan: Plan, flow: Flow) -> tuple[Part, ...]:
        """The paragraphs of the speech that `plan` calls for."""
        return tuple(_Writing(self._brief, plan, flow).parts())


class _Writing:
    """The writing of one speech: remembers which shapes it has used."""

    def __init__(self, brief: Brief, plan: Plan, flow: Flow) -> None:
        self._brief = brief
        self._plan = plan
        self._shapes = Shapes(flow.said, flow.spoken)
        self._topics: set[str] = set()

    def parts(self) -> Iterator[Part]:
        """The paragraphs in order: the frame, each move, the last line."""
        if self._plan.kind is SpeechKind.REBUTTAL:
            yield self._frame(self._heard())
        previous: Move | None = None
        for move in self._plan.moves:
            line = self._between(previous, move)
            if line:
                yield self._frame(line)
            body = move.paragraph.sentences if move.paragraph is not None else ()
            yield Part((*self._lead(move, previous), *body), move)
            previous = move
        if self._plan.kind is SpeechKind.REBUTTAL and (previous is None or previous.kind is not MoveKind.ASK):
            yield self._frame(self._pick("final", position=self._brief.motion.position))

    def _frame(self, line: str) -> Part:
        return Part((Sentence(line, ()),), None)

    def _pick(self, *names: str, **values: str) -> str:
        return self._shapes.pick(names, values)

    def _heard(self) -> str:
        met = {m.point for m in self._plan.moves if m.point is not None and m.kind not in (*_ASIDES, MoveKind.ACCEPT)}
        heard = max(len(met), sum(verdict not in _UNARGUED for verdict, _, _ in self._plan.verdicts.values()))
        if not met:
            return self._pick("nothing_heard")
        unmet = sum(verdict is Verdict.DROPPED for verdict, _, _ in self._plan.verdicts.values())
        count = count_of(heard)
        values = {"count": count, "Count": _capital(count), "them": "them"}
        if heard == 1:
            return self._pick("heard_one")
        return self._pick("heard_more" if unmet else "heard", **values)

    def _between(self, previous: Move | None, move: Move) -> str:
        """A line that turns from one part of an opening or closing to the next."""
        meets = move.point is not None
        if self._plan.kind is SpeechKind.OPENING and meets and (previous is None or previous.point is None):
            return self._pick("case_first")
        if self._plan.kind is SpeechKind.CLOSING:
            if meets and previous is None and move.kind not in _ASIDES:
                return self._pick("last_points")
            if move.kind is MoveKind.WEIGH and (previous is None or previous.kind is not MoveKind.WEIGH):
                number = sum(m.kind is MoveKind.WEIGH for m in self._plan.moves)
                count = count_of(number, QUESTIONS)
                return self._pick("voters", count=count, Count=_capital(count)) if number > 1 else ""
        return ""

    def _lead(self, move: Move, previous: Move | None) -> tuple[Sentence, ...]:
        if move.kind in _BARE:
            return ()
        lines = self._lines(move, previous)
        if move.polar is not None:
            lines = [*lines, "Yes." if move.polar else "No."]
        return tuple(Sentence(line, ()) for line in lines if line)

    def _lines(self, move: Move, previous: Move | None) -> list[str]:
        title = title_of(self._brief, move.key)
        same = previous is not None and previous.point == move.point and previous.key == move.key
        if move.kind is MoveKind.ANSWER:
            return [self._answer(move, previous if same else None, title)]
        if move.kind is MoveKind.CORRECT:
            return [self._pick("correct")]
        if move.kind is MoveKind.CONCEDE:
            return [self._pick("concede", title=title)]
        if move.kind is MoveKind.STAND:
            return [self._stand(move, title)]
        if move.kind in (MoveKind.PRESS, MoveKind.NOT_COVERED):
            family = "press" if move.kind is MoveKind.PRESS else "not_covered"
            return [self._pick(f"{family}_said", family, said=move.said) if move.said else self._pick(family)]
        if move.kind is MoveKind.UNSOURCED:
            return [self._pick("unsourced", said=move.said)]
        if move.kind is MoveKind.EXTEND:
            return [self._extend(move, title)]
        if move.kind is MoveKind.OPEN:
            return [self._open(move, title)]
        if move.kind is MoveKind.WEIGH:
            return self._weigh(move, title)
        return [self._pick(_FAMILIES[move.kind], claim=title)]

    def _answer(self, move: Move, before: Move | None, title: str) -> str:
        if before is not None and before.kind is MoveKind.CONCEDE:
            return self._pick("pivot")
        if before is not None and before.kind is MoveKind.ANSWER:
            return self._pick("second")
        if move.asked:
            return self._pick("asked", title=title) if not move.short else ""
        if move.short:
            topic = topic_of(self._brief, move.key, frozenset(self._topics))
            self._topics.add(topic)
            return self._pick("short", topic=topic, Topic=_capital(topic))
        if move.times:
            return self._pick("again", title=title)
        kind = str(move.answer)
        return self._pick("said", kind, title=title, said=move.said) if move.said else self._pick(kind, title=title)

    def _stand(self, move: Move, title: str) -> str:
        block = self._brief.blocks.get(str(move.key))
        # What has no block is a fact of a passage, put right before.
        if block is None or (block.answers and block.answers[0].kind == "correct"):
            return self._pick("stand_fact")
        exhausted = move.times > len(block.answers)
        return self._pick("stand_again") if exhausted else self._pick("stand", title=title)

    def _extend(self, move: Move, title: str) -> str:
        if move.times > 1:
            times = count_of(move.times, TIMES)
            return self._pick("extend_often", "extend", claim=title, times=times, Times=_capital(times))
        return self._pick("extend", claim=title)

    def _open(self, move: Move, title: str) -> str:
        if self._plan.kind is not SpeechKind.OPENING:
            return self._pick("open", claim=title)
        opened = [m.key for m in self._plan.moves if m.kind is MoveKind.OPEN]
        if opened.index(move.key) == 0:
            return self._pick("open_first", claim=title)
        ordinal = ("second", "third", "fourth", "fifth")[min(opened.index(move.key), 4) - 1]
        return self._pick("open_next", claim=title, nth=ordinal)

    def _weigh(self, move: Move, title: str) -> list[str]:
        if self._plan.kind is not SpeechKind.CLOSING:
            return [self._pick("weigh_left", claim=title)]
        weighed = [m.key for m in self._plan.moves if m.kind is MoveKind.WEIGH]
        place = weighed.index(move.key)
        names = "weigh_first" if place == 0 else "weigh_last" if place == len(weighed) - 1 else "weigh_next"
        lines = [self._pick("weigh_only" if len(weighed) == 1 else names, claim=title)]
        if move.times:
            lines.append(self._pick("weigh_unanswered"))
        elif move.also:
            lines.append(self._pick("weigh_contested", title=title_of(self._brief, move.also[0])))
        return lines


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
