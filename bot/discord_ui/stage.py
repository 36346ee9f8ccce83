"""The stage: what people see of a debate. After every change it refreshes the panel, tells the thread and sets the clock."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import discord
from discord.utils import MISSING

from bot.debate.record import Speech
from bot.debate.state import DebateState, Role, Status
from bot.discord_ui import panel, speeches
from bot.discord_ui.door import record
from bot.discord_ui.present import NOBODY, split
from bot.discord_ui.rehearsal import Rehearsal
from bot.discord_ui.turn_clock import TurnClock
from bot.discord_ui.views.press import PressItem, button, view_of

if TYPE_CHECKING:
    from bot.discord_ui.client import DebateClient

log = logging.getLogger(__name__)
# How long work in hand may take when the bot is told to stop.
GOODBYE_SECONDS = 8.0
# Where to look for a speech that was recorded and perhaps not shown before the bot stopped.
_LOOK_BACK = 30


class Stage:
    """Shows debates in their threads. Holds nothing that cannot be read from the log again."""

    def __init__(self, client: DebateClient, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._now = clock
        self._panels: dict[str, asyncio.Lock] = {}
        self._announced: dict[str, int] = {}
        self._work: set[asyncio.Task[None]] = set()
        self._rehearsals: dict[str, Rehearsal] = {}
        self.clock = TurnClock(client.service, clock, self._warned, self._expired)

    def channel(self, state: DebateState) -> discord.PartialMessageable:
        """The thread of the debate, known to the cache or not."""
        return self._client.get_partial_messageable(int(state.channel_id), guild_id=int(state.guild_id))

    async def changed(self, state: DebateState, notice: str = "", *, ping: Sequence[str] = ()) -> None:
        """Show a change: the notice in the thread, then whose turn it is if that is new, and the panel."""
        self.clock.watch(state)
        if notice:
            await self.tell(state, notice, ping=ping)
        await self._announce(state)
        await self.refresh(state.id)
        self.rehearse(state)

    async def tell(self, state: DebateState, text: str, *, ping: Sequence[str] = ()) -> None:
        """Say something in the thread; only `ping` may be mentioned by it."""
        allowed = discord.AllowedMentions(everyone=False, roles=False, users=[discord.Object(int(p)) for p in ping])
        for part in split(text):
            await self.channel(state).send(part, allowed_mentions=allowed if ping else NOBODY)

    async def refresh(self, debate_id: str) -> None:
        """Bring the panel up to date; of several changes at once the newest is what it shows at last."""
        async with self._panels.setdefault(debate_id, asyncio.Lock()):
            state = await self._client.service.state(debate_id)
            if state.message_id:
                message = self.channel(state).get_partial_message(int(state.message_id))
                try:
                    await message.edit(embed=panel.shown(state, self._now()), view=panel.buttons(state))
                except discord.NotFound:  # somebody deleted the panel: a new one takes its place
                    await self.put_panel(state)

    async def put_panel(self, state: DebateState) -> DebateState:
        """Send the panel and remember where it is."""
        message = await self.channel(state).send(
            embed=panel.shown(state, self._now()), view=panel.buttons(state), allowed_mentions=NOBODY
        )
        return await self._client.service.place(state.id, channel_id=state.channel_id, message_id=str(message.id))

    async def show_speech(self, state: DebateState, speech: Speech, *, instead_of: discord.Message | None = None) -> None:
        """Put a speech into the thread; the bot's with its sources and a button for their passages."""
        if not by_bot(state, speech):
            for part in speeches.spoken(state, speech):
                await self.channel(state).send(part, allowed_mentions=NOBODY)
            return
        parts = speeches.answered(state, speech, self._client.service.references(speech.citations))
        for number, part in enumerate(parts, start=1):
            view = view_of(passages_button(state, speech)) if number == len(parts) else MISSING
            if number == 1 and instead_of is not None:
                await instead_of.edit(content=part, view=view or None, allowed_mentions=NOBODY)
            else:
                await self.channel(state).send(part, view=view, allowed_mentions=NOBODY)

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
            await self.changed(after)

    async def restore(self) -> None:
        """At start: clocks, panels and speeches as the log has them, for the servers of this process."""
        for state in await self._client.service.unfinished():
            if not self._client.options.shards.holds(state.guild_id):
                continue
            try:
                await self._restore(await self._client.service.wake(state.id))
            except discord.HTTPException as error:  # its thread is gone or closed to the bot: the others go on
                log.warning("debate %s cannot be shown (%s)", state.id, error.status)
            except Exception as error:  # one bad debate must not keep the others from going on
                log.warning("debate %s cannot be restored (id %s)", state.id, record(error))

    async def _restore(self, state: DebateState) -> None:
        if not state.channel_id:
            return
        last = state.speeches[-1] if state.speeches else None
        if last is not None and not await self._is_shown(state, last):
            await self.show_speech(state, last)
        running = state.status is Status.RUNNING and not state.over
        await self.changed(state, "I was away for a moment; the debate goes on." if running else "")

    async def _is_shown(self, state: DebateState, speech: Speech) -> bool:
        head = speeches.heading(state, speech)
        return any([head in message.content async for message in self.channel(state).history(limit=_LOOK_BACK)])

    async def stop(self) -> None:
        """Stop the clocks and let the work in hand end, for a few seconds at most."""
        self.clock.stop()
        if self._work:
            await asyncio.wait(self._work, timeout=GOODBYE_SECONDS)
        for task in self._work:
            task.cancel()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._work.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._work.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            record(error)

    async def _announce(self, state: DebateState) -> None:
        turn = state.next_turn
        before, self._announced[state.id] = self._announced.get(state.id), state.turns_taken
        if state.status is not Status.RUNNING or before == state.turns_taken:
            return
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
        await self.tell(state, f"⏳ {called} {mark} seconds left.", ping=due)

    async def _expired(self, state: DebateState) -> None:
        last = state.speeches[-1] if state.speeches else None
        skipped = state.skipped[-1] if state.skipped else None
        given = last is not None and (skipped is None or last.turn > skipped.turn)
        number = last.turn + 1 if given and last else (skipped.turn + 1 if skipped else 0)
        how = "what had been said of it counts as the speech" if given else "it passes without a speech"
        await self.changed(state, f"⌛ The time for speech {number} is over; {how}.")


def by_bot(state: DebateState, speech: Speech) -> bool:
    """Whether the bot gave this speech."""
    return any(speech.speaker == person.name for person in state.people(Role.BOT))


def passages_button(state: DebateState, speech: Speech) -> PressItem:
    """The button that shows the passages behind a speech."""
    return button("passages", state.id, "Show the passages", detail=str(speech.turn))
