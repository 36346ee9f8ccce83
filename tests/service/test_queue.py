"""The fair queue: groups take turns, places are told, nothing is lost when somebody gives up."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.service.queue import FairQueue, QueueFullError


class Bench:
    """Sends requests into a queue and notes the order in which they are served."""

    def __init__(self, queue: FairQueue) -> None:
        self.queue = queue
        self.served: list[str] = []
        self.places: dict[str, list[int]] = {}
        self.go = asyncio.Event()

    async def ask(self, group: str, name: str) -> None:
        async with self.queue.turn(group, name, self.places.setdefault(name, []).append):
            self.served.append(name)
            await self.go.wait()


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_a_busy_server_does_not_keep_the_others_waiting() -> None:
    bench = Bench(FairQueue(width=1))
    tasks = [asyncio.create_task(bench.ask(name[0], name)) for name in ("a1", "a2", "a3", "a4", "b1", "c1", "b2")]
    await settle()
    assert bench.queue.length == 6
    assert bench.queue.working == 1
    assert [bench.queue.place(name) for name in ("a1", "a2", "b1", "c1", "a3", "b2", "a4")] == [None, 0, 1, 2, 3, 4, 5]
    bench.go.set()
    await asyncio.gather(*tasks)
    assert bench.served == ["a1", "a2", "b1", "c1", "a3", "b2", "a4"]
    assert bench.places["a1"] == []
    assert bench.places["c1"] == [1, 2, 1, 0] or bench.places["c1"][-1] == 0
    assert (bench.queue.length, bench.queue.working) == (0, 0)


async def test_a_full_queue_refuses_at_once_and_one_group_cannot_fill_it() -> None:
    bench = Bench(FairQueue(width=1, limit=3, per_group=2))
    tasks = [asyncio.create_task(bench.ask("a", f"a{n}")) for n in range(3)]
    await settle()
    with pytest.raises(QueueFullError, match="try again"):
        await bench.ask("a", "a3")
    tasks.append(asyncio.create_task(bench.ask("b", "b0")))
    await settle()
    with pytest.raises(QueueFullError):
        await bench.ask("c", "c0")
    bench.go.set()
    await asyncio.gather(*tasks)
    assert sorted(bench.served) == ["a0", "a1", "a2", "b0"]


async def test_whoever_gives_up_makes_room() -> None:
    bench = Bench(FairQueue(width=1))
    first, second, third = (asyncio.create_task(bench.ask("a", name)) for name in ("1", "2", "3"))
    await settle()
    second.cancel()
    await settle()
    assert bench.queue.place("3") == 0
    first.cancel()
    await settle()
    assert bench.served == ["1", "3"]
    bench.go.set()
    await third
    assert (bench.queue.length, bench.queue.working) == (0, 0)


@given(st.lists(st.sampled_from("abc"), max_size=12), st.integers(1, 3), st.sets(st.integers(0, 11)))
def test_everybody_who_stays_is_served_once_and_the_queue_ends_empty(groups: list[str], width: int, quitting: set[int]) -> None:
    async def run() -> None:
        bench = Bench(FairQueue(width=width))
        tasks = [asyncio.create_task(bench.ask(group, str(n))) for n, group in enumerate(groups)]
        await settle()
        assert bench.queue.working == min(width, len(groups))
        for n in quitting & set(range(len(groups))):
            tasks[n].cancel()
        bench.go.set()
        done = await asyncio.gather(*tasks, return_exceptions=True)
        stayed = {str(n) for n, result in enumerate(done) if result is None}
        assert stayed <= set(bench.served)
        assert len(bench.served) == len(set(bench.served))
        assert (bench.queue.length, bench.queue.working) == (0, 0)

    asyncio.run(run())
