"""Budgets, prices and the circuit breaker."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.speech.writers.breaker import Breaker
from bot.speech.writers.budget import Budget, Price


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 23, 0, tzinfo=UTC)
        self.seconds = 100.0

    def moment(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return self.seconds


def test_a_user_over_the_days_budget_is_refused_until_the_next_day() -> None:
    clock = Clock()
    budget = Budget(user_tokens=100, clock=clock.moment)
    assert budget.allows("ann", "")
    budget.spend("ann", "", 100)
    assert not budget.allows("ann", "")
    assert budget.allows("bob", "")
    clock.now += timedelta(hours=2)
    assert budget.allows("ann", "")


def test_a_server_has_a_budget_of_its_own() -> None:
    budget = Budget(user_tokens=1000, server_tokens=50, clock=Clock().moment)
    budget.spend("ann", "guild", 50)
    assert not budget.allows("bob", "guild")
    assert budget.allows("ann", "other")


def test_without_limits_or_names_nothing_is_refused() -> None:
    budget = Budget(clock=Clock().moment)
    budget.spend("ann", "guild", 10**9)
    assert budget.allows("ann", "guild")
    limited = Budget(user_tokens=1, server_tokens=1, clock=Clock().moment)
    limited.spend("", "", 5)
    assert limited.allows("", "")


def test_a_price_is_counted_in_millionths_of_a_dollar() -> None:
    assert Price(prompt=0.5, generated=1.5).micros(1000, 200) == 800
    assert Price().micros(10**6, 10**6) == 0


def test_the_circuit_opens_after_failures_in_a_row_and_tries_again_after_the_rest() -> None:
    clock = Clock()
    breaker = Breaker(failures=2, rest=10, clock=clock.monotonic)
    breaker.failed()
    breaker.succeeded()
    breaker.failed()
    assert not breaker.open
    breaker.failed()
    assert breaker.open
    clock.seconds += 10
    assert not breaker.open  # one trial
    assert breaker.open  # and only one
    breaker.succeeded()
    assert not breaker.open
