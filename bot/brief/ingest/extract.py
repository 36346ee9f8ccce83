"""What is read out of a document, and reading it in a process of its own so that a hostile file harms nothing."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.errors import UserError

# The form of a document by its file name's ending.
FORMS = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
}
MAX_BYTES = {"text": 10_000_000, "markdown": 10_000_000, "html": 10_000_000, "pdf": 50_000_000}
# A source file of the brief may have 2 MB; the passages' headings and properties need some of it.
MAX_CHARACTERS = 1_200_000
SECONDS = 60
MEMORY_BYTES = 2**30


class RefusedError(UserError):
    """A document cannot be taken in; the message says in one line why and what to do."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One paragraph or heading, in reading order. `page` counts from 1; 0 means that the document has no pages."""

    text: str
    heading: bool = False
    page: int = 0


@dataclass(frozen=True, slots=True)
class Extract:
    """A document's text and what it says about itself; `encoding` is named when it is not UTF-8."""

    pieces: tuple[Piece, ...]
    title: str = ""
    authors: tuple[str, ...] = ()
    date: str = ""
    encoding: str = ""

    def to_json(self) -> str:
        """The extract as one line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=True)


def from_json(line: str) -> Extract:
    """The extract that `Extract.to_json` wrote."""
    data = json.loads(line)
    pieces = tuple(Piece(**piece) for piece in data.pop("pieces"))
    return Extract(pieces=pieces, authors=tuple(data.pop("authors")), **data)


def form_of(file: Path) -> str:
    """text, markdown, html or pdf by the file's name; another ending raises `RefusedError`."""
    form = FORMS.get(file.suffix.lower())
    if form is None:
        raise RefusedError(f"{file.name} is of no kind that can be read: give a .txt, .md, .html or .pdf file")
    return form


def read_bytes(file: Path, form: str) -> bytes:
    """The file's bytes; only a regular, readable file that is neither empty nor over `MAX_BYTES[form]` is read."""
    try:
        # The kind is asked before opening: a pipe or a device would hold the command up for ever.
        if not stat.S_ISREG(file.stat().st_mode):
            raise RefusedError(f"{file} is no ordinary file: name a document")
        with file.open("rb") as opened:
            data = opened.read(MAX_BYTES[form] + 1)
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "no usable name").lower()
        raise RefusedError(f"{file} cannot be read ({reason}): name a readable document") from error
    if not data.strip():
        raise RefusedError(f"{file.name} is empty: name a document with text")
    if len(data) > MAX_BYTES[form]:
        raise RefusedError(f"{file.name} is over {MAX_BYTES[form] // 1_000_000} MB: split it or save its text alone")
    return data


def extract(file: Path, seconds: float = SECONDS) -> Extract:
    """The text of `file`, read in a child process that is bounded in time, memory and output.

    Every document that cannot be used raises `RefusedError`.
    """
    form = form_of(file)
    data = read_bytes(file, form)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "bot.brief.ingest.worker", form, str(int(seconds)), str(MEMORY_BYTES)]
    try:
        child = subprocess.run(command, input=data, capture_output=True, env=environment, timeout=seconds, check=False)
    except subprocess.TimeoutExpired as error:
        raise RefusedError(f"{file.name} takes more than {seconds:g} seconds to read: save its text alone") from error
    except OSError as error:
        raise RefusedError(f"{file.name} cannot be read: no process could be started ({error.strerror})") from error
    try:
        answer = json.loads(child.stdout)
    except ValueError as error:  # the child was killed by its limits before it could say so
        raise RefusedError(f"{file.name} needs too much time or memory to read: save its text alone") from error
    if "refused" in answer:
        raise RefusedError(f"{file.name} {answer['refused']}")
    return from_json(child.stdout.decode())
