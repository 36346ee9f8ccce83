"""The moderator's half of /debate: each command is one change, told in the thread with who and why."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Literal

import discord
from discord import app_commands

from bot.debate.state import DebateState, Role
from bot.debate.words import Side
from bot.discord_ui.context import Act, begin, debate_here, display, is_staff, key, me, within
from bot.discord_ui.panel import until
from bot.discord_ui.present import one_line
from bot.discord_ui.reply import say

Reason = app_commands.Range[str, 0, 300]
Change = Callable[..., Awaitable[DebateState]]
WHY = "Why; it is kept in the record."
ROLES = {"debater": Role.DEBATER, "judge": Role.JUDGE, "trainee judge": Role.TRAINEE, "moderator": Role.MODERATOR}


async def moderate(
    interaction: Act, state: DebateState, change: Change, *what: Any, notice: str, reason: str = "", **more: Any
) -> DebateState:
    """Make one moderator's change and show it: the notice names who did it and why."""
    staff = await is_staff(interaction)
    after = await change(state.id, me(interaction), *what, reason=reason, staff=staff, key=key(interaction), **more)
    why = f": {one_line(reason, 300)}" if reason else "."
    who = one_line(display(interaction.user), 80)
    await interaction.client.stage.changed(after, f"{notice} by {who}{why}")
    await say(interaction, f"Done. {notice}.")
    return after


async def start(interaction: Act, state: DebateState) -> None:
    """The first turn begins."""
    await moderate(interaction, state, within(interaction).start, notice="▶ Started")


async def pause(interaction: Act, state: DebateState, reason: str = "") -> None:
    """Every clock stands."""
    await moderate(interaction, state, within(interaction).pause, notice="⏸ Paused", reason=reason)


async def resume(interaction: Act, state: DebateState, reason: str = "") -> None:
    """The clock goes on; the thread is told until when."""
    after = await moderate(interaction, state, within(interaction).resume, notice="▶ Resumed", reason=reason)
    if after.deadline is not None:
        await interaction.client.stage.tell(after, f"The turn lasts{until(after).removeprefix(',')}.")


async def skip(interaction: Act, state: DebateState, turn: int | None = None, reason: str = "") -> None:
    """The turn that is due passes; a button skips only the turn that it was made for."""
    await moderate(interaction, state, within(interaction).skip, turn=turn, notice="⏭ Turn skipped", reason=reason)


async def extend(interaction: Act, state: DebateState, seconds: int, reason: str = "") -> None:
    """The turn that is due gets more time."""
    notice = f"⏱ {seconds} seconds more given"
    after = await moderate(interaction, state, within(interaction).extend, seconds, notice=notice, reason=reason)
    await interaction.client.stage.tell(after, f"The turn lasts{until(after).removeprefix(',')}.")


async def end(interaction: Act, state: DebateState, reason: str = "") -> None:
    """The debate is closed."""
    await moderate(interaction, state, within(interaction).close, notice="⏹ Closed", reason=reason)


