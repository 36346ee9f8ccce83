"""Reading typed values out of a document, collecting a fault instead of stopping at the first."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from bot.brief.document import Document, Section
from bot.brief.faults import Fault
from bot.brief.model import Paragraph
from bot.brief.sentences import cited_sentences

Word = TypeVar("Word", bound=StrEnum)
KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def is_date(text: str) -> bool:
    """Whether `text` is a real YYYY, YYYY-MM or YYYY-MM-DD."""
    match = _DATE.fullmatch(text)
    if not match:
        return False
    try:
        date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        return False
    return True


@dataclass(slots=True)
class Fields:
    """Typed reading of one document. Every problem becomes a `Fault`; a harmless default is returned meanwhile."""

    document: Document
    faults: list[Fault] = field(default_factory=list)

    @property
    def file(self) -> Path:
        """The file being read."""
        return self.document.file

    def fault(self, line: int, message: str, mend: str) -> None:
        """Note a fault of this file."""
        self.faults.append(Fault(self.file, line, message, mend))

    def text(self, name: str, *, needed: bool = True) -> str:
        """A front-matter value as text; YAML dates and numbers are given back as they were written."""
        value = self.document.front.get(name)
        if value is None:
            if needed:
                self.fault(1, f"`{name}` is missing", f"add a line `{name}: ...` to the front matter")
            return ""
        if isinstance(value, (list, dict)):
            self.fault(self.document.line_of(name), f"`{name}` must be one value", "write it on one line")
            return ""
        return str(value).strip()

    def texts(self, name: str, *, needed: bool = True) -> tuple[str, ...]:
        """A front-matter list of texts; a single value counts as a list of one."""
        value = self.document.front.get(name)
        if value is None:
            if needed:
                self.fault(1, f"`{name}` is missing", f"add a line `{name}: [...]` to the front matter")
            return ()
        items = value if isinstance(value, list) else [value]
        if any(isinstance(item, (dict, list)) for item in items):
            mend = f"quote the items of `{name}` that hold `: `"
            self.fault(self.document.line_of(name), f"`{name}` must be a list of texts", mend)
            return ()
        return tuple(str(item).strip() for item in items)

    def key(self) -> str:
        """The document's key, which must be its file name."""
        key = self.text("key")
        if key and key != self.file.stem:
            line = self.document.line_of("key")
            self.fault(line, f"the key `{key}` is not the file's name", f"rename the file to {key}.md or the key")
        if key and not KEY.fullmatch(key):
            mend = "use lower-case letters, digits and hyphens"
            self.fault(self.document.line_of("key"), f"`{key}` is no key", mend)
        return key

    def word(self, value: str, words: type[Word], line: int, name: str) -> Word:
        """`value` as a member of the closed set `words`."""
        try:
            return words(value)
        except ValueError:
            allowed = ", ".join(words)
            self.fault(line, f"`{name}: {value}` is unknown", f"use one of {allowed}")
            return next(iter(words))

    def date(self, name: str) -> str:
        """A front-matter date: YYYY, YYYY-MM or YYYY-MM-DD."""
        value = self.text(name)
        if value and not is_date(value):
            line = self.document.line_of(name)
            self.fault(line, f"`{name}: {value}` is no date", "write YYYY, YYYY-MM or YYYY-MM-DD")
        return value

    def section(self, title: str, *, needed: bool = True) -> Section | None:
        """The one section headed `title`."""
        found = self.document.named(title)
        if len(found) > 1:
            self.fault(found[1].line, f"`## {title}` stands twice", "join the two sections")
        if not found and needed:
            self.fault(1, f"the section `## {title}` is missing", f"add `## {title}` with its text")
        return found[0] if found else None

    def paragraph(self, owner: str, title: str, *, needed: bool = True) -> Paragraph | None:
        """The section headed `title` as a cited paragraph `OWNER#title`."""
        section = self.section(title, needed=needed)
        if section is None:
            return None
        if not section.prose:
            self.fault(section.line, f"`## {title}` is empty", "write its text below the heading")
        slug = section.slug or title.lower().replace(" ", "-")
        return Paragraph(f"{owner}#{slug}", cited_sentences(section.prose))
