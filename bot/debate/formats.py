"""Formats: the order and length of speeches, read from `formats.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from bot.debate.errors import UnknownFormatError
from bot.debate.words import Side, SpeechKind

# A repeating debate ends here at the latest, so that no log grows without bound.
MAX_TURNS = 200


@dataclass(frozen=True, slots=True)
class Turn:
    """One speech that the format foresees. `words` limits the bot, `seconds` (None: untimed) limits a human."""

    number: int
    side: Side
    kind: SpeechKind
    words: int
    seconds: int | None


@dataclass(frozen=True, slots=True)
class Format:
    """An order of speeches; one that repeats starts over after its last turn.

    `prep` are the seconds of preparation that each side may spend over the debate; `warn_at` are the seconds before a
    deadline at which the speaker is told.
    """

    key: str
    name: str
    description: str
    repeats: bool
    turns: tuple[Turn, ...]
    prep: int = 0
    warn_at: tuple[int, ...] = ()

    def turn(self, number: int) -> Turn | None:
        """Turn `number` from 0, or None when the debate is over by then."""
        if number >= (MAX_TURNS if self.repeats else len(self.turns)):
            return None
        form = self.turns[number % len(self.turns)]
        return Turn(number, form.side, form.kind, form.words, form.seconds)


@cache
def formats() -> dict[str, Format]:
    """All formats by key, in the file's order."""
    raw = tomllib.loads(files("bot.debate").joinpath("formats.toml").read_text(encoding="utf-8"))
    return {
        key: Format(
            key,
            entry["name"],
            entry["description"],
            entry["repeats"],
            tuple(
                Turn(n, Side(t["side"]), SpeechKind(t["kind"]), t["words"], t.get("seconds"))
                for n, t in enumerate(entry["turns"])
            ),
            entry.get("prep", 0),
            tuple(sorted(entry.get("warn_at", ()), reverse=True)),
        )
        for key, entry in raw.items()
    }


def format_named(key: str) -> Format:
    """The format `key`; an unknown one raises with the list of known ones."""
    found = formats().get(key)
    if found is None:
        raise UnknownFormatError(f"there is no format `{' '.join(key.split())[:40]}`: use one of {', '.join(formats())}")
    return found
