"""Reading plain text and Markdown."""

from __future__ import annotations

import re
from itertools import takewhile

import yaml
from markdown_it import MarkdownIt

from bot.brief.ingest.decode import clean, decode
from bot.brief.ingest.extract import Extract, Piece, RefusedError
from bot.brief.ingest.markup import rendered
from bot.brief.ingest.record import authors_in, date_in

HEADING_WORDS = 14
_ENDS = re.compile(r"[.!?…;,][\"'”’)\]]*$")
_MARKUP = re.compile(r"\s*(<!doctype html|<html[\s>])", re.IGNORECASE)


def is_heading(text: str) -> bool:
    """Whether a line that stands alone reads as a heading: short, and not ended like a sentence (a question may be one)."""
    return len(text.split()) <= HEADING_WORDS and not _ENDS.search(text.rstrip("?").rstrip() if text.endswith("?") else text)


def paragraphs(text: str) -> list[str]:
    """Blocks between blank lines; where a text has none, each line is one."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n")
    blocks = [clean(block) for block in re.split(r"\n\s*\n", lines)]
    if sum(bool(block) for block in blocks) < 2:
        blocks = [clean(line) for line in lines.split("\n")]
    return [block for block in blocks if block]


def read_text(data: bytes) -> Extract:
    """Plain text: paragraphs and lines that read as headings. The title, author and date are guessed from its first lines."""
    text, encoding = decode(data)
    if _MARKUP.match(text):
        raise RefusedError("is an HTML page, whatever its name says: rename it to .html")
    pieces = tuple(Piece(block, heading=is_heading(block)) for block in paragraphs(text))
    head = [piece.text for piece in takewhile(lambda piece: piece.heading, pieces)]
    titles = [line for line in head if not date_in(line) and not authors_in(line)]
    return Extract(
        pieces[len(head) :],  # what stands before the first paragraph is the record, not a heading of the text
        title=max(titles, key=lambda line: len(line.split()), default=""),
        authors=next((authors_in(line) for line in head if authors_in(line)), ()),
        date=next((date_in(line) for line in head if date_in(line)), ""),
        encoding="" if encoding.startswith("utf-8") else encoding,
    )


def _front(text: str) -> tuple[dict[str, object], str]:
    match = re.match(r"---\n(.*?)\n---\n", text, re.DOTALL)
    if not match:
        return {}, text
    try:
        front = yaml.safe_load(match[1])
    except (yaml.YAMLError, ValueError):  # an impossible date is a ValueError
        front = None
    return (front if isinstance(front, dict) else {}), text[match.end() :]


def read_markdown(data: bytes) -> Extract:
    """Markdown as a reader sees it: no marks, comments, pictures or hidden HTML. Front matter gives the record's defaults."""
    text, encoding = decode(data)
    front, body = _front(text.replace("\r\n", "\n"))
    pieces, heading = rendered(MarkdownIt("commonmark").enable("table").render(body))
    named = front.get("authors") or front.get("author") or ()
    return Extract(
        tuple(pieces),
        title=clean(str(front.get("title") or heading)),
        authors=tuple(clean(str(a)) for a in (named if isinstance(named, (list, tuple)) else [named])),
        date=date_in(str(front.get("date") or "")),
        encoding="" if encoding.startswith("utf-8") else encoding,
    )
