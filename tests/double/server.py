"""The double itself: one aiohttp application on a free port of 127.0.0.1."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web
from simcord._clock import Clock
from simcord.backend import Backend

from tests.double.gateway import INVALID, RECONNECT, Gateway
from tests.double.rest import PREFIX, Rest, answered
from tests.double.trouble import Trouble

TOKEN = "MTA.double.token"


class RealClock(Clock):
    """Discord's clock is the real one, whatever the bot's clock says."""

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.elapsed)


class Double:
    """Discord, as far as the bot can tell."""

    def __init__(self) -> None:
        self.backend = Backend(clock=RealClock())
        self.rest = Rest(self.backend, TOKEN)
        self.gateway = Gateway(self.backend, TOKEN, lambda: self.gateway_url)
        self._port = 0
        self._events: asyncio.Queue[tuple[str, Mapping[str, Any]]] = asyncio.Queue()
        self.backend.subscribers.append(lambda event, payload: self._events.put_nowait((event, payload)))

    @property
    def api_url(self) -> str:
        """What DISCORD_API_URL is."""
        return f"http://127.0.0.1:{self._port}{PREFIX}"

    @property
    def gateway_url(self) -> str:
        """What DISCORD_GATEWAY_URL is."""
        return f"ws://127.0.0.1:{self._port}/gateway"

    def plan(self, trouble: Trouble) -> Trouble:
        """Let requests go wrong."""
        return self.rest.troubles.plan(trouble)

    async def drop(self, code: int | None = None) -> None:
        """End every connection of the gateway: with a close code, or by breaking it."""
        for line in list(self.gateway.lines):
            if code is not None:
                await line.socket.close(code=code)
            elif line.socket._req is not None and line.socket._req.transport is not None:
                line.socket._req.transport.abort()

    async def ask_to_reconnect(self) -> None:
        """Op 7."""
        for line in list(self.gateway.lines):
            await line.send({"op": RECONNECT, "s": None, "t": None, "d": None})

    async def invalidate(self, *, resumable: bool) -> None:
        """Op 9; a session that may not be resumed is forgotten."""
        if not resumable:
            self.gateway.sessions.clear()
        for line in list(self.gateway.lines):
            await line.send({"op": INVALID, "s": None, "t": None, "d": resumable})

    async def _publish(self) -> None:
        while True:
            await self.gateway.publish(*await self._events.get())

    async def _gateway_bot(self, _: web.Request) -> web.Response:
        limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
        return answered(200, {"url": self.gateway_url, "shards": 1, "session_start_limit": limit})

    @asynccontextmanager
    async def served(self, port: int = 0) -> AsyncIterator[Double]:
        """Serve meanwhile."""
        app = web.Application()
        app.router.add_get(PREFIX + "/gateway/bot", self._gateway_bot)
        app.router.add_get("/gateway", self.gateway.handle)
        app.router.add_get("/gateway/resume", self.gateway.handle)
        app.router.add_route("*", PREFIX + "/{path:.*}", self.rest.handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        self._port = runner.addresses[0][1]
        publishing = asyncio.create_task(self._publish())
        try:
            yield self
        finally:
            publishing.cancel()
            await asyncio.gather(publishing, return_exceptions=True)
            await self.drop()
            await runner.cleanup()
