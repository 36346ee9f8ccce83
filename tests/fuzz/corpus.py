"""Inputs to begin with, from the samples that the project has anyway."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from tests.brief.documents import FIRST, SECOND, page, pdf

# Nothing of the bot is imported here: what is imported before atheris begins is not followed by it.
ROOT = Path(__file__).resolve().parents[2]
FOUND = Path(__file__).parent / "found"
NAMES = ("hearing", "drafts", "shown", "text", "markdown", "html", "pdf")
_MARKDOWN = f"""---
title: Lamps
authors: [A. Writer]
date: 2020-01-02
---
# Head

- one
- two

> {FIRST}

| a | b |
|---|---|
| 1 | 2 |

<!-- x -->
"""
_PAGE = page(
    f"<h1>Lamps</h1><p>{FIRST}</p><ul><li>One</li></ul><div style='display:none'>x</div><table><tr><td>1</table><p>{SECOND}",
    '<title>Lamps</title><meta charset="utf-8"><meta name="author" content="A. Writer"><style>.h{display:none}</style>',
)
_SHOWN = (
    "@everyone <@1> <@&2> <#3> </claim:4> <t:5:R> <a:x:6>",
    "[free](https://x.test) ||spoiler|| # head\n> quote",
    "```py\nx\n```",
)


def _speeches() -> Iterator[str]:
    for file in sorted((ROOT / "knowledge" / "samples").glob("*.txt")):
        yield file.read_text(encoding="utf-8")
    for file in sorted((ROOT / "knowledge" / "gold" / "speeches").glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            yield str(json.loads(line)["text"])


def seeds(target: str) -> Iterator[bytes]:
    """What `target` begins with: the samples of its kind, and whatever failed once."""
    if target in ("hearing", "drafts"):
        yield from (speech.encode() for speech in _speeches())
    elif target == "shown":
        yield from (text.encode() for text in _SHOWN)
    elif target == "text":
        yield from (
            f"Lamps\nBy A. Writer\n2 May 2020\n\n{FIRST}\n\n{SECOND}".encode(coding) for coding in ("utf-8", "utf-16", "cp1252")
        )
    elif target == "markdown":
        yield from (file.read_bytes() for file in sorted((ROOT / "knowledge" / "sources").glob("*.md"))[:8])
        yield _MARKDOWN.encode()
    elif target == "html":
        yield _PAGE.encode()
    elif target == "pdf":
        yield pdf([FIRST, SECOND], info="/Title (Lamps) /Author (A. Writer) /CreationDate (D:20200102)")
    yield from found(target)


def found(target: str) -> list[bytes]:
    """Inputs on which `target` failed once."""
    return [file.read_bytes() for file in sorted(FOUND.glob(f"{target}-*"))]
