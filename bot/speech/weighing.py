"""Weighing: the questions that decide the round, from what was argued and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from bot.brief.model import Brief, Contention, Paragraph
from bot.debate.words import Verdict
from bot.speech.budget import Budget
from bot.speech.flow import Flow
from bot.speech.moves import Move, MoveKind


class Weighing:
    """Chooses two or three contentions of the debate and says why each is won."""

    def __init__(self, brief: Brief, flow: Flow, budget: Budget) -> None:
        self._brief = brief
        self._flow = flow
        self._budget = budget

    def weigh(self, fallen: Mapping[str, int], most: int) -> None:
        """Take up to `most` questions in all: first those that were contested, then those let fall, by rank."""
        for contention in self._candidates(fallen):
            done = [move for move in self._budget.moves if move.kind is MoveKind.WEIGH]
            if len(done) >= most:
                return
            if any(move.key == contention.key for move in done):
                continue
            times = fallen.get(contention.key, 0)
            against = self._against(contention.key)
            story = f"passed over {times} time(s)" if times else f"contested by {', '.join(against) or 'nobody'}"
            why = f"{contention.key} was argued and ranks {contention.rank}; {story}"
            for paragraph in (contention.impact, self._last_sentence(contention)):
                move = Move(MoveKind.WEIGH, None, contention.key, paragraph, why, times=times, also=against)
                if self._budget.fits(move):
                    self._budget.take((60, len(done)), move)
                    break

    def left_over(self) -> bool:
        """What is left to weigh when an argument has had all its answers: the impact of the best contention not yet weighed."""
        for contention in sorted(self._candidates({}), key=lambda c: (c.rank, c.key)):
            why = f"no new answer is left, so weigh {contention.key}"
            move = Move(MoveKind.WEIGH, None, contention.key, contention.impact, why)
            if contention.key in self._flow.opened and self._budget.fits(move) and not self._argued(contention.key):
                return self._budget.take((58, 0), move)
        return False

    def _argued(self, key: str) -> bool:
        return any(move.key == key and move.kind is not MoveKind.ASK for move in self._budget.moves)

    def _candidates(self, fallen: Mapping[str, int]) -> list[Contention]:
        argued = [self._brief.contentions[key] for key in self._flow.opened]
        # A debate in which no case was made (the bot only answered) is weighed by the strongest of it.
        pool = argued or list(self._brief.contentions.values())
        return sorted(pool, key=lambda c: (c.key not in fallen and not self._against(c.key), c.rank, c.key))

    def _against(self, key: str) -> tuple[str, ...]:
        """Blocks of the opponent that replied to the contention and were answered, newest first."""
        sheet = self._flow.sheet
        found: dict[str, None] = {}
        for row in reversed(sheet.rows):
            if row.owner != key or row.side.value != self._brief.motion.bot_side:
                continue
            for ref in row.answered_by:
                reply = sheet.at(ref)
                if (
                    reply is not None
                    and reply.owner in self._brief.blocks
                    and reply.verdict in (Verdict.ANSWERED, Verdict.TURNED)
                ):
                    found.setdefault(str(reply.owner))
        return tuple(found)[:1]

    @staticmethod
    def _last_sentence(contention: Contention) -> Paragraph:
        return Paragraph(contention.impact.id, contention.impact.sentences[-1:])
