"""From the Markdown files of a knowledge folder to the values of a `Brief`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from bot.brief import membership, position, treaties
from bot.brief.copies import with_corrections
from bot.brief.document import Document, Section, read_document
from bot.brief.faults import BriefError, Fault
from bot.brief.fields import KEY, Fields
from bot.brief.model import (
    Answer,
    AnswerKind,
    Block,
    BlockKind,
    Brief,
    ClaimKind,
    Contention,
    Motion,
    Paragraph,
    Passage,
    Source,
    Stance,
    Sureness,
    Wording,
)
from bot.brief.questions import read_questions
from bot.brief.sentences import cited_sentences

Part = TypeVar("Part")
_EMPTY = Paragraph("", ())
_PROPERTIES = (
    "kind",
    "sure",
    "checked",
    "claims",
    "stance",
    "corrected by",
    *membership.PROPERTIES,
    *treaties.PROPERTIES,
    position.PROPERTY,
)


def _source(fields: Fields) -> tuple[Source, list[Passage]]:
    document = fields.document
    source = Source(
        key=fields.key(),
        title=fields.text("title"),
        authors=fields.texts("authors"),
        date=fields.date("date"),
        venue=fields.text("venue", needed=False),
        addresses=fields.texts("addresses", needed=False),
        stance=fields.word(fields.text("stance"), Stance, document.line_of("stance"), "stance"),
        wording=fields.word(fields.text("wording"), Wording, document.line_of("wording"), "wording"),
        as_of=fields.date("as_of"),
        note=fields.text("note", needed=False),
        file=document.file,
        copy_of=fields.text("copy_of", needed=False),
    )
    if not document.sections:
        fields.fault(1, "the source has no passage", "add a `## LOCATOR: title {#id}` section")
    passages = [_passage(fields, source, section) for section in document.sections]
    seen: set[str] = set()
    for passage in passages:
        if passage.id in seen:
            fields.fault(passage.line, f"the passage id `{passage.id}` stands twice", "give one of them another id")
        seen.add(passage.id)
    return source, passages


def _passage(fields: Fields, source: Source, section: Section) -> Passage:
    properties = section.properties
    line = section.line
    if not section.slug or not KEY.fullmatch(section.slug):
        fields.fault(line, "the heading has no usable `{#id}`", "end it with `{#a-short-id}`")
    locator, _, title = section.title.partition(":")
    if not section.prose:
        fields.fault(line, "the passage has no text", "write it below the heading")
    for name in properties:
        if name not in _PROPERTIES:
            fields.fault(line, f"`{name}` is no property of a passage", f"use one of {', '.join(_PROPERTIES)}")
    if not membership.names_in(properties.get("group", "")) and any(name in properties for name in membership.PROPERTIES):
        fields.fault(line, "the passage says who belongs, and not to what", "add `- group: ...` with the names of the group")
    corrected_by = _listed(properties.get("corrected by", ""))
    if "corrected by" in properties and not corrected_by:
        fields.fault(line, "the passage is marked as wrong and corrected by nothing", "name the passage that holds the truth")
    key = f"{source.key}#{section.slug}"
    stance = fields.word(properties["stance"], Stance, line, "stance") if "stance" in properties else source.stance
    return Passage(
        id=key,
        source=source.key,
        locator=locator.strip(),
        title=title.strip() or locator.strip(),
        text=section.prose,
        kind=fields.word(properties.get("kind", "fact"), ClaimKind, line, "kind"),
        sure=fields.word(properties.get("sure", "high"), Sureness, line, "sure"),
        stance=stance,
        wording=source.wording,
        claims=_listed(properties.get("claims", "")),
        corrected_by=corrected_by,
        line=line,
        membership=membership.membership_of(key, properties),
        treaties=treaties.treaties_of(key, properties),
        position=position.position_of(key, properties, stance),
    )


def _listed(value: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in value.split(",") if item.strip())


def _answer(fields: Fields, key: str, section: Section) -> Answer:
    kind_name = section.title.partition(":")[2].strip()
    if not section.slug:
        fields.fault(section.line, "the answer has no `{#id}`", "end its heading with `{#a-short-id}`")
    kind = fields.word(kind_name, AnswerKind, section.line, "Answer")
    return Answer(f"{key}#{section.slug}", cited_sentences(section.prose), kind)


def _items(fields: Fields, title: str, *, needed: bool = True) -> tuple[str, ...]:
    section = fields.section(title, needed=needed)
    if section is None:
        return ()
    if not section.items:
        fields.fault(section.line, f"`## {title}` lists nothing", "write one `- ` line for each")
    return section.items


def _in_short(fields: Fields, key: str) -> tuple[Paragraph, ...]:
    lines = _items(fields, "In short", needed=False)
    return tuple(Paragraph(f"{key}#in-short-{number}", cited_sentences(line)) for number, line in enumerate(lines, start=1))


def _question(fields: Fields, title: str, *, needed: bool = True) -> str:
    section = fields.section(title, needed=needed)
    if section is None:
        return ""
    text = " ".join(section.prose.split())
    if not text.endswith("?"):
        fields.fault(section.line, f"`## {title}` is no question", "end it with a question mark")
    return text


def _block(fields: Fields) -> Block:
    document = fields.document
    key = fields.key()
    kind = fields.word(fields.text("kind"), BlockKind, document.line_of("kind"), "kind")
    is_block = kind is BlockKind.BLOCK
    return Block(
        key=key,
        kind=kind,
        title=fields.text("title"),
        about=fields.texts("about"),
        heard=_items(fields, "Heard as"),
        not_heard=_items(fields, "Not this", needed=False),
        needs=tuple(_alternatives(line) for line in fields.texts("needs", needed=not is_block)),
        unless=tuple(a for line in fields.texts("unless", needed=False) for a in _alternatives(line)),
        concession=fields.paragraph(key, "Concede", needed=is_block),
        answers=tuple(_answer(fields, key, section) for section in document.named("Answer")),
        question=_question(fields, "Question back", needed=is_block),
        file=document.file,
        in_short=_in_short(fields, key),
    )


def _alternatives(line: str) -> tuple[str, ...]:
    return tuple(part.strip().lower() for part in line.split("|") if part.strip())


def _contention(fields: Fields) -> Contention:
    key = fields.key()
    rank = fields.text("rank")
    if rank and not rank.isdecimal():
        fields.fault(fields.document.line_of("rank"), f"`rank: {rank}` is no number", "write 1 for the strongest")
    evidence = []
    for number, section in enumerate(fields.document.named("Evidence"), start=1):
        slug = section.slug or f"evidence-{number}"
        evidence.append(Paragraph(f"{key}#{slug}", cited_sentences(section.prose)))
    return Contention(
        key=key,
        title=fields.text("title"),
        rank=int(rank) if rank.isdecimal() else 0,
        origin=fields.text("origin"),
        about=fields.texts("about"),
        claim=fields.paragraph(key, "Claim") or _EMPTY,
        reasons=fields.paragraph(key, "Reasons") or _EMPTY,
        evidence=tuple(evidence),
        impact=fields.paragraph(key, "Impact") or _EMPTY,
        question=_question(fields, "Question"),
        extension=fields.paragraph(key, "When dropped") or _EMPTY,
        heard=_items(fields, "Heard as"),
        dispute=fields.paragraph(key, "Dispute", needed=False),
        file=fields.file,
        in_short=_in_short(fields, key),
    )


def _motion(fields: Fields) -> Motion:
    side = fields.text("bot_side")
    if side not in ("proposition", "opposition"):
        line = fields.document.line_of("bot_side")
        fields.fault(line, f"`bot_side: {side}` is unknown", "use proposition or opposition")
    return Motion(
        text=fields.text("motion"),
        bot_side=side,
        position=fields.text("position"),
        subject=fields.text("subject"),
        subject_words=fields.texts("subject_words"),
        as_of=fields.text("as_of"),
        yardstick=fields.paragraph("brief", "Yardstick") or _EMPTY,
        opening=fields.paragraph("brief", "Opening") or _EMPTY,
        closing=fields.paragraph("brief", "Closing") or _EMPTY,
        states=tuple(membership.names_in(line) for line in fields.texts("states", needed=False)),
        subject_names=fields.texts("subject_names", needed=False),
    )


def _each(files: Iterable[Path], build: Callable[[Fields], Part], faults: list[Fault]) -> list[Part]:
    parts = []
    for file in files:
        try:
            document: Document = read_document(file)
        except BriefError as error:
            faults += error.faults
            continue
        fields = Fields(document)
        parts.append(build(fields))
        faults += fields.faults
    return parts


def read_source(file: Path) -> list[Fault]:
    """The faults of one source file by itself."""
    faults: list[Fault] = []
    _each([file], _source, faults)
    return faults


def read_brief(folder: Path, added: Path | None = None) -> tuple[Brief | None, list[Fault]]:
    """Read the brief in `folder` with every fault of its single files; the brief is None if `brief.md` is unusable.

    `added` is the folder of the documents that the operator added; they are read like the shipped sources, after them.
    """
    faults: list[Fault] = []
    if not folder.is_dir():
        return None, [Fault(folder, 1, "the knowledge folder is missing", "set KNOWLEDGE_DIR to a folder with brief.md")]
    motions = _each([folder / "brief.md"], _motion, faults)
    source_files = [*sorted(folder.glob("sources/*.md")), *sorted(added.glob("*.md") if added else ())]
    sources = _each(source_files, _source, faults)
    files: dict[str, Path] = {}
    for source, _ in sources:
        if source.key in files:
            mend = "rename the newer one and its key"
            faults.append(Fault(source.file, 1, f"the key `{source.key}` is that of {files[source.key]}", mend))
        files.setdefault(source.key, source.file)
    blocks = _each(sorted(folder.glob("blocks/*.md")), _block, faults)
    contentions = _each(sorted(folder.glob("contentions/*.md")), _contention, faults)
    if not sources:
        faults.append(Fault(folder / "sources", 1, "there is no source", "add at least one sources/KEY.md"))
    if not motions:
        return None, faults
    questions, wrong = read_questions(folder)
    faults += wrong
    by_key = {source.key: source for source, _ in sources}
    brief = Brief(
        motion=motions[0],
        sources=by_key,
        passages=with_corrections(by_key, {passage.id: passage for _, passages in sources for passage in passages}),
        contentions={c.key: c for c in sorted(contentions, key=lambda c: (c.rank, c.key))},
        blocks={block.key: block for block in blocks},
        folder=folder,
        questions=questions,
    )
    return brief, faults
