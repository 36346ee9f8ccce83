"""Look-ups: passages, sources and answers outside a debate, as plain values for front ends."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.brief.model import Brief, Passage, Source, Stance
from bot.debate.record import Speech
from bot.debate.rules import speech_text
from bot.debate.steps import OnProgress, Progress, Step
from bot.debate.words import Side, SpeechKind
from bot.errors import UserError
from bot.metrics import Metrics
from bot.reports.reference import Reference
from bot.retrieval.retriever import Lookup
from bot.service.answers import Speaking
from bot.service.claims import KnownClaim, KnownClaims
from bot.service.queue import FairQueue
from bot.service.references import references
from bot.speech.request import SpeechRequest

MAX_HITS = 20
ANSWER_WORDS = 220
log = logging.getLogger(__name__)


class Searching(Protocol):
    """Whoever searches the brief without keeping the event loop waiting."""

    async def __call__(self, query: str, *, limit: int, stance: Stance | None, source: str | None) -> Lookup:
        """The best passages for `query`."""


@dataclass(frozen=True, slots=True)
class Found:
    """One passage with what a reader needs to judge it; `score` is 0 where nothing was searched for."""

    passage: str
    source: str
    title: str
    byline: str
    locator: str
    stance: str
    kind: str
    sure: str
    wording: str
    text: str
    correction: str
    address: str
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Findings:
    """The outcome of a look-up; not `found` means that the sources do not cover it, and then there are no hits."""

    query: str
    found: bool
    hits: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class SourceCard:
    """One source of the brief and how many of its passages can be cited."""

    key: str
    title: str
    byline: str
    date: str
    venue: str
    stance: str
    wording: str
    as_of: str
    note: str
    addresses: tuple[str, ...]
    passages: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A checked answer outside a debate, with its numbered references."""

    text: str
    references: tuple[Reference, ...]
    conceded: tuple[str, ...]
    writer: str
    seconds: float


class Lookups:
    """What the brief says. Without a `search`, look-ups are refused and the rest works."""

    def __init__(
        self,
        brief: Brief,
        search: Searching | None,
        speaker: Speaking,
        queue: FairQueue,
        clock: Callable[[], datetime],
        metrics: Metrics | None = None,
    ) -> None:
        self._brief = brief
        self._search = search
        self._speaker = speaker
        self._queue = queue
        self._clock = clock
        self._metrics = metrics
        self._claims = KnownClaims(brief)

    async def search(
        self,
        query: str,
        *,
        limit: int = 5,
        stance: str | None = None,
        source: str | None = None,
        user: str = "",
        progress: OnProgress | None = None,
    ) -> Findings:
        """The best passages for `query`, narrowed to a stance (for, against, neutral) or a source.

        While the look-up waits for its turn, its place in the queue goes to `progress`.
        """
        if source is not None:
            self._source(source)
        wanted = _stance(stance)
        found = await self._find(query, limit, wanted, source, user, progress)
        log.info("looked up", extra={"characters": len(query), "hits": len(found.hits), "found": found.found})
        if self._metrics is not None:
            self._metrics.looked_up(found=found.found)
        return found

    async def _find(
        self, query: str, limit: int, stance: Stance | None, source: str | None, user: str, progress: OnProgress | None = None
    ) -> Findings:
        if self._search is None:
            raise UserError("look-ups are not available here: the passages are not indexed")
        async with self._queue.turn(f"user:{user}", f"lookup:{user}", _telling(progress)):
            found = await self._search(query, limit=max(1, min(limit, MAX_HITS)), stance=stance, source=source)
        hits = tuple(self._found(hit.passage, round(hit.score, 6)) for hit in found.hits)
        return Findings(query, found.found, hits)

    async def other_side(self, query: str, *, limit: int = 3, user: str = "") -> Findings:
        """What is said against the view of the best passages on `query`: the best ones of the other stance."""
        first = await self._find(query, MAX_HITS, None, None, user)
        taken = next((hit.stance for hit in first.hits if hit.stance != Stance.NEUTRAL.value), None)
        if taken is None:
            return Findings(query, False, ())
        other = Stance.AGAINST if taken == Stance.FOR.value else Stance.FOR
        return await self._find(query, limit, other, None, user)

    async def argue_against(self, text: str, *, user: str = "", server: str = "", progress: OnProgress | None = None) -> Answer:
        """The bot's checked answer to a text from anywhere, as if it were an opponent's speech; nothing is recorded."""
        side = Side(self._brief.motion.bot_side)
        heard = Speech(0, side.other, SpeechKind.REBUTTAL, "opponent", speech_text(text), self._clock())
        async with self._queue.turn(server or f"user:{user}", f"answer:{user}", _telling(progress)):
            request = SpeechRequest(side, SpeechKind.REBUTTAL, ANSWER_WORDS, (heard,), user=user, server=server)
            draft = await self._speaker.answer(request, progress)
        if self._metrics is not None:
            self._metrics.answered(draft.seconds, draft.checks)
        return Answer(draft.text, references(self._brief, draft.citations), draft.conceded, draft.writer, draft.seconds)

    def sources(self, *, stance: str | None = None) -> tuple[SourceCard, ...]:
        """The sources by key."""
        wanted = _stance(stance)
        return tuple(self._card(s) for s in self._brief.sources.values() if wanted is None or s.stance is wanted)

    def source(self, key: str) -> tuple[SourceCard, tuple[Found, ...]]:
        """One source with its passages; an unknown key raises `UserError`."""
        source = self._source(key)
        return self._card(source), tuple(self._found(p) for p in self._brief.passages_of(key))

    def passage(self, passage_id: str) -> Found:
        """One passage by its id; an unknown one raises `UserError`."""
        found = self._brief.passages.get(passage_id)
        if found is None:
            raise UserError(f"there is no passage {passage_id[:60]!r} in the brief: it may have changed since")
        return self._found(found)

    def known_claims(self, typed: str, *, stance: str | None = None, limit: int = 25) -> list[KnownClaim]:
        """Claims to offer while somebody types; no model is asked."""
        return self._claims.find(typed, stance=stance, limit=limit)

    def _source(self, key: str) -> Source:
        source = self._brief.sources.get(key)
        if source is None:
            raise UserError(f"there is no source {key[:60]!r}: choose one from the list of sources")
        return source

    def _card(self, s: Source) -> SourceCard:
        return SourceCard(
            s.key,
            s.title,
            s.byline,
            s.date,
            s.venue,
            s.stance.value,
            s.wording.value,
            s.as_of,
            s.note,
            s.addresses,
            len(self._brief.passages_of(s.key)),
        )

    def _found(self, p: Passage, score: float = 0.0) -> Found:
        source = self._brief.sources[p.source]
        return Found(
            passage=p.id,
            source=p.source,
            title=source.title,
            byline=source.byline,
            locator=p.locator,
            stance=p.stance.value,
            kind=p.kind.value,
            sure=p.sure.value,
            wording=p.wording.value,
            text=p.text,
            correction=" ".join(self._brief.passages[c].text for c in p.corrected_by),
            address=source.addresses[0] if source.addresses else "",
            score=score,
        )


def _telling(progress: OnProgress | None) -> Callable[[int], None]:
    def moved(place: int) -> None:
        if progress is not None:
            progress(Progress(Step.QUEUED, place))

    return moved


def _stance(text: str | None) -> Stance | None:
    if text is None:
        return None
    if text not in list(Stance):
        raise UserError(f"there is no stance {text[:20]!r}: use {', '.join(Stance)}")
    return Stance(text)
