"""A passage added to a copy of the tiny brief, and the faults that the check finds in it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from bot.brief.load import check_brief
from tests.conftest import TINY


def faults_of(folder: Path, front: str, properties: Sequence[str], text: str) -> list[str]:
    """The faults of the tiny brief, copied below `folder`, with `front` ahead in brief.md and one more passage of `text`."""
    brief = Path(shutil.copytree(TINY, folder / "brief"))
    about = brief / "brief.md"
    about.write_text(about.read_text(encoding="utf-8").replace("---\n", f"---\n{front}", 1), encoding="utf-8")
    source = min((brief / "sources").glob("*.md"))
    listed = "".join(f"- {line}\n" for line in properties)
    source.write_text(f"{source.read_text(encoding='utf-8')}\n## p. 9: more {{#more}}\n{listed}\n{text}\n", encoding="utf-8")
    return [str(fault) for fault in check_brief(brief)]
