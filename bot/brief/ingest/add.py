"""Keeping an operator's document as a source file beside the shipped ones, and taking it out again."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, fields
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from bot.brief.check import ADDRESS
from bot.brief.document import MAX_FILE_BYTES, escaped
from bot.brief.faults import BriefError
from bot.brief.fields import KEY, is_date
from bot.brief.ingest.decode import clean
from bot.brief.ingest.extract import Extract, RefusedError
from bot.brief.ingest.passages import Cut, split
from bot.brief.model import Brief, Source, Stance, Wording
from bot.brief.read import read_source
from bot.errors import UserError


@dataclass(frozen=True, slots=True)
class Record:
    """The bibliographic record of a document to be added. `copy_of` names the paraphrased source that it is the text of."""

    key: str
    title: str = ""
    authors: tuple[str, ...] = ()
    date: str = ""
    venue: str = ""
    addresses: tuple[str, ...] = ()
    stance: str = ""
    note: str = ""
    copy_of: str = ""


def with_defaults(record: Record, extract: Extract, original: Source | None) -> Record:
    """The record with what was not given taken from the original (of a copy), then from the document itself."""
    guesses = Record(
        record.key,
        title=original.title if original else extract.title,
        authors=original.authors if original else extract.authors,
        date=original.date if original else extract.date,
        venue=original.venue if original else "",
        addresses=original.addresses if original else (),
        stance=original.stance.value if original else Stance.NEUTRAL.value,
    )
    names = [field.name for field in fields(Record)]
    return Record(**{name: getattr(record, name) or getattr(guesses, name) for name in names})


def check_key(brief: Brief, record: Record) -> None:
    """Raise `RefusedError` unless the key is usable and free, and the original of a copy is a paraphrased source."""
    if not KEY.fullmatch(record.key):
        raise RefusedError(f"`{record.key}` is no key: use lower-case letters, digits and hyphens")
    if record.key in brief.sources or record.key in brief.blocks or record.key in brief.contentions:
        raise RefusedError(f"the key `{record.key}` is taken: choose another, or `knowledge remove` it if you added it")
    if record.copy_of:
        original = brief.sources.get(record.copy_of)
        if original is None:
            raise RefusedError(f"there is no source `{record.copy_of}` to be a copy of: see `debatebot knowledge list`")
        if original.wording is Wording.VERBATIM:
            raise RefusedError(f"`{record.copy_of}` is a text already, no paraphrase: name a source in the brief's own words")


def _check_record(record: Record) -> None:
    for value, option in ((record.title, "--title"), (record.authors, "--author"), (record.date, "--date")):
        if not value:
            raise RefusedError(f"the document does not say its {option[2:]}: give {option}")
    if not is_date(record.date):
        raise RefusedError(f"`{record.date}` is no date: give --date as YYYY, YYYY-MM or YYYY-MM-DD")
    for address in record.addresses:
        if not ADDRESS.fullmatch(address):
            raise RefusedError(f"`{address}` is no address: give --address whole, with https://")
    if record.stance not in list(Stance):
        raise RefusedError(f"`{record.stance}` is no stance: give --stance as {', '.join(Stance)}")


def _digest(texts: Sequence[str]) -> str:
    return sha256(" ".join(" ".join(texts).casefold().split()).encode()).hexdigest()


def _check_text(brief: Brief, cuts: Sequence[Cut]) -> None:
    digest = _digest([paragraph for cut in cuts for paragraph in cut.paragraphs])
    for source in brief.sources.values():
        if source.wording is Wording.VERBATIM and _digest([p.text for p in brief.passages_of(source.key)]) == digest:
            raise RefusedError(f"the same text is already there as `{source.key}`: nothing was added")


def _slugs(cuts: Sequence[Cut]) -> list[str]:
    """Ids by place: p3, p3-2 (the second part of paragraph 3), p4-p5."""
    slugs: list[str] = []
    for cut in cuts:
        slug = f"p{cut.first}" if cut.first == cut.last else f"p{cut.first}-p{cut.last}"
        part, name = 1, slug
        while name in slugs:
            part += 1
            name = f"{slug}-{part}"
        slugs.append(name)
    return slugs


def render(record: Record, cuts: Sequence[Cut]) -> str:
    """The source file: front matter and one section a passage, each paragraph on a line of its own."""
    front: dict[str, object] = {
        "key": record.key,
        "title": record.title,
        "authors": list(record.authors),
        "date": record.date,
        "venue": record.venue,
        "addresses": list(record.addresses),
        "stance": record.stance,
        "wording": Wording.VERBATIM.value,
        "as_of": record.date,
    }
    front |= {name: value for name, value in (("note", record.note), ("copy_of", record.copy_of)) if value}
    head = yaml.safe_dump(front, allow_unicode=True, sort_keys=False, width=10**6)
    sections = [
        f"## {cut.locator}: {cut.title} {{#{slug}}}\n- kind: interpretation\n- sure: medium\n\n"
        + "\n\n".join(map(escaped, cut.paragraphs))
        for cut, slug in zip(cuts, _slugs(cuts), strict=True)
    ]
    return f"---\n{head}---\n\n" + "\n\n".join(sections) + "\n"


def add(brief: Brief, folder: Path, record: Record, extract: Extract) -> Path:
    """Write the document into `folder` as KEY.md, whole or not at all; the path of the file.

    Refused (`RefusedError`, nothing written): a key that is taken, a record with gaps, a text that is already there.
    """
    record = _tidied(record)
    check_key(brief, record)
    _check_record(record)
    cuts = split(extract.pieces)
    _check_text(brief, cuts)
    raw = render(record, cuts).encode()
    if len(raw) > MAX_FILE_BYTES:
        raise RefusedError(f"the document would make a source file over {MAX_FILE_BYTES:,} bytes: split it")
    try:
        return _kept(folder, record.key, raw)
    except OSError as error:
        reason = (error.strerror or "write failed").lower()
        raise RefusedError(f"the document cannot be kept in {folder} ({reason}): make room or set DATA_DIR") from error


def _tidied(record: Record) -> Record:
    values: dict[str, Any] = {}
    for field in fields(Record):
        value = getattr(record, field.name)
        values[field.name] = clean(value) if isinstance(value, str) else tuple(part for part in map(clean, value) if part)
    return Record(**values)


def _kept(folder: Path, key: str, raw: bytes) -> Path:
    target = folder / f"{key}.md"
    folder.mkdir(parents=True, exist_ok=True)
    # Written aside under its own name, read back as the brief will read it, and only then given its place.
    with tempfile.TemporaryDirectory(dir=folder, prefix=".adding-") as aside:
        partial = Path(aside) / target.name
        with partial.open("wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        try:
            faults = read_source(partial)
        except BriefError as error:
            faults = list(error.faults)
        if faults:
            raise RefusedError(f"the document makes no sound source ({faults[0].message}): add it as plain text")
        try:
            os.link(partial, target)  # unlike a rename, a link never replaces a file that came meanwhile
        except FileExistsError as error:
            raise RefusedError(f"the key `{key}` is taken: choose another, or `knowledge remove` it") from error
    return target


def remove(folder: Path, key: str) -> Path:
    """Take an added source out; the path of the file that was removed. A shipped source is refused."""
    if not KEY.fullmatch(key):
        raise UserError(f"`{key}` is no key: see `debatebot knowledge list`")
    file = folder / f"{key}.md"
    try:
        file.unlink()
    except FileNotFoundError as error:
        raise UserError(f"there is no added source `{key}`: only documents that you added can be removed") from error
    except OSError as error:
        raise UserError(f"{file} cannot be removed ({(error.strerror or 'failed').lower()}): mend its permissions") from error
    return file
