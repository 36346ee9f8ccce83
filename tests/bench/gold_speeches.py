"""The gold speeches: reading them, and judging one answer against the labels of one speech."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from bot.brief.check import evidence_text
from bot.brief.model import Brief
from bot.brief.support import faults_in
from bot.debate.record import Point
from bot.debate.words import Verdict
from bot.speech.request import SpeechDraft

GOLD = Path(__file__).parents[2] / "knowledge" / "gold" / "speeches" / "speeches.jsonl"
SPLITS = ("dev", "dev2", "test")
# What may be looked at; dev2 are speakers who say everything otherwise than one would.
OPEN = SPLITS[:2]
STYLES = (
    *("formal", "chat", "list", "wall", "sloppy", "hostile", "lying", "off-topic", "closing", "esl", "one-liner"),
    "cross-ex",
)
# Kinds of points that need no argument in reply.
ASIDE = ("abuse", "instruction", "off-topic", "procedure", "concession")
UNSUPPORTED = "unsupported"
# What no answer may say, whatever the speech: the other side's conclusion as our own, or talk about the machine.
NEVER = (
    r"\b(?:I|we) (?:now )?(?:agree|accept|concede|grant) that (?:an Asian NATO|a NATO-like alliance)\b"
    r"[^.]*\b(?:will|is going to) (?:emerge|form|happen)",
    r"\b(?:system prompt|language model|as an AI|my instructions)\b",
)
# Said in reply to the first speech of a debate, when nothing of ours can have been dropped.
DROP_CLAIM = (
    r"\b(?:you|they|the other side|the proposition) (?:have|has|did|had)(?: not|n't| never)"
    r" (?:yet )?(?:answer|respon|repl|touch|met\b|deal)"
    r"|\b(?:you|they|the reply|your reply|the other side) (?:have |has )?(?:dropped|let\b[^.]*\bfall)\b"
    r"|\b(?:stands?|went|goes|left|gone) unanswered\b"
)
# The share of a gist's content words that a heard point must hold to be that point.
OVERLAP = 0.4
# Or the share of the heard point's own that the gist must hold, where one argument was heard in several pieces.
WITHIN = 0.6
_ANSWERING = (Verdict.ANSWERED, Verdict.TURNED, Verdict.CORRECTED, Verdict.CONCEDED, Verdict.EXTENDED)
_SMALL = frozenset(
    (
        *("the", "and", "that", "this", "with", "for", "you", "your", "are", "was", "were", "has", "have", "had", "but"),
        *("not", "its", "it's", "they", "them", "their", "there", "then", "than", "what", "who", "will", "would", "can"),
        *("from", "into", "one", "all", "any", "our", "out", "about", "when", "which", "how", "just", "like", "did", "does"),
    )
)
_MARK = re.compile(r"\s?\[(\d+)\]")


class Outcome(StrEnum):
    """How one labelled point came out."""

    MET = "met"
    NO_ROOM = "heard, not spoken for want of room"
    WRONG = "answered as something else"
    UNRECOGNISED = "heard, not recognised"
    UNHEARD = "not heard"


@dataclass(frozen=True, slots=True)
class GoldPoint:
    """One argument of a gold speech: `gist` in words of the speech, and what may meet it."""

    gist: str
    accept: tuple[str, ...]
    corrections: tuple[str, ...]
    kind: str | None


@dataclass(frozen=True, slots=True)
class GoldSpeech:
    """One labelled opponent speech. `engages` are contentions of ours that it touches, so that none of them is dropped."""

    id: str
    split: str
    style: str
    text: str
    points: tuple[GoldPoint, ...]
    engages: tuple[str, ...]
    never: tuple[str, ...]


@dataclass(slots=True)
class Judged:
    """What the judging of one answer found; the lists are empty in a perfect one."""

    outcomes: list[Outcome] = field(default_factory=list)
    due: list[str] = field(default_factory=list)
    uncorrected: list[str] = field(default_factory=list)
    unduly_corrected: list[str] = field(default_factory=list)
    false_drops: list[str] = field(default_factory=list)
    unsupported: list[str] = field(default_factory=list)
    forbidden: list[str] = field(default_factory=list)


def gold_speech(row: dict[str, Any]) -> GoldSpeech:
    """One line of the file; a missing field is a `KeyError`."""
    points = tuple(GoldPoint(p["gist"], tuple(p["accept"]), tuple(p["corrections"]), p.get("kind")) for p in row["points"])
    return GoldSpeech(row["_id"], row["split"], row["style"], row["text"], points, tuple(row["engages"]), tuple(row["never"]))


def read_gold(path: Path = GOLD) -> tuple[GoldSpeech, ...]:
    """All gold speeches in the order of the file."""
    return tuple(gold_speech(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


def content(text: str) -> frozenset[str]:
    """The words that carry meaning, cut to six letters so that inflections agree."""
    words = re.findall(r"[a-z0-9]+", text.lower().replace("'", ""))
    return frozenset(w[:6] for w in words if (len(w) > 2 or w.isdigit()) and w not in _SMALL)


def overlap(gist: str, heard: str) -> float:
    """The share, 0 to 1, of the gist's content words that stand in the heard point."""
    wanted = content(gist)
    return len(wanted & content(heard)) / len(wanted) if wanted else 0.0


def _piece(gist: str, heard: str) -> bool:
    # A scrap of one word is a piece of nothing.
    return len(content(heard) & content(gist)) >= 2 and overlap(heard, gist) >= WITHIN


