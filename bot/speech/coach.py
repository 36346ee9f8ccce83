"""Coaching: from the flow of a debate to what its debaters should prepare. Nothing is claimed that does not stand in the flow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.brief.model import Answer, Block, BlockKind, Brief, ClaimKind, Contention, Paragraph, Passage, Sureness
from bot.debate.coaching import Coaching, Corrected, Dropped, Preparation, Reading, Unchallenged
from bot.debate.flowsheet import FlowSheet, Row, flow_sheet, occasions
from bot.debate.record import Speech
from bot.debate.words import PointKind, Side, Verdict

# More than this of a kind is not coaching but a scolding.
MOST = 3
# A list of passages that is longer is not read.
MOST_READINGS = 2
SAID_WORDS = 24
_ARGUED = (PointKind.CLAIM, PointKind.EVIDENCE, PointKind.QUESTION, PointKind.CHALLENGE, PointKind.DEFINITION)


def coach(brief: Brief, speeches: Sequence[Speech], bot_side: Side) -> Coaching:
    """What the side against `bot_side` can learn from `speeches`; struck ones are left out."""
    told = [speech for speech in speeches if not speech.struck]
    sheet = flow_sheet(told, bot_side)
    theirs = [row for row in sheet.of(bot_side.other) if row.kind in _ARGUED]
    return Coaching(
        points=len(theirs),
        met=len({row.owner for row in sheet.of(bot_side) if row.verdict is Verdict.ANSWERED}),
        granted=len({row.owner for row in sheet.of(bot_side) if row.verdict is Verdict.CONCEDED and row.owner in brief.blocks}),
        dropped=tuple(_dropped(brief, sheet, told, bot_side))[:MOST],
        unchallenged=tuple(_unchallenged(brief, sheet, told, bot_side))[:MOST],
        corrected=tuple(_corrected(brief, theirs))[:MOST],
        prepare=tuple(_prepare(brief, sheet, told, theirs))[:MOST],
        unsupported=tuple(_brief_words(row.text) for row in theirs if row.verdict is Verdict.UNSUPPORTED)[:MOST],
    )


def _brief_words(text: str) -> str:
    words = text.split()
    return " ".join(words[:SAID_WORDS]) + (" ..." if len(words) > SAID_WORDS else "")


def _reading(brief: Brief, passage: Passage) -> Reading:
    source = brief.sources[passage.source]
    address = source.addresses[0] if source.addresses else ""
    return Reading(passage.id, source.byline, source.title, passage.locator, address)


def _readings(brief: Brief, ids: Iterable[str]) -> tuple[Reading, ...]:
    known = [i for i in dict.fromkeys(ids) if i in brief.passages]
    return tuple(_reading(brief, brief.passages[i]) for i in known[:MOST_READINGS])


def _dropped(brief: Brief, sheet: FlowSheet, told: Sequence[Speech], side: Side) -> Iterable[Dropped]:
    """Contentions first, strongest first, then answers, each once."""
    fallen: dict[str, list[Row]] = {}
    for row in sheet.dropped(side):
        if row.owner and row.kind is PointKind.CLAIM:
            fallen.setdefault(row.owner, []).append(row)
    met = {row.owner for row in sheet.of(side) if row.verdict in (Verdict.ANSWERED, Verdict.CONCEDED)}
    ranks = {key: contention.rank for key, contention in brief.contentions.items()}
    for key in sorted(fallen, key=lambda key: (ranks.get(key, len(ranks) + 1), key)):
        rows = fallen[key]
        passed = len(occasions(told, rows[-1].ref.turn, side))
        if key in met or not passed:
            continue
        refs = tuple(row.ref for row in rows)
        if key in brief.contentions:
            way_in, passages = _against(brief.contentions[key])
            title = brief.contentions[key].title.rstrip(".")
        elif key in brief.blocks:
            block = brief.blocks[key]
            title = f"our answer to: {block.title}"
            way_in, passages = block.question, ()
        else:
            continue
        yield Dropped(refs, title, _brief_words(rows[0].text), passed, way_in, _readings(brief, passages))


def _against(contention: Contention) -> tuple[str, tuple[str, ...]]:
    """The brief's own best case against a contention."""
    if contention.dispute is None:
        return "", ()
    first = contention.dispute.sentences[0]
    return first.text, contention.dispute.passages


