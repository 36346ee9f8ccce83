"""The check: run on every speech, whoever wrote it, before it is given.

A sentence that fails is cut and counted; nothing is let through with a warning. A writer that words a paragraph itself asks
`Checker.paragraph` first, and puts the prepared paragraph in its place where there are faults.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.brief.check import evidence_text, paragraphs
from bot.brief.model import Brief, Passage, Sentence, Wording
from bot.brief.support import faults_in
from bot.speech.phrases import COUNTS, QUESTIONS, TIMES
from bot.speech.quote_marks import QUOTED, quotation_holds, was_said
from bot.speech.sideholding import abandons_side, speaks_of_machinery
from bot.speech.support import contradicts, premise_asserted
from bot.speech.writers.composer import Part

# Cosine below which a sentence is no wording of what it cites: set by judgement, not yet measured.
NEAR_ENOUGH = 0.45

# Cosines of sentence i of the first list with sentence i of the second; it may call a model, so run it off the event loop.
Closeness = Callable[[Sequence[str], Sequence[str]], Sequence[float]]


@dataclass(frozen=True, slots=True)
class Checked:
    """A speech after the check: what may be said, and how many sentences were seen, cited, quoted and cut."""

    parts: tuple[Part, ...]
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Finding:
    """Why one sentence may not be said, in words for a log: never the opponent's text."""

    sentence: str
    fault: str


class Checker:
    """Checks sentences, paragraphs and speeches against one brief."""

    def __init__(self, brief: Brief, closeness: Closeness | None = None) -> None:
        self._brief = brief
        self._closeness = closeness
        # Prepared prose was checked when the brief was loaded, and passages are themselves.
        self._prepared = frozenset(s.text for _, p in paragraphs(brief) for s in p.sentences)

    def paragraph(
        self,
        sentences: Sequence[Sentence],
        *,
        allowed: Sequence[str] | None = None,
        own_words: str = "",
        heard: str = "",
        words: int | None = None,
    ) -> tuple[Finding, ...]:
        """What is wrong with a paragraph; empty when it may be said.

        `allowed` are the passages that it may cite (all, if None), `own_words` names and figures that need no evidence, `heard`
        the opponent's speech, whose words may be quoted, `words` the most it may have.
        """
        found = [f for s in sentences for f in self._faults(s, own_words, heard, allowed)]
        found += self._uncorrected(sentences)
        if self._closeness is not None:
            found += self._far(sentences, self._closeness)
        length = sum(len(s.text.split()) for s in sentences)
        if words is not None and length > words:
            found.append(Finding("", f"{length} words where {words} are allowed"))
        return tuple(found)

    def sentence(self, sentence: Sentence, own_words: str = "", heard: str = "") -> bool:
        """Whether one sentence may be said."""
        return not self._faults(sentence, own_words, heard, None)

    def speech(self, parts: Sequence[Part], words: int, heard: str = "") -> Checked:
        """The speech without the sentences that do not hold, and without the last paragraphs over the word limit."""
        counts = {"sentences": 0, "cited": 0, "quotations": 0, "cut": 0, "over_length": 0}
        kept: list[Part] = []
        left = words
        for part in parts:
            held = self._held(part, heard, counts)
            length = sum(len(s.text.split()) for s in held)
            if length > left:
                counts["over_length"] += 1
                continue
            # A lead-in whose evidence was cut would introduce nothing.
            if held and (len(held) > 1 or len(part.sentences) == 1):
                left -= length
                kept.append(replace(part, sentences=tuple(held)))
        return Checked(tuple(kept), counts)

    def _held(self, part: Part, heard: str, counts: dict[str, int]) -> list[Sentence]:
        own = own_words(self._brief, part)
        wrong = {f.sentence for f in self._uncorrected(part.sentences)}
        held = []
        for sentence in part.sentences:
            counts["sentences"] += 1
            if sentence.text in wrong or self._faults(sentence, own, heard, None):
                counts["cut"] += 1
                continue
            counts["cited"] += bool(sentence.passages)
            counts["quotations"] += len(QUOTED.findall(sentence.text))
            held.append(sentence)
        return held

    def _faults(self, sentence: Sentence, own: str, heard: str, allowed: Sequence[str] | None) -> list[Finding]:
        faults = plain_faults(self._brief, sentence, own, heard)
        if allowed is not None and not set(sentence.passages) <= set(allowed):
            faults.append("it cites a passage that was not given")
        # What is quoted was verified word for word, so only what surrounds it was worded freely.
        if sentence.text not in self._prepared and not (sentence.passages and QUOTED.search(sentence.text)):
            cited = [self._brief.passages[p] for p in sentence.passages if p in self._brief.passages]
            faults += self._free_faults(QUOTED.sub("", sentence.text), cited)
        return [Finding(sentence.text, fault) for fault in faults]

    def _free_faults(self, text: str, cited: Sequence[Passage]) -> list[str]:
        """Faults of wording that nobody prepared: the side abandoned, a false premise, a negation lost or gained."""
        faults = []
        if abandons_side(self._brief, text):
            faults.append("it argues for the other side")
        premise = premise_asserted(self._brief, text)
        if premise is not None and cited:
            faults.append(f"it asserts the false premise {premise}")
        if cited and contradicts(text, [passage.text for passage in cited]):
            faults.append("its negation differs from the passage")
        return faults

    def _uncorrected(self, sentences: Sequence[Sentence]) -> list[Finding]:
        """Sentences that cite a passage known to be wrong or overtaken, in a paragraph that does not cite its correction.

        A passage of a copy runs over several claims; whoever quotes one sentence of it sees to that sentence's correction.
        """
        cited = {p for s in sentences for p in s.passages}
        return [
            Finding(s.text, f"{p} is corrected by {', '.join(self._brief.passages[p].corrected_by)}, which is not cited")
            for s in sentences
            for p in s.passages
            if p in self._brief.passages
            and self._brief.passages[p].wording is not Wording.VERBATIM
            and self._brief.passages[p].corrected_by
            and not cited & set(self._brief.passages[p].corrected_by)
        ]

    def _far(self, sentences: Sequence[Sentence], closeness: Closeness) -> list[Finding]:
        free = [
            s for s in sentences if s.passages and s.text not in self._prepared and set(s.passages) <= set(self._brief.passages)
        ]
        pairs = [(s, own) for s in free for p in s.passages for own in (self._brief.passages[p].text,)]
        if not pairs:
            return []
        best: dict[str, float] = {}
        for (s, _), near in zip(pairs, closeness([s.text for s, _ in pairs], [text for _, text in pairs]), strict=True):
            best[s.text] = max(best.get(s.text, -1.0), near)
        return [Finding(text, "it says something else than what it cites") for text, near in best.items() if near < NEAR_ENOUGH]


