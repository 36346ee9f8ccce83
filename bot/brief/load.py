"""A whole brief, loaded or checked."""

from __future__ import annotations

from pathlib import Path

from bot.brief.check import cross_faults
from bot.brief.faults import BriefError, Fault
from bot.brief.model import Brief
from bot.brief.read import read_brief
from bot.brief.sound import SoundBrief


def check_brief(folder: Path, added: Path | None = None) -> list[Fault]:
    """Every fault of the brief in `folder` with the documents in `added`, ordered by file and line; empty when it can be used."""
    brief, faults = read_brief(folder, added)
    if brief is not None:
        faults = [*faults, *cross_faults(brief)]
    return sorted(set(faults))


def load_brief(folder: Path, added: Path | None = None, note: Path | None = None) -> Brief:
    """The brief in `folder` with the documents in `added`, ready for use.

    Any fault raises `BriefError`, which names the first in one line. Every file is read and judged by itself; what only shows
    between them is not looked for again where the file `note` says that this very brief was found sound.
    """
    brief, faults = read_brief(folder, added)
    if brief is not None and not faults:
        faults = _cross_faults_unless_known(brief, note)
    if brief is None or faults:
        raise BriefError(faults)
    return brief


def _cross_faults_unless_known(brief: Brief, note: Path | None) -> list[Fault]:
    sound = SoundBrief(note, brief) if note else None
    if sound and sound.known():
        return []
    faults = cross_faults(brief)
    if sound and not faults:
        sound.note()
    return faults
