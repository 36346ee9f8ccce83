"""An OpenAI-compatible server on loopback that answers, or misbehaves, as it is told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass
class FakeServer:
    """`plan` is taken in order, the last entry for ever: a text to answer with, `echo`, or the name of a fault."""

    plan: list[str] = field(default_factory=lambda: ["An answer."])
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    base_url: str = ""
    usage: bool = True

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(await request.json())
        self.keys.append(request.headers.get("authorization", ""))
        now = self.plan[min(len(self.requests), len(self.plan)) - 1]
        if now == "429":
            return web.json_response({"error": {"message": "slow down"}}, status=429, headers={"retry-after": "0"})
        if now == "500":
            return web.json_response({"error": {"message": "broken"}}, status=500)
        if now == "garbage":
            return web.Response(text="<html>hello</html>", content_type="text/html")
        if now == "bad json":
            return web.Response(text="data: {nonsense\n\n", content_type="text/event-stream")
        if now == "echo":
            now = str(self.requests[-1]["messages"][-1]["content"]).split("Paragraph:\n", 1)[1]
        if now == "slow":
            await asyncio.sleep(30)
        return await self._stream(request, now)

    async def _stream(self, request: web.Request, now: str) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(request)
        text = "Half an answer that" if now == "half" else now
        for word in text.split(" "):
            await response.write(self._event({"delta": {"content": f"{word} "}, "index": 0, "finish_reason": None}))
        if now == "half":
            return response
        await response.write(self._event({"delta": {}, "index": 0, "finish_reason": "stop"}))
        if self.usage:
            usage = {"prompt_tokens": 40, "completion_tokens": len(text.split()), "total_tokens": 40 + len(text.split())}
            await response.write(self._event(None, usage))
        await response.write(b"data: [DONE]\n\n")
        return response

    def _event(self, choice: dict[str, Any] | None, usage: dict[str, int] | None = None) -> bytes:
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [choice] if choice else []}
        if usage:
            chunk["usage"] = usage
        return f"data: {json.dumps(chunk)}\n\n".encode()


@asynccontextmanager
async def serving(server: FakeServer) -> AsyncIterator[FakeServer]:
    """The server on a free port of 127.0.0.1; gone at the end."""
    app = web.Application()
    app.router.add_post("/v1/chat/completions", server._answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    server.base_url = f"http://{host}:{port}/v1"
    try:
        yield server
    finally:
        await runner.cleanup()
