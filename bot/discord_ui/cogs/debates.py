"""/debate: opening a debate and taking part in it."""

from __future__ import annotations

from functools import partial
from typing import Literal

import discord
from discord import app_commands

from bot.debate.formats import formats
from bot.debate.state import DebateState, Joining
from bot.debate.words import Level, Side
from bot.discord_ui import limits
from bot.discord_ui.cogs.moderation import Moderation
from bot.discord_ui.cogs.suggestions import recent_debates
from bot.discord_ui.context import Act, begin, debate_here, display, guild_of, is_staff, key, me, require_staff, within
from bot.discord_ui.present import NOBODY, clip, one_line
from bot.discord_ui.reply import say

FORMATS = [
    app_commands.Choice(name=clip(f"{f.name}: {f.description}", limits.CHOICE_NAME), value=f.key) for f in formats().values()
]
LEVELS = [app_commands.Choice(name=level.value.capitalize(), value=level.value) for level in Level]
SideName = Literal["proposition", "opposition"]


async def open_debate(
    interaction: Act,
    format_key: str | None,
    level: str | None,
    moderator: discord.Member | None,
    opponent: Literal["bot", "people"],
    joining: Literal["open", "invited"],
    blind: bool | None,
) -> None:
    """Open a debate in a thread of its own and put its panel there."""
    service = await begin(interaction)
    await require_staff(interaction)
    channel = interaction.channel
    if not isinstance(channel, discord.TextChannel):
        await say(interaction, "Open a debate in a text channel; it gets a thread there.")
        return
    defaults = await service.guilds.settings(guild_of(interaction))
    chair = moderator or interaction.user
    state = await service.open_debate(
        me(interaction),
        format_key=format_key or defaults.default_format,
        level=Level(level) if level else defaults.default_level,
        rubric=defaults.rubric().key,
        rubric_definition=defaults.own_rubric and defaults.rubric().definition,
        guild_id=guild_of(interaction),
        moderator=str(chair.id),
        moderator_display=display(chair),
        bot=opponent == "bot",
        joining=Joining(joining),
        blind=defaults.blind if blind is None else blind,
    )
    thread = await channel.create_thread(
        name=clip(f"Debate {state.id}: {state.motion}", limits.THREAD_NAME),
        type=discord.ChannelType.public_thread,
        reason=f"debate opened by {interaction.user.id}",
    )
    state = await service.place(state.id, channel_id=str(thread.id), message_id="")
    stage = interaction.client.stage
    await stage.shown(state.id, partial(stage.put_panel, state))
    await channel.send(
        f"A debate opens in {thread.mention}: *{one_line(state.motion, 200)}* Join in there.", allowed_mentions=NOBODY
    )
    await say(
        interaction, f"Debate `{state.id}` is open in {thread.mention}. When both sides are there, start it with the panel."
    )


async def join(interaction: Act, state: DebateState, side: Side) -> None:
    """Take a side."""
    after = await within(interaction).join(
        state.id, me(interaction), side, display=display(interaction.user), key=key(interaction)
    )
    who = one_line(display(interaction.user), 80)
    await interaction.client.stage.changed(after, f"{who} joins the {side}.")
    await say(interaction, f"You debate for the {side}.")


async def leave(interaction: Act, state: DebateState) -> None:
    """Give up one's seat."""
    after = await within(interaction).leave(state.id, me(interaction), key=key(interaction))
    await interaction.client.stage.changed(after, f"{one_line(display(interaction.user), 80)} leaves the debate.")
    await say(interaction, "You have left this debate.")


async def prep(interaction: Act, state: DebateState, what: str) -> None:
    """Begin or end spending one's side's prep time."""
    service = within(interaction)
    change = service.begin_prep if what == "begin" else service.end_prep
    after = await change(state.id, me(interaction), key=key(interaction))
    word = "uses prep time" if what == "begin" else "is ready to speak"
    await interaction.client.stage.changed(after, f"{one_line(display(interaction.user), 80)} {word}.")
    await say(
        interaction, "Your turn's clock stands while prep time runs." if what == "begin" else "Your turn's clock runs again."
    )


