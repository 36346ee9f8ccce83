"""The service: the one door for every front end. Load, decide, record, return."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.brief.model import Brief
from bot.debate import clock, moderation, people, rules
from bot.debate.change import ActionRecord, Change
from bot.debate.errors import WrongStatusError
from bot.debate.formats import format_named
from bot.debate.record import Citation, Speech
from bot.debate.rubrics import rubric_of
from bot.debate.state import DebateState, Joining, Participant, Role, Status
from bot.debate.steps import OnProgress
from bot.debate.words import Level, Side
from bot.reports.reference import Reference
from bot.service.answers import BOT, Answers, Speaking
from bot.service.ballots import Ballots
from bot.service.guilds import Guilds
from bot.service.lookups import Lookups, Searching
from bot.service.people import People
from bot.service.queue import FairQueue
from bot.service.recorder import Decide, Recorder
from bot.service.references import references
from bot.storage.debate_log import DebateLog


class DebateService:
    """Debates, as front ends use them.

    Calls that change a debate return it as recorded, or raise a `UserError` with the user's line and change nothing. In all
    of them `actor`, `person` and `speaker` are identities, `staff` says that the front end vouches for a moderator of the
    server, `reason` is kept in the record, and `key` names the request: one that arrives again is recorded once.
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
    ) -> None:
        self._log = log
        self._speaker = speaker
        self._brief = brief
        self._clock = clock
        self._recorder = recorder or Recorder(log, clock)
        self.queue = queue or FairQueue()
        self.ballots = Ballots(self._recorder)
        self.guilds = Guilds(log.guilds, self._recorder.guild_id)
        self.people = People(log.people, self._recorder.guild_id)
        self.lookups = lookups or Lookups(brief, search, speaker, self.queue, clock)
        self._answers = Answers(self._recorder, speaker, self.queue)

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

    async def unfinished(self) -> list[DebateState]:
        """Every debate in a channel that is not closed, oldest first: what to restore at start."""
        return await self._log.unfinished(self._recorder.guild_id)

    async def recent(self) -> list[tuple[str, str, str, int]]:
        """(id, format, status, speeches) of the newest debates."""
        return await self._log.recent(guild_id=self._recorder.guild_id)

    async def actions(self, debate_id: str) -> list[ActionRecord]:
        """The debate's record: who did what, when and why, oldest first."""
        await self._recorder.load(debate_id)
        return await self._log.actions(debate_id)

    # People

    async def join(self, debate_id: str, person: str, side: Side, *, display: str = "", key: str = "") -> DebateState:
        """`person` takes a side in the lobby, or changes to the other."""
        return await self._change(debate_id, lambda s, now: people.join(s, person, side, now, display), key)

    async def leave(self, debate_id: str, person: str, *, key: str = "") -> DebateState:
        """A debater leaves."""
        return await self._change(debate_id, lambda s, now: people.leave(s, person, now), key)

    async def appoint(
        self,
        debate_id: str,
        actor: str,
        person: str,
        role: Role,
        *,
        side: Side | None = None,
        display: str = "",
        reason: str = "",
        staff: bool = False,
        key: str = "",
    ) -> DebateState:
        """A moderator gives `person` a task: a side to debate on, the chair, a ballot, or a trainee's ballot."""

        def appointed(s: DebateState, now: datetime) -> Change:
            return people.appoint(s, actor, person, role, now, side=side, display=display, reason=reason, staff=staff)

        return await self._change(debate_id, appointed, key)

    async def remove(
        self, debate_id: str, actor: str, person: str, *, reason: str = "", staff: bool = False, key: str = ""
    ) -> DebateState:
        """A moderator releases `person` from debating and judging."""
        return await self._change(debate_id, lambda s, now: people.remove(s, actor, person, now, reason=reason, staff=staff), key)

    async def hand_over(
        self,
        debate_id: str,
        actor: str,
        person: str,
        *,
        display: str = "",
        reason: str = "",
        staff: bool = False,
        key: str = "",
    ) -> DebateState:
        """The chair goes to `person`."""

        def handed(s: DebateState, now: datetime) -> Change:
            return people.hand_over(s, actor, person, now, display=display, reason=reason, staff=staff)

        return await self._change(debate_id, handed, key)

    # Moderation

    async def start(self, debate_id: str, actor: str, *, reason: str = "", staff: bool = False, key: str = "") -> DebateState:
        """The first turn begins."""
        return await self._change(debate_id, lambda s, now: moderation.start(s, actor, now, reason=reason, staff=staff), key)

    async def pause(self, debate_id: str, actor: str, *, reason: str = "", staff: bool = False, key: str = "") -> DebateState:
        """Every clock stands."""
        return await self._change(debate_id, lambda s, now: moderation.pause(s, actor, now, reason=reason, staff=staff), key)

    async def resume(self, debate_id: str, actor: str, *, reason: str = "", staff: bool = False, key: str = "") -> DebateState:
        """The clock goes on where it stood."""
        return await self._change(debate_id, lambda s, now: moderation.resume(s, actor, now, reason=reason, staff=staff), key)

    async def close(self, debate_id: str, actor: str, *, reason: str = "", staff: bool = False, key: str = "") -> DebateState:
        """The debate ends."""
        return await self._change(debate_id, lambda s, now: moderation.close(s, actor, now, reason=reason, staff=staff), key)

    async def skip(
        self,
        debate_id: str,
        actor: str,
        *,
        turn: int | None = None,
        reason: str = "",
        staff: bool = False,
        key: str = "",
    ) -> DebateState:
        """The turn now due passes without a speech; with `turn`, only if that one is due."""

        def skipped(s: DebateState, now: datetime) -> Change:
            return moderation.skip(s, actor, now, turn=turn, reason=reason, staff=staff)

        return await self._change(debate_id, skipped, key)

    async def extend(
        self, debate_id: str, actor: str, seconds: int, *, reason: str = "", staff: bool = False, key: str = ""
    ) -> DebateState:
        """The turn now due gets more time."""

        def extended(s: DebateState, now: datetime) -> Change:
            return moderation.extend(s, actor, seconds, now, reason=reason, staff=staff)

        return await self._change(debate_id, extended, key)

    async def strike(
        self, debate_id: str, actor: str, turn: int, *, reason: str = "", staff: bool = False, key: str = ""
    ) -> DebateState:
        """The speech of `turn` (from 0) no longer counts."""

        def struck(s: DebateState, now: datetime) -> Change:
            return moderation.strike(s, actor, turn, now, reason=reason, staff=staff)

        return await self._change(debate_id, struck, key)

    async def warn(
        self, debate_id: str, actor: str, person: str, reason: str, *, staff: bool = False, key: str = ""
    ) -> DebateState:
        """A participant is warned; the reason is required."""

        def warned(s: DebateState, now: datetime) -> Change:
            return moderation.warn(s, actor, person, now, reason=reason, staff=staff)

        return await self._change(debate_id, warned, key)

    # Speaking

    async def deliver(self, debate_id: str, speaker: str, text: str, *, turn: int | None = None) -> DebateState:
        """Record a person's speech if it is that person's turn (and still `turn`); the state after it."""
        return await self._change(debate_id, lambda s, now: rules.deliver(s, speaker, text, now, turn))

    async def add_part(self, debate_id: str, speaker: str, text: str, *, key: str = "", turn: int | None = None) -> DebateState:
        """Keep a piece of the speech that is due until it is finished.

        `key` names the message it came in: the same key again is that message, edited; one whose speech is given or
        dropped already changes nothing.
        """
        state = await self._recorder.load(debate_id)
        if key and await self._log.gathered_before(debate_id, key, state.turns_taken):
            return state
        return await self._change(debate_id, lambda s, now: rules.add_part(s, speaker, text, now, key=key, turn=turn))

    async def finish(self, debate_id: str, speaker: str, *, turn: int | None = None) -> DebateState:
        """What was gathered is the speech."""
        return await self._change(debate_id, lambda s, now: rules.finish(s, speaker, now, turn))

    async def discard(self, debate_id: str, actor: str, *, reason: str = "", staff: bool = False, key: str = "") -> DebateState:
        """What was gathered is dropped."""
        return await self._change(debate_id, lambda s, now: rules.discard(s, actor, now, reason=reason, staff=staff), key)

    async def begin_prep(self, debate_id: str, person: str, *, key: str = "") -> DebateState:
        """The side that is due spends prep time."""
        return await self._change(debate_id, lambda s, now: rules.begin_prep(s, person, now), key)

    async def end_prep(self, debate_id: str, person: str, *, key: str = "") -> DebateState:
        """The side that is due stops spending prep time."""
        return await self._change(debate_id, lambda s, now: rules.end_prep(s, person, now), key)

    async def answer(self, debate_id: str, progress: OnProgress | None = None) -> tuple[Speech, float]:
        """The bot's speech for the turn that is due, recorded, and the seconds it took to prepare; steps go to `progress`."""
        return await self._answers.give(debate_id, progress)

    # The clock

    async def expire(self, debate_id: str, turn: int) -> DebateState | None:
        """Advance past `turn` if its time is up, once, whoever asks how often; None if nothing changed."""
        changed = False

        def decide(state: DebateState, now: datetime) -> Change | None:
            nonlocal changed
            change = moderation.expire(state, turn, BOT, now)
            changed = change is not None
            return change

        after = await self._change(debate_id, decide)
        return after if changed else None

    async def deadline_warning(self, debate_id: str) -> int | None:
        """The seconds-left mark to announce now, recorded so that it is announced once; None if there is none."""
        mark: int | None = None

        def decide(state: DebateState, now: datetime) -> Change | None:
            nonlocal mark
            found = clock.warn_of_deadline(state, now)
            mark = found[1] if found else None
            return found[0] if found else None

        await self._change(debate_id, decide)
        return mark

    async def wake(self, debate_id: str) -> DebateState:
        """At start: give a minute to the speaker whose deadline passed while the bot was away."""
        return await self._change(debate_id, lambda s, now: clock.wake(s, BOT, now))

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

    def references(self, citations: tuple[Citation, ...]) -> tuple[Reference, ...]:
        """What a reader needs to open each citation."""
        return references(self._brief, citations)

    async def _change(self, debate_id: str, decide: Decide, key: str = "") -> DebateState:
        return await self._recorder.change(debate_id, decide, key)
