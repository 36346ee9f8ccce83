"""A scripted model: it answers what it was given to answer, and remembers what it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.speech.writers.generator import Generation, GenerationError, Message, OnText

Answer = str | GenerationError | float | Callable[[str], str]


@dataclass
class ScriptedModel:
    """`enqueue` answers in order; the last one serves for ever. A float is so many seconds of silence."""

    answers: list[Answer] = field(default_factory=list)
    history: list[list[Message]] = field(default_factory=list)
    name: str = "scripted"
    at_once: int = 2
    cancelled: int = 0

    def enqueue(self, *answers: Answer) -> ScriptedModel:
        self.answers.extend(answers)
        return self

    async def generate(self, messages: Sequence[Message], *, max_tokens: int, on_text: OnText | None = None) -> Generation:
        answer = self.answers[min(len(self.history), len(self.answers) - 1)]
        self.history.append(list(messages))
        if isinstance(answer, GenerationError):
            raise answer
        if isinstance(answer, float):
            try:
                await asyncio.sleep(answer)
            except asyncio.CancelledError:
                self.cancelled += 1
                raise
            answer = "Late."
        text = answer(paragraph_in(messages)) if callable(answer) else answer
        if on_text is not None:
            on_text(text)
        words = len(text.split())
        return Generation(text, 100, words, 0.01, whole=words < max_tokens)

    async def close(self) -> None:
        """Nothing is held."""


def paragraph_in(messages: Sequence[Message]) -> str:
    """The paragraph that the prompt asks to have worded anew."""
    return messages[-1].content.split("Paragraph:\n", 1)[1]
