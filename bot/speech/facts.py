"""Facts first: what the statements of a speech have otherwise than the passages, and what stands in none of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.brief.model import Brief
from bot.brief.support import numbers
from bot.debate.words import PointKind
from bot.retrieval.retriever import Lookup
from bot.speech.attribution import contested_position
from bot.speech.figures import Contested, contested_in, figures, statements, unsourced
from bot.speech.matching import Match
from bot.speech.memberships import contested_member
from bot.speech.points import hear
from bot.speech.ties import contested_tie

NOT_ARGUED = (PointKind.ABUSE, PointKind.INSTRUCTION, PointKind.PROCEDURE, PointKind.CONCESSION)
# What sentences have wrong, but for what the corrections with these keys put right.
Contests = Callable[[Brief, Sequence[str], tuple[str, ...]], Contested | None]
_STATED = (PointKind.CLAIM, PointKind.EVIDENCE)


class Facts:
    """Holds the matches of a speech against the passages of one brief; `search` looks texts up."""

    def __init__(self, brief: Brief, search: Callable[[list[str]], list[Lookup]]) -> None:
        self._brief = brief
        self._search = search
        self._numbers = frozenset(number for passage in brief.passages.values() for number in numbers(passage.text))

    def contested(self, matches: Sequence[Match], found: Mapping[int, Lookup]) -> dict[int, tuple[Contested, ...]]:
        """By ordinal, what is said and a passage has otherwise; `found` are the look-ups made already."""
        argued = {i: [u.text for u in hear(m.text)] for i, m in enumerate(matches) if m.kind not in NOT_ARGUED}
        said = [self._said(contested, matches, argued) for contested in (contested_member, contested_tie, contested_position)]
        each = (*said, self._figures(matches, found))
        ordinals = sorted({ordinal for kind in each for ordinal in kind})
        return {ordinal: tuple(kind[ordinal] for kind in each if ordinal in kind) for ordinal in ordinals}

    def _said(self, contested: Contests, matches: Sequence[Match], said: Mapping[int, Sequence[str]]) -> dict[int, Contested]:
        each = {i: contested(self._brief, sentences, matches[i].corrections) for i, sentences in said.items()}
        return {i: one for i, one in each.items() if one is not None}

    def _figures(self, matches: Sequence[Match], found: Mapping[int, Lookup]) -> dict[int, Contested]:
        at = [i for i, m in enumerate(matches) if m.kind in _STATED and not m.corrections and figures(m.text)]
        # Two statements in one point have each their own passages.
        pieces = [(i, piece) for i in at for piece in statements(matches[i].text) if figures(piece)]
        contested: dict[int, Contested] = {}
        for (i, piece), lookup in zip(pieces, self._search([piece for _, piece in pieces]), strict=True):
            hits = (*lookup.hits, *(found[i].hits if i in found else ()))
            one = contested_in(piece, [hit.passage for hit in hits])
            if one is not None:
                contested.setdefault(i, one)
        return contested

    def unsourced(self, matches: Sequence[Match]) -> dict[int, str]:
        """By ordinal, a statistic of the point that stands in no passage, as it was said."""
        each = {i: unsourced(m.text, self._numbers) for i, m in enumerate(matches) if m.kind in _STATED and not m.corrections}
        return {i: said for i, said in each.items() if said is not None}