def plain_faults(brief: Brief, sentence: Sentence, own_words: str, heard: str = "") -> list[str]:
    """Faults that show without knowing who worded a sentence: citations, quotations, figures, names, talk of the machine.

    A sentence that cites nothing has no figures of its own, and may quote what the opponent said (`heard`).
    """
    if any(p not in brief.passages for p in sentence.passages):
        return ["it cites a passage that does not exist"]
    cited = [brief.passages[p] for p in sentence.passages]
    faults = []
    if not all(quotation_holds(q, cited) or (not cited and was_said(q, heard)) for q in QUOTED.findall(sentence.text)):
        faults.append("it quotes what stands nowhere word for word")
    # The opponent's words are the opponent's: what they assert is not ours.
    plain = sentence.text if cited else QUOTED.sub("", sentence.text)
    evidence = [evidence_text(brief, passage) for passage in cited]
    missing = faults_in(plain, evidence, (brief.motion.text, *brief.motion.subject_words, own_words))
    if missing:
        faults.append(f"no cited passage holds {', '.join(missing)}")
    if speaks_of_machinery(plain):
        faults.append("it speaks of instructions or of the machine")
    return faults


def sentence_holds(brief: Brief, sentence: Sentence, own_words: str) -> bool:
    """Whether one sentence has no plain fault."""
    return not plain_faults(brief, sentence, own_words)


def own_words(brief: Brief, part: Part) -> str:
    """The words that a part may use without evidence: the titles and topics of what it deals with, and counts."""
    counts = " ".join((*COUNTS, *QUESTIONS, *TIMES))
    keys = (part.move.key, *part.move.also) if part.move is not None else ()
    owners = [o for key in keys if (o := brief.blocks.get(key or "") or brief.contentions.get(key or "")) is not None]
    return " ".join((counts, *(f"{owner.title} {' '.join(owner.about)}" for owner in owners)))
