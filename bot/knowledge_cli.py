"""The commands on the brief: check, list, show, add, remove, build, train."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.errors import UserError
from bot.progress_bar import progress_bar
from bot.settings import read_settings

if TYPE_CHECKING:
    from bot.brief.ingest.add import Record

knowledge = typer.Typer(no_args_is_help=True, help="Check, list, show and index what the bot knows.")


@knowledge.command("check")
def knowledge_check() -> None:
    """Validate every file of the brief; each fault names file, line and mend."""
    from bot.brief.load import check_brief, load_brief
    from bot.retrieval.adapter import FILE, read_adapter
    from bot.retrieval.lines import digest
    from bot.speech.lessons import lessons, wording_faults

    settings = read_settings()
    faults = check_brief(settings.knowledge_dir, settings.added_dir)
    brief = load_brief(settings.knowledge_dir, settings.added_dir) if not faults else None
    faults = wording_faults(brief) if brief is not None else faults
    for fault in faults:
        print(fault)  # noqa: T201
    if faults or brief is None:
        raise typer.Exit(1)
    adapter = read_adapter(settings.knowledge_dir / FILE)
    if adapter is not None and adapter.learnt != digest(lessons(brief)):
        print("the adapter learnt other lines than the brief has now: run `debatebot knowledge train` when they are final")  # noqa: T201
    counts = f"{len(brief.sources)} sources, {len(brief.passages)} passages, {len(brief.blocks)} blocks"
    print(f"the brief is sound: {counts}, {len(brief.contentions)} contentions")  # noqa: T201


@knowledge.command("list")
def knowledge_list() -> None:
    """List the sources."""
    from bot.bootstrap import brief_of

    brief = brief_of(read_settings())
    for source in brief.sources.values():
        passages = len(brief.passages_of(source.key))
        print(f"{source.key:18} {source.stance:8} {passages:3} passages  {source.title}")  # noqa: T201


@knowledge.command("show")
def knowledge_show(key: str) -> None:
    """Show one source with its passages, or one block or contention by its key."""
    from bot.bootstrap import brief_of

    brief = brief_of(read_settings())
    owner = brief.sources.get(key) or brief.blocks.get(key) or brief.contentions.get(key)
    if owner is None:
        raise UserError(f"nothing in the brief is called `{key}`: see `debatebot knowledge list`")
    print(owner.file.read_text(encoding="utf-8"))  # noqa: T201


@knowledge.command("add")
def knowledge_add(
    file: Annotated[Path, typer.Argument(help="A .txt, .md, .html or .pdf file.")],
    key: Annotated[str, typer.Option("--key", help="The short name that citations use, such as smith-2020.")],
    title: Annotated[str, typer.Option(help="Its title.")] = "",
    author: Annotated[list[str] | None, typer.Option(help="An author; repeat it for each.")] = None,
    date: Annotated[str, typer.Option(help="YYYY, YYYY-MM or YYYY-MM-DD.")] = "",
    venue: Annotated[str, typer.Option(help="Where it appeared.")] = "",
    address: Annotated[list[str] | None, typer.Option(help="Where it can be opened; repeat it for each.")] = None,
    stance: Annotated[str, typer.Option(help="for, against or neutral, seen from the motion")] = "",
    note: Annotated[str, typer.Option(help="A remark for readers.")] = "",
    copy_of: Annotated[str, typer.Option(help="The source that the brief paraphrases and whose text this is.")] = "",
) -> None:
    """Add your own document to the brief; what is not given is asked for at a terminal, else taken from the document."""
    from bot.bootstrap import brief_of
    from bot.brief.ingest.add import Record, add, check_key, with_defaults
    from bot.brief.ingest.extract import extract

    settings = read_settings()
    brief = brief_of(settings)
    record = Record(key, title, tuple(author or ()), date, venue, tuple(address or ()), stance, note, copy_of)
    check_key(brief, record)
    extracted = extract(file)
    if extracted.encoding:
        print(f"read as {extracted.encoding}, not UTF-8: look at the accents with `debatebot knowledge show {key}`")  # noqa: T201
    full = with_defaults(record, extracted, brief.sources.get(copy_of))
    if sys.stdin.isatty():
        full = _asked(record, full)
    for name in ("title", "authors", "date"):
        value = getattr(full, name)
        if value and not getattr(record, name):
            print(f"{name}: {value if isinstance(value, str) else ', '.join(value)} (not given: taken from the document)")  # noqa: T201
    added = add(brief, settings.added_dir, full, extracted)
    passages = brief_of(settings).passages_of(key)
    print(f"added {len(passages)} passages as {key} ({passages[0].locator} to {passages[-1].locator}) in {added}")  # noqa: T201


def _asked(given: Record, full: Record) -> Record:
    """The record with every value that was not given asked for at the terminal; Enter takes what is shown."""
    from bot.brief.ingest.record import names_in

    answers: dict[str, Any] = {}
    questions = {"title": "Title", "authors": "Authors", "date": "Date (YYYY-MM-DD)", "venue": "Where it appeared"}
    for name, question in questions.items():
        if not getattr(given, name):
            shown = getattr(full, name)
            answers[name] = typer.prompt(question, default=shown if isinstance(shown, str) else ", ".join(shown), err=True)
    if "authors" in answers:
        answers["authors"] = names_in(answers["authors"])
    return replace(full, **answers)


@knowledge.command("remove")
def knowledge_remove(key: str) -> None:
    """Take a document that you added out of the brief."""
    from bot.brief.ingest.add import remove

    print(f"removed {remove(read_settings().added_dir, key)}")  # noqa: T201


@knowledge.command("build")
def knowledge_build() -> None:
    """Build the index now instead of on first use."""
    from bot.bootstrap import brief_of, encoder_of, matcher_of, retriever_of

    settings = read_settings()
    brief = brief_of(settings)
    with progress_bar() as progress:
        encoder = encoder_of(settings, progress)
        retriever_of(settings, brief, encoder, progress)
        matcher_of(settings, brief, encoder, progress)
    print(f"the index of {len(brief.passages)} passages is ready in {settings.index_dir}")  # noqa: T201


@knowledge.command("train")
def knowledge_train() -> None:
    """Train the adapter of the brief anew, from its own lines and its wordings; takes minutes."""
    from bot.bootstrap import brief_of
    from bot.retrieval.adapter import FILE, write_adapter
    from bot.retrieval.tuning import train
    from bot.speech.lessons import lessons

    settings = read_settings()
    lines = lessons(brief_of(settings))
    file = settings.knowledge_dir / FILE
    with progress_bar() as progress:
        adapter = train(lines, settings.encoder_threads, progress=progress)
    write_adapter(file, adapter)
    print(f"learnt {len(lines)} lines of {len(adapter.owners)} owners: {file}")  # noqa: T201
