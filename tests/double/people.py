"""A server with people in it: they type commands, press buttons, send forms and messages, and read what everybody sees."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

import discord
from simcord import interactions as wire
from simcord.backend import Backend, serializers
from simcord.backend.models import Interaction, Message

COMMAND, COMPONENT, MODAL = 2, 3, 5


@dataclass(frozen=True)
class Person:
    """A member of the server."""

    id: int
    name: str


class Town:
    """One server with a channel, a moderator and a debater."""

    def __init__(self, backend: Backend, name: str = "Study", *, shard: int = 0, of: int = 1) -> None:
        self.backend = backend
        self.guild = backend.create_guild(name, shard_id=shard, shard_count=of)
        allowed = discord.Permissions(manage_messages=True)
        moderators = backend.create_role(self.guild.id, "Moderators", permissions=allowed.value)
        self.mod = self._member("mod", [moderators.id])
        self.ann = self._member("ann", [])
        self.channel = backend.create_channel(self.guild.id, "debates").id
        self._payloads: dict[int, dict[str, Any]] = {}

    def _member(self, name: str, roles: list[int]) -> Person:
        user = self.backend.make_user(name)
        self.backend.add_member(self.guild.id, user.id, roles=roles)
        return Person(user.id, name)

    # What people do

    def slash(self, who: Person, channel: int, name: str, **options: Any) -> Interaction:
        """A command of one or two words."""
        root, *rest = name.split()
        given = [{"name": key, "type": 4 if isinstance(v, int) else 3, "value": v} for key, v in options.items()]
        nested = [{"name": rest[0], "type": 1, "options": given}] if rest else given
        found = self.backend.find_command(root, self.guild.id, type=1)
        data = {"id": found["id"] if found else "1", "name": root, "type": 1, "options": nested}
        return self._emit(COMMAND, who, channel, data, {})

    def press(self, who: Person, message: Message, label: str) -> Interaction:
        """A button of a message."""
        found = next(c for row in message.components for c in row["components"] if c.get("label") == label)
        shown = {"message": dict(serializers.message_payload(self.backend, message))}
        data = {"custom_id": found["custom_id"], "component_type": 2}
        return self._emit(COMPONENT, who, message.channel_id, data, shown, message.id)

    def send_form(self, who: Person, channel: int, custom_id: str, text: str) -> Interaction:
        """A speech's form, sent."""
        box = {"type": 18, "id": 1, "component": {"type": 4, "id": 2, "custom_id": "speech", "value": text}}
        return self._emit(MODAL, who, channel, {"custom_id": custom_id, "components": [box]}, {})

    def say(self, who: Person, channel: int, text: str) -> Message:
        """An ordinary message."""
        return self.backend.create_message(channel, who.id, text)

    def again(self, record: Interaction) -> None:
        """The same interaction once more, as a gateway may deliver it."""
        self.backend.emit("INTERACTION_CREATE", copy.deepcopy(self._payloads[record.id]))

    def _emit(
        self, kind: int, who: Person, channel: int, data: dict[str, Any], extra: dict[str, Any], source: int = 0
    ) -> Interaction:
        record, payload = wire.base_payload(
            self.backend, type=kind, channel_id=channel, guild_id=self.guild.id, user_id=who.id, data=data
        )
        payload.update(extra)
        if source:
            record.source_message_id = source
        self._payloads[record.id] = payload
        self.backend.emit("INTERACTION_CREATE", copy.deepcopy(payload))
        return record

    # What people see

    @property
    def threads(self) -> list[int]:
        """The threads, oldest first."""
        return sorted(self.guild.thread_ids)

    def messages(self, channel: int) -> list[Message]:
        """What everybody sees in a channel, oldest first."""
        found = self.backend.messages.get(channel, {}).values()
        return sorted((m for m in found if not m.is_ephemeral), key=lambda m: m.id)

    def said(self, channel: int) -> str:
        """The text of it."""
        return "\n".join(message.content for message in self.messages(channel))

    def panels(self, thread: int) -> list[Message]:
        """The messages with an embed: one, if all is well."""
        return [message for message in self.messages(thread) if message.embeds]

    def forget(self, thread: int) -> None:
        """Let go of what was said in a thread that nobody will look at again, and of old interactions."""
        self.backend.delete_channel(thread)
        mine = [record for record in self.backend.interactions.values() if record.channel_id == thread]
        for record in mine:
            self._payloads.pop(record.id, None)

    def told(self, record: Interaction) -> str:
        """What the person of an interaction was told privately."""
        ids = [record.message_id, *record.followup_ids]
        return "\n".join(self.backend.get_message(record.channel_id, i).content for i in ids if i)
