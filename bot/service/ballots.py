"""Scoring: ballots and results. The bot keeps the rules and never scores."""

from __future__ import annotations

from datetime import datetime

from bot.debate import ballots as rules
from bot.debate import results
from bot.debate.ballots import Ballot, Marks, Release
from bot.debate.change import Change
from bot.debate.permissions import Action, require
from bot.debate.results import Result
from bot.debate.rubrics import Rubric, rubric_of
from bot.debate.state import DebateState
from bot.debate.words import Side
from bot.service.recorder import Judge, Recorder


class Ballots:
    """What judges write and moderators release."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    async def rubric(self, debate_id: str) -> Rubric:
        """The rubric of a debate, as it was when the debate was opened."""
        return rubric_for(await self._recorder.load(debate_id))

    async def draft(
        self,
        debate_id: str,
        judge: str,
        *,
        winner: Side | None = None,
        scores: Marks | None = None,
        reason: str | None = None,
    ) -> Ballot:
        """Keep what is given in the judge's draft; after a submitted version, in a new one."""

        def write(state: DebateState, known: list[Ballot], now: datetime) -> Change:
            mine = _of(known, judge)
            ballot = rules.write(state, rubric_for(state), mine, judge, winner=winner, scores=scores, reason=reason)
            return Change(state, state, now, ballots=(ballot,))

        return (await self._recorder.judge(debate_id, write))[0]

    async def submit(self, debate_id: str, judge: str, *, low_point_reason: str = "", key: str = "") -> Ballot:
        """The judge's draft, complete and submitted; it counts when it is confirmed.

        A winner with fewer points than the loser raises `LowPointWinError` unless a reason is given.
        """

        def write(state: DebateState, known: list[Ballot], now: datetime) -> Change:
            ballot = rules.submit(state, rubric_for(state), _of(known, judge), judge, now, low_point_reason)
            return Change(state, state, now, judge, "submit ballot", f"version {ballot.version}", ballots=(ballot,))

        return await self._judged(debate_id, judge, write, key)

    async def confirm(self, debate_id: str, judge: str, *, key: str = "") -> Ballot:
        """The judge's submitted ballot, confirmed; it replaces an earlier confirmed one."""

        def write(state: DebateState, known: list[Ballot], now: datetime) -> Change:
            changed = rules.confirm(state, _of(known, judge), judge)
            return Change(state, state, now, judge, "confirm ballot", f"version {changed[0].version}", ballots=changed)

        return await self._judged(debate_id, judge, write, key)

    async def of(self, debate_id: str, viewer: str, *, staff: bool = False) -> tuple[Ballot, ...]:
        """The ballots that `viewer` may see now, by judge and version."""
        state = await self._recorder.load(debate_id)
        return rules.visible(state, await self._recorder.log.ballots(debate_id), viewer, staff=staff)

    async def release(
        self,
        debate_id: str,
        actor: str,
        *,
        casting: Side | None = None,
        reason: str = "",
        without_missing: bool = False,
        staff: bool = False,
        key: str = "",
    ) -> Result:
        """A moderator ends the judging; the result as released."""

        def write(state: DebateState, known: list[Ballot], now: datetime) -> Change:
            return results.release(
                state,
                rubric_for(state),
                known,
                actor,
                now,
                casting=casting,
                reason=reason,
                without_missing=without_missing,
                staff=staff,
            )

        await self._recorder.judge(debate_id, write, key)
        return await self.result(debate_id, actor, staff=staff)

    async def result(self, debate_id: str, viewer: str, *, staff: bool = False) -> Result:
        """The result of the ballots, with the casting vote if one was given; before the release for moderators only."""
        state = await self._recorder.load(debate_id)
        if state.released_at is None:
            require(state, viewer, Action.RELEASE, staff=staff)
        log = self._recorder.log
        released = await log.release(debate_id)
        casting = released.casting if released else None
        return results.decide(state, rubric_for(state), await log.ballots(debate_id), casting)

    async def release_of(self, debate_id: str) -> Release | None:
        """Who released the result, when, and with which casting vote; None before that."""
        await self._recorder.load(debate_id)
        return await self._recorder.log.release(debate_id)

    async def _judged(self, debate_id: str, judge: str, decide: Judge, key: str) -> Ballot:
        changed = await self._recorder.judge(debate_id, decide, key)
        if changed:
            return changed[0]
        return _of(await self._recorder.log.ballots(debate_id), judge)[-1]  # a replayed request


def rubric_for(state: DebateState) -> Rubric:
    """The rubric of a debate."""
    return rubric_of(state.rubric, state.rubric_definition)


def _of(ballots: list[Ballot], judge: str) -> list[Ballot]:
    return [b for b in ballots if b.judge == judge]
