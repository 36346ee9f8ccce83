"""What is fuzzed: each target takes any bytes at all and asserts what the bot promises about them.

The same targets are run shortly by hypothesis in the suite (`test_targets.py`) and for as long as you like by atheris, which
is guided by the branches that an input reaches (`make fuzz`).
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import time
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from bot.brief.ingest.add import Record, add, with_defaults
from bot.brief.ingest.extract import RefusedError, from_json
from bot.brief.ingest.passages import MAX_WORDS, split
from bot.brief.ingest.worker import answer
from bot.brief.load import load_brief
from bot.brief.model import Brief
from bot.brief.read import read_brief
from bot.debate.errors import DebateError
from bot.debate.rules import speech_text
from bot.discord_ui import limits, present
from bot.retrieval.dense import Dense
from bot.retrieval.matcher import PhraseMatcher
from bot.speech.cues import clean
from bot.speech.language import is_foreign
from bot.speech.matching import match, phrases
from bot.speech.points import MAX_UTTERANCES, hear
from bot.speech.writers.draft import read_draft
from tests.conftest import TINY, HashingEncoder

T = TypeVar("T")
# CPU seconds that no input of a few kilobytes may take: a regular expression that backtracks takes minutes.
SLOW = 5.0
ACTIVE = re.compile(r"@(?:everyone|here)\b|<(?:@[!&]?\d|#\d|/[^>]*:\d|a?:\w+:\d|t:\d|id:\w)|\]\(", re.IGNORECASE)
# Format characters that are seen: signs that enclose what follows, and those that stack hieroglyphs.
SEEN = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd").union(
    map(chr, range(0x13430, 0x13439))
)


class Encoder(HashingEncoder):
    """The deterministic encoder, remembering words."""

    def encode(self, texts: Sequence[str]) -> Any:
        """Unit vectors."""
        return np.array([_vector(text) for text in texts], dtype=np.float32)


@cache
def _vector(text: str) -> Any:
    return HashingEncoder().encode([text])[0]


@cache
def _hearing() -> tuple[Brief, PhraseMatcher, HashingEncoder]:
    brief, encoder = load_brief(TINY), Encoder()
    pairs = phrases(brief)
    dense = Dense([str(row) for row in range(len(pairs))], encoder.encode([way for _, way in pairs]))
    return brief, PhraseMatcher(dense, [owner for owner, _ in pairs]), encoder


def _tried(act: Callable[[], T], kind: type[Exception]) -> tuple[T, str]:
    """What `act` gives and no line, or the one line of its refusal."""
    try:
        return act(), ""
    except kind as error:
        line = str(error)
    assert len(line.splitlines()) == 1
    return None, line  # type: ignore[return-value]


def hearing(data: bytes) -> None:
    """A speech is refused in one line, or heard whole, in time, without a word that was not said."""
    text = data.decode("utf-8", errors="ignore")
    began = time.process_time()
    spoken, refused = _tried(lambda: speech_text(text), DebateError)
    if refused:
        return
    is_foreign(spoken)
    utterances = hear(spoken)
    brief, matcher, encoder = _hearing()
    found = match(brief, matcher, utterances, encoder.encode([u.text for u in utterances]))
    assert time.process_time() - began < SLOW
    assert len(utterances) <= MAX_UTTERANCES
    said = "".join(clean(spoken).split())
    for utterance in utterances:
        for word in utterance.text.replace(",", " ").split():
            assert word.strip(" ,;") in said
    assert bool(found) == bool(utterances)
    assert all(m.text.strip() and 0 <= m.score <= 1 for m in found)
    assert all(m.met_by is None or m.met_by in brief.blocks for m in found)


def drafts(data: bytes) -> None:
    """What a model writes is read without an error, and every mark that is kept stands for a passage that was given."""
    began = time.process_time()
    draft = read_draft(data.decode("utf-8", errors="ignore"), {"survey#hours": 1, "sleep-study#grades": 2})
    assert time.process_time() - began < SLOW
    assert all(passage in ("survey#hours", "sleep-study#grades") for s in draft.sentences for passage in s.passages)


def shown(data: bytes) -> None:
    """Text of anybody mentions and links nothing in Discord, and fits."""
    text = data.decode("utf-8", errors="ignore")
    began = time.process_time()
    harmless = present.escape(text)
    assert not ACTIVE.search(harmless)
    line = present.one_line(text, 80)
    assert not ACTIVE.search(line)
    assert len(line) <= 80
    assert len(line.splitlines()) <= 1
    assert all(0 < len(part) <= limits.CONTENT for part in present.split(harmless))
    assert time.process_time() - began < SLOW


def _hides(character: str) -> bool:
    """Whether a character controls or hides something and belongs into no passage."""
    return unicodedata.category(character) in ("Cc", "Cf", "Cs") and character not in SEEN


@cache
def _empty_brief() -> tuple[Brief, Path]:
    folder = Path(tempfile.mkdtemp(prefix="debatebot-fuzz-"))
    shutil.copy(TINY / "brief.md", folder)
    return load_brief(TINY), folder


def document(form: str, data: bytes) -> None:
    """A document is refused in one line, or makes a sound source whose passages hold its words in order and nothing hidden."""
    began = time.process_time()
    said = answer(form, data)
    assert time.process_time() - began < SLOW
    reason = json.loads(said).get("refused")
    if reason is not None:
        assert len(reason.splitlines()) == 1
        return
    extract = from_json(said)
    pieces = [piece.text for piece in extract.pieces]
    assert not [hex(ord(c)) for text in pieces for c in text if _hides(c)]
    brief, folder = _empty_brief()
    given = Record("fuzzed", title="A title", authors=("A",), date="2020", stance="neutral")
    file, refused = _tried(lambda: add(brief, folder, with_defaults(given, extract, None), extract), RefusedError)
    # A document that is taken for text must not be turned away because it makes no sound file.
    assert "no sound source" not in refused
    if refused:
        return
    try:
        cuts = split(extract.pieces)
        read, faults = read_brief(folder, folder)
        assert read is not None
        assert not [fault for fault in faults if fault.file == file]
        assert [p.text.split() for p in read.passages_of("fuzzed")] == [" ".join(cut.paragraphs).split() for cut in cuts]
        assert all(cut.words <= MAX_WORDS for cut in cuts)
    finally:
        file.unlink()


TARGETS: dict[str, Callable[[bytes], None]] = {
    "hearing": hearing,
    "drafts": drafts,
    "shown": shown,
    **{form: partial(document, form) for form in ("text", "markdown", "html", "pdf")},
}
