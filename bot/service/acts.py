"""What people and the clock do to a debate: each act is decided by the rules and recorded once."""

from __future__ import annotations

from datetime import datetime

from bot.debate import clock, moderation, people, rules
from bot.debate.change import Change
from bot.debate.state import DebateState, Role
from bot.debate.words import Side
from bot.service.answers import BOT
from bot.service.recorder import Decide, Recorder
from bot.storage.debate_log import DebateLog


class Acts:
    """Calls that change a debate: they return it as recorded, or raise a `UserError` with the user's line and change nothing.

    In all of them `actor`, `person` and `speaker` are identities, `staff` says that the front end vouches for a moderator of
    the server, `reason` is kept in the record, and `key` names the request: one that arrives again is recorded once.
    """

    def __init__(self, log: DebateLog, recorder: Recorder) -> None:
        self._log = log
        self._recorder = recorder

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

    async def abandon(self, debate_id: str, *, reason: str) -> DebateState:
        """The debate ends because its place is gone; one that had ended stays as it is."""
        return await self._change(debate_id, lambda s, now: moderation.abandon(s, BOT, now, reason=reason))

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

    async def _change(self, debate_id: str, decide: Decide, key: str = "") -> DebateState:
        return await self._recorder.change(debate_id, decide, key)
