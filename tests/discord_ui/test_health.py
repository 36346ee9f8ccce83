"""Counts for Prometheus, and the state of the bot over HTTP."""

from __future__ import annotations

import asyncio
import socket
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.brief.model import Brief
from bot.discord_ui.client import Options
from bot.discord_ui.health import Health, served
from bot.errors import UserError
from bot.metrics import Metrics
from tests.discord_ui.harness import world


def samples(metrics: Metrics) -> dict[tuple[str, ...], float]:
    """Every sample by its name and label values."""
    families = text_string_to_metric_families(metrics.text().decode())
    return {(s.name, *s.labels.values()): s.value for family in families for s in family.samples}


def test_speeches_lookups_and_errors_are_counted_by_few_labels() -> None:
    metrics = Metrics()
    metrics.answered(0.3, {"cut": 2, "over_length": 1})
    metrics.answered(3.0, {"model_paragraphs": 2, "model_refused": 1, "model_prompt_tokens": 900, "model_generated_tokens": 80})
    metrics.looked_up(found=True)
    metrics.looked_up(found=False)
    metrics.acknowledged(-0.2)
    metrics.lagged(0.07)
    metrics.failed()
    metrics.watch(queue=lambda: 5, turns=lambda: 2)
    found = samples(metrics)
    assert found["debatebot_answer_seconds_count", "composer"] == 1
    assert found["debatebot_answer_seconds_sum", "model"] == 3
    assert found["debatebot_check_cuts_total", "cut"] == 2
    assert found["debatebot_model_paragraphs_total", "kept"] == 2
    assert found["debatebot_model_paragraphs_total", "refused"] == 1
    assert found["debatebot_model_tokens_total", "prompt"] == 900
    assert found["debatebot_lookups_total", "refused"] == 1
    assert found["debatebot_acknowledgement_seconds_sum",] == 0
    assert found["debatebot_loop_lag_seconds_count",] == 1
    assert found["debatebot_errors_total",] == 1
    assert (found["debatebot_queue_length",], found["debatebot_turns_timed",]) == (5, 2)


def test_two_bots_in_one_process_do_not_count_into_each_other() -> None:
    one, two = Metrics(), Metrics()
    one.failed()
    assert samples(two)["debatebot_errors_total",] == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def client(*, ready: bool = True) -> Any:
    return SimpleNamespace(is_ready=lambda: ready, is_closed=lambda: False)


async def well() -> None:
    """A log that answers."""


async def get(port: int, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as response:
        return response.status, await response.text()


async def test_a_bot_that_is_well_says_so_and_shows_its_metrics() -> None:
    metrics, port = Metrics(), free_port()
    async with served(Health(metrics, well, client), "127.0.0.1", port):
        assert await get(port, "/health") == (200, '{"ok": true, "faults": {}}')
        assert (await get(port, "/live"))[0] == 200
        status, text = await get(port, "/metrics")
        assert status == 200
        assert "debatebot_queue_length" in text


async def test_what_is_not_well_is_named() -> None:
    async def broken() -> None:
        raise UserError("the log is locked")

    metrics, port = Metrics(), free_port()
    metrics.lagged(3.0)
    for not_there in (lambda: None, lambda: client(ready=False)):
        async with served(Health(metrics, broken, not_there), "127.0.0.1", port):
            status, text = await get(port, "/health")
            assert status == 503
            assert all(part in text for part in ("not connected", "the log does not answer", "3.0 s late"))
            assert (await get(port, "/live"))[0] == 200


async def test_a_log_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.discord_ui.health.LOG_SECONDS", 0.01)
    health = Health(Metrics(), lambda: asyncio.sleep(3600), client)
    assert "log" in await health.faults()


async def test_without_a_port_nothing_is_served_and_a_taken_one_is_one_line() -> None:
    health = Health(Metrics(), well, client)
    async with served(health, "127.0.0.1", 0) as port:
        assert port == 0
    taken = free_port()
    async with served(health, "127.0.0.1", taken):
        with pytest.raises(UserError, match="choose another port"):
            async with served(health, "127.0.0.1", taken):
                raise AssertionError("it must not be served twice")


async def test_the_lateness_of_the_loop_is_sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.discord_ui.health.SAMPLE_SECONDS", 0.01)
    metrics = Metrics()
    sampling = asyncio.create_task(Health(metrics, well, client).sample())
    async with asyncio.timeout(60):
        while samples(metrics)["debatebot_loop_lag_seconds_count",] < 2:  # noqa: ASYNC110 - a metric sets no event
            await asyncio.sleep(0.01)
    sampling.cancel()


async def test_a_debate_on_discord_is_counted_without_anybody_s_words(log_url: str, tiny: Brief) -> None:
    metrics = Metrics()
    options = Options(guild_ready_timeout=0.1, metrics=metrics)
    async with world(log_url, tiny, options=options, metrics=metrics) as here:
        assert here.bot.turns_timed == 0
        _, thread = await here.running(format="classroom")
        assert here.bot.turns_timed == 1
        await here.speak(here.ann, thread, "A marked speech about xylophones.")
        await here.env.settle()
        before = samples(metrics)["debatebot_acknowledgement_seconds_count",]
        await here.ann.slash(here.channel, "claim", text="sleep of xylophones")
        found = samples(metrics)
        assert found["debatebot_answer_seconds_count", "composer"] == len(here.speaker.asked)
        assert (found["debatebot_lookups_total", "found"], before + 1) == (1, found["debatebot_acknowledgement_seconds_count",])
        assert "xylophone" not in metrics.text().decode()
