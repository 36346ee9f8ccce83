"""The buttons and forms of a ballot: one form for each side, one for the decision."""

from __future__ import annotations

import discord

from bot.debate.words import Side
from bot.discord_ui.ballot_text import read_marks, refused_marks, typed_mark
from bot.discord_ui.cogs import scoring
from bot.discord_ui.context import Act, debate_here, glance, me, within
from bot.discord_ui.door import sentence
from bot.discord_ui.present import clip, escape, unlinked
from bot.discord_ui.reply import defer, say
from bot.discord_ui.views.forms import filled, form, pick, text
from bot.discord_ui.views.press import pressed
from bot.errors import UserError

_MOST = 1500


@pressed("ballot")
async def ballot(interaction: Act, debate_id: str, _: str) -> None:
    """The judge's own ballot."""
    await defer(interaction)
    await scoring.show_ballot(interaction, await debate_here(interaction, debate_id))


@pressed("score-side")
async def score_side(interaction: Act, debate_id: str, side: str) -> None:
    """The form for one side, with what is in the draft already."""
    rubric = await glance(within(interaction).ballots.rubric(debate_id))
    known = await glance(scoring.own_ballot(interaction, debate_id))
    fields = []
    for criterion in rubric.criteria:
        mark = known.scores.get((Side(side), criterion.key)) if known else None
        low = f"{criterion.low:g}-{criterion.high:g}"
        fields.append(
            text(
                criterion.key,
                f"{clip(criterion.name, 30)} ({low})",
                description=criterion.description,
                placeholder=f"{criterion.high:g}: your reason",
                default=typed_mark(mark),
                required=False,
                most=_MOST,
            )
        )
    await interaction.response.send_modal(form("side", debate_id, f"The {side}", *fields, detail=side))


@filled("side")
async def side_sent(interaction: Act, debate_id: str, side: str, values: dict[str, str]) -> None:
    """Keep what can be read of a side's form, and give back the rest."""
    await defer(interaction)
    service = within(interaction)
    state = await debate_here(interaction, debate_id)
    typed = read_marks(await service.ballots.rubric(debate_id), Side(side), values)
    if typed.marks:
        await service.ballots.draft(debate_id, me(interaction), scores=typed.marks)
    await scoring.show_ballot(interaction, state, refused_marks(typed))


@pressed("decide")
async def decide(interaction: Act, debate_id: str, _: str) -> None:
    """The form for the decision."""
    known = await glance(scoring.own_ballot(interaction, debate_id))
    winner = known.winner if known else None
    options = [discord.SelectOption(label=s.capitalize(), value=s.value, default=s is winner) for s in Side]
    reason = text("reason", "Reason for decision", default=known.reason if known else "", most=_MOST)
    await interaction.response.send_modal(
        form("decision", debate_id, "Your decision", pick("winner", "Who won?", options), reason)
    )


@filled("decision")
async def decision_sent(interaction: Act, debate_id: str, _: str, values: dict[str, str]) -> None:
    """Keep the decision; one that is refused is given back."""
    await defer(interaction)
    state = await debate_here(interaction, debate_id)
    try:
        winner, reason = Side(values["winner"]), values.get("reason", "")
        await within(interaction).ballots.draft(debate_id, me(interaction), winner=winner, reason=reason)
    except UserError as error:
        await say(interaction, f"⚠ {unlinked(sentence(error))} You typed:\n> {escape(values.get('reason', ''))}")
        return
    await scoring.show_ballot(interaction, state)


@pressed("submit")
async def submit(interaction: Act, debate_id: str, _: str) -> None:
    """Submit the ballot."""
    await defer(interaction)
    await scoring.submit(interaction, await debate_here(interaction, debate_id))


@pressed("low-point")
async def low_point(interaction: Act, debate_id: str, _: str) -> None:
    """The form that asks why the winner has fewer points."""
    why = text("why", "Why does the side with fewer points win?", most=_MOST)
    await interaction.response.send_modal(form("low-point", debate_id, "A low-point win", why))


@filled("low-point")
async def low_point_sent(interaction: Act, debate_id: str, _: str, values: dict[str, str]) -> None:
    """Submit the ballot with that reason."""
    await defer(interaction)
    await scoring.submit(interaction, await debate_here(interaction, debate_id), values.get("why", ""))


@pressed("confirm")
async def confirm(interaction: Act, debate_id: str, _: str) -> None:
    """Confirm the ballot."""
    await defer(interaction)
    await scoring.confirm(interaction, await debate_here(interaction, debate_id))


@pressed("reasons")
async def reasons(interaction: Act, debate_id: str, _: str) -> None:
    """The judges' reasons."""
    await defer(interaction)
    await scoring.send_reasons(interaction, await debate_here(interaction, debate_id))
