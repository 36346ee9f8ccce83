"""Presenting text within Discord's limits: splitting, clipping and making user text harmless."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import discord

from bot.discord_ui import limits

# Part numbers such as "(12/34)\n" and the fence lines that a cut code block needs on both sides.
_ROOM_FOR_NUMBER = 12
_FENCE = re.compile(r"^```(?P<language>[\w+-]{0,20})\s*$")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_ZERO_WIDTH = "\u200b"
# The library's own escaping leaves what stands between a masked link and a later bracket as it is, and in angle brackets.
_MARKUP = re.compile(
    r"(?P<address>https?://[^\s<]+[^<.,:;\"'\]\s])|(?P<lead>^[^\S\n]*)?(?P<mark>(?(lead)(?:>|\#|-)|[\\*_~|`]))", re.MULTILINE
)
# They turn the direction of what follows, beyond the text that they stand in.
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
NOBODY = discord.AllowedMentions.none()


def clip(text: str, limit: int) -> str:
    """`text` in at most `limit` characters, ending in an ellipsis where it was cut."""
    stripped = text.strip()
    return stripped if len(stripped) <= limit else f"{stripped[: limit - 1].rstrip()}…"


def escape(text: str) -> str:
    """User text as it was typed: no markdown, no mention, no masked link takes effect in it."""
    return _MARKUP.sub(lambda m: m["address"] or f"{m['lead'] or ''}\\{m['mark']}", unlinked(text.replace("\r\n", "\n")))


def unlinked(text: str) -> str:
    """Our own line with somebody's words in it: its markdown takes effect, but no mention and no masked link does."""
    # Masked links and angle brackets (mentions, timestamps, commands) are no mentions to the library.
    plain = text.replace("](", f"]{_ZERO_WIDTH}(").replace("<", f"<{_ZERO_WIDTH}")
    return discord.utils.escape_mentions(plain)


def unturned(text: str) -> str:
    """`text` without the characters that turn the direction of what is written after it."""
    return _TURNING.sub("", text)


def one_line(text: str, limit: int) -> str:
    """User text harmless, on one line, in at most `limit` characters; it cannot turn the direction of the line."""
    line, room = " ".join(unturned(text).split()), limit
    # Escaping lengthens the text, so it is cut before escaping, and never through an escape.
    while len(escape(clip(line, room))) > limit:
        room -= max(1, room // 10)
    return escape(clip(line, room))


def split(text: str, limit: int = limits.CONTENT, *, numbered: bool = True) -> list[str]:
    """`text` as parts of at most `limit` characters each.

    It is cut between paragraphs where that fits, then between sentences, then words, and only a word longer than a
    part is cut itself. A code block that is cut is closed and opened again. Several parts are numbered.
    """
    stripped = text.strip()
    if not stripped:
        return []
    if len(stripped) <= limit:
        return [stripped]
    parts = list(_packed(stripped, limit - (_ROOM_FOR_NUMBER if numbered else 0)))
    if not numbered:
        return parts
    return [f"({n}/{len(parts)})\n{part}" for n, part in enumerate(parts, start=1)]


def _packed(text: str, limit: int) -> Iterator[str]:
    """Lines gathered into parts; an open code fence is carried over the cut."""
    current = ""
    language: str | None = None
    for line in _lines(text, limit - 2 * len("\n```") - 20):
        fence = _FENCE.match(line)
        closing = len("\n```") if language is not None and not fence else 0
        candidate = f"{current}\n{line}" if current else line
        if current and len(candidate) + closing > limit:
            yield f"{current}\n```" if language is not None else current.strip("\n")
            candidate = f"```{language}\n{line}" if language is not None and not fence else line
            if language is not None and fence:
                # The block ended exactly at the cut and was closed above.
                candidate = ""
        if fence:
            language = None if language is not None else fence["language"]
        current = candidate
    if current.strip("\n"):
        yield f"{current}\n```" if language is not None else current.strip("\n")


def _lines(text: str, limit: int) -> Iterator[str]:
    """The lines of `text`, those longer than `limit` cut between sentences, then words, then anywhere."""
    for line in text.split("\n"):
        yield from _pieces(line, limit)


def _pieces(line: str, limit: int) -> Iterator[str]:
    if len(line) <= limit:
        yield line
        return
    current = ""
    for sentence in _SENTENCE_END.split(line):
        for piece in _words(sentence, limit):
            candidate = f"{current} {piece}" if current else piece
            if len(candidate) > limit:
                yield current
                candidate = piece
            current = candidate
    yield current


def _words(sentence: str, limit: int) -> Iterator[str]:
    if len(sentence) <= limit:
        yield sentence
        return
    current = ""
    for word in sentence.split(" "):
        for start in range(0, max(len(word), 1), limit):
            piece = word[start : start + limit]
            candidate = f"{current} {piece}" if current else piece
            if len(candidate) > limit:
                yield current
                candidate = piece
            current = candidate
    yield current


def embed(
    title: str,
    description: str = "",
    fields: Iterable[tuple[str, str]] = (),
    *,
    footer: str = "",
    colour: discord.Colour | None = None,
) -> discord.Embed:
    """An embed within every limit, the 6,000 characters in total included; what does not fit is clipped."""
    made = discord.Embed(
        title=clip(title, limits.EMBED_TITLE), description=clip(description, limits.EMBED_DESCRIPTION), colour=colour
    )
    if footer:
        made.set_footer(text=clip(footer, limits.EMBED_FOOTER))
    for name, value in list(fields)[: limits.EMBED_FIELDS]:
        room = limits.EMBED_TOTAL - len(made) - len(clip(name, limits.FIELD_NAME))
        if room < 1:
            break
        shown = clip(value, min(limits.FIELD_VALUE, room)) or "none"[:room]
        made.add_field(name=clip(name, limits.FIELD_NAME), value=shown, inline=False)
    return made