class Moderation(app_commands.Group):
    """The moderator's commands; they join the participants' under /debate."""

    def __init__(self) -> None:
        super().__init__(name="debate", description="Moderate debates.", guild_only=True)

    @app_commands.command(name="start", description="Start the debate of this thread (moderators).")
    async def start(self, interaction: Act) -> None:
        """Start."""
        await begin(interaction)
        await start(interaction, await debate_here(interaction))

    @app_commands.command(name="pause", description="Stop every clock of this debate for a while (moderators).")
    @app_commands.describe(reason=WHY)
    async def pause(self, interaction: Act, reason: Reason = "") -> None:
        """Pause."""
        await begin(interaction)
        await pause(interaction, await debate_here(interaction), reason)

    @app_commands.command(name="resume", description="Go on with this debate after a pause (moderators).")
    @app_commands.describe(reason=WHY)
    async def resume(self, interaction: Act, reason: Reason = "") -> None:
        """Resume."""
        await begin(interaction)
        await resume(interaction, await debate_here(interaction), reason)

    @app_commands.command(name="skip", description="Pass over the turn that is due (moderators).")
    @app_commands.describe(reason=WHY)
    async def skip(self, interaction: Act, reason: Reason = "") -> None:
        """Skip."""
        await begin(interaction)
        state = await debate_here(interaction)
        await skip(interaction, state, state.next_turn.number if state.next_turn else None, reason)

    @app_commands.command(name="extend", description="Give the turn that is due more time (moderators).")
    @app_commands.describe(seconds="How many seconds more.", reason=WHY)
    async def extend(self, interaction: Act, seconds: app_commands.Range[int, 1, 3600], reason: Reason = "") -> None:
        """Extend."""
        await begin(interaction)
        await extend(interaction, await debate_here(interaction), seconds, reason)

    @app_commands.command(name="strike", description="Strike a speech: it stays in the record but no longer counts (moderators).")
    @app_commands.describe(speech="The number of the speech, as the panel lists it.", reason=WHY)
    async def strike(self, interaction: Act, speech: app_commands.Range[int, 1, 200], reason: Reason = "") -> None:
        """Strike a speech."""
        await begin(interaction)
        state = await debate_here(interaction)
        notice = f"✂ Speech {speech} struck"
        await moderate(interaction, state, within(interaction).strike, speech - 1, notice=notice, reason=reason)

    @app_commands.command(name="warn", description="Warn somebody who takes part; it is shown and recorded (moderators).")
    @app_commands.describe(person="Whom you warn.", reason="Why; the person is told and it is kept in the record.")
    async def warn(self, interaction: Act, person: discord.Member, reason: app_commands.Range[str, 1, 300]) -> None:
        """Warn somebody."""
        await begin(interaction)
        state = await debate_here(interaction)
        notice = f"⚠ {one_line(display(person), 80)} warned"
        await moderate(interaction, state, within(interaction).warn, str(person.id), notice=notice, reason=reason)

    @app_commands.command(name="end", description="Close the debate of this thread (moderators).")
    @app_commands.describe(reason=WHY)
    async def end(self, interaction: Act, reason: Reason = "") -> None:
        """Close."""
        await begin(interaction)
        await end(interaction, await debate_here(interaction), reason)

    @app_commands.command(name="appoint", description="Make somebody a judge, trainee, debater or moderator here (moderators).")
    @app_commands.describe(person="Whom you appoint.", role="As what.", side="For a debater: which side.", reason=WHY)
    async def appoint(
        self,
        interaction: Act,
        person: discord.Member,
        role: Literal["judge", "trainee judge", "debater", "moderator"],
        side: Literal["proposition", "opposition"] | None = None,
        reason: Reason = "",
    ) -> None:
        """Appoint somebody."""
        await begin(interaction)
        state = await debate_here(interaction)
        shown = display(person)
        more = {"side": Side(side) if side else None, "display": shown}
        notice = f"👤 {one_line(shown, 80)} appointed as {role}"
        change = within(interaction).appoint
        await moderate(interaction, state, change, str(person.id), ROLES[role], notice=notice, reason=reason, **more)

    @app_commands.command(name="remove", description="Release somebody from debating or judging here (moderators).")
    @app_commands.describe(person="Whom you release.", reason=WHY)
    async def remove(self, interaction: Act, person: discord.Member, reason: Reason = "") -> None:
        """Release somebody."""
        await begin(interaction)
        state = await debate_here(interaction)
        notice = f"👤 {one_line(display(person), 80)} released"
        await moderate(interaction, state, within(interaction).remove, str(person.id), notice=notice, reason=reason)

    @app_commands.command(name="handover", description="Hand the chair of this debate to somebody else (moderators).")
    @app_commands.describe(person="Who runs the debate from now on.", reason=WHY)
    async def handover(self, interaction: Act, person: discord.Member, reason: Reason = "") -> None:
        """Hand over the chair."""
        await begin(interaction)
        state = await debate_here(interaction)
        shown = display(person)
        notice = f"👤 The chair handed to {one_line(shown, 80)}"
        change = within(interaction).hand_over
        await moderate(interaction, state, change, str(person.id), notice=notice, reason=reason, display=shown)
