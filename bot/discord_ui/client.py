"""The client: one connection to Discord with its commands, buttons and clocks around the service."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, ParamSpec, TypeVar

import discord

from bot.discord_ui import access
from bot.discord_ui.catalogue import add_commands
from bot.discord_ui.cogs.speaking import heard
from bot.discord_ui.courier import cut_off, persist
from bot.discord_ui.door import record
from bot.discord_ui.pace import Pace
from bot.discord_ui.patience import Gate, teach_library
from bot.discord_ui.present import NOBODY
from bot.discord_ui.reach import Reach
from bot.discord_ui.seen import Seen
from bot.discord_ui.shards import Shards
from bot.discord_ui.stage import UNDO_SECONDS, Stage
from bot.discord_ui.tree import DebateTree
from bot.discord_ui.upkeep import Upkeep
from bot.discord_ui.views.forms import sent
from bot.discord_ui.views.press import ChoiceItem, PressItem
from bot.metrics import Metrics
from bot.service import DebateService

log = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Options:
    """What an operator chose for Discord. `message_content`: Discord granted the intent to read messages."""

    message_content: bool = False
    guild_ready_timeout: float = 2.0
    shards: Shards = field(default_factory=Shards)
    metrics: Metrics | None = None


class DebateClient(discord.Client):
    """Debatebot on Discord. Without a service it knows its commands only, which is enough to register them."""

    stage: Stage

    def __init__(
        self, service: DebateService | None, options: Options, clock: Callable[[], datetime] = discord.utils.utcnow
    ) -> None:
        connection: dict[str, Any] = options.shards.connection()
        super().__init__(
            intents=access.intents(message_content=options.message_content),
            allowed_mentions=NOBODY,
            max_messages=None,
            guild_ready_timeout=options.guild_ready_timeout,
            **connection,
        )
        teach_library()
        self.gate = Gate(max(1, len(options.shards.ids)))
        self.gate.guard(self)
        self._service = service
        self.options = options
        self.now = clock
        self.seen = Seen()
        self.pace = Pace(clock)
        self.reach = Reach(options.shards)
        self.was_ready = False
        self.tree = DebateTree(self)
        add_commands(self.tree)
        self.add_dynamic_items(PressItem, ChoiceItem)
        self._easel = asyncio.Lock()
        self._restoring: asyncio.Task[None] | None = None
        self._upkeep: Upkeep | None = None

    @property
    def service(self) -> DebateService:
        """The one door to debates; it is there whenever the bot runs."""
        if self._service is None:
            raise RuntimeError("this client was made to register commands only")
        return self._service

    @property
    def turns_timed(self) -> int:
        """How many turns have a clock that runs."""
        return len(self.stage.clock.watched) if hasattr(self, "stage") else 0

    async def draw(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """What `function` draws, made beside the event loop, one picture at a time."""
        async with self._easel:
            return await asyncio.to_thread(function, *args, **kwargs)

    async def setup_hook(self) -> None:
        """Before the first connection: what is to be restored is found while nobody can change it."""
        if self._service is not None:
            self.stage = Stage(self, self.now)
            await self.stage.prepare()
            if self.options.shards.first:
                self._upkeep = Upkeep(self._service.guilds.purge, self.now)
                self._upkeep.start()

    async def on_ready(self) -> None:
        """What people see is brought up to date from the log, once: Discord may say this again after every reconnection.

        Not before: while the gateway refuses the bot nobody could answer it, and each try would tell every thread anew.
        """
        self.was_ready = True
        self._returned()
        if self._service is not None and self._restoring is None:
            self._restoring = asyncio.create_task(self.stage.restore())
        log.info("connected as %s in %d servers", self.user and self.user.id, len(self.guilds))

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:  # noqa: ARG002
        """IDENTIFY no more often than Discord allows."""
        await self.gate.identify()

    async def on_connect(self) -> None:
        """A new session, of any shard."""
        self.gate.welcomed()

    async def on_disconnect(self) -> None:
        """The connection ended; the library makes another."""
        if not self.options.shards.several:
            self.reach.lost(self.options.shards.only)

    async def on_resumed(self) -> None:
        """The session goes on, and what it missed was delivered."""
        self.gate.welcomed()
        self._returned()

    def _returned(self) -> None:
        if not self.options.shards.several:
            self.reach.back(self.options.shards.only)

    async def on_shard_disconnect(self, shard: int) -> None:
        """One of several connections ended."""
        self.reach.lost(shard)

    async def on_shard_ready(self, shard: int) -> None:
        """One of several connections is there, with a new session."""
        self.reach.back(shard)

    async def on_shard_resumed(self, shard: int) -> None:
        """One of several connections is there again."""
        self.reach.back(shard)

    async def on_interaction(self, interaction: discord.Interaction[DebateClient]) -> None:
        """Forms are handled here, because the library knows only those that this process has shown."""
        if interaction.type is discord.InteractionType.modal_submit:
            await sent(interaction)

    async def on_message(self, message: discord.Message) -> None:
        """Speeches by mention or in ordinary messages; everything else is nobody's business."""
        if message.author.bot or message.guild is None or not self.seen.first(message.id):
            return
        await heard(self, message)

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """An edited part of a speech is that part."""
        message = payload.message
        if self.options.message_content and not message.author.bot and message.guild is not None:
            await heard(self, message)

    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """A debate ends with its thread."""
        if self._service is not None:
            state = await persist(partial(self._service.debate_in, str(payload.thread_id)))
            if state is not None:
                await self.stage.abandon(state)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Removed from a server: its data is deleted after a while, unless the bot is invited again."""
        if self._service is not None:
            await self._service.guilds.left(str(guild.id), self.now())

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Invited, perhaps again."""
        if self._service is not None:
            await self._service.guilds.returned(str(guild.id))

    async def on_error(self, event_method: str, /, *_: object, **__: object) -> None:
        """An unexpected error in an event: logged under a short id, without what people wrote."""
        error = sys.exc_info()[1]
        if error is not None and cut_off(error):
            log.warning("the event %s was cut off (%s)", event_method, type(error).__name__)
        elif error is not None:
            log.error("the event %s failed (id %s)", event_method, record(error))
            if self.options.metrics is not None:
                self.options.metrics.failed()

    async def close(self) -> None:
        """Let the work in hand end, then disconnect."""
        if not self.is_closed() and hasattr(self, "stage"):
            if self._restoring is not None:
                self._restoring.cancel()
                await asyncio.wait({self._restoring}, timeout=UNDO_SECONDS)
            if self._upkeep is not None:
                await self._upkeep.stop()
            await self.stage.stop()
        await super().close()


class ShardedDebateClient(DebateClient, discord.AutoShardedClient):
    """The same over several connections, where this process has more than one shard."""


def client_of(
    service: DebateService | None, options: Options, clock: Callable[[], datetime] = discord.utils.utcnow
) -> DebateClient:
    """The client with as many connections as the options ask for."""
    return (ShardedDebateClient if options.shards.several else DebateClient)(service, options, clock)
