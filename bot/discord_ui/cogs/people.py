"""/stats, /leaderboard and /privacy: what is known of people, and how to have it deleted."""

from __future__ import annotations

import io
import json

import discord
from discord import app_commands

from bot.discord_ui.context import Act, begin, display, guild_of, me
from bot.discord_ui.present import one_line
from bot.discord_ui.reply import defer, say
from bot.discord_ui.views.press import button, view_of

WHAT = """**What I store**
- Debates: who took which part, the speeches that you gave with their time, ballots with reasons, who moderated what and why.
- You are stored by your Discord id and the name that you had then. Nothing is read outside debates; other messages are not kept.
- Claims you look up are not stored. Nothing that you write trains any model, and no text of yours goes into my logs.
- Admins decide with `/settings retention` after how many days debates are deleted.

**What you can do**
- `/privacy export` gives you everything that is stored about you, in every server.
- `/privacy delete` deletes what you wrote and who you were; scores and results stay, without you."""


async def forget(interaction: Act) -> None:
    """Delete what this person wrote, everywhere."""
    debates = await interaction.client.service.people.forget(me(interaction))
    await say(interaction, f"Done. What you wrote and who you were is deleted from {debates} debates; scores stay without you.")


@app_commands.command(name="stats", description="See somebody's debates in this server.")
@app_commands.guild_only()
@app_commands.describe(person="Whose; yours, if nobody is named.")
async def stats(interaction: Act, person: discord.Member | None = None) -> None:
    """Show a person's record."""
    service = await begin(interaction)
    who = person or interaction.user
    found = await service.people.stats(guild_of(interaction), str(who.id))
    lines = [
        f"**{one_line(display(who), 80)}** in this server",
        f"Debates: {found.debates}, won {found.won}, lost {found.lost}",
        f"Speeches: {found.speeches} ({found.words:,} words, {found.struck} struck)",
        f"Moderated: {found.moderated}, judged: {found.judged}",
    ]
    await say(interaction, "\n".join(lines))


@app_commands.command(name="leaderboard", description="See who has won most debates in this server.")
@app_commands.guild_only()
async def leaderboard(interaction: Act) -> None:
    """Show the leaderboard."""
    service = await begin(interaction)
    found = await service.people.leaderboard(guild_of(interaction))
    lines = [f"{n}. {one_line(s.label, 60)}: {s.won} won, {s.lost} lost" for n, s in enumerate(found, start=1)]
    await say(interaction, "\n".join(["**Leaderboard**", *lines]) if lines else "No result has been released here yet.")


class Privacy(app_commands.Group):
    """Everybody's rights over the own data; works in direct messages, too."""

    def __init__(self) -> None:
        super().__init__(name="privacy", description="What I store about you; export or delete it.")

    @app_commands.command(name="about", description="What I store, for how long, and what you can do about it.")
    async def about(self, interaction: Act) -> None:
        """Explain."""
        await defer(interaction)
        await say(interaction, WHAT)

    @app_commands.command(name="export", description="Get everything that is stored about you, for your eyes only.")
    async def export(self, interaction: Act) -> None:
        """Export."""
        await defer(interaction)
        stored = await interaction.client.service.people.stored(me(interaction))
        text = json.dumps(stored, ensure_ascii=False, indent=2, default=str)
        file = discord.File(io.BytesIO(text.encode()), "my-data.json", description="Everything stored about you.")
        await say(interaction, "Everything that is stored about you is attached.", files=[file])

    @app_commands.command(name="delete", description="Delete what you wrote; scores stay without your name.")
    async def delete(self, interaction: Act) -> None:
        """Ask once more, then delete."""
        await defer(interaction)
        sure = button("forget", me(interaction), "Delete my data", style=discord.ButtonStyle.danger)
        await say(interaction, "This deletes every speech and reason of yours in every server, for good.", view=view_of(sure))
