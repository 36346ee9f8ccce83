"""A server with the real bot in it, without Discord: SimCord on one side, the real service and log on the other."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import discord
import simcord

from bot.brief.model import Brief, Stance
from bot.debate.record import Citation, Point
from bot.debate.state import DebateState
from bot.debate.steps import OnProgress, Progress, Step
from bot.debate.words import PointKind
from bot.discord_ui.client import DebateClient, Options
from bot.discord_ui.door import root_of
from bot.errors import UserError
from bot.retrieval.retriever import Hit, Lookup
from bot.service import DebateService
from bot.speech.request import SpeechDraft, SpeechRequest
from bot.storage.database import open_database
from bot.storage.debate_log import DebateLog
from tests.discord_ui.spec import problems

SETTLE = 20.0


class FastSpeaker:
    """Says a numbered line at once, with one citation of the tiny brief; `go` holds it back, `trouble` makes it fail."""

    def __init__(self) -> None:
        self.asked: list[SpeechRequest] = []
        self.go = asyncio.Event()
        self.go.set()
        self.trouble: list[Exception] = []
        self.words = 12
        self.delay = 0.0
        # What the model computes, on a thread of its own.
        self.work: Callable[[], object] | None = None

    async def answer(self, request: SpeechRequest, progress: OnProgress | None = None) -> SpeechDraft:
        self.asked.append(request)
        number = len(self.asked)
        for step in (Step.HEARING, Step.RETRIEVING, Step.WRITING, Step.CHECKING):
            if progress is not None:
                progress(Progress(step))
        await self.go.wait()
        if self.delay:
            await asyncio.to_thread(time.sleep, self.delay)
        if self.work is not None:
            await asyncio.to_thread(self.work)
        if self.trouble:
            raise self.trouble.pop(0)
        text = " ".join(f"Word{n}" for n in range(self.words))
        return SpeechDraft(
            text=f"Answer {number}: {text} [1].",
            points=(Point(0, "Sleep helps.", PointKind.CLAIM),),
            citations=(Citation(1, "survey#hours", "survey", "p. 2"),),
            heard=(Point(0, "A point.", PointKind.CLAIM),) if request.history else (),
            conceded=(),
            dropped=(),
            writer="fake",
            checks={"cut": 0},
            seconds=0.01,
        )


class WordSearch:
    """Finds the passages that share words with a query, the most words first; none shared is a refusal."""

    def __init__(self, brief: Brief) -> None:
        self._brief = brief

    async def __call__(self, query: str, *, limit: int, stance: Stance | None, source: str | None) -> Lookup:
        words = set(query.lower().replace(".", "").split())
        shared = {p.id: len(words & set(p.text.lower().replace(".", "").split())) for p in self._brief.passages.values()}
        allowed = [
            p
            for p in self._brief.passages.values()
            if shared[p.id] and (stance is None or p.stance is stance) and (source is None or p.source == source)
        ]
        best = sorted(allowed, key=lambda p: (-shared[p.id], p.id))[:limit]
        return Lookup(query, bool(best), 0.9 if best else 0.1, tuple(Hit(p, float(shared[p.id]), 0.5, 0.5) for p in best))


@dataclass
class Elsewhere:
    """Another server."""

    guild: simcord.GuildHandle
    channel: simcord.ChannelHandle
    mod: simcord.MemberActor
    member: simcord.MemberActor


@dataclass
class World:
    """One server with a channel, its people, the bot, and another server beside it."""

    env: simcord.Env
    service: DebateService
    speaker: FastSpeaker
    options: Options
    guild: simcord.GuildHandle
    channel: simcord.ChannelHandle
    ann: simcord.MemberActor
    bob: simcord.MemberActor
    mod: simcord.MemberActor
    judge: simcord.MemberActor
    stranger: simcord.MemberActor
    expected: type[BaseException] = UserError

    @property
    def bot(self) -> DebateClient:
        """The client that runs now."""
        assert isinstance(self.env.bot, DebateClient)
        return self.env.bot

    async def second_guild(self) -> Elsewhere:
        """Another server, with a moderator, a member and a channel of its own."""
        guild = self.env.create_guild("Elsewhere")
        moderators = guild.create_role("Moderators", permissions=discord.Permissions(manage_messages=True))
        mod = guild.add_member(self.env.create_user("other-mod"), roles=[moderators])
        member = guild.add_member(self.env.create_user("other"))
        channel = guild.create_text_channel("elsewhere")
        await self.service.guilds.set(str(guild.id), "channels", str(channel.id))
        return Elsewhere(guild, channel, mod, member)

    def make_bot(self) -> DebateClient:
        """Another client on the same log, as after a restart."""
        return DebateClient(self.service, self.options, self.env.now)

    async def restart(self) -> None:
        """Stop the bot and start it again."""
        await self.bot.stage.stop()
        await self.env.restart_bot(self.make_bot())

    async def open(self, **options: Any) -> tuple[DebateState, simcord.ChannelHandle]:
        """A debate opened by the moderator, with its thread."""
        await self.mod.slash(self.channel, "debate open", **options)
        thread = self.channel.threads[-1]
        return await self.debate(thread), thread

    async def running(self, **options: Any) -> tuple[DebateState, simcord.ChannelHandle]:
        """A debate that Ann has joined for the proposition and the moderator has started."""
        state, thread = await self.open(**options)
        await self.ann.slash(thread, "debate join", side="proposition")
        await self.mod.slash(thread, "debate start")
        return await self.service.state(state.id), thread

    async def debate(self, thread: simcord.ChannelHandle) -> DebateState:
        """The debate of a thread as the log has it."""
        found = await self.service.debate_in(str(thread.id))
        assert found is not None
        return found

    def panel(self, thread: simcord.ChannelHandle) -> discord.Message:
        """The panel: the first message of a thread that has an embed."""
        return next(message for message in thread.history() if message.embeds)

    def said(self, channel: simcord.ChannelHandle) -> str:
        """Everything in a channel that everybody sees, oldest first."""
        return "\n".join(m.content for m in channel.history(viewer=self.stranger))

    async def press(self, who: simcord.MemberActor, thread: simcord.ChannelHandle, label: str) -> simcord.InteractionResult:
        """Press a button of the panel."""
        return await who.click(self.panel(thread), label=label)

    async def speak(self, who: simcord.MemberActor, thread: simcord.ChannelHandle, text: str) -> simcord.InteractionResult:
        """Give a speech through the form."""
        shown = await who.slash(thread, "speak")
        return await who.submit_modal(shown, {"speech": text})

    def unexpected(self) -> list[BaseException]:
        """What the bot raised that no user's line explains."""
        roots = [root_of(error) for error in self.env.errors]
        return [r for r in roots if not isinstance(r, UserError | discord.app_commands.AppCommandError | self.expected)]