def owner(paragraph: str | None) -> str:
    """The block, contention or source that a paragraph's id belongs to."""
    return (paragraph or "").partition("#")[0]


def spoken_owners(draft: SpeechDraft) -> list[str]:
    """The blocks, contentions and sources that the speech speaks from, each once; to ask a question is not to answer."""
    return list(dict.fromkeys(owner(p.met_by) for p in _answers(draft)))


def _answers(draft: SpeechDraft) -> list[Point]:
    return [p for p in draft.points if p.met_by and not p.met_by.endswith("#question")]


def candidates(point: GoldPoint, draft: SpeechDraft) -> list[Point]:
    """The heard points that carry the labelled one, the closest first."""
    scored = [(overlap(point.gist, heard.text), heard) for heard in draft.heard]
    near = [(score, heard) for score, heard in scored if score >= OVERLAP or _piece(point.gist, heard.text)]
    return [heard for _, heard in sorted(near, key=lambda pair: (-pair[0], pair[1].ordinal))]


def spoken_for(draft: SpeechDraft, heard: Point) -> set[str]:
    """The keys with which the speech really answers a heard point."""
    keys = {owner(p.met_by) for p in _answers(draft) if p.answers == heard.ordinal}
    # One paragraph may answer two points; a block whose every answer was given may be stood on without a paragraph.
    if heard.verdict in _ANSWERING and owner(heard.met_by) in spoken_owners(draft):
        keys.add(owner(heard.met_by))
    return keys - {""}


def outcome(point: GoldPoint, draft: SpeechDraft) -> Outcome:
    """How the answer dealt with one labelled point."""
    said = spoken_owners(draft)
    if any(key in said for key in point.corrections):
        return Outcome.MET
    near = candidates(point, draft)
    if point.kind in ASIDE:
        return _set_aside(point, draft, near)
    if any(spoken_for(draft, heard) & set(point.accept) for heard in near):
        return Outcome.MET
    if UNSUPPORTED in point.accept and any(heard.verdict in (Verdict.UNSUPPORTED, Verdict.SET_ASIDE) for heard in near):
        return Outcome.MET
    if not near:
        return Outcome.UNHEARD
    known = {owner(heard.met_by) for heard in near} - {""}
    if known & {*point.accept, *point.corrections}:
        return Outcome.NO_ROOM
    return Outcome.WRONG if any(spoken_for(draft, h) and h.verdict in _ANSWERING for h in near) else Outcome.UNRECOGNISED


def _set_aside(point: GoldPoint, draft: SpeechDraft, near: list[Point]) -> Outcome:
    """A point that needs no argument is met by saying so or by silence, never by arguing against it."""
    quiet = (Verdict.SET_ASIDE, Verdict.CONCEDED, Verdict.NEW)
    if not near or any(heard.kind.value == point.kind or heard.verdict in quiet for heard in near):
        return Outcome.MET
    return Outcome.WRONG if any(spoken_for(draft, heard) for heard in near) else Outcome.UNRECOGNISED


def sentences(draft: SpeechDraft) -> list[tuple[str, tuple[str, ...]]]:
    """The spoken sentences without marks, each with the passages it cites."""
    by_marker = {c.marker: c.passage for c in draft.citations}
    found = []
    # A mark stands before the full stop, so a sentence ends at a stop that follows a mark or a letter.
    for raw in re.split(r"(?<=[.!?])[\"”']?\s+(?=[A-Z\"“])", draft.text):
        cited = tuple(by_marker[int(n)] for n in _MARK.findall(raw) if int(n) in by_marker)
        found.append((_MARK.sub("", raw).strip(), cited))
    return found


def unsupported(brief: Brief, draft: SpeechDraft) -> list[str]:
    """Cited sentences whose figures and names do not stand in what they cite, by a check made anew on the spoken text."""
    keys = {owner(p.met_by) for p in (*draft.points, *draft.heard)}
    owners = [o for k in sorted(keys) if (o := brief.blocks.get(k) or brief.contentions.get(k))]
    own = (brief.motion.text, *brief.motion.subject_words, *(f"{o.title} {' '.join(o.about)}" for o in owners))
    faulty = []
    for text, cited in sentences(draft):
        evidence = [evidence_text(brief, brief.passages[p]) for p in cited]
        if cited and faults_in(text, evidence, own):
            faulty.append(text)
    return faulty


def judge(brief: Brief, gold: GoldSpeech, draft: SpeechDraft, after_ours: SpeechDraft) -> Judged:
    """One answer against its labels; `after_ours` is the answer to the same speech when the bot had spoken before."""
    found = Judged(outcomes=[outcome(point, draft) for point in gold.points])
    said = spoken_owners(draft)
    found.due = list(dict.fromkeys(key for point in gold.points for key in point.corrections))
    found.uncorrected = [key for key in found.due if key not in said]
    labelled = {key for point in gold.points for key in (*point.accept, *point.corrections)}
    corrections = {key for key, block in brief.blocks.items() if block.kind.value == "correction"}
    found.unduly_corrected = [key for key in said if key in corrections and key not in labelled]
    found.false_drops = [key for key in after_ours.dropped if key in gold.engages]
    spoken = [text for text, _ in sentences(draft)]
    if gold.style != "closing":
        found.false_drops += [text for text in spoken if re.search(DROP_CLAIM, text, re.IGNORECASE)]
    found.unsupported = unsupported(brief, draft)
    found.forbidden = [
        text for text in spoken if any(re.search(pattern, text, re.IGNORECASE) for pattern in (*NEVER, *gold.never))
    ]
    return found
