"""Budgets: how many tokens of a language model each user and each server may have speeches worded with in a day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Budget:
    """Counts tokens by UTC day. A limit of 0 is none. Counting starts anew with the process: the log has the totals."""

    user_tokens: int = 0
    server_tokens: int = 0
    clock: Callable[[], datetime] = _now
    _day: date | None = None
    _spent: dict[str, int] = field(default_factory=dict)

    def allows(self, user: str, server: str) -> bool:
        """Whether `user` on `server` has tokens left today; an empty name has no budget of its own."""
        self._turn_page()
        over_user = user and self.user_tokens and self._spent.get(f"user:{user}", 0) >= self.user_tokens
        over_server = server and self.server_tokens and self._spent.get(f"server:{server}", 0) >= self.server_tokens
        return not over_user and not over_server

    def spend(self, user: str, server: str, tokens: int) -> None:
        """Count `tokens` for both."""
        self._turn_page()
        for key in (f"user:{user}" if user else "", f"server:{server}" if server else ""):
            if key:
                self._spent[key] = self._spent.get(key, 0) + tokens

    def _turn_page(self) -> None:
        today = self.clock().astimezone(UTC).date()
        if today != self._day:
            self._day = today
            self._spent.clear()


@dataclass(frozen=True, slots=True)
class Price:
    """What a model costs, in US dollars per million tokens; 0 for one's own machine."""

    prompt: float = 0.0
    generated: float = 0.0

    def micros(self, prompt_tokens: int, generated_tokens: int) -> int:
        """The cost in millionths of a dollar, rounded."""
        return round(self.prompt * prompt_tokens + self.generated * generated_tokens)