def answer(result: simcord.InteractionResult) -> str:
    """What the user was told, all messages together; it must have been private."""
    messages = [m for m in (result.response, *result.followups) if m is not None]
    assert result.acknowledged
    assert all(message.ephemeral for message in messages)
    return "\n".join(message.content for message in messages)


@asynccontextmanager
async def world(log_url: str, brief: Brief, *, options: Options | None = None, **kept: Any) -> AsyncIterator[World]:
    """A running world with its log at `log_url`; at its end every request was valid and nothing unexpected was raised."""
    chosen = options or Options(guild_ready_timeout=0.1)
    speaker = kept.get("speaker") or FastSpeaker()
    now: list[simcord.Env] = []

    def clock() -> datetime:
        return now[0].now() if now else discord.utils.utcnow()

    async with open_database(log_url) as engine:
        service = DebateService(DebateLog(engine), speaker, brief, clock, search=WordSearch(brief), metrics=kept.get("metrics"))
        env = simcord.Env(DebateClient(service, chosen, clock), settle_timeout=SETTLE, check_errors=False)
        now.append(env)
        await env.start()
        try:
            assert isinstance(env.bot, DebateClient)
            await env.bot.tree.sync()
            made = populate(env, service, speaker, chosen)
            await service.guilds.set(str(made.guild.id), "channels", str(made.channel.id))
            yield made
            await env.settle()
            assert made.unexpected() == []
            assert problems(env.http_requests) == []
        finally:
            await env.bot.stage.stop()  # type: ignore[attr-defined]
            await env.shutdown()


def populate(env: simcord.Env, service: DebateService, speaker: FastSpeaker, options: Options) -> World:
    """The server and its people."""
    guild = env.create_guild("Study")
    allowed = discord.Permissions(manage_messages=True)
    moderators = guild.create_role("Moderators", permissions=allowed)
    mod = guild.add_member(env.create_user("mod"), roles=[moderators])
    channel = guild.create_text_channel("debates")
    ann, bob, judge, stranger = (guild.add_member(env.create_user(name)) for name in ("ann", "bob", "judge", "stranger"))
    return World(env, service, speaker, options, guild, channel, ann, bob, mod, judge, stranger)
