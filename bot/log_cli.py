"""The commands on the log: export and coach read debates, backup and restore copy it and put it back."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.errors import UserError
from bot.json_output import Json, print_json
from bot.settings import Settings, read_settings


def export(
    debate_id: Annotated[str, typer.Argument(help="The debate's id; `list` names the newest ones.")],
    form: Annotated[str, typer.Option("--format", help="md, json, csv or html")] = "md",
    table: Annotated[str, typer.Option(help="Which table as csv: points, scores or actions.")] = "points",
) -> None:
    """Write a debate to standard output."""
    if form not in ("md", "json", "csv", "html"):
        raise UserError(f"there is no format `{form}`: use md, json, csv or html")
    if table not in ("points", "scores", "actions"):
        raise UserError(f"there is no table `{table}`: use points, scores or actions")
    asyncio.run(_export(read_settings(), debate_id, form, table))


async def _export(settings: Settings, debate_id: str, form: str, table: str) -> None:
    from bot.bootstrap import brief_of, log_for, references_of
    from bot.reports.debate_page import debate_page
    from bot.reports.judging import judging_of
    from bot.reports.tables import actions_csv, as_csv, scores_csv
    from bot.reports.transcript import as_json, as_markdown
    from bot.service.ballots import rubric_for

    async with log_for(settings) as log:
        if debate_id == "list":
            for row in await log.recent():
                print(*row, sep="\t")  # noqa: T201
            return
        state = await log.load(debate_id)
        actions = await log.actions(debate_id)
        ballots, release = await log.ballots(debate_id), await log.release(debate_id)
    judging = judging_of(state, rubric_for(state), tuple(ballots), release)
    if form == "json":
        print(as_json(state, judging, actions))  # noqa: T201
    elif form == "csv":
        tables = {"points": as_csv(state), "scores": scores_csv(judging), "actions": actions_csv(actions)}
        print(tables[table], end="")  # noqa: T201
    else:
        write = debate_page if form == "html" else as_markdown
        print(write(state, references_of(brief_of(settings)), judging, actions))  # noqa: T201


def coach(
    debate_id: Annotated[str, typer.Argument(help="The debate's id; `export list` names the newest ones.")],
    as_json: Json = False,
) -> None:
    """Say what to learn from a debate: what was dropped, what to question, what to prepare and read."""
    asyncio.run(_coach(read_settings(), debate_id, as_json))


async def _coach(settings: Settings, debate_id: str, as_json: bool) -> None:
    from dataclasses import asdict

    from bot.bootstrap import brief_of, log_for
    from bot.reports.coaching import coaching_text
    from bot.service import coaching_of

    async with log_for(settings) as log:
        coaching = coaching_of(brief_of(settings), await log.load(debate_id))
    if as_json:
        print_json(asdict(coaching))
    else:
        print(coaching_text(coaching))  # noqa: T201


def backup(file: Annotated[Path, typer.Argument(help="Where the copy goes; its checksum is laid beside it.")]) -> None:
    """Copy the log to a file while the bot runs, and check the copy."""
    from bot.storage.backup import back_up, checksum_file, log_file

    digest = back_up(log_file(read_settings().log_url), file)
    print(f"the log is copied to {file} and checked; SHA-256 {digest} in {checksum_file(file)}")  # noqa: T201


def restore(file: Annotated[Path, typer.Argument(help="A copy that `debatebot backup` wrote.")]) -> None:
    """Put a copy in the log's place, once it is compared with its checksum; the log that was there is kept beside it."""
    from bot.bootstrap import log_for, utc_now
    from bot.storage.backup import log_file
    from bot.storage.backup import restore as put_back

    settings = read_settings()
    target = log_file(settings.log_url)
    kept, compared = put_back(file, target, utc_now())

    async def ready() -> int:
        async with log_for(settings) as log:
            return len(await log.recent(1_000_000))

    debates = asyncio.run(ready())
    checked = "compared with its checksum" if compared else "no checksum beside it to compare with"
    before = f"; the log before is kept as {kept}" if kept else ""
    print(f"{target} holds {debates} debates from {file} ({checked}){before}")  # noqa: T201