def _unchallenged(brief: Brief, sheet: FlowSheet, told: Sequence[Speech], side: Side) -> Iterable[Unchallenged]:
    """The bot's weakest evidence in arguments to which nobody replied, weakest first."""
    standing = {(row.ref.turn, row.ref.ordinal): row for row in sheet.of(side) if row.verdict is Verdict.DROPPED}
    found: dict[str, tuple[int, Row, str]] = {}
    for speech in told:
        for point in speech.points if speech.side is side else ():
            row = standing.get((speech.turn, point.ordinal))
            for passage in _passages_of(brief, point.met_by) if row else ():
                weight, doubt = _doubt(passage)
                if row and doubt and passage.id not in found:
                    found[passage.id] = (weight, row, doubt)
    for passage_id, (_, row, doubt) in sorted(found.items(), key=lambda item: (item[1][0], item[0])):
        yield Unchallenged(row.ref, _reading(brief, brief.passages[passage_id]), doubt)


def _passages_of(brief: Brief, paragraph: str | None) -> tuple[Passage, ...]:
    """The passages that a prepared paragraph cites."""
    if paragraph is None:
        return ()
    owner = paragraph.partition("#")[0]
    prepared: list[Paragraph] = []
    if owner in brief.blocks:
        prepared = [*brief.blocks[owner].answers]
    elif owner in brief.contentions:
        c = brief.contentions[owner]
        prepared = [c.claim, c.reasons, *c.evidence, c.impact, c.extension]
    ids = [i for p in prepared if p.id == paragraph for i in p.passages]
    return tuple(brief.passages[i] for i in ids if i in brief.passages)


def _doubt(passage: Passage) -> tuple[int, str]:
    """How the passage could be questioned, weightiest first; "" where there is nothing to question."""
    if passage.corrected_by:
        return 0, f"it is corrected by {', '.join(passage.corrected_by)}: ask whether it still holds"
    if passage.sure is Sureness.LOW:
        return 1, "the brief itself is not sure of it: ask where it is written"
    if passage.kind is ClaimKind.PREDICTION:
        return 2, "it is a prediction: ask what has happened since"
    if passage.sure is Sureness.MEDIUM:
        return 3, "the brief holds it with reserve: ask for the full text"
    if passage.kind is ClaimKind.INTERPRETATION:
        return 4, "it is one scholar's reading: ask who disagrees"
    return 5, ""


def _corrected(brief: Brief, theirs: Sequence[Row]) -> Iterable[Corrected]:
    seen: set[str] = set()
    for row in theirs:
        block = brief.blocks.get(row.owner or "")
        if row.verdict is not Verdict.CORRECTED or block is None or block.kind is not BlockKind.CORRECTION or block.key in seen:
            continue
        seen.add(block.key)
        fact = min(block.answers, key=lambda answer: answer.words)
        yield Corrected(row.ref, _brief_words(row.text), fact.text, _readings(brief, fact.passages))


def _prepare(brief: Brief, sheet: FlowSheet, told: Sequence[Speech], theirs: Sequence[Row]) -> Iterable[Preparation]:
    """The debater's arguments that were answered and not defended, first those that could have been, then the most often made."""
    made: dict[str, list[Row]] = {}
    for row in theirs:
        if row.owner in brief.blocks and row.verdict in (Verdict.ANSWERED, Verdict.TURNED) and not _defended(sheet, row):
            made.setdefault(str(row.owner), []).append(row)
    could = {key: any(_had_the_floor(told, row) for row in rows) for key, rows in made.items()}
    for key in sorted(made, key=lambda key: (not could[key], -len(made[key]), made[key][0].ref)):
        block = brief.blocks[key]
        if block.kind is not BlockKind.BLOCK:
            continue
        answer = _given(block, sheet, made[key]) or block.answers[0]
        ground = block.concession.sentences[0].text if block.concession else ""
        passages = block.concession.passages if block.concession else answer.passages
        readings = _readings(brief, (*passages, *answer.passages))
        yield Preparation(
            tuple(row.ref for row in made[key]), block.title, answer.sentences[0].text, ground, readings, could[key]
        )


def _had_the_floor(told: Sequence[Speech], row: Row) -> bool:
    """Whether the debater spoke again after the bot had answered `row`."""
    answered = min((ref.turn for ref in row.answered_by), default=None)
    return answered is not None and bool(occasions(told, answered, row.side.other))


def _defended(sheet: FlowSheet, row: Row) -> bool:
    """Whether the debater came back to an answer that the bot gave to `row`."""
    answers = [sheet.at(ref) for ref in row.answered_by]
    return any(answer is not None and answer.answered_by for answer in answers)


def _given(block: Block, sheet: FlowSheet, rows: Sequence[Row]) -> Answer | None:
    """The prepared answer that the bot gave to one of `rows`."""
    texts = [answer.text for row in rows for ref in row.answered_by if (answer := sheet.at(ref)) is not None]
    return next((a for a in block.answers if any(a.sentences[0].text in text for text in texts)), None)
