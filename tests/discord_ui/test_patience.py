"""Patience by a clock that the test moves: waits have a limit, and begin small again when something held."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from bot.discord_ui.patience import AT_ONCE, HELD, IDENTIFY_EVERY, LONGEST, LONGEST_AT_GATE, LONGEST_CUT, WELCOME, Gate, Patience


class Hand:
    """A clock, and a sleep that moves it."""

    def __init__(self) -> None:
        self.at = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds


def waited(patience: Patience, hand: Hand, times: int, between: float = 0.0) -> list[float]:
    waits = []
    for _ in range(times):
        waits.append(patience.delay())
        hand.at += waits[-1] + between
    return waits


@given(st.lists(st.floats(min_value=0, max_value=1e6), max_size=40))
def test_no_wait_is_ever_longer_than_two_minutes(between: list[float]) -> None:
    hand = Hand()
    patience = Patience(hand)
    for seconds in between:
        assert 0 < patience.delay() <= LONGEST == 120.0
        hand.at += seconds


def test_waits_begin_at_a_second_and_double_up_to_the_limit() -> None:
    hand = Hand()
    waits = waited(Patience(hand), hand, 30)
    assert all(full / 2 <= wait <= full for wait, full in zip(waits, [1, 2, 4, 8, 16, 32, 64], strict=False))
    assert min(waits[7:]) >= LONGEST / 2


def test_waits_are_small_again_after_a_connection_that_held() -> None:
    hand = Hand()
    patience = Patience(hand)
    waited(patience, hand, 10)
    hand.at += HELD + 1
    assert patience.delay() <= 1.0


def test_a_try_that_hangs_until_the_library_gives_it_up_is_no_connection_that_held() -> None:
    hand = Hand()
    assert min(waited(Patience(hand), hand, 12, between=60.0)[7:]) >= LONGEST / 2


def test_the_wait_of_a_long_back_off_is_not_taken_for_a_connection() -> None:
    hand = Hand()
    patience = Patience(hand)
    waited(patience, hand, 10)
    assert LONGEST > HELD
    assert patience.delay() >= LONGEST / 2


async def knock(gate: Gate, times: int) -> None:
    for _ in range(times):
        await gate.wait()


async def test_a_gateway_that_gives_no_session_is_tried_again_more_slowly() -> None:
    hand = Hand()
    await knock(Gate(1, hand, hand.sleep), AT_ONCE + 10)
    assert hand.slept == [1, 2, 4, 8, 16, 32, *[LONGEST_AT_GATE] * 4]


async def test_a_session_that_lasted_lets_the_next_connection_through_at_once() -> None:
    hand = Hand()
    gate = Gate(1, hand, hand.sleep)
    for _ in range(50):
        await gate.wait()
        gate.welcomed()
        hand.at += WELCOME
    assert hand.slept == []


async def test_after_sessions_that_end_as_soon_as_they_begin_the_next_waits_a_few_seconds() -> None:
    hand = Hand()
    gate = Gate(1, hand, hand.sleep)
    for _ in range(1 + AT_ONCE + 6):
        await gate.wait()
        gate.welcomed()
        hand.at += WELCOME / 10
    assert hand.slept == [1, 2, 4, LONGEST_CUT, LONGEST_CUT, LONGEST_CUT]


async def test_sessions_that_are_cut_are_no_refusals_so_that_one_refusal_among_them_costs_no_minute() -> None:
    hand = Hand()
    gate = Gate(1, hand, hand.sleep)
    for _ in range(40):
        await gate.wait()
        await gate.wait()
        gate.welcomed()
        hand.at += WELCOME / 10
    assert max(hand.slept) == LONGEST_CUT


async def test_an_identify_waits_only_for_what_is_left_of_five_seconds_since_the_last() -> None:
    hand = Hand()
    gate = Gate(1, hand, hand.sleep)
    await gate.identify()
    hand.at += 2.0
    await gate.identify()
    hand.at += 2 * IDENTIFY_EVERY
    await gate.identify()
    assert hand.slept == [IDENTIFY_EVERY - 2.0]


async def test_shards_that_identify_at_the_same_moment_take_turns() -> None:
    hand = Hand()
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    gate = Gate(3, hand, sleep)
    await asyncio.gather(*(gate.identify() for _ in range(3)))
    assert slept == [IDENTIFY_EVERY, 2 * IDENTIFY_EVERY]


async def test_a_session_of_before_the_last_refusal_does_not_count() -> None:
    hand = Hand()
    gate = Gate(1, hand, hand.sleep)
    gate.welcomed()
    hand.at += WELCOME
    await knock(gate, AT_ONCE)
    hand.at += 100 * WELCOME
    await gate.wait()
    assert hand.slept == [1]


async def test_every_shard_of_a_process_may_come_back_at_once() -> None:
    hand = Hand()
    await knock(Gate(8, hand, hand.sleep), 8 * AT_ONCE)
    assert hand.slept == []


async def test_a_wait_at_the_gate_leaves_the_library_time_to_connect() -> None:
    library, identify = 60.0, 5.0
    assert library - identify - LONGEST_AT_GATE >= 10.0
    await asyncio.wait_for(Gate().wait(), 1)
