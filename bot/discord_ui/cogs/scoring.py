"""/score: ballots by judges, results by moderators. The bot keeps the rules and never scores."""

from __future__ import annotations

import io
import logging
from typing import Literal

import discord
from discord import app_commands
from discord.utils import MISSING

from bot.debate.ballots import Ballot
from bot.debate.errors import LowPointWinError
from bot.debate.permissions import Action, require
from bot.debate.results import Result
from bot.debate.rubrics import Rubric
from bot.debate.state import DebateState, Role
from bot.debate.words import Side
from bot.discord_ui import limits
from bot.discord_ui.ballot_text import published, sheet
from bot.discord_ui.cogs.reports import judging_for_all
from bot.discord_ui.cogs.suggestions import recent_debates
from bot.discord_ui.context import Act, begin, debate_here, is_staff, key, me, within
from bot.discord_ui.door import sentence
from bot.discord_ui.present import NOBODY, clip, escape, one_line, split, unlinked
from bot.discord_ui.reply import say
from bot.discord_ui.views.press import button, view_of
from bot.reports.score_chart import score_alt, score_png
from bot.service import BOT

log = logging.getLogger(__name__)
WHICH = "The debate's id; the one of this thread, if empty."


async def show_ballot(interaction: Act, state: DebateState, before: str = "") -> None:
    """The judge's own ballot with the buttons that fill it in."""
    service = within(interaction)
    rubric = await service.ballots.rubric(state.id)
    ballot = await own_ballot(interaction, state.id)
    if ballot is None:
        # Whoever may not judge here is told so now, and not after writing.
        require(state, me(interaction), Action.JUDGE)
    text = "\n\n".join(part for part in (before, sheet(state, rubric, ballot)) if part)
    await say(interaction, text, view=ballot_buttons(state))


def ballot_buttons(state: DebateState) -> discord.ui.View:
    """What a judge can do with the own ballot."""
    primary, success = discord.ButtonStyle.primary, discord.ButtonStyle.success
    return view_of(
        *(button("score-side", state.id, f"Score the {side}", detail=side.value, style=primary, row=0) for side in Side),
        button("decide", state.id, "Decision", style=primary, row=0),
        button("submit", state.id, "Submit", row=1),
        button("confirm", state.id, "Confirm", style=success, row=1),
    )


async def own_ballot(interaction: Act, debate_id: str) -> Ballot | None:
    """The newest version of the judge's own ballot."""
    ballots = await within(interaction).ballots.of(debate_id, me(interaction))
    return next((b for b in reversed(ballots) if b.judge == me(interaction)), None)


async def submit(interaction: Act, state: DebateState, low_point_reason: str = "") -> None:
    """The judge's draft is submitted; a win with fewer points asks for its reason first."""
    try:
        await within(interaction).ballots.submit(
            state.id, me(interaction), low_point_reason=low_point_reason, key=key(interaction)
        )
    except LowPointWinError as error:
        explain = button("low-point", state.id, "Confirm with a reason", style=discord.ButtonStyle.danger)
        await say(interaction, f"⚠ {unlinked(sentence(error))}", view=view_of(explain))
        return
    await show_ballot(interaction, state, "Submitted. Read it once more, then press *Confirm*: only confirmed ballots count.")


async def confirm(interaction: Act, state: DebateState) -> None:
    """The judge's submitted ballot counts from now on."""
    ballot = await within(interaction).ballots.confirm(state.id, me(interaction), key=key(interaction))
    counts = "It does not count, being a trainee's." if ballot.trainee else "It counts."
    await say(interaction, f"Your ballot, version {ballot.version}, is confirmed. {counts}")


async def release(interaction: Act, state: DebateState, casting: Side | None, reason: str, without_missing: bool) -> None:
    """Publish the result with its chart and give every debater the judges' reasons."""
    service = within(interaction)
    result = await service.ballots.release(
        state.id,
        me(interaction),
        casting=casting,
        reason=reason,
        without_missing=without_missing,
        staff=await is_staff(interaction),
        key=key(interaction),
    )
    state = await service.state(state.id)
    rubric = await service.ballots.rubric(state.id)
    await publish(interaction, state, result)
    await deliver_reasons(interaction, state, rubric)
    await interaction.client.stage.changed(state)
    await say(interaction, "The result is out, and the debaters have their judges' reasons.")


async def publish(interaction: Act, state: DebateState, result: Result) -> None:
    """The result in the thread: what the panel decided, how far it agreed, and the chart."""
    parts = split("\n".join(["## Result", *map(escape, result.lines)]))
    view = view_of(button("reasons", state.id, "The judges' reasons", style=discord.ButtonStyle.primary))
    channel, chart = interaction.client.stage.channel(state), await score_chart(interaction, state)
    for number, part in enumerate(parts, start=1):
        last = number == len(parts)
        await channel.send(
            part, view=view if last else MISSING, file=chart if last and chart else MISSING, allowed_mentions=NOBODY
        )


