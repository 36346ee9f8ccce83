"""The gateway side: sessions with a replay buffer, compressed as one zlib stream a connection."""

from __future__ import annotations

import json
import secrets
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import discord
from aiohttp import WSMsgType, web
from simcord.backend import Backend, serializers
from simcord.gateway import FakeGateway

HEARTBEAT_MS = 10_000
DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11
UNKNOWN_OP, NOT_AUTHENTICATED, BAD_TOKEN, INVALID_SHARD = 4001, 4003, 4004, 4010


@dataclass
class Line:
    """One connection."""

    socket: web.WebSocketResponse
    _deflate: Any = field(default_factory=zlib.compressobj)

    async def send(self, message: Mapping[str, Any]) -> None:
        """Send a message as the next part of the stream; a connection that is gone is silent."""
        raw = self._deflate.compress(json.dumps(message).encode()) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
        if not self.socket.closed:
            try:
                await self.socket.send_bytes(raw)
            except ConnectionError:
                return


@dataclass
class Session:
    """What survives a connection: the events that were sent, for RESUME."""

    shard: tuple[int, int]
    intents: int
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    sent: list[dict[str, Any]] = field(default_factory=list)
    line: Line | None = None

    async def dispatch(self, event: str, data: Mapping[str, Any]) -> None:
        """An event, kept for replay whether somebody listens or not."""
        message = {"op": DISPATCH, "s": len(self.sent) + 1, "t": event, "d": data}
        self.sent.append(message)
        if self.line is not None:
            await self.line.send(message)

    def holds(self, event: str, payload: Mapping[str, Any]) -> bool:
        """Whether the event belongs to this session's shard."""
        guild = payload.get("id") if event in ("GUILD_CREATE", "GUILD_UPDATE", "GUILD_DELETE") else payload.get("guild_id")
        return (int(guild or 0) >> 22) % self.shard[1] == self.shard[0]


class Gateway:
    """Answers connections. Events of the backend go to the sessions of their shard through one queue, in order."""

    def __init__(self, backend: Backend, token: str, address: Callable[[], str]) -> None:
        self._backend = backend
        self._token = token
        self._address = address
        self.sessions: dict[str, Session] = {}
        self.identified: list[dict[str, Any]] = []
        self.resumed: list[dict[str, Any]] = []
        self.refuse_with: int | None = None
        # The close code of connections that are ended as soon as they are there.
        self.close_with: int | None = None
        self.met = 0
        self.lines: list[Line] = []

    def shaped(self, session: Session, event: str, payload: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
        """The event as the session's intents let it see it; nothing if they do not."""
        found: list[tuple[str, dict[str, Any]]] = []
        parsers = {event: lambda shaped: found.append((event, shaped))}
        state = SimpleNamespace(intents=discord.Intents._from_value(session.intents), parsers=parsers)
        FakeGateway(self._backend, state).feed(event, payload)
        return found

    async def publish(self, event: str, payload: Mapping[str, Any]) -> None:
        """An event of the world."""
        for session in list(self.sessions.values()):
            if session.holds(event, payload):
                for name, shaped in self.shaped(session, event, payload):
                    await session.dispatch(name, shaped)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One connection, until it ends."""
        if self.refuse_with is not None:
            return web.Response(status=self.refuse_with)
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        self.met += 1
        if self.close_with is not None:
            await socket.close(code=self.close_with)
            return socket
        line = Line(socket)
        self.lines.append(line)
        await line.send({"op": HELLO, "s": None, "t": None, "d": {"heartbeat_interval": HEARTBEAT_MS}})
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await self._received(line, json.loads(message.data))
        finally:
            self.lines.remove(line)
            for session in self.sessions.values():
                if session.line is line:
                    session.line = None
        return socket

    async def _received(self, line: Line, message: dict[str, Any]) -> None:
        op, data = message["op"], message["d"]
        if op == HEARTBEAT:
            await line.send({"op": ACK, "s": None, "t": None, "d": None})
        elif op == IDENTIFY:
            await self._identify(line, data)
        elif op == RESUME:
            await self._resume(line, data)
        else:
            await line.socket.close(code=UNKNOWN_OP)

    async def _identify(self, line: Line, data: dict[str, Any]) -> None:
        self.identified.append(data)
        shard = tuple(data.get("shard", (0, 1)))
        if data["token"] != self._token:
            await line.socket.close(code=BAD_TOKEN)
            return
        if not 0 <= shard[0] < shard[1]:
            await line.socket.close(code=INVALID_SHARD)
            return
        for stale in [s.id for s in self.sessions.values() if s.shard == shard]:
            del self.sessions[stale]
        session = Session((shard[0], shard[1]), data["intents"], line=line)
        self.sessions[session.id] = session
        mine = [g for g in self._backend.guilds.values() if (g.id >> 22) % shard[1] == shard[0]]
        await session.dispatch("READY", self._ready(session, [str(g.id) for g in mine]))
        for guild in mine:
            for name, shaped in self.shaped(session, "GUILD_CREATE", serializers.guild_create_payload(self._backend, guild)):
                await session.dispatch(name, shaped)

    def _ready(self, session: Session, guilds: list[str]) -> dict[str, Any]:
        return {
            "v": 10,
            "user": dict(serializers.user_payload(self._backend.bot_user)),
            "guilds": [{"id": guild, "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": f"{self._address()}/resume",
            "shard": list(session.shard),
            "application": {"id": str(self._backend.application_id), "flags": 0},
        }

    async def _resume(self, line: Line, data: dict[str, Any]) -> None:
        self.resumed.append(data)
        session = self.sessions.get(data["session_id"] or "")
        if data["token"] != self._token:
            await line.socket.close(code=BAD_TOKEN)
        elif session is None or data["seq"] is None or data["seq"] > len(session.sent):
            await line.send({"op": INVALID, "s": None, "t": None, "d": False})
        else:
            # What happens while the missed events are sent is missed too, and sent after them.
            at = data["seq"]
            while at < len(session.sent):
                await line.send(session.sent[at])
                at += 1
            session.line = line
            await session.dispatch("RESUMED", {"_trace": []})
