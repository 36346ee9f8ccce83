"""One Markdown file of the brief, taken apart: front matter, sections, bullet lines, prose."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import frontmatter
import yaml

from bot.brief.faults import BriefError, Fault

_HEADING = re.compile(r"^##\s+(?P<title>.*?)\s*(?:\{#(?P<slug>[^}]*)\})?\s*$")
# What a backslash in front makes text: a heading, or such a backslash.
_MARKUP = re.compile(r"\\*##\s")
_PROPERTY = re.compile(r"^-\s+(?P<name>[a-z][a-z ]*):\s*(?P<value>.*)$")
MAX_FILE_BYTES = 2_000_000


@dataclass(slots=True)
class Section:
    """One `##` section: its heading, its line in the file (from 1), and the lines below."""

    title: str
    slug: str | None
    line: int
    lines: list[str] = field(default_factory=list)

    @property
    def items(self) -> tuple[str, ...]:
        """The section's bullet points; a bullet may run over several lines."""
        items: list[str] = []
        for line in self.lines:
            if line.startswith("- "):
                items.append(line[2:].strip())
            elif line.strip() and items:
                items[-1] += f" {line.strip()}"
        return tuple(items)

    @property
    def properties(self) -> dict[str, str]:
        """The `- name: value` lines that stand at the top of the section, up to a blank line."""
        matches = (_PROPERTY.match(line) for line in self.lines[slice(*self._top)])
        return {match["name"].strip(): match["value"].strip() for match in matches if match}

    @property
    def _top(self) -> tuple[int, int]:
        """The lines of the properties: the first, and the one past the last."""
        first = next((at for at, line in enumerate(self.lines) if line.strip()), len(self.lines))
        past = next((at for at, line in enumerate(self.lines) if at >= first and not _PROPERTY.match(line)), len(self.lines))
        return first, past

    @property
    def prose(self) -> str:
        """The section's text without its property lines, paragraphs kept apart by a blank line."""
        lines = self.lines[self._top[1] :]
        paragraphs = re.split(r"\n\s*\n", "\n".join(lines).strip())
        return "\n\n".join(unescaped(" ".join(p.split())) for p in paragraphs if p.strip())


@dataclass(slots=True)
class Document:
    """A file of the brief. `front` is its YAML head, `front_lines` says on which line each key stands."""

    file: Path
    front: dict[str, object]
    front_lines: dict[str, int]
    sections: list[Section]

    def line_of(self, key: str) -> int:
        """The line on which front-matter `key` stands, or 1."""
        return self.front_lines.get(key, 1)

    def named(self, *titles: str) -> list[Section]:
        """The sections whose heading (before any colon) is one of `titles`, ignoring case."""
        wanted = {title.lower() for title in titles}
        return [s for s in self.sections if s.title.split(":")[0].strip().lower() in wanted]


def escaped(paragraph: str) -> str:
    """`paragraph` so that as a line of a file it is text, though it begin like a heading; `unescaped` gives it back."""
    return f"\\{paragraph}" if _MARKUP.match(paragraph) else paragraph


def unescaped(paragraph: str) -> str:
    """The paragraph of which `escaped` made `paragraph`."""
    return paragraph[1:] if paragraph.startswith("\\") and _MARKUP.match(paragraph[1:]) else paragraph


def _read(file: Path) -> str:
    try:
        if file.stat().st_size > MAX_FILE_BYTES:
            raise BriefError([Fault(file, 1, f"the file is over {MAX_FILE_BYTES:,} bytes", "split it")])
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BriefError([Fault(file, line, "the file is not UTF-8 text", "save it as UTF-8")]) from error
    except OSError as error:
        reason = error.strerror or "unreadable"
        raise BriefError([Fault(file, 1, f"cannot be read ({reason.lower()})", "restore it or its permissions")]) from error


def _front(file: Path, text: str) -> tuple[dict[str, object], dict[str, int]]:
    if not text.startswith("---\n"):
        raise BriefError([Fault(file, 1, "there is no front matter", "begin the file with a line `---`")])
    try:
        front = dict(frontmatter.loads(text).metadata)
    except (yaml.YAMLError, ValueError) as error:  # an impossible day such as 2022-02-30 is a ValueError
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise BriefError(
            [Fault(file, line, "the front matter is not valid YAML", "quote values that hold `: ` or `#`")]
        ) from error
    lines: dict[str, int] = {}
    for number, line in enumerate(text.splitlines()[1:], start=2):
        if line == "---":
            break
        name = re.match(r"([A-Za-z_]+):", line)
        if name:
            lines[name[1]] = number
    return front, lines


def read_document(file: Path) -> Document:
    """Read and take apart one Markdown file; a file that cannot be understood raises `BriefError` with its line."""
    text = _read(file).replace("\r\n", "\n")
    front, lines = _front(file, text)
    sections: list[Section] = []
    in_body = False
    for number, line in enumerate(text.splitlines(), start=1):
        if not in_body:
            in_body = number > 1 and line == "---"
            continue
        heading = _HEADING.match(line)
        if heading:
            sections.append(Section(heading["title"], heading["slug"], number))
        elif sections:
            sections[-1].lines.append(line)
        elif line.strip() and not line.startswith("# "):
            raise BriefError([Fault(file, number, "text stands before the first `##` heading", "put it under one")])
    return Document(file, front, lines, sections)
