"""/flow, /coach and /export: a debate as a picture, as advice, as a page or a file."""

from __future__ import annotations

import io
from typing import Literal

import discord
from discord import app_commands

from bot.debate.state import DebateState
from bot.discord_ui import limits
from bot.discord_ui.cogs.suggestions import recent_debates
from bot.discord_ui.context import Act, begin, debate_here, guild_of, within
from bot.discord_ui.pace import Work
from bot.discord_ui.present import clip, escape
from bot.discord_ui.reply import say
from bot.reports.coaching import coaching_markdown
from bot.reports.debate_page import debate_page
from bot.reports.flow_columns import flow_columns
from bot.reports.flow_page import flow_page
from bot.reports.flow_picture import flow_alt, flow_png
from bot.reports.judging import Judging, judging_of
from bot.reports.tables import as_csv
from bot.reports.transcript import as_json, as_markdown
from bot.service import BOT

Form = Literal["md", "json", "csv", "html"]
WHICH = "The debate's id; the one of this thread, if empty."


async def send_flow(interaction: Act, state: DebateState) -> None:
    """The flow sheet as a picture and as a page that needs no script."""
    flow = flow_columns(state)
    picture = await interaction.client.draw(flow_png, flow)
    page = await interaction.client.draw(flow_page, state)
    files = [
        discord.File(io.BytesIO(picture), f"flow-{state.id}.png", description=clip(flow_alt(flow), limits.ALT_TEXT)),
        discord.File(io.BytesIO(page.encode()), f"flow-{state.id}.html", description="The flow sheet as a page."),
    ]
    await say(interaction, f"The flow sheet of debate `{state.id}`: answers beside the points they meet.", files=files)


async def judging_for_all(interaction: Act, state: DebateState) -> Judging | None:
    """The judging as everybody may read it; None before the release."""
    service = within(interaction)
    ballots = await service.ballots.of(state.id, BOT)
    rubric = await service.ballots.rubric(state.id)
    return judging_of(state, rubric, ballots, await service.ballots.release_of(state.id))


async def send_export(interaction: Act, state: DebateState, form: str) -> None:
    """The debate as a file, with its record and, once released, its ballots."""
    service = within(interaction)
    judging, actions = await judging_for_all(interaction, state), await service.actions(state.id)
    language = (await service.guilds.settings(guild_of(interaction))).date_language
    if form == "json":
        text = as_json(state, judging, actions)
    elif form == "csv":
        text = as_csv(state)
    elif form == "html":
        text = await interaction.client.draw(debate_page, state, service.references, judging, actions, language)
    else:
        text = as_markdown(state, service.references, judging, actions, language)
    file = discord.File(io.BytesIO(text.encode()), f"debate-{state.id}.{form}", description=f"Debate {state.id} as {form}.")
    await say(interaction, f"Debate `{state.id}` is attached.", files=[file])


@app_commands.command(name="flow", description="See which points were answered, turned, conceded or dropped.")
@app_commands.guild_only()
@app_commands.describe(debate=WHICH)
@app_commands.autocomplete(debate=recent_debates)
async def flow(interaction: Act, debate: str = "") -> None:
    """Show the flow sheet."""
    await begin(interaction, work=Work.REPORT)
    await send_flow(interaction, await debate_here(interaction, debate))


@app_commands.command(name="coach", description="See what to learn from a debate: what you dropped and what to prepare.")
@app_commands.guild_only()
@app_commands.describe(debate=WHICH)
@app_commands.autocomplete(debate=recent_debates)
async def coach(interaction: Act, debate: str = "") -> None:
    """Show the coaching to whoever asks, and to nobody else."""
    await begin(interaction, work=Work.REPORT)
    state = await debate_here(interaction, debate)
    await say(interaction, coaching_markdown(await within(interaction).coach(state.id), escape))


@app_commands.command(name="export", description="Get a debate as a file.")
@app_commands.guild_only()
@app_commands.describe(form="The kind of file.", debate=WHICH)
@app_commands.rename(form="format")
@app_commands.autocomplete(debate=recent_debates)
async def export(interaction: Act, form: Form = "md", debate: str = "") -> None:
    """Export a debate."""
    await begin(interaction, work=Work.REPORT)
    await send_export(interaction, await debate_here(interaction, debate), form)
