"""Casework: our own side of the speech, what to press, extend, open and ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.brief.model import Brief, Contention, Paragraph, Sentence
from bot.speech.budget import Budget
from bot.speech.flow import Flow
from bot.speech.matching import Match
from bot.speech.moves import Move, MoveKind
from bot.speech.pressure import Pressure


class Casework:
    """Adds moves of our own case to one budget; each method says whether it added anything."""

    def __init__(self, brief: Brief, flow: Flow, budget: Budget, pressure: Pressure) -> None:
        self._brief = brief
        self._flow = flow
        self._budget = budget
        self._pressure = pressure
        self._by_rank = sorted(brief.contentions.values(), key=lambda c: (c.rank, c.key))

    def extend(self, fallen: Mapping[str, int]) -> bool:
        """Press what the reply let fall: its extension, or else evidence not yet given."""
        done = 0
        # What was pressed least comes first, and nothing is pressed a third time: that would be nagging.
        pressed = {key: self._flow.pressed.get(key, 0) for key in fallen}
        for place, key in enumerate(sorted((k for k in fallen if pressed[k] < 2), key=lambda k: pressed[k])):
            times = fallen[key]
            if done >= self._pressure.extensions or not self._free(key):
                continue
            for paragraph in (self._brief.contentions[key].extension, *self._brief.contentions[key].evidence):
                why = f"{times} speech(es) passed over {key}, so it stands and goes further"
                move = Move(MoveKind.EXTEND, None, key, paragraph, why, times=times)
                if not self._budget.is_used(paragraph) and self._budget.take((50, place), move):
                    done += 1
                    break
        return done > 0

    def open(self, most: int, heard: Sequence[Match], at: int = 60) -> bool:
        """Open the strongest contentions not yet made, first those that bear on what was said."""
        near = {key for match in heard for key in match.engaged}
        opened = 0
        for contention in sorted(self._by_rank, key=lambda c: (c.key not in near, c.rank)):
            if opened >= min(most, self._pressure.openings if at == 60 else most):
                break
            if contention.key in self._flow.opened or not self._free(contention.key):
                continue
            why = f"the strongest contention not yet made (rank {contention.rank})"
            stale = self._heard_share(contention.reasons)
            if stale > 0.6:
                why = f"{why}; {stale:.0%} of its evidence was heard, so it comes with other evidence"
            opened += self._open(contention, at, why)
        return opened > 0

    def _open(self, contention: Contention, at: int, why: str) -> bool:
        options = sorted((contention.reasons, *contention.evidence[:1], contention.claim), key=self._heard_share)
        for paragraph in options:
            move = Move(MoveKind.OPEN, None, contention.key, paragraph, why)
            if self._budget.fits(move):
                return self._budget.take((at, contention.rank), move)
        self._budget.take((at, contention.rank), Move(MoveKind.OPEN, None, contention.key, contention.claim, why))
        return any(move.key == contention.key for move in self._budget.moves)

    def deepen(self, fallen: Mapping[str, int], most: int) -> bool:
        """Add evidence to contentions already made; those that stand unanswered come last, for they need it least."""
        done = 0
        for contention in sorted(self._by_rank, key=lambda c: (c.key in fallen, c.rank)):
            if done >= most:
                break
            if contention.key not in self._flow.opened or not self._free(contention.key):
                continue
            for paragraph in (*contention.evidence, contention.reasons):
                why = f"{contention.key} was made; this evidence for it was not"
                move = Move(MoveKind.DEEPEN, None, contention.key, paragraph, why)
                if not self._budget.is_used(paragraph) and self._budget.take((55, contention.rank), move):
                    done += 1
                    break
        return done > 0

    def ask(self, heard: Sequence[Match], most: int) -> bool:
        """Ask what follows from the opponent's points."""
        asked = 0
        for ordinal, match in enumerate(heard):
            block = self._brief.blocks.get(match.met_by or "")
            if block is not None and asked < min(most, self._pressure.questions):
                asked += self._ask((80, ordinal), block.key, block.question, "the question follows from their point")
        return asked > 0

    def ask_fallen(self, fallen: Mapping[str, int]) -> bool:
        """Ask about a contention that was passed over."""
        return any(self._ask((79, 0), key, self._brief.contentions[key].question, f"{key} was passed over") for key in fallen)

    def ask_history(self, most: int) -> bool:
        """Ask what follows from the opponent's arguments of the whole debate, newest first."""
        for place, key in enumerate(reversed(list(self._flow.met))):
            block = self._brief.blocks.get(key)
            if block is not None and len(self._budget.moves) < most:
                self._ask((81, place), key, block.question, "the question follows from an argument they made")
        return bool(self._budget.moves)

    def ask_own(self) -> bool:
        """Ask the question of the strongest contention whose question was not put yet."""
        if sum(m.kind is MoveKind.ASK for m in self._budget.moves) >= self._pressure.questions:
            return False
        for contention in self._by_rank:
            made = contention.key in self._flow.opened or any(m.key == contention.key for m in self._budget.moves)
            if made and self._ask((82, contention.rank), contention.key, contention.question, "it presses our own case"):
                return True
        for contention in self._by_rank:
            if not self._flow.opened and self._ask(
                (82, contention.rank), contention.key, contention.question, "nothing else to ask"
            ):
                return True
        return False

    def _ask(self, order: tuple[int, int], key: str, question: str, why: str) -> bool:
        paragraph = Paragraph(f"{key}#question", (Sentence(question, ()),))
        if not question or self._budget.is_used(paragraph):
            return False
        return self._budget.take(order, Move(MoveKind.ASK, None, key, paragraph, why))

    def _free(self, key: str) -> bool:
        return not any(m.key == key and m.kind is not MoveKind.ASK for m in self._budget.moves)

    def _heard_share(self, paragraph: Paragraph) -> float:
        heard = self._flow.cited | {p for m in self._budget.moves if m.paragraph for p in m.paragraph.passages}
        return len(heard & set(paragraph.passages)) / max(1, len(paragraph.passages))
