"""What a writer needs of a language model, whichever way it runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from bot.errors import UserError

OnText = Callable[[str], None]


class GenerationError(UserError):
    """The model gave nothing usable: it is gone, slow, out of memory, over its budget or broken."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Generation:
    """What a model answered. `whole` is False where it was cut by the token limit. Times in seconds."""

    text: str
    prompt_tokens: int
    generated_tokens: int
    seconds: float
    whole: bool = True


class Generator(Protocol):
    """A chat model. Trouble raises `GenerationError`; a cancelled call stops generating."""

    @property
    def name(self) -> str:
        """The model's name as records show it."""

    @property
    def at_once(self) -> int:
        """How many generations it can usefully run at the same time."""

    async def generate(self, messages: Sequence[Message], *, max_tokens: int, on_text: OnText | None = None) -> Generation:
        """The model's answer to `messages`, at most `max_tokens` long; `on_text` is given each piece as it comes."""

    async def close(self) -> None:
        """Let go of the model; calls in progress end with `GenerationError`."""
