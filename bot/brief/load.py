"""A whole brief, loaded or checked."""

from __future__ import annotations

from pathlib import Path

from bot.brief.check import cross_faults
from bot.brief.faults import BriefError, Fault
from bot.brief.model import Brief
from bot.brief.read import read_brief


def check_brief(folder: Path, added: Path | None = None) -> list[Fault]:
    """Every fault of the brief in `folder` with the documents in `added`, ordered by file and line; empty when it can be used."""
    brief, faults = read_brief(folder, added)
    if brief is not None:
        faults = [*faults, *cross_faults(brief)]
    return sorted(set(faults))


def load_brief(folder: Path, added: Path | None = None) -> Brief:
    """The brief in `folder` with the documents in `added`, ready for use.

    Any fault raises `BriefError`, which names the first in one line.
    """
    brief, faults = read_brief(folder, added)
    if brief is not None and not faults:
        faults = cross_faults(brief)
    if brief is None or faults:
        raise BriefError(faults)
    return brief
