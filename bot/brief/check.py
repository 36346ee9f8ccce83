"""Faults between the files of a brief: references, support, lengths.

`read_brief` finds the faults within one file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.brief.faults import Fault
from bot.brief.model import AnswerKind, Block, BlockKind, Brief, Paragraph, Passage, Source, Wording
from bot.brief.stated import stated_problems
from bot.brief.support import faults_in

ANSWER_WORDS = (40, 90)
CORRECTION_WORDS = (6, 80)
SHORT_WORDS = (5, 24)
PASSAGE_WORDS = (20, 120)
MIN_HEARD = {BlockKind.BLOCK: 8, BlockKind.CORRECTION: 6}
# One answer is spent after one exchange, and four of one kind say one thing.
ANSWERS = (2, 4)
MIN_KINDS = 2
ADDRESS = re.compile(r"https?://[^\s/…]+\.[^\s…]+")


def cross_faults(brief: Brief) -> list[Fault]:
    """Faults that only show when the files are seen together."""
    return [*_source_faults(brief), *_passage_faults(brief), *_prose_faults(brief), *_shape_faults(brief)]


def _source_faults(brief: Brief) -> Iterator[Fault]:
    for source in brief.sources.values():
        for address in source.addresses:
            if not ADDRESS.fullmatch(address):
                yield Fault(source.file, 1, f"`{address}` is no address", "write it whole, with https://")
        if source.copy_of:
            yield from _copy_faults(brief, source)


def _copy_faults(brief: Brief, source: Source) -> Iterator[Fault]:
    original = brief.sources.get(source.copy_of)
    if original is None:
        yield Fault(source.file, 1, f"a copy of the unknown source `{source.copy_of}`", "name a source, or remove this one")
    elif original.wording is Wording.VERBATIM:
        yield Fault(source.file, 1, f"`{source.copy_of}` is no paraphrase", "name the source in the brief's own words")
    if source.wording is not Wording.VERBATIM:
        yield Fault(source.file, 1, "a copy is not in its own wording", "write `wording: verbatim`")


def _passage_faults(brief: Brief) -> Iterator[Fault]:
    claims: dict[str, Passage] = {}
    for passage in brief.passages.values():
        file = brief.sources[passage.source].file
        for target in passage.corrected_by:
            if target not in brief.passages:
                yield Fault(
                    file,
                    passage.line,
                    f"corrected by unknown passage `{target}`",
                    "use an existing SOURCE#id",
                )
            elif target == passage.id:
                yield Fault(file, passage.line, "the passage corrects itself", "name the passage that holds the truth")
        for claim in passage.claims:
            if not claim.startswith(f"{passage.source}-"):
                mend = f"a claim of this source begins with `{passage.source}-`"
                yield Fault(file, passage.line, f"the claim `{claim}` is unknown to `{passage.source}`", mend)
            if claim in claims:
                mend = f"leave it out here or in {claims[claim].id}"
                yield Fault(file, passage.line, f"the claim `{claim}` is covered twice", mend)
            claims[claim] = passage
        words = len(passage.text.split())
        if passage.wording is Wording.PARAPHRASE and not PASSAGE_WORDS[0] <= words <= PASSAGE_WORDS[1]:
            yield Fault(
                file,
                passage.line,
                f"the passage has {words} words",
                "keep it to {}-{}".format(*PASSAGE_WORDS),
            )
        for message, mend in stated_problems(brief, passage):
            yield Fault(file, passage.line, message, mend)


def paragraphs(brief: Brief) -> Iterator[tuple[Path, Paragraph]]:
    """Every prepared paragraph of the brief with its file."""
    home = brief.folder / "brief.md"
    yield from ((home, p) for p in (brief.motion.yardstick, brief.motion.opening, brief.motion.closing))
    for block in brief.blocks.values():
        if block.concession:
            yield block.file, block.concession
        yield from ((block.file, answer) for answer in (*block.answers, *block.in_short))
    for c in brief.contentions.values():
        parts = [c.claim, c.reasons, *c.evidence, c.impact, c.extension, *([c.dispute] if c.dispute else []), *c.in_short]
        yield from ((c.file, part) for part in parts)


def _line_of(file: Path, paragraph: Paragraph) -> int:
    """The line on which the paragraph's first words stand; found again because values carry no line."""
    start = " ".join(paragraph.sentences[0].text.split()[:4]) if paragraph.sentences else ""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if start and start in " ".join(line.split()):
            return number
    return 1


def _prose_faults(brief: Brief) -> Iterator[Fault]:
    for file, paragraph in paragraphs(brief):
        problems = [*_citation_problems(brief, paragraph), *_support_problems(brief, paragraph), *_sentence_problems(paragraph)]
        if problems:
            line = _line_of(file, paragraph)
            yield from (Fault(file, line, f"{paragraph.id}: {message}", mend) for message, mend in problems)


def _citation_problems(brief: Brief, paragraph: Paragraph) -> Iterator[tuple[str, str]]:
    cited = set(paragraph.passages)
    for passage_id in paragraph.passages:
        passage = brief.passages.get(passage_id)
        if passage is None:
            yield f"cites unknown passage `{passage_id}`", "use an existing SOURCE#id"
        elif passage.corrected_by and not cited & set(passage.corrected_by):
            mend = f"cite {' or '.join(passage.corrected_by)} beside it, or leave it out"
            yield f"cites `{passage_id}` without its correction", mend


