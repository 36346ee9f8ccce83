"""The brief as values: everything prepared for one motion, immutable once loaded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from bot.brief.membership import Membership
from bot.brief.position import Position
from bot.brief.treaties import Treaties


class Stance(StrEnum):
    """Which way a source or passage cuts, seen from the motion."""

    FOR = "for"
    AGAINST = "against"
    NEUTRAL = "neutral"


class ClaimKind(StrEnum):
    """What sort of claim a passage makes."""

    FACT = "fact"
    INTERPRETATION = "interpretation"
    PREDICTION = "prediction"


class Wording(StrEnum):
    """Whether a source's passages are our own words or the document's own text."""

    PARAPHRASE = "paraphrase"
    VERBATIM = "verbatim"


class Sureness(StrEnum):
    """How sure the brief is of a passage."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class BlockKind(StrEnum):
    """A block answers an argument; a correction answers a false factual premise."""

    BLOCK = "block"
    CORRECTION = "correction"


class AnswerKind(StrEnum):
    """How an answer meets the point it is prepared for."""

    CORRECT = "correct"
    DENY = "deny"
    DISTINGUISH = "distinguish"
    TURN = "turn"
    OUTWEIGH = "outweigh"


def _begins(text: str, alternatives: Sequence[str]) -> bool:
    return any(_stands_at_a_beginning(text, a) for a in alternatives)


def _stands_at_a_beginning(text: str, words: str) -> bool:
    """Whether `words` stand in `text` with no letter, digit or underscore before them.

    No pattern of `re`: a brief holds a thousand alternatives, and compiling one costs far more than searching for it.
    """
    at = text.find(words)
    while at > 0 and (text[at - 1].isalnum() or text[at - 1] == "_"):
        at = text.find(words, at + 1)
    return at >= 0


@dataclass(frozen=True, slots=True)
class Source:
    """One bibliographic record. `copy_of` names the paraphrased source that an added verbatim text is a copy of."""

    key: str
    title: str
    authors: tuple[str, ...]
    date: str
    venue: str
    addresses: tuple[str, ...]
    stance: Stance
    wording: Wording
    as_of: str
    note: str
    file: Path
    copy_of: str = ""

    @property
    def byline(self) -> str:
        """Authors and year in one line, as a citation list shows them."""
        return f"{', '.join(self.authors)} ({self.date[:4]})"


@dataclass(frozen=True, slots=True)
class Passage:
    """One section of a source: the unit of retrieval and citation. `id` is `SOURCE#slug`."""

    id: str
    source: str
    locator: str
    title: str
    text: str
    kind: ClaimKind
    sure: Sureness
    stance: Stance
    wording: Wording
    claims: tuple[str, ...]
    corrected_by: tuple[str, ...]
    line: int
    membership: Membership | None = None
    treaties: Treaties | None = None
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of prepared prose and the ids of the passages it stands on."""

    text: str
    passages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A named run of prepared sentences. `id` is `OWNER#slug` and names it for the whole debate."""

    id: str
    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        """The prose without citations."""
        return " ".join(sentence.text for sentence in self.sentences)

    @property
    def words(self) -> int:
        """Length in words."""
        return len(self.text.split())

    @property
    def passages(self) -> tuple[str, ...]:
        """Ids of the cited passages, each once, in order of first citation."""
        return tuple(dict.fromkeys(p for sentence in self.sentences for p in sentence.passages))


@dataclass(frozen=True, slots=True)
class Answer(Paragraph):
    """A prepared answer of one kind."""

    kind: AnswerKind


@dataclass(frozen=True, slots=True)
class Block:
    """A prepared answer to an anticipated argument, or (a correction) to a false premise."""

    key: str
    kind: BlockKind
    title: str
    about: tuple[str, ...]
    heard: tuple[str, ...]
    not_heard: tuple[str, ...]
    needs: tuple[tuple[str, ...], ...]
    unless: tuple[str, ...]
    concession: Paragraph | None
    answers: tuple[Answer, ...]
    question: str
    file: Path
    # Answers of one sentence each, for a speech without room for more; best first.
    in_short: tuple[Paragraph, ...] = ()

    def names(self, text: str) -> bool:
        """Whether `text` holds one alternative of every line of `needs`, each from a word's beginning."""
        low = text.lower()
        return all(_begins(low, group) for group in self.needs)


