"""The buttons and forms of settings and privacy, and the panel's flow sheet."""

from __future__ import annotations

from bot.debate.errors import NotAllowedError
from bot.discord_ui.cogs import people, reports, settings
from bot.discord_ui.context import Act, debate_here, me
from bot.discord_ui.pace import Work
from bot.discord_ui.reply import defer
from bot.discord_ui.views.forms import filled
from bot.discord_ui.views.press import pressed


@pressed("forget")
async def forget(interaction: Act, person: str, _: str) -> None:
    """Delete the data of whoever asked for it, and of nobody else."""
    await defer(interaction)
    if person != me(interaction):
        raise NotAllowedError("only the person concerned deletes this data: use /privacy delete yourself")
    await people.forget(interaction)


@filled("own-rubric")
async def own_rubric(interaction: Act, _: str, __: str, values: dict[str, str]) -> None:
    """Keep the server's own rubric."""
    await settings.admin(interaction)
    await settings.put(interaction, "own_rubric", values.get("rubric", ""))


@pressed("flow")
async def flow(interaction: Act, debate_id: str, _: str) -> None:
    """The flow sheet."""
    await defer(interaction)
    interaction.client.pace.spend(interaction.user.id, Work.REPORT)
    await reports.send_flow(interaction, await debate_here(interaction, debate_id))
