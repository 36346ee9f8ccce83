"""The REST side: authorization, planned faults, nonces that are enforced, and SimCord's routes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from aiohttp import web
from simcord.backend import Backend
from simcord.backend.errors import BackendError
from simcord.http import client as _routes  # noqa: F401 - importing it registers every route
from simcord.http.router import dispatch
from simcord.types import HttpLogEntry

from tests.double.trouble import Kind, Trouble, Troubles

PREFIX = "/api/v10"
Met = Callable[[int, HttpLogEntry], Awaitable[None]]


async def nothing(_: int, __: HttpLogEntry) -> None:
    """What a test does about a request unless it says otherwise."""


@dataclass
class Rest:
    """Answers requests. `before` and `after` are told the number of each request, before it is carried out and before its
    answer is sent.
    """

    backend: Backend
    token: str
    troubles: Troubles = field(default_factory=Troubles)
    before: Met = nothing
    after: Met = nothing
    met: int = 0
    faults: list[BaseException] = field(default_factory=list)
    _sent: dict[tuple[str, str], Any] = field(default_factory=dict)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One request."""
        path = request.path.removeprefix(PREFIX)
        body, files = await _body_of(request)
        self.met += 1
        number, entry = self.met, HttpLogEntry(request.method, path, dict(request.query), body, None)
        trouble = self.troubles.meet(request.method, path, json.dumps(body, ensure_ascii=False))
        await self.before(number, entry)
        if trouble is not None and trouble.kind in (Kind.REFUSED, Kind.CUT_BEFORE):
            return _broken(request, trouble)
        if trouble is not None and trouble.kind is Kind.SLOW:
            await asyncio.sleep(trouble.seconds)
        answer = self._done(request, entry, files)
        await self.after(number, entry)
        return _broken(request, trouble) if trouble is not None and trouble.kind is not Kind.SLOW else answer

    def _done(self, request: web.Request, entry: HttpLogEntry, files: list[Any]) -> web.Response:
        open_to_all = entry.path.startswith(("/interactions/", "/webhooks/"))
        if not open_to_all and request.headers.get("Authorization") != f"Bot {self.token}":
            return answered(401, {"message": "401: Unauthorized", "code": 0})
        body = entry.json if isinstance(entry.json, dict) else {}
        known = (entry.path, str(body.get("nonce"))) if body.get("enforce_nonce") else None
        if known in self._sent:
            return answered(200, self._sent[known])
        try:
            found = dispatch(
                self.backend, entry.method, entry.path, json=entry.json, params=dict(entry.params or {}), files=files
            )
        except BackendError as error:
            if error.status == 501:  # a route that SimCord lacks: the test must hear of it
                self.faults.append(error)
            return answered(error.status, error.to_json())
        if known is not None:
            self._sent[known] = found
        return answered(204) if found is None else answered(200, found)


def answered(status: int, body: Any = None, **headers: str) -> web.Response:
    """An answer as Discord types it: JSON without a charset, or no content."""
    if body is None:
        return web.Response(status=status, headers=headers)
    raw = json.dumps(body).encode()
    return web.Response(status=status, body=raw, headers={"Content-Type": "application/json", "Via": "1.1 double", **headers})


def _broken(request: web.Request, trouble: Trouble) -> web.StreamResponse:
    if trouble.kind in (Kind.CUT_BEFORE, Kind.CUT_AFTER):
        assert request.transport is not None
        request.transport.abort()
        return web.Response()
    if trouble.status == 429:
        body = {"message": "You are being rate limited.", "retry_after": trouble.seconds, "global": False}
        return answered(429, body, **{"Retry-After": str(max(1, round(trouble.seconds)))})
    return answered(trouble.status, {"message": f"{trouble.status}: planned", "code": 0})


async def _body_of(request: web.Request) -> tuple[Any, list[Any]]:
    """The JSON body and the files."""
    if request.content_type != "multipart/form-data":
        raw = await request.read()
        return (json.loads(raw) if raw else None), []
    form = await request.post()
    body = json.loads(str(form["payload_json"]))
    described = {str(a["id"]): a.get("description") for a in body.get("attachments", ()) if "id" in a}
    files = [
        SimpleNamespace(fp=part.file, filename=part.filename, description=described.get(name.strip("files[]")))
        for name, part in form.items()
        if isinstance(part, web.FileField)
    ]
    return body, files