@dataclass(frozen=True, slots=True)
class Contention:
    """One of our own arguments, with everything needed to make, press and extend it."""

    key: str
    title: str
    rank: int
    origin: str
    about: tuple[str, ...]
    claim: Paragraph
    reasons: Paragraph
    evidence: tuple[Paragraph, ...]
    impact: Paragraph
    question: str
    extension: Paragraph
    heard: tuple[str, ...]
    dispute: Paragraph | None
    file: Path
    in_short: tuple[Paragraph, ...] = ()


@dataclass(frozen=True, slots=True)
class Motion:
    """What is debated and how this brief frames it; read from `brief.md`."""

    text: str
    bot_side: str
    position: str
    subject: str
    subject_words: tuple[str, ...]
    as_of: str
    yardstick: Paragraph
    opening: Paragraph
    closing: Paragraph
    # The names of each state, the first the one that memberships and treaties are written with.
    states: tuple[tuple[str, ...], ...] = ()
    # What the motion is about, as speakers name it.
    subject_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """An example of what people look up, and whether the brief answers it; from these the refusal is learnt."""

    text: str
    answered: bool
    line: int
    file: Path


@dataclass(frozen=True)
class Brief:
    """Everything prepared for one motion. Mappings keep file order, which is alphabetical by key."""

    motion: Motion
    sources: dict[str, Source]
    passages: dict[str, Passage]
    contentions: dict[str, Contention]
    blocks: dict[str, Block]
    folder: Path
    questions: tuple[Question, ...] = ()

    def passages_of(self, key: str) -> tuple[Passage, ...]:
        """The passages of one source, in file order."""
        return tuple(p for p in self.passages.values() if p.source == key)

    def searchable(self, passage: Passage) -> str:
        """The text that retrieval sees of a passage: its source's title, its locator and title, its body."""
        return f"{self.sources[passage.source].title}. {passage.locator}: {passage.title}. {passage.text}"

    @cached_property
    def arguments(self) -> dict[str, Block]:
        """The blocks that answer an argument, by key."""
        return {key: block for key, block in self.blocks.items() if block.kind is BlockKind.BLOCK}

    @cached_property
    def corrections(self) -> dict[str, Block]:
        """The blocks that put a false premise right, by key."""
        return {key: block for key, block in self.blocks.items() if block.kind is BlockKind.CORRECTION}

    @cached_property
    def memberships(self) -> tuple[Membership, ...]:
        """What the passages say of who belongs to what, in file order."""
        return tuple(p.membership for p in self.passages.values() if p.membership is not None)

    @cached_property
    def treaties(self) -> tuple[Treaties, ...]:
        """What the passages say of treaties of defence, in file order."""
        return tuple(p.treaties for p in self.passages.values() if p.treaties is not None)

    @cached_property
    def positions(self) -> tuple[Position, ...]:
        """Who holds what on the motion by the passages, in file order."""
        return tuple(p.position for p in self.passages.values() if p.position is not None)

    def cited_by(self, corrections: Iterable[str]) -> frozenset[str]:
        """The passages that the answers of the corrections with these keys cite."""
        answers = (answer for key in corrections for answer in self.corrections[key].answers)
        return frozenset(passage for answer in answers for passage in answer.passages)

    @cached_property
    def topics(self) -> frozenset[str]:
        """What any block or contention is about."""
        blocks = {topic for block in self.blocks.values() for topic in block.about}
        return frozenset(blocks | {topic for contention in self.contentions.values() for topic in contention.about})

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over every passage id and text: changes when anything citable changes."""
        digest = sha256()
        for passage in self.passages.values():
            digest.update(f"{passage.id}\0{self.searchable(passage)}\0".encode())
        return digest.hexdigest()
