"""The service: the one door for every front end. Load, decide, record, return."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.brief.model import Brief
from bot.debate import clock
from bot.debate.change import ActionRecord, Change
from bot.debate.coaching import Coaching
from bot.debate.errors import WrongStatusError
from bot.debate.formats import format_named
from bot.debate.record import Citation, Speech
from bot.debate.rubrics import rubric_of
from bot.debate.state import DebateState, Joining, Participant, Role, Status
from bot.debate.steps import OnProgress
from bot.debate.words import Level, Side
from bot.metrics import Metrics
from bot.reports.reference import Reference
from bot.service.acts import Acts
from bot.service.answers import BOT, Answers, Speaking
from bot.service.ballots import Ballots
from bot.service.coaching import coaching_of
from bot.service.guilds import Guilds
from bot.service.lookups import Lookups, Searching
from bot.service.people import People
from bot.service.queue import FairQueue
from bot.service.recorder import Recorder
from bot.service.references import references
from bot.storage.debate_log import DebateLog

# The bot may have stopped after it closed a debate and before it showed that; it is not away for longer, or somebody has looked.
JUST_CLOSED = timedelta(hours=6)


class DebateService(Acts):
    """Debates, as front ends use them: opening and finding them here, what is done to them in `Acts`, and behind `ballots`,
    `guilds`, `people` and `lookups` what belongs to those.
    """

    def __init__(
        self,
        log: DebateLog,
        speaker: Speaking,
        brief: Brief,
        clock: Callable[[], datetime],
        *,
        search: Searching | None = None,
        queue: FairQueue | None = None,
        recorder: Recorder | None = None,
        lookups: Lookups | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        super().__init__(log, recorder or Recorder(log, clock))
        self._speaker = speaker
        self._brief = brief
        self._clock = clock
        self.queue = queue or FairQueue()
        self.ballots = Ballots(self._recorder)
        self.guilds = Guilds(log.guilds, self._recorder.guild_id)
        self.people = People(log.people, self._recorder.guild_id)
        self._metrics = metrics
        self.lookups = lookups or Lookups(brief, search, speaker, self.queue, clock, metrics)
        self._answers = Answers(self._recorder, speaker, self.queue, metrics)

    def within(self, guild_id: str) -> DebateService:
        """The same service for one guild: no debate of another guild can be reached through it by any id."""
        recorder = self._recorder.within(guild_id)
        return DebateService(
            self._log,
            self._speaker,
            self._brief,
            self._clock,
            queue=self.queue,
            recorder=recorder,
            lookups=self.lookups,
            metrics=self._metrics,
        )

    @property
    def motion(self) -> str:
        """The motion that this service debates."""
        return self._brief.motion.text

    @property
    def position(self) -> str:
        """What the bot maintains."""
        return self._brief.motion.position

    # Opening and finding

    async def open(self, format_key: str, debater: str, level: Level = Level.VARSITY) -> DebateState:
        """A practice debate between `debater` and the bot, recorded and running; the debater runs its clock."""
        state = self._new(format_key, level, (Participant(debater, Role.DEBATER, self.bot_side.other), self._bot()))
        state = clock.fresh_turn(replace(state, status=Status.RUNNING), state.opened_at)
        await self._log.create(state, debater)
        return state

    async def open_debate(
        self,
        opener: str,
        *,
        format_key: str,
        level: Level = Level.VARSITY,
        rubric: str = "default",
        rubric_definition: str = "",
        guild_id: str = "",
        channel_id: str = "",
        message_id: str = "",
        moderator: str = "",
        moderator_display: str = "",
        bot: bool = True,
        joining: Joining = Joining.OPEN,
        blind: bool = False,
    ) -> DebateState:
        """A moderated debate with its lobby open. Without the `bot`, people debate people and it only keeps the chair."""
        chosen = rubric_of(rubric, rubric_definition)
        chair = (Participant(moderator, Role.MODERATOR, None, moderator_display),) if moderator else ()
        state = replace(
            self._new(format_key, level, (*chair, *((self._bot(),) if bot else ()))),
            rubric=chosen.key,
            rubric_definition=rubric_definition,
            guild_id=guild_id or self._recorder.guild_id or "",
            channel_id=channel_id,
            message_id=message_id,
            joining=joining,
            blind=blind,
        )
        await self._log.create(state, opener)
        return state

    def _new(self, format_key: str, level: Level, participants: tuple[Participant, ...]) -> DebateState:
        form = format_named(format_key)
        return DebateState(
            id=secrets.token_hex(4),
            motion=self._brief.motion.text,
            format=form,
            status=Status.LOBBY,
            participants=participants,
            opened_at=self._clock(),
            prep_left={side: float(form.prep) for side in Side} if form.prep else {},
            level=level,
        )

    def _bot(self) -> Participant:
        return Participant(BOT, Role.BOT, self.bot_side)

    @property
    def bot_side(self) -> Side:
        """The side that the brief gives the bot."""
        return Side(self._brief.motion.bot_side)

    async def place(self, debate_id: str, *, channel_id: str, message_id: str) -> DebateState:
        """Where the debate is shown."""

        def moved(state: DebateState, now: datetime) -> Change:
            return Change(state, replace(state, channel_id=channel_id, message_id=message_id), now)

        return await self._change(debate_id, moved)

    async def state(self, debate_id: str) -> DebateState:
        """The debate as it stands."""
        return await self._recorder.load(debate_id)

    async def debate_in(self, channel_id: str) -> DebateState | None:
        """The newest debate of a channel, or None."""
        found = await self._log.in_channel(channel_id)
        guild_id = self._recorder.guild_id
        return found if found is None or guild_id is None or found.guild_id == guild_id else None

    async def unfinished(self, *, and_just_closed: bool = False) -> list[DebateState]:
        """Every debate in a channel that is not closed, oldest first; with those that were closed within `JUST_CLOSED`, what to
        restore at start.
        """
        since = self._clock() - JUST_CLOSED if and_just_closed else None
        return await self._log.unfinished(self._recorder.guild_id, since)

    async def settle(self) -> None:
        """Bring the log's file into order, as a bot that is never idle has to now and then."""
        await self._log.settle()

    async def recent(self) -> list[tuple[str, str, str, int]]:
        """(id, format, status, speeches) of the newest debates."""
        return await self._log.recent(guild_id=self._recorder.guild_id)

    async def actions(self, debate_id: str) -> list[ActionRecord]:
        """The debate's record: who did what, when and why, oldest first."""
        await self._recorder.load(debate_id)
        return await self._log.actions(debate_id)

    async def answer(self, debate_id: str, progress: OnProgress | None = None) -> tuple[Speech, float]:
        """The bot's speech for the turn that is due, recorded, and the seconds it took to prepare; steps go to `progress`."""
        return await self._answers.give(debate_id, progress)

    # Looking

    def bot_is_due(self, state: DebateState) -> bool:
        """Whether the bot is the next to speak."""
        turn = state.next_turn
        return turn is not None and state.status is Status.RUNNING and turn.side is state.bot_side()

    def debater(self, state: DebateState) -> str:
        """The name of the debate's human debater."""
        for person in state.people(Role.DEBATER):
            return person.name
        raise WrongStatusError("the debate has no human debater")

    async def coach(self, debate_id: str) -> Coaching:
        """What the debaters against the bot can learn from the debate; one without the bot raises `UserError`."""
        return coaching_of(self._brief, await self._recorder.load(debate_id))

    def references(self, citations: tuple[Citation, ...]) -> tuple[Reference, ...]:
        """What a reader needs to open each citation."""
        return references(self._brief, citations)
