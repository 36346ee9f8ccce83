"""The rewriter: a language model words a composed speech anew, paragraph by paragraph, as far as its drafts hold."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from bot.brief.model import Brief
from bot.speech.writers.budget import Budget, Price
from bot.speech.writers.composer import Part
from bot.speech.writers.draft import read_draft
from bot.speech.writers.faithful import CONTRADICTED, Faithfulness
from bot.speech.writers.generator import GenerationError, Generator
from bot.speech.writers.prompt import markers_of, messages_for

# Shorter paragraphs are frames and lead-ins, which gain nothing.
WORTH_WORDS = 15
TOKENS_A_WORD = 2.0
SPARE_TOKENS = 60
OnDraft = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Rewritten:
    """The speech after the model: its parts, each with a note of who worded it and why, and counts for the record.

    `model_paragraphs` were kept from the model and `model_refused` drafted but refused, of them `model_contradicted` by the
    second check; tokens and the cost in millionths of a dollar are of all calls, also of those whose draft was refused.
    """

    parts: tuple[Part, ...]
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def any_kept(self) -> bool:
        """Whether any paragraph is the model's."""
        return bool(self.counts.get("model_paragraphs"))


@dataclass(slots=True)
class _Tally:
    kept: int = 0
    refused: int = 0
    contradicted: int = 0
    prompt_tokens: int = 0
    generated_tokens: int = 0
    broken: bool = False


class Rewriter:
    """Has `generator` word the paragraphs of one speech within `seconds`; what is late, refused or broken stays composed."""

    def __init__(
        self,
        brief: Brief,
        generator: Generator,
        faithfulness: Faithfulness,
        own_words: Callable[[Part], str],
        *,
        seconds: float = 20.0,
        budget: Budget | None = None,
        price: Price | None = None,
    ) -> None:
        self._brief = brief
        self._generator = generator
        self._faithfulness = faithfulness
        self._own_words = own_words
        self._seconds = seconds
        self._budget = budget or Budget()
        self._price = price or Price()

    @property
    def name(self) -> str:
        """The model's name."""
        return self._generator.name

    async def rewrite(
        self, parts: Sequence[Part], opponent: Sequence[str], *, user: str = "", server: str = "", on_draft: OnDraft | None = None
    ) -> Rewritten:
        """`parts` with the paragraphs whose draft holds; `opponent` are the opponent's points by ordinal, which moves refer to.

        `on_draft` is given the text of each paragraph as it grows. A cancelled call cancels every generation.
        """
        notes = ["composed"] * len(parts)
        done = list(parts)
        tally = _Tally()
        worth = [i for i, part in enumerate(parts) if part.move is not None and _words(part) >= WORTH_WORDS]
        if not self._budget.allows(user, server):
            spent = "composed: today's budget for the model is spent"
            return Rewritten(tuple(replace(part, note=spent) for part in parts))
        gate = asyncio.Semaphore(max(1, self._generator.at_once))

        async def one(i: int) -> None:
            async with gate:
                if not tally.broken:
                    try:
                        done[i], notes[i] = await self._paragraph(parts[i], _said(parts[i], opponent), tally, on_draft)
                    except GenerationError:
                        tally.broken = True
                        raise

        tasks = {i: asyncio.create_task(one(i)) for i in worth}
        try:
            if tasks:
                await self._wait(tasks, notes)
        finally:
            for task in tasks.values():
                task.cancel()
            await asyncio.gather(*tasks.values(), return_exceptions=True)
        self._budget.spend(user, server, tally.prompt_tokens + tally.generated_tokens)
        parts = tuple(replace(part, note=note) for part, note in zip(done, notes, strict=True))
        return Rewritten(parts, self._counts(tally))

    async def _wait(self, tasks: dict[int, asyncio.Task[None]], notes: list[str]) -> None:
        """Until all are done, time is up, or the model fails: then the paragraphs that are missing stay composed."""
        await asyncio.wait(tasks.values(), timeout=self._seconds, return_when=asyncio.FIRST_EXCEPTION)
        trouble = next((str(e) for t in tasks.values() if t.done() and not t.cancelled() and (e := t.exception())), None)
        for i in tasks:
            if notes[i] == "composed":
                notes[i] = f"composed: {trouble or 'the language model was too slow'}"
        for task in tasks.values():
            error = task.exception() if task.done() and not task.cancelled() else None
            if error is not None and not isinstance(error, GenerationError):
                raise error

    async def _paragraph(self, part: Part, opponent: str, tally: _Tally, on_draft: OnDraft | None) -> tuple[Part, str]:
        words = _words(part)
        messages = messages_for(self._brief, part.sentences, opponent, round(words * 1.2))
        generation = await self._generator.generate(
            messages, max_tokens=round(words * TOKENS_A_WORD) + SPARE_TOKENS, on_text=on_draft
        )
        tally.prompt_tokens += generation.prompt_tokens
        tally.generated_tokens += generation.generated_tokens
        read = read_draft(generation.text, markers_of(part.sentences))
        draft = await self._faithfulness.with_citations(part.sentences, read)
        reasons = await self._faithfulness.reasons_against(part.sentences, draft, self._own_words(part))
        if not generation.whole:
            reasons = (*reasons, "it did not come to an end")
        if reasons:
            tally.refused += 1
            tally.contradicted += CONTRADICTED in reasons
            return part, f"composed: the model's draft was refused ({'; '.join(reasons)})"
        tally.kept += 1
        return replace(part, sentences=draft.sentences), f"worded by {self.name}"

    def _counts(self, tally: _Tally) -> dict[str, int]:
        return {
            "model_paragraphs": tally.kept,
            "model_refused": tally.refused,
            "model_contradicted": tally.contradicted,
            "model_prompt_tokens": tally.prompt_tokens,
            "model_generated_tokens": tally.generated_tokens,
            "model_cost_micros": self._price.micros(tally.prompt_tokens, tally.generated_tokens),
        }


def _words(part: Part) -> int:
    return sum(len(sentence.text.split()) for sentence in part.sentences)


def _said(part: Part, opponent: Sequence[str]) -> str:
    """What the opponent said that this part answers."""
    point = part.move.point if part.move is not None else None
    return opponent[point] if point is not None and point < len(opponent) else ""
