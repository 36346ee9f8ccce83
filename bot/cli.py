"""The commands: parse, call, print. Expected errors end with one line and code 1, wrong usage with code 2."""

from __future__ import annotations

import asyncio
import io
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.markup import escape

from bot.brief.model import Stance
from bot.debate.words import Level
from bot.errors import UserError
from bot.json_output import Json, draft_json, hit_json, print_json
from bot.knowledge_cli import knowledge
from bot.log_cli import backup, coach, export, restore
from bot.logs import logging_as, trace_of
from bot.progress_bar import progress_bar
from bot.settings import Settings, read_settings

T = TypeVar("T")
app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
app.add_typer(knowledge, name="knowledge")


def _console() -> Console:
    return Console(soft_wrap=not sys.stdout.isatty())


def _stdin_text(file: str) -> str:
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise UserError(f"{file} cannot be read ({(error.strerror or 'failed').lower()}): name a text file or -") from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError("the speech holds binary data: send plain UTF-8 text") from error


def _piped_speeches() -> Iterator[str]:
    """Non-blank lines of standard input; undecodable bytes are kept as U+FFFD, which the rules refuse by name."""
    for raw in sys.stdin.buffer:
        line = raw.decode("utf-8", errors="replace").strip("\r\n ")
        if line:
            yield line


@app.command()
def practice(
    format_key: Annotated[str, typer.Option("--format", help="practice, one-on-one or classroom")] = "practice",
    resume: Annotated[str | None, typer.Option(help="The id of a debate to go on with.")] = None,
    level: Annotated[Level, typer.Option(help="How hard the bot presses; a resumed debate keeps its own.")] = Level.VARSITY,
    as_json: Json = False,
) -> None:
    """Debate in the terminal; reads one speech a line when standard input is not a terminal."""
    settings = read_settings()
    raise typer.Exit(asyncio.run(_practice(settings, format_key, resume, level, as_json)))


async def _practice(settings: Settings, format_key: str, resume: str | None, level: Level, as_json: bool) -> int:
    from bot.bootstrap import brief_of, samples_of, service_for
    from bot.terminal_ui.practice import Practice, typed_speeches

    console = _console()
    with progress_bar() as progress:
        async with service_for(settings, progress) as service:
            sitting = Practice(service, console, as_json=as_json, echo=not sys.stdin.isatty())
            if sys.stdin.isatty():
                return await sitting.run(typed_speeches(console), format_key, resume, level)
            lines = list(_piped_speeches())
            if not lines and resume is None:
                lines = samples_of(brief_of(settings))
            return await sitting.run(lines, format_key, resume, level)


@app.command()
def rebut(
    file: Annotated[str, typer.Argument(help="A text file with one speech, or - for standard input.")] = "-",
    as_json: Json = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show why each move was made or left out.")] = False,
) -> None:
    """Answer one opponent speech."""
    settings = read_settings()
    draft, references = asyncio.run(_rebut(settings, _stdin_text(file)))
    if as_json:
        print_json(draft_json(draft))
        return
    console = _console()
    console.print(escape(draft.text), highlight=False)
    console.print()
    if explain:
        for c in draft.choices:
            point = "" if c.point is None else f" point {c.point + 1}"
            mark = "+" if c.taken else "-"
            line = f"{mark} {c.kind.value}{point} {c.paragraph or c.key or ''} ({c.words} words): {c.reason}"
            console.print(escape(line), highlight=False)
        console.print()
    for line in references:
        console.print(f"[dim]{escape(line)}[/dim]", highlight=False)


async def _rebut(settings: Settings, text: str) -> tuple[Any, list[str]]:
    from bot.bootstrap import brief_of, speaker_for, utc_now
    from bot.debate.formats import format_named
    from bot.debate.record import Speech
    from bot.debate.rules import speech_text
    from bot.debate.words import Side, SpeechKind
    from bot.speech.request import SpeechRequest

    spoken = speech_text(text)
    brief = brief_of(settings)
    side = Side(brief.motion.bot_side)
    heard = Speech(0, side.other, SpeechKind.REBUTTAL, "opponent", spoken, utc_now())
    words = format_named("practice").turns[0].words
    with progress_bar() as progress:
        async with speaker_for(settings, brief, progress) as (speaker, _):
            draft = await speaker.answer(SpeechRequest(side, SpeechKind.REBUTTAL, words, (heard,)))
    lines = []
    for c in draft.citations:
        source = brief.sources[c.source]
        address = source.addresses[0] if source.addresses else ""
        lines.append(f"[{c.marker}] {source.byline}, {source.title}, {c.locator} ({c.passage}) {address}".rstrip())
    return draft, lines


