"""Interactions that arrive at once: emitted without waiting for one another, as a gateway delivers them."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from typing import Any

import simcord
from simcord import interactions as wire
from simcord.backend import serializers
from simcord.backend.models import Interaction

from tests.discord_ui.harness import World

COMMAND, COMPONENT, MODAL = 2, 3, 5


class Volley:
    """Emits interactions and keeps when each was emitted and acknowledged, in seconds of `clock`."""

    def __init__(self, here: World, clock: Callable[[], float] = time.perf_counter) -> None:
        self._here = here
        self._clock = clock
        self.backend = here.env.backend
        self.emitted: dict[int, float] = {}
        self.acknowledged: dict[int, float] = {}
        self._payloads: dict[int, dict[str, Any]] = {}
        self.backend.http_requests = _Watched(self.backend.http_requests, self._seen)

    def press(self, who: simcord.MemberActor, message: Any, label: str) -> Interaction:
        """A click, without waiting for anything."""
        stored = self.backend.get_message(message.channel.id, message.id)
        found = next(c for row in stored.components for c in row["components"] if c.get("label") == label)
        data = {"custom_id": found["custom_id"], "component_type": 2}
        extra = {"message": dict(serializers.message_payload(self.backend, stored))}
        return self._emit(COMPONENT, who, message.channel.id, data, extra, source=stored.id)

    def send_form(self, who: simcord.MemberActor, channel: simcord.ChannelHandle, custom_id: str, text: str) -> Interaction:
        """A speech's form, sent."""
        field = {"type": 18, "id": 1, "component": {"type": 4, "id": 2, "custom_id": "speech", "value": text}}
        return self._emit(MODAL, who, channel.id, {"custom_id": custom_id, "components": [field]}, {})

    def slash(self, who: simcord.MemberActor, channel: simcord.ChannelHandle, name: str, **options: Any) -> Interaction:
        """A command of one or two words."""
        root, *rest = name.split()
        command = self.backend.find_command(root, who.guild.id, type=1)
        assert command is not None
        given = [{"name": key, "type": 4 if isinstance(v, int) else 3, "value": v} for key, v in options.items()]
        nested = [{"name": rest[0], "type": 1, "options": given}] if rest else given
        data = {"id": command["id"], "name": root, "type": 1, "options": nested}
        return self._emit(COMMAND, who, channel.id, data, {})

    def again(self, record: Interaction) -> None:
        """The same interaction once more, as a resumed gateway replays it."""
        self.backend.emit("INTERACTION_CREATE", copy.deepcopy(self._payloads[record.id]))

    def _emit(
        self, kind: int, who: simcord.MemberActor, channel: int, data: dict[str, Any], extra: dict[str, Any], source: int = 0
    ) -> Interaction:
        record, payload = wire.base_payload(
            self.backend, type=kind, channel_id=channel, guild_id=who.guild.id, user_id=who.id, data=data
        )
        payload.update(extra)
        if source:
            record.source_message_id = source
        self._payloads[record.id] = copy.deepcopy(payload)
        self.emitted[record.id] = self._clock()
        self.backend.emit("INTERACTION_CREATE", payload)
        return record

    def _seen(self, path: str) -> None:
        parts = path.strip("/").split("/")
        if parts[0] == "interactions" and parts[-1] == "callback":
            self.acknowledged.setdefault(int(parts[1]), self._clock())

    def waits(self) -> list[float]:
        """How long each interaction waited for its acknowledgement; every one must have been acknowledged."""
        assert set(self.acknowledged) >= set(self.emitted)
        return [self.acknowledged[i] - at for i, at in self.emitted.items()]


class _Watched(list[Any]):
    """The record of requests, which tells when one is added."""

    def __init__(self, before: list[Any], seen: Any) -> None:
        super().__init__(before)
        self._told = seen

    def append(self, item: Any) -> None:
        self._told(item.path)
        super().append(item)
