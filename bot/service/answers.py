"""The bot's own speeches: prepared outside the debate's lock, in a fair order, and recorded once."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Protocol

from bot.debate.change import Change
from bot.debate.formats import Turn
from bot.debate.record import Speech
from bot.debate.rules import give, turn_for
from bot.debate.state import DebateState
from bot.debate.steps import OnProgress, Progress, Step
from bot.metrics import Metrics
from bot.service.queue import FairQueue
from bot.service.recorder import Recorder
from bot.speech.request import SpeechDraft, SpeechRequest

BOT = "Debatebot"
log = logging.getLogger(__name__)


class Speaking(Protocol):
    """Whoever prepares the bot's speeches."""

    async def answer(self, request: SpeechRequest, progress: OnProgress | None = None) -> SpeechDraft:
        """The bot's next speech."""


class Answers:
    """Prepares and records what the bot says."""

    def __init__(self, recorder: Recorder, speaker: Speaking, queue: FairQueue, metrics: Metrics | None = None) -> None:
        self._recorder = recorder
        self._speaker = speaker
        self._queue = queue
        self._metrics = metrics

    async def give(self, debate_id: str, progress: OnProgress | None = None) -> tuple[Speech, float]:
        """The bot's speech for the turn that is due, recorded, and the seconds it took to prepare.

        After the preparation the rule is asked again. If somebody else recorded the turn meanwhile, that speech is returned.
        If the speech that it answers was struck meanwhile, another one is prepared.
        """
        while True:
            state = await self._recorder.load(debate_id)
            turn = turn_for(state, BOT)
            draft = await self._prepare(state, turn, progress)
            answered = _standing(state)

            def record(
                now_state: DebateState,
                now: datetime,
                turn: Turn = turn,
                draft: SpeechDraft = draft,
                answered: tuple[Speech, ...] = answered,
            ) -> Change | None:
                if _given(now_state, turn) is not None:
                    return None
                turn_for(now_state, BOT, turn.number)
                if [s.turn for s in _standing(now_state)] != [s.turn for s in answered]:
                    return None
                after = give(now_state, _speech(turn, draft, now), now)
                heard = draft.heard if answered else ()
                return Change(now_state, after, now, heard=heard, heard_turn=answered[-1].turn if answered else -1)

            given = _given(await self._recorder.change(debate_id, record), turn)
            if given is not None:
                return given, draft.seconds

    async def _prepare(self, state: DebateState, turn: Turn, progress: OnProgress | None) -> SpeechDraft:
        def moved(place: int) -> None:
            if progress is not None:
                progress(Progress(Step.QUEUED, place))

        async with self._queue.turn(state.guild_id or state.id, state.id, moved):
            standing = _standing(state)
            asker = next((speech.speaker for speech in reversed(standing) if speech.side is not turn.side), "")
            request = SpeechRequest(turn.side, turn.kind, turn.words, standing, state.level, asker, state.guild_id)
            draft = await self._speaker.answer(request, progress)
        measured = {"words": len(draft.text.split()), "writer": draft.writer, "seconds": round(draft.seconds, 3)}
        log.info("prepared a speech", extra={"debate": state.id, "turn": turn.number, **measured, "checks": draft.checks})
        if self._metrics is not None:
            self._metrics.answered(draft.seconds, draft.checks)
        return draft


def _standing(state: DebateState) -> tuple[Speech, ...]:
    """The speeches that count: struck ones are not answered."""
    return tuple(speech for speech in state.speeches if not speech.struck)


def _given(state: DebateState, turn: Turn) -> Speech | None:
    return next((speech for speech in state.speeches if speech.turn == turn.number), None)


def _speech(turn: Turn, draft: SpeechDraft, now: datetime) -> Speech:
    return Speech(
        turn.number,
        turn.side,
        turn.kind,
        BOT,
        draft.text,
        now,
        draft.points,
        draft.citations,
        draft.writer,
        draft.checks,
    )
