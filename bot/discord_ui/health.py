"""/health and /metrics over HTTP: whether the bot works, for whoever keeps it running."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from aiohttp import web

from bot.errors import UserError
from bot.metrics import Metrics

if TYPE_CHECKING:
    from bot.discord_ui.client import DebateClient

# A log that has not answered for so long, or a loop that is so late, is not well.
LOG_SECONDS, LAG_SECONDS = 2.0, 1.0
SAMPLE_SECONDS = 0.5
Look = Callable[[], Awaitable[object]]


class Health:
    """Looks at the gateway, the log and the event loop."""

    def __init__(self, metrics: Metrics, look: Look, client: Callable[[], DebateClient | None]) -> None:
        self._metrics = metrics
        self._look = look
        self._client = client

    async def faults(self) -> dict[str, str]:
        """What is not well, by part; empty where everything is."""
        found = {}
        client = self._client()
        if client is None or not client.is_ready() or client.is_closed():
            found["gateway"] = "not connected to Discord"
        try:
            async with asyncio.timeout(LOG_SECONDS):
                await self._look()
        except (UserError, TimeoutError, OSError):
            found["log"] = "the log does not answer"
        if self._metrics.lag > LAG_SECONDS:
            found["loop"] = f"the event loop is {self._metrics.lag:.1f} s late"
        return found

    async def sample(self) -> None:
        """Measure the lateness of the event loop until cancelled."""
        while True:
            began = time.perf_counter()
            await asyncio.sleep(SAMPLE_SECONDS)
            self._metrics.lagged(time.perf_counter() - began - SAMPLE_SECONDS)

    async def health(self, _: web.Request) -> web.Response:
        """200 when the bot can serve, 503 with what is wrong when it cannot."""
        faults = await self.faults()
        return web.json_response({"ok": not faults, "faults": faults}, status=503 if faults else 200)

    async def live(self, _: web.Request) -> web.Response:
        """200 as long as the process answers at all: a gateway that is away is no reason to end it."""
        return web.json_response({"ok": True})

    async def metrics(self, _: web.Request) -> web.Response:
        """Prometheus' text format."""
        return web.Response(body=self._metrics.text(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})


@asynccontextmanager
async def served(health: Health, address: str, port: int) -> AsyncIterator[int]:
    """Serve on `address` and `port` meanwhile (0: not at all); the port. A port in use raises `UserError`."""
    if not port:
        yield 0
        return
    app = web.Application()
    app.add_routes([web.get("/health", health.health), web.get("/live", health.live), web.get("/metrics", health.metrics)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    sampling = asyncio.create_task(health.sample())
    try:
        try:
            await web.TCPSite(runner, address, port).start()
        except OSError as error:
            reason = error.strerror or "cannot be used"
            raise UserError(f"HTTP_ADDRESS={address} HTTP_PORT={port}: {reason}: choose another port, or 0 for none") from error
        yield port
    finally:
        sampling.cancel()
        await asyncio.gather(sampling, return_exceptions=True)
        await runner.cleanup()