async def score_chart(interaction: Act, state: DebateState) -> discord.File | None:
    """The scores as a picture, with what it shows in words."""
    judging = await judging_for_all(interaction, state)
    if judging is None:
        return None
    picture = await interaction.client.draw(score_png, state, judging)
    alt = clip(score_alt(state, judging), limits.ALT_TEXT)
    return discord.File(io.BytesIO(picture), f"scores-{state.id}.png", description=alt)


async def deliver_reasons(interaction: Act, state: DebateState, rubric: Rubric) -> None:
    """Send the reasons to every debater; who takes no messages is called in the thread, where the button has them."""
    ballots = await within(interaction).ballots.of(state.id, BOT)
    text = f"The judges' reasons in debate {state.id}, *{one_line(state.motion, 200)}*\n\n{published(state, rubric, ballots)}"
    closed = []
    for person in state.people(Role.DEBATER):
        try:
            user = await interaction.client.fetch_user(int(person.name))
            for part in split(text):
                await user.send(part, allowed_mentions=NOBODY)
        except discord.HTTPException as error:
            log.info("the reasons of %s could not be sent to a debater (%s)", state.id, error.status)
            closed.append(person.name)
    if closed:
        called = " ".join(f"<@{name}>" for name in closed)
        await interaction.client.stage.tell(state, f"{called} Press *The judges' reasons* above to read yours.", ping=closed)


async def send_reasons(interaction: Act, state: DebateState) -> None:
    """Every ballot that this person may read, with its reasons."""
    service = within(interaction)
    ballots = await service.ballots.of(state.id, me(interaction), staff=await is_staff(interaction))
    rubric = await service.ballots.rubric(state.id)
    await say(interaction, published(state, rubric, ballots) or "There are no ballots that you may read yet.")


async def send_status(interaction: Act, state: DebateState) -> None:
    """Where the judging stands: for moderators and, after the release, for everybody."""
    service = within(interaction)
    result = await service.ballots.result(state.id, me(interaction), staff=await is_staff(interaction))
    await say(interaction, "\n".join([f"**Judging of debate {state.id}**", *map(escape, result.lines)]))


class Scoring(app_commands.Group):
    """Ballots and results."""

    def __init__(self) -> None:
        super().__init__(name="score", description="Judge a debate and release the result.", guild_only=True)

    @app_commands.command(name="ballot", description="Fill in your ballot: a score and a reason for each criterion (judges).")
    @app_commands.describe(debate=WHICH)
    @app_commands.autocomplete(debate=recent_debates)
    async def ballot(self, interaction: Act, debate: str = "") -> None:
        """Show the ballot and its forms."""
        await begin(interaction)
        await show_ballot(interaction, await debate_here(interaction, debate))

    @app_commands.command(name="submit", description="Submit your ballot when it is complete (judges).")
    @app_commands.describe(debate=WHICH, low_point_reason="Why your winner has fewer points, if that is so.")
    @app_commands.autocomplete(debate=recent_debates)
    async def submit(self, interaction: Act, debate: str = "", low_point_reason: app_commands.Range[str, 0, 1000] = "") -> None:
        """Submit the ballot."""
        await begin(interaction)
        await submit(interaction, await debate_here(interaction, debate), low_point_reason)

    @app_commands.command(name="confirm", description="Confirm your submitted ballot: from then on it counts (judges).")
    @app_commands.describe(debate=WHICH)
    @app_commands.autocomplete(debate=recent_debates)
    async def confirm(self, interaction: Act, debate: str = "") -> None:
        """Confirm the ballot."""
        await begin(interaction)
        await confirm(interaction, await debate_here(interaction, debate))

    @app_commands.command(name="release", description="Publish the result and send the reasons to the debaters (moderators).")
    @app_commands.describe(
        debate=WHICH,
        casting="Your vote, if the panel is evenly split.",
        reason="Why you vote so; needed for a casting vote.",
        without_missing="Release although ballots are missing.",
    )
    @app_commands.autocomplete(debate=recent_debates)
    async def release(
        self,
        interaction: Act,
        debate: str = "",
        casting: Literal["proposition", "opposition"] | None = None,
        reason: app_commands.Range[str, 0, 1000] = "",
        without_missing: bool = False,
    ) -> None:
        """Release the result."""
        await begin(interaction)
        state = await debate_here(interaction, debate)
        await release(interaction, state, Side(casting) if casting else None, reason, without_missing)

    @app_commands.command(name="status", description="See which ballots are in, and after the release the result.")
    @app_commands.describe(debate=WHICH)
    @app_commands.autocomplete(debate=recent_debates)
    async def status(self, interaction: Act, debate: str = "") -> None:
        """Show where the judging stands."""
        await begin(interaction)
        await send_status(interaction, await debate_here(interaction, debate))

    @app_commands.command(name="reasons", description="Read the ballots that you may read, with every reason.")
    @app_commands.describe(debate=WHICH)
    @app_commands.autocomplete(debate=recent_debates)
    async def reasons(self, interaction: Act, debate: str = "") -> None:
        """Show the reasons."""
        await begin(interaction)
        await send_reasons(interaction, await debate_here(interaction, debate))
