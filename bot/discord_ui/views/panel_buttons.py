"""What the buttons of panels and speeches do: each is the command of the same name."""

from __future__ import annotations

from bot.debate.words import Side
from bot.discord_ui.cogs import debates, moderation
from bot.discord_ui.context import Act, debate_here, within
from bot.discord_ui.reply import defer, say
from bot.discord_ui.speeches import passages
from bot.discord_ui.views.press import pressed

_MINUTE = 60


@pressed("join")
async def join(interaction: Act, debate_id: str, side: str) -> None:
    """Take a side."""
    await defer(interaction)
    await debates.join(interaction, await debate_here(interaction, debate_id), Side(side))


@pressed("leave")
async def leave(interaction: Act, debate_id: str, _: str) -> None:
    """Give up one's seat."""
    await defer(interaction)
    await debates.leave(interaction, await debate_here(interaction, debate_id))


@pressed("prep")
async def prep(interaction: Act, debate_id: str, what: str) -> None:
    """Begin or end spending prep time."""
    await defer(interaction)
    await debates.prep(interaction, await debate_here(interaction, debate_id), what)


@pressed("start")
async def start(interaction: Act, debate_id: str, _: str) -> None:
    """Start the debate."""
    await defer(interaction)
    await moderation.start(interaction, await debate_here(interaction, debate_id))


@pressed("pause")
async def pause(interaction: Act, debate_id: str, _: str) -> None:
    """Stop every clock."""
    await defer(interaction)
    await moderation.pause(interaction, await debate_here(interaction, debate_id))


@pressed("resume")
async def resume(interaction: Act, debate_id: str, _: str) -> None:
    """Go on."""
    await defer(interaction)
    await moderation.resume(interaction, await debate_here(interaction, debate_id))


@pressed("skip")
async def skip(interaction: Act, debate_id: str, turn: str) -> None:
    """Pass over the turn that the button was made for."""
    await defer(interaction)
    await moderation.skip(interaction, await debate_here(interaction, debate_id), int(turn))


@pressed("extend")
async def extend(interaction: Act, debate_id: str, _: str) -> None:
    """One minute more."""
    await defer(interaction)
    await moderation.extend(interaction, await debate_here(interaction, debate_id), _MINUTE)


@pressed("end")
async def end(interaction: Act, debate_id: str, _: str) -> None:
    """Close the debate."""
    await defer(interaction)
    await moderation.end(interaction, await debate_here(interaction, debate_id))


@pressed("record")
async def record(interaction: Act, debate_id: str, _: str) -> None:
    """Who did what, and why."""
    await defer(interaction)
    await debates.send_record(interaction, await debate_here(interaction, debate_id))


@pressed("again")
async def again(interaction: Act, debate_id: str, _: str) -> None:
    """Another try at a speech that could not be prepared; nothing happens where it is not due."""
    await defer(interaction)
    interaction.client.stage.rehearse(await debate_here(interaction, debate_id))
    await say(interaction, "I try again.")


@pressed("passages")
async def show_passages(interaction: Act, debate_id: str, turn: str) -> None:
    """The passages behind a speech, shown to whoever asks and nobody else."""
    await defer(interaction)
    state = await debate_here(interaction, debate_id)
    speech = next((s for s in state.speeches if s.turn == int(turn)), None)
    found = within(interaction).references(speech.citations) if speech else ()
    await say(interaction, passages(found) or "This speech cites no passages.")