def _support_problems(brief: Brief, paragraph: Paragraph) -> Iterator[tuple[str, str]]:
    for sentence in paragraph.sentences:
        evidence = [evidence_text(brief, brief.passages[p]) for p in sentence.passages if p in brief.passages]
        missing = faults_in(sentence.text, evidence, (*brief.motion.subject_words, brief.motion.text))
        if missing:
            mend = "cite the passage that says it, or leave it out"
            yield f"no cited passage holds {', '.join(missing)}", mend


def _sentence_problems(paragraph: Paragraph) -> Iterator[tuple[str, str]]:
    for sentence in paragraph.sentences:
        if sentence.text[:1].islower():
            mend = "put citations before the full stop of a whole sentence"
            yield f"a sentence begins in small letters: `{' '.join(sentence.text.split()[:5])}`", mend


def evidence_text(brief: Brief, passage: Passage) -> str:
    """All that a passage lets a sentence say: its text, locator and its source's record."""
    source = brief.sources[passage.source]
    record = f"{source.title} {' '.join(source.authors)} {source.venue} {source.date.replace('-', ' ')}"
    return f"{passage.title} {passage.text} {passage.locator} {record}"


def _shape_faults(brief: Brief) -> Iterator[Fault]:
    owners: dict[str, str] = {}
    for key in [*brief.blocks, *brief.contentions, *brief.sources]:
        kind = "source" if key in brief.sources else "block or contention"
        if key in owners:
            yield Fault(brief.folder, 1, f"the key `{key}` is used twice", "rename one of the two files")
        owners[key] = kind
    for block in brief.blocks.values():
        yield from _block_faults(block)
        yield from _short_faults(block.file, block.in_short)
    for contention in brief.contentions.values():
        yield from _short_faults(contention.file, contention.in_short)
        if contention.origin != "ours" and contention.origin not in brief.sources:
            yield Fault(
                contention.file,
                1,
                f"origin `{contention.origin}` is no source",
                "use `ours` or a source's key",
            )
        if not contention.evidence:
            yield Fault(contention.file, 1, "there is no `## Evidence: ...` section", "add at least one")
    ranks = [c.rank for c in brief.contentions.values()]
    if len(set(ranks)) < len(ranks):
        yield Fault(brief.folder / "contentions", 1, "two contentions share a rank", "number them by strength")


def _block_faults(block: Block) -> Iterator[Fault]:
    if not block.answers:
        yield Fault(block.file, 1, "there is no `## Answer: ...` section", "add at least one")
    if len(block.heard) < MIN_HEARD[block.kind]:
        mend = f"list at least {MIN_HEARD[block.kind]} ways it is said"
        yield Fault(block.file, 1, f"only {len(block.heard)} lines under `## Heard as`", mend)
    if block.kind is BlockKind.BLOCK and block.answers:
        few, many = ANSWERS
        if not few <= len(block.answers) <= many:
            yield Fault(block.file, 1, f"the block has {len(block.answers)} answers", f"prepare {few} to {many}")
        elif len({answer.kind for answer in block.answers}) < MIN_KINDS:
            yield Fault(block.file, 1, "all answers are of one kind", "add one that denies, distinguishes, turns or outweighs")
    if block.kind is BlockKind.CORRECTION:
        yield from _rule_faults(block)
    low, high = CORRECTION_WORDS if block.kind is BlockKind.CORRECTION else ANSWER_WORDS
    for answer in block.answers:
        line = _line_of(block.file, answer)
        if not low <= answer.words <= high:
            yield Fault(block.file, line, f"{answer.id} has {answer.words} words", f"keep it to {low}-{high}")
        if not answer.passages:
            yield Fault(block.file, line, f"{answer.id} cites nothing", "end a sentence with [SOURCE#id]")
        if (answer.kind is AnswerKind.CORRECT) != (block.kind is BlockKind.CORRECTION):
            yield Fault(
                block.file,
                line,
                f"{answer.id} is of kind {answer.kind}",
                "`correct` belongs to corrections only",
            )
    yield from _repeated(block.file, block.heard)


def _short_faults(file: Path, shorts: Iterable[Paragraph]) -> Iterator[Fault]:
    low, high = SHORT_WORDS
    for short in shorts:
        if len(short.sentences) != 1 or not low <= short.words <= high:
            mend = f"write one sentence of {low}-{high} words"
            message = f"{short.id} has {len(short.sentences)} sentences, {short.words} words"
            yield Fault(file, _line_of(file, short), message, mend)


def _rule_faults(block: Block) -> Iterator[Fault]:
    """Ways of saying the premise that the correction's own `needs` would miss."""
    for way in block.heard:
        if not block.names(way):
            yield Fault(block.file, 1, f"`needs` does not hear `{way}`", "widen `needs` or leave the line out")


def _repeated(file: Path, lines: Iterable[str]) -> Iterator[Fault]:
    seen: set[str] = set()
    for line in lines:
        if line.lower() in seen:
            yield Fault(file, 1, f"`{line}` is listed twice", "leave one out")
        seen.add(line.lower())