async def discard(interaction: Act, state: DebateState) -> None:
    """Drop the parts of a speech; by their author, or by a moderator."""
    staff = await is_staff(interaction)
    after = await within(interaction).discard(state.id, me(interaction), staff=staff, key=key(interaction))
    await interaction.client.stage.changed(after, f"{one_line(display(interaction.user), 80)} starts the speech over.")
    await say(interaction, "What was gathered is dropped.")


async def send_record(interaction: Act, state: DebateState) -> None:
    """Show everything that was done in this debate, privately."""
    lines = [f"**Record of debate {state.id}**"]
    for action in await within(interaction).actions(state.id):
        when = discord.utils.format_dt(action.at, "t")
        what = " · ".join(part for part in (action.action, one_line(action.detail, 200)) if part)
        why = f" ({one_line(action.reason, 300)})" if action.reason else ""
        lines.append(f"{when} **{one_line(state.label(action.actor), 60)}**: {what}{why}")
    for speech in state.speeches:
        struck = ", struck" if speech.struck else ""
        when = discord.utils.format_dt(speech.delivered_at, "t")
        lines.append(f"{when} speech {speech.turn + 1} by {one_line(state.label(speech.speaker), 60)} ({speech.side}{struck})")
    await say(interaction, "\n".join(lines))


class Debates(app_commands.Group):
    """Moderated debates, each in a thread of its own."""

    def __init__(self) -> None:
        super().__init__(name="debate", description="Open, join and moderate debates.", guild_only=True)
        for command in Moderation().commands:
            self.add_command(command)

    @app_commands.command(name="open", description="Open a debate in a new thread (moderators).")
    @app_commands.describe(
        format_key="Order and length of the speeches.",
        level="How strong I argue.",
        moderator="Who runs the debate; you, if nobody is named.",
        opponent="Debate against me, or people against people with me keeping time.",
        joining="Whether anybody may take a side or only those whom a moderator adds.",
        blind="Whether ballots stay hidden until the result is released.",
    )
    @app_commands.rename(format_key="format")
    @app_commands.choices(format_key=FORMATS, level=LEVELS)
    async def open(
        self,
        interaction: Act,
        format_key: str | None = None,
        level: str | None = None,
        moderator: discord.Member | None = None,
        opponent: Literal["bot", "people"] = "bot",
        joining: Literal["open", "invited"] = "open",
        blind: bool | None = None,
    ) -> None:
        """Open a debate."""
        await open_debate(interaction, format_key, level, moderator, opponent, joining, blind)

    @app_commands.command(name="join", description="Take a side in the debate of this thread.")
    @app_commands.describe(side="The side you want to argue for.")
    async def join(self, interaction: Act, side: SideName) -> None:
        """Take a side."""
        await begin(interaction)
        await join(interaction, await debate_here(interaction), Side(side))

    @app_commands.command(name="leave", description="Give up your seat in the debate of this thread.")
    async def leave(self, interaction: Act) -> None:
        """Give up one's seat."""
        await begin(interaction)
        await leave(interaction, await debate_here(interaction))

    @app_commands.command(name="prep", description="Begin or end using your side's prep time.")
    @app_commands.describe(what="Begin, or end it when you are ready to speak.")
    async def prep(self, interaction: Act, what: Literal["begin", "end"]) -> None:
        """Spend prep time."""
        await begin(interaction)
        await prep(interaction, await debate_here(interaction), what)

    @app_commands.command(name="discard", description="Drop what was gathered of the speech that is being given.")
    async def discard(self, interaction: Act) -> None:
        """Drop the gathered parts."""
        await begin(interaction)
        await discard(interaction, await debate_here(interaction))

    @app_commands.command(name="record", description="Show who did what in a debate, and why.")
    @app_commands.describe(debate="The debate's id; the one of this thread, if empty.")
    @app_commands.autocomplete(debate=recent_debates)
    async def record(self, interaction: Act, debate: str = "") -> None:
        """Show the record."""
        await begin(interaction)
        await send_record(interaction, await debate_here(interaction, debate))
