"""The service: the one door for every front end. Load, decide, record, return."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from bot.brief.model import Brief
from bot.debate.errors import WrongStatusError
from bot.debate.formats import format_named
from bot.debate.record import Citation, Speech
from bot.debate.rules import Action, change, speech_text, turn_for
from bot.debate.state import DebateState, Participant, Role, Status
from bot.debate.words import Side
from bot.reports.reference import Reference
from bot.speech.request import SpeechDraft, SpeechRequest
from bot.storage.debate_log import AlreadyRecordedError, DebateLog

BOT = "Debatebot"


class Speaking(Protocol):
    """Whoever prepares the bot's speeches."""

    async def answer(self, request: SpeechRequest) -> SpeechDraft:
        """The bot's next speech."""


class DebateService:
    """Debates, as front ends use them. A turn is recorded once: by a lock here, by a UNIQUE constraint in the log."""

    def __init__(self, log: DebateLog, speaker: Speaking, brief: Brief, clock: Callable[[], datetime]) -> None:
        self._log = log
        self._speaker = speaker
        self._brief = brief
        self._clock = clock
        self._locks: dict[str, asyncio.Lock] = {}

    @property
    def motion(self) -> str:
        """The motion that this service debates."""
        return self._brief.motion.text

    @property
    def position(self) -> str:
        """What the bot maintains."""
        return self._brief.motion.position

    async def open(self, format_key: str, debater: str) -> DebateState:
        """A new debate between `debater` and the bot, recorded and running."""
        side = Side(self._brief.motion.bot_side)
        state = DebateState(
            id=secrets.token_hex(4),
            motion=self._brief.motion.text,
            format=format_named(format_key),
            status=Status.RUNNING,
            participants=(Participant(debater, Role.DEBATER, side.other), Participant(BOT, Role.BOT, side)),
            opened_at=self._clock(),
        )
        await self._log.create(state)
        return state

    async def state(self, debate_id: str) -> DebateState:
        """The debate as it stands."""
        return await self._log.load(debate_id)

    async def recent(self) -> list[tuple[str, str, str, int]]:
        """(id, format, status, speeches) of the newest debates."""
        return await self._log.recent()

    async def deliver(self, debate_id: str, speaker: str, text: str) -> DebateState:
        """Record a person's speech if it is that person's turn; the state after it."""
        stripped = speech_text(text)
        async with self._lock(debate_id):
            state = await self._log.load(debate_id)
            turn = turn_for(state, speaker)
            speech = Speech(turn.number, turn.side, turn.kind, speaker, stripped, self._clock())
            await self._log.append(debate_id, speech)
            return await self._log.load(debate_id)

    async def answer(self, debate_id: str) -> tuple[Speech, float]:
        """The bot's speech for the turn that is due, recorded, and the seconds it took to prepare.

        It is prepared outside the debate's lock; then the rule is asked again. If somebody else recorded the turn
        meanwhile, that speech is returned.
        """
        state = await self._log.load(debate_id)
        turn = turn_for(state, BOT)
        draft = await self._speaker.answer(SpeechRequest(turn.side, turn.kind, turn.words, state.speeches))
        speech = Speech(
            turn.number,
            turn.side,
            turn.kind,
            BOT,
            draft.text,
            self._clock(),
            draft.points,
            draft.citations,
            draft.writer,
            draft.checks,
        )
        async with self._lock(debate_id):
            now = await self._log.load(debate_id)
            recorded = next((s for s in now.speeches if s.turn == turn.number), None)
            if recorded is not None:
                return recorded, draft.seconds
            turn_for(now, BOT)
            try:
                await self._log.append(debate_id, speech, draft.heard)
            except AlreadyRecordedError:  # another process was quicker; its speech is the one that was given
                now = await self._log.load(debate_id)
                return next(s for s in now.speeches if s.turn == turn.number), draft.seconds
        return speech, draft.seconds

    async def act(self, debate_id: str, who: str, action: Action) -> DebateState:
        """Pause, resume or close the debate on behalf of `who`."""
        async with self._lock(debate_id):
            state = await self._log.load(debate_id)
            status = change(state, who, action)
            await self._log.set_status(debate_id, status, who, action.value, self._clock())
            return await self._log.load(debate_id)

    def bot_is_due(self, state: DebateState) -> bool:
        """Whether the bot is the next to speak."""
        turn = state.next_turn
        return turn is not None and state.status is Status.RUNNING and turn.side is state.bot_side()

    def debater(self, state: DebateState) -> str:
        """The name of the debate's human debater."""
        for person in state.participants:
            if person.role is Role.DEBATER:
                return person.name
        raise WrongStatusError("the debate has no human debater")

    def references(self, citations: tuple[Citation, ...]) -> tuple[Reference, ...]:
        """What a reader needs to open each citation."""
        return references(self._brief, citations)

    def _lock(self, debate_id: str) -> asyncio.Lock:
        return self._locks.setdefault(debate_id, asyncio.Lock())


def references(brief: Brief, citations: tuple[Citation, ...]) -> tuple[Reference, ...]:
    """What a reader needs to open each citation. A passage that has left the brief keeps its key and locator."""
    found = []
    for citation in citations:
        source = brief.sources.get(citation.source)
        passage = brief.passages.get(citation.passage)
        found.append(
            Reference(
                marker=citation.marker,
                passage=citation.passage,
                locator=citation.locator,
                title=source.title if source else citation.source,
                byline=source.byline if source else "no longer in the brief",
                address=source.addresses[0] if source and source.addresses else "",
                text=passage.text if passage else "",
            )
        )
    return tuple(found)