@app.command()
def lookup(
    query: str,
    as_json: Json = False,
    limit: Annotated[int, typer.Option(min=1, max=50)] = 5,
    stance: Annotated[Stance | None, typer.Option(help="for, against or neutral")] = None,
    source: Annotated[str | None, typer.Option(help="Search one source only.")] = None,
) -> None:
    """Find the passages that bear on a claim or question."""
    from bot.bootstrap import brief_of, encoder_of, retriever_of

    settings = read_settings()
    brief = brief_of(settings)
    if source is not None and source not in brief.sources:
        raise UserError(f"there is no source `{source}`: see `debatebot knowledge list`")
    with progress_bar() as progress:
        retriever = retriever_of(settings, brief, encoder_of(settings, progress), progress)
    found = retriever.search(query, limit=limit, stance=stance, source=source)
    hits = [hit_json(hit, brief) for hit in found.hits]
    if as_json:
        print_json({"query": query, "found": found.found, "hits": hits})
        return
    console = _console()
    if not found.found:
        console.print("That is not in my sources.")
    for n, data in enumerate(hits, start=1):
        record = brief.sources[str(data["source"])]
        address = f"\n   {record.addresses[0]}" if record.addresses else ""
        console.print(f"[bold]{n}. {escape(record.title)}[/bold], {escape(str(data['locator']))}", highlight=False)
        console.print(f"   {escape(str(data['text']))}", highlight=False)
        if data["correction"]:
            console.print(f"   [yellow]Correction:[/yellow] {escape(str(data['correction']))}", highlight=False)
        head = f"{data['passage']}, {data['kind']}, {data['stance']} the motion, {data['wording']}"
        console.print(f"   [dim]{escape(head + address)}[/dim]", highlight=False)


@app.command()
def evaluate(
    folder: Path,
    as_json: Json = False,
    split: Annotated[str, typer.Option(help="Which qrels/SPLIT.tsv to judge by.")] = "test",
) -> None:
    """Measure retrieval on a BEIR folder (without corpus.jsonl: on the brief's own passages)."""
    from bot.bootstrap import brief_of, encoder_of
    from bot.retrieval.evaluate import evaluate as measure

    settings = read_settings()
    with progress_bar() as progress:
        encoder = encoder_of(settings, progress)
        report = measure(folder, split, brief_of(settings), encoder, settings.index_dir, progress)
    if as_json:
        print_json(report.to_json())
    else:
        print(report.table())  # noqa: T201


app.command()(export)
app.command()(coach)


@app.command()
def run() -> None:
    """Run the Discord bot until it is stopped."""
    from bot.bootstrap import run_discord

    settings = read_settings()
    with logging_as(settings.log_format, settings.log_level), progress_bar() as progress:
        asyncio.run(run_discord(settings, progress))


@app.command()
def sync(
    guild: Annotated[int | None, typer.Option(help="Register in this server only; at once, for trying things out.")] = None,
) -> None:
    """Register the slash commands with Discord; needed once, and again when the commands change."""
    from bot.bootstrap import sync_discord

    names = asyncio.run(sync_discord(read_settings(), guild))
    where = "every server" if guild is None else f"server {guild}"
    print(f"registered in {where}: {', '.join(names)}")  # noqa: T201


app.command()(backup)
app.command()(restore)


@app.command()
def doctor() -> None:
    """Say what is wrong with this installation and how to mend it."""
    from bot.examination import examine, examine_discord

    settings = read_settings()
    findings = [*((name, fault, "") for name, fault in asyncio.run(examine(settings))), *examine_discord(settings)]
    for name, fault, note in findings:
        more = fault or note
        print(f"{'ok  ' if fault is None else 'FAIL'} {name}{': ' + more if more else ''}")  # noqa: T201
    if any(fault for _, fault, _ in findings):
        raise typer.Exit(1)


def main() -> None:
    """The console script: every error that is expected ends in one line, every other one in a short id."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app()
    except UserError as error:
        sys.exit(_fail(" ".join(str(error).split())))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except Exception as error:
        sys.exit(_fail(_record_unexpected(error)))


def _record_unexpected(error: Exception) -> str:
    """Write the trace to a file, never to the user, and without the message; the line says under which id it is found."""
    short = secrets.token_hex(4)
    trace = "\n".join((short, *trace_of(error), "\n"))
    try:
        folder = read_settings().data_dir
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "errors.log").open("a", encoding="utf-8") as log:
            log.write(trace)
    except (OSError, UserError):
        return f"something unexpected went wrong (id {short}) and could not be logged: check DATA_DIR"
    return f"something unexpected went wrong (id {short}): please report it with {folder / 'errors.log'}"


def _fail(line: str) -> int:
    print(f"error: {line}", file=sys.stderr)  # noqa: T201
    return 1
