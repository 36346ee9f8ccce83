"""The stage: what people see of a debate. After every change it refreshes the panel, tells the thread and sets the clock."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

import discord
from discord.utils import MISSING

from bot.debate.record import Speech
from bot.debate.state import DebateState, Role, Status
from bot.discord_ui import panel, speeches
from bot.discord_ui.courier import persist, post
from bot.discord_ui.door import NO_CHANNEL, noted
from bot.discord_ui.mending import Mending, Notice
from bot.discord_ui.present import NOBODY, split
from bot.discord_ui.recovery import Recovery
from bot.discord_ui.rehearsal import Rehearsal
from bot.discord_ui.turn_clock import TurnClock
from bot.discord_ui.views.press import PressItem, button, view_of

if TYPE_CHECKING:
    from bot.discord_ui.client import DebateClient

log = logging.getLogger(__name__)
# How long work in hand may take when the bot is told to stop.
GOODBYE_SECONDS = 7.0
UNDO_SECONDS = 1.0


class Stage:
    """Shows debates in their threads. Holds nothing that cannot be read from the log again."""

    def __init__(self, client: DebateClient, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._now = clock
        self._panels = WeakValueDictionary[str, asyncio.Lock]()
        self._announced: dict[str, int] = {}
        self._work: set[asyncio.Task[None]] = set()
        self._mending = Mending(self._mend)
        # The debates to restore as they were before anybody could reach the bot, and the locks on their threads.
        self._found: list[tuple[DebateState, asyncio.Lock]] = []
        self._rehearsals: dict[str, Rehearsal] = {}
        self.clock = TurnClock(client.service, clock, self._warned, self._expired, woken=self._reached, reach=client.reach)

    def channel(self, state: DebateState) -> discord.PartialMessageable:
        """The thread of the debate, known to the cache or not."""
        return self._client.get_partial_messageable(int(state.channel_id), guild_id=int(state.guild_id))

    async def changed(self, state: DebateState, notice: str = "", *, ping: Sequence[str] = ()) -> None:
        """Show a change: the notice in the thread, then whose turn it is if that is new, and the panel.

        The debate goes on also where Discord does not take what is shown.
        """
        self.clock.watch(state)
        if notice:
            await self._mending.shown(state.id, partial(self.tell, state, notice, ping=ping), (notice, ping))
        if await self.shown(state.id, partial(self._announce, state)):
            await self.shown(state.id, partial(self.refresh, state.id))
        self.rehearse(state)
        if state.status is Status.CLOSED:
            self._announced.pop(state.id, None)

    async def shown(self, debate_id: str, show: Callable[[], Awaitable[object]]) -> bool:
        """Whether something could be shown now; if Discord or the log fails for too long, the thread is mended later."""
        return await self._mending.shown(debate_id, show)

    async def tell(self, state: DebateState, text: str, *, ping: Sequence[str] = ()) -> None:
        """Say something in the thread; only `ping` may be mentioned by it."""
        allowed = discord.AllowedMentions(everyone=False, roles=False, users=[discord.Object(int(p)) for p in ping])
        for part in split(text):
            await post(self.channel(state), part, allowed_mentions=allowed if ping else NOBODY)

    async def refresh(self, debate_id: str) -> None:
        """Bring the panel up to date; of several changes at once the newest is what it shows at last."""
        lock = self._panels.setdefault(debate_id, asyncio.Lock())
        async with lock:
            state = await self._client.service.state(debate_id)
            if state.message_id:
                message = self.channel(state).get_partial_message(int(state.message_id))
                try:
                    shown = partial(message.edit, embed=panel.shown(state, self._now()), view=panel.buttons(state))
                    await persist(shown)
                except discord.NotFound:  # somebody deleted the panel: a new one takes its place
                    await self.put_panel(state)

    async def put_panel(self, state: DebateState, there: discord.Message | None = None) -> DebateState:
        """Send the panel, unless it is `there`, and remember where it is."""
        shown = panel.shown(state, self._now())
        message = there or await post(self.channel(state), embed=shown, view=panel.buttons(state), allowed_mentions=NOBODY)
        return await self._client.service.place(state.id, channel_id=state.channel_id, message_id=str(message.id))

    def parts(self, state: DebateState, speech: Speech) -> list[str]:
        """A speech as messages; the bot's with its sources."""
        if not self.by_bot(state, speech):
            return speeches.spoken(state, speech)
        return speeches.answered(state, speech, self._client.service.references(speech.citations))

    async def show_speech(
        self,
        state: DebateState,
        speech: Speech,
        *,
        instead_of: discord.Message | None = None,
        only: Sequence[str] | None = None,
    ) -> None:
        """Put a speech, or `only` these parts of it, into the thread; the bot's with a button for the passages it cites."""
        parts = self.parts(state, speech)
        for number, part in enumerate(parts, start=1):
            last = number == len(parts) and self.by_bot(state, speech)
            if only is None or part in only:
                await self._show_part(state, part, passages_view(state, speech) if last else None, instead_of)
                instead_of = None

    async def _show_part(
        self, state: DebateState, part: str, view: discord.ui.View | None, instead_of: discord.Message | None
    ) -> None:
        if instead_of is not None:
            try:
                await persist(partial(instead_of.edit, content=part, view=view, allowed_mentions=NOBODY))
            except discord.NotFound:  # somebody deleted it meanwhile
                instead_of = None
        if instead_of is None:
            await post(self.channel(state), part, view=view or MISSING, allowed_mentions=NOBODY)

    def by_bot(self, state: DebateState, speech: Speech) -> bool:
        """Whether the bot gave this speech."""
        return any(speech.speaker == person.name for person in state.people(Role.BOT))

    def rehearse(self, state: DebateState) -> None:
        """Prepare the bot's speech if it is due and not being prepared already."""
        if self._client.service.bot_is_due(state) and state.id not in self._rehearsals:
            rehearsal = Rehearsal(self._client.service, self, state)
            self._rehearsals[state.id] = rehearsal
            self._spawn(self._rehearsed(rehearsal, state.id))

    async def _rehearsed(self, rehearsal: Rehearsal, debate_id: str) -> None:
        try:
            after = await rehearsal.run()
        finally:
            self._rehearsals.pop(debate_id, None)
        if after is not None:
            # A person may have spoken before the bot's speech was shown; what was due then was left to this rehearsal.
            await self.changed(await persist(partial(self._client.service.state, debate_id)))

    async def abandon(self, state: DebateState) -> None:
        """The debate ends: somebody deleted its thread, and nobody could go on with it."""
        ended = await persist(partial(self._client.service.abandon, state.id, reason="its thread was deleted"))
        self.clock.watch(ended)
        self._announced.pop(state.id, None)
        log.info("debate %s ends with its thread", state.id)

    async def prepare(self) -> None:
        """Before the connection: find the debates of this process, and keep their threads from what happens until `restore`."""
        for state in await persist(partial(self._client.service.unfinished, and_just_closed=True)):
            if self._client.options.shards.holds(state.guild_id) and state.channel_id:
                lock = self._mending.lock(state.id)
                await lock.acquire()
                self._found.append((state, lock))

    async def restore(self) -> None:
        """When Discord is there: clocks, panels and speeches as the log has them, debate by debate."""
        while self._found:
            state, lock = self._found.pop(0)
            try:
                await self._restore(state, lock)
            except discord.HTTPException as error:  # its thread is gone or closed to the bot: the others go on
                log.warning("debate %s cannot be shown (%s)", state.id, error.status)
            except Exception as error:  # one bad debate must not keep the others from going on
                log.warning("debate %s cannot be restored (%s)", state.id, noted(error))

    async def _restore(self, state: DebateState, lock: asyncio.Lock) -> None:
        try:
            woken = await persist(partial(self._client.service.wake, state.id))
            self.clock.watch(woken)
            await self._mending.shown_now(state.id, partial(self._catch_up, state))
        except discord.NotFound as error:
            if error.code == NO_CHANNEL:  # deleted while the bot was away
                await self.abandon(state)
            raise
        finally:
            lock.release()
        state = await persist(partial(self._client.service.state, state.id))
        running = state.status is Status.RUNNING and not state.over
        await self.changed(state, "I was away for a moment; the debate goes on." if running else "")

    async def _catch_up(self, state: DebateState) -> None:
        user = self._client.user
        await Recovery(self, user.id if user else 0).catch_up(state, preparing=state.id in self._rehearsals)

    async def _mend(self, debate_id: str, notices: list[Notice]) -> bool:
        state = await self._client.service.state(debate_id)
        await self._catch_up(state)
        while notices:
            await self.tell(state, notices[0][0], ping=notices[0][1])
            del notices[0]
        await self._announce(state)
        await self.refresh(debate_id)
        return not notices and (await self._client.service.state(debate_id)).version == state.version

    async def stop(self) -> None:
        """Stop the clocks and let the work in hand end, for a few seconds at most."""
        stopped = [*self.clock.stop(), *self._mending.stop()]
        while self._found:
            self._found.pop()[1].release()
        if self._work:
            await asyncio.wait(self._work, timeout=GOODBYE_SECONDS)
        for task in self._work:
            task.cancel()
        # Whoever was in the middle of a transaction undoes it before the log is closed, or would wait for it for ever.
        if ending := {*stopped, *self._work} - {asyncio.current_task()}:
            await asyncio.wait(ending, timeout=UNDO_SECONDS)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._work.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._work.discard(task)
        if task.cancelled() or (error := task.exception()) is None:
            return
        if isinstance(error, discord.NotFound) and error.code == NO_CHANNEL:
            log.warning("a thread was deleted while a speech was prepared for it")
        else:
            log.warning("work for a speech broke off (%s)", noted(error))

    async def _announce(self, state: DebateState) -> None:
        if state.status is not Status.RUNNING or self._announced.get(state.id, -1) >= state.turns_taken:
            return
        self._announced[state.id] = state.turns_taken
        try:
            await self._call(state)
        except Exception:
            self._announced.pop(state.id, None)  # nobody has been told
            raise

    async def _call(self, state: DebateState) -> None:
        turn = state.next_turn
        if turn is None:
            await self.tell(state, "All speeches have been given. Judges, please fill in your ballots with `/score ballot`.")
        elif turn.side is not state.bot_side():
            due = [p.name for p in state.members(turn.side)]
            called = " ".join(f"<@{name}>" for name in due)
            await self.tell(state, f"{called} {panel.standing(state)}. `/speak`, the button, or mention me.".strip(), ping=due)

    async def _warned(self, state: DebateState, mark: int) -> None:
        turn = state.next_turn
        due = [p.name for p in state.members(turn.side)] if turn else []
        called = " ".join(f"<@{name}>" for name in due)
        await self.shown(state.id, partial(self.tell, state, f"⏳ {called} {mark} seconds left.", ping=due))

    async def _reached(self, state: DebateState) -> None:
        """Nobody could speak while Discord was not connected to the bot, and the turn's time ran out meanwhile."""
        await self.changed(state, "I was cut off from Discord for a moment; the speaker has a minute more.")

    async def _expired(self, state: DebateState) -> None:
        last = state.speeches[-1] if state.speeches else None
        skipped = state.skipped[-1] if state.skipped else None
        given = last is not None and (skipped is None or last.turn > skipped.turn)
        number = last.turn + 1 if given and last else (skipped.turn + 1 if skipped else 0)
        how = "what had been said of it counts as the speech" if given else "it passes without a speech"
        await self.changed(state, f"⌛ The time for speech {number} is over; {how}.")


def passages_view(state: DebateState, speech: Speech) -> discord.ui.View:
    """What stands under a speech of the bot's."""
    return view_of(passages_button(state, speech))


def passages_button(state: DebateState, speech: Speech) -> PressItem:
    """The button that shows the passages behind a speech."""
    return button("passages", state.id, "Show the passages", detail=str(speech.turn))
