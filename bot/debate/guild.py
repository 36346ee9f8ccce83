"""A server's own settings: what each may be, its default, and how a text becomes one. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from bot.debate.errors import DebateError, SettingError
from bot.debate.formats import format_named, formats
from bot.debate.rubrics import Rubric, rubric_of, rubric_of_text, rubrics
from bot.debate.words import Level

# The key of a server's own rubric.
OWN_RUBRIC = "own"
MAX_CHANNELS = 50
MAX_RETENTION_DAYS = 3650
_ID = re.compile(r"[0-9]{1,20}")
_LANGUAGE = re.compile(r"[a-z]{2}(-[A-Z]{2})?")


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """What a server decided; the defaults stand where it did not.

    `channels` are ids of the channels in which the bot acts (empty: none, it is silent until one is enabled);
    `moderator_role` is a role's id (empty: those who may manage messages); `retention_days` is after how long a debate is
    deleted (0: kept); `own_rubric` is the text of the server's rubric; `date_language` is a code such as `en` or `pt-BR`.
    """

    moderator_role: str = ""
    channels: tuple[str, ...] = ()
    default_format: str = "one-on-one"
    default_level: Level = Level.CLUB
    default_rubric: str = "default"
    own_rubric: str = ""
    blind: bool = False
    retention_days: int = 0
    date_language: str = "en"

    def rubric(self, key: str = "") -> Rubric:
        """The rubric `key`, or the default one."""
        wanted = key or self.default_rubric
        if wanted != OWN_RUBRIC:
            return rubric_of(wanted)
        if not self.own_rubric:
            raise SettingError("this server has no rubric of its own yet: set own_rubric first")
        return rubric_of_text(self.own_rubric, OWN_RUBRIC)

    @property
    def rubric_keys(self) -> tuple[str, ...]:
        """The rubrics to choose from."""
        return (*rubrics(), OWN_RUBRIC) if self.own_rubric else tuple(rubrics())


NAMES = tuple(field.name for field in fields(GuildSettings))


def changed(settings: GuildSettings, name: str, text: str) -> GuildSettings:
    """`settings` with `name` set to what `text` says; an empty text is the default. Nonsense raises `SettingError`."""
    if name not in NAMES:
        raise SettingError(f"there is no setting {name[:40]!r}: use one of {', '.join(NAMES)}")
    text = text.strip()
    value: Any = _value(settings, name, text) if text else getattr(GuildSettings(), name)
    after = replace(settings, **{name: value})
    if after.default_rubric == OWN_RUBRIC and not after.own_rubric:
        raise SettingError("default_rubric is your own rubric: choose another default before you remove it")
    return after


def as_text(settings: GuildSettings, name: str) -> str:
    """One setting as the text that `changed` reads back."""
    value = getattr(settings, name)
    if isinstance(value, bool):
        return "on" if value else "off"
    return ",".join(value) if isinstance(value, tuple) else str(value)


def guild_settings(stored: Mapping[str, str]) -> GuildSettings:
    """The settings in the stored texts; what this version does not understand counts as not set."""
    settings = GuildSettings()
    # The own rubric comes first: a default may name it.
    for name in sorted(stored, key=lambda name: (name != "own_rubric", name)):
        try:
            settings = changed(settings, name, stored[name])
        except DebateError:
            continue
    return settings


def _value(settings: GuildSettings, name: str, text: str) -> object:
    if name == "own_rubric":
        rubric_of_text(text, OWN_RUBRIC)
        return text
    if name == "default_format":
        if text not in formats():
            format_named(text)
        return text
    if name == "default_rubric":
        if text not in settings.rubric_keys:
            raise SettingError(f"there is no rubric {text[:40]!r}: use one of {', '.join(settings.rubric_keys)}")
        return text
    return _SIMPLE[name](text)


def _role(text: str) -> str:
    if not _ID.fullmatch(text):
        raise SettingError("moderator_role must be a role's id")
    return text


def _channels(text: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    if len(found) > MAX_CHANNELS or not all(_ID.fullmatch(part) for part in found):
        raise SettingError(f"channels must be at most {MAX_CHANNELS} channel ids with commas between them")
    return found


def _level(text: str) -> Level:
    if text not in list(Level):
        raise SettingError(f"default_level must be one of {', '.join(Level)}")
    return Level(text)


def _switch(text: str) -> bool:
    if text not in ("on", "off"):
        raise SettingError("blind must be on or off")
    return text == "on"


def _days(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", text) or int(text) > MAX_RETENTION_DAYS:
        raise SettingError(f"retention_days must be 0 (keep) to {MAX_RETENTION_DAYS}")
    return int(text)


def _language(text: str) -> str:
    if not _LANGUAGE.fullmatch(text):
        raise SettingError("date_language must be a code such as en or pt-BR")
    return text


_SIMPLE = {
    "moderator_role": _role,
    "channels": _channels,
    "default_level": _level,
    "blind": _switch,
    "retention_days": _days,
    "date_language": _language,
}
