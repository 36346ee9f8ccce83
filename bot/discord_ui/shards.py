"""Shards: which of Discord's servers this process serves, when several share one bot.

Discord gives a server to shard `(id >> 22) % count`: https://discord.com/developers/docs/events/gateway#sharding-sharding-formula
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Shards:
    """The shards of this process: `ids` of `count` in all. A `count` of 0 is one connection for every server."""

    ids: tuple[int, ...] = ()
    count: int = 0

    def of(self, guild_id: str) -> int:
        """The shard that Discord gives the server `guild_id` to."""
        return (int(guild_id or 0) >> 22) % self.count if self.count else 0

    def holds(self, guild_id: str) -> bool:
        """Whether the server `guild_id` belongs to this process."""
        return not self.count or self.of(guild_id) in self.ids

    @property
    def first(self) -> bool:
        """Whether this process does what only one of them has to do."""
        return not self.count or 0 in self.ids

    @property
    def several(self) -> bool:
        """Whether this process needs more than one connection."""
        return len(self.ids) > 1

    @property
    def only(self) -> int:
        """The shard of a process that has one connection."""
        return self.ids[0] if self.ids else 0

    def connection(self) -> dict[str, Any]:
        """What the library's client is told."""
        if not self.count:
            return {}
        return {"shard_count": self.count, **({"shard_ids": list(self.ids)} if self.several else {"shard_id": self.ids[0]})}

    def __str__(self) -> str:
        if not self.count:
            return "one connection for every server"
        return f"{', '.join(map(str, self.ids))} of {self.count} (0 to {self.count - 1}) in this process"
