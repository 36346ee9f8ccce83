"""Defence: the bot's own contentions against a speech that disputes them or asks after them."""

from __future__ import annotations

from bot.brief.model import Brief, Contention, Paragraph
from bot.speech.answers import first_short
from bot.speech.budget import Budget
from bot.speech.digest import in_short
from bot.speech.flow import Flow
from bot.speech.moves import Move, MoveKind


class Defence:
    """Defends contentions from the budget of one speech, in short first."""

    def __init__(self, brief: Brief, flow: Flow, budget: Budget) -> None:
        self._brief = brief
        self._flow = flow
        self._budget = budget

    def defend(self, key: str, ordinal: int, said: str) -> bool:
        """Whether contention `key` is defended against point `ordinal`, for which its shortest unused text is taken.

        `said` are words of the point that may be repeated.
        """
        if any(move.kind is MoveKind.DEFEND and move.key == key for move in self._budget.moves):
            return True
        why = f"the point disputes {key}"
        return any(
            self._budget.take((20, ordinal), Move(MoveKind.DEFEND, ordinal, key, text, why, short=short, said=said))
            for text, short in self._options(self._brief.contentions[key])
        )

    def defend_strongest(self, ordinal: int, said: str) -> str | None:
        """The key of the strongest contention that was made, is not spoken of and is defended now; None if there is none."""
        spoken_of = {move.key for move in self._budget.moves}
        for contention in sorted(self._brief.contentions.values(), key=lambda c: (c.rank, c.key)):
            made = contention.key in self._flow.opened and contention.key not in spoken_of
            if made and self.defend(contention.key, ordinal, said):
                return contention.key
        return None

    def lengthen(self, move: Move) -> bool:
        """Put the whole of a defence in the place of the short one that is `move`, if there is one and the words suffice."""
        texts = _texts(self._brief.contentions[str(move.key)])
        of_it = [text for text in texts if move.paragraph is not None and text.id == move.paragraph.id]
        whole = next((text for text in (*of_it, *texts) if text in of_it or not self._budget.is_used(text)), None)
        if whole is None:
            return False
        return self._budget.replace(move, Move(MoveKind.DEFEND, move.point, move.key, whole, move.reason, said=move.said))

    def _options(self, contention: Contention) -> list[tuple[Paragraph, bool]]:
        """The texts that defend it, each with whether it is short for another."""
        prepared = first_short(contention.in_short, self._flow, self._budget)
        options = [(prepared, True)] if prepared is not None else []
        for text in _texts(contention):
            short = in_short(text, contention.title)
            options.append((short, short.words < text.words))
        return options


def _texts(contention: Contention) -> tuple[Paragraph, ...]:
    """What defends a contention against a reply, best first."""
    return (*contention.evidence, contention.reasons, contention.extension)
