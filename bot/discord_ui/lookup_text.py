"""Look-ups as Discord shows them."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.discord_ui import limits
from bot.discord_ui.present import clip, escape, one_line
from bot.discord_ui.speeches import quoted as passage_quoted
from bot.discord_ui.speeches import said, source_line
from bot.service.lookups import Answer, Findings, Found, SourceCard

# So many passages are shown in full; the list below them opens the others.
SHOWN = 3
REFUSAL = "**That is not in my sources.** I say nothing about it rather than guess."
_STANCES = {"for": "for the motion", "against": "against the motion", "neutral": "neutral on the motion"}


def passage(found: Found, number: int | None = None) -> str:
    """One passage with everything a reader needs to judge it."""
    head = f"{number}. " if number else ""
    lines = [f"**{head}{said(found.title)}**, {said(found.locator)}", passage_quoted(found.text)]
    if found.correction:
        lines.append(f"**Correction**: {escape(found.correction)}")
    lines.append(f"-# {said(found.byline)} · {found.kind}, sureness {found.sure}, {_STANCES[found.stance]}, {found.wording}")
    lines.append(f"-# `{found.passage}`" + (f" <{found.address}>" if found.address else ""))
    return "\n".join(lines)


def findings(query: str, found: Findings, other: Findings) -> str:
    """The outcome of a look-up: the best passages, and what is said against them."""
    asked = f"🔎 {one_line(query, 200)}"
    if not found.found:
        return f"{asked}\n{REFUSAL}"
    parts = [asked, *(passage(hit, n) for n, hit in enumerate(found.hits[:SHOWN], start=1))]
    if len(found.hits) > SHOWN:
        parts.append(f"{len(found.hits) - SHOWN} more follow: turn the page, or choose one from the list.")
    against = [hit for hit in other.hits if hit.passage not in {h.passage for h in found.hits[:SHOWN]}]
    if against:
        parts += ["__What the other side says__", *(passage(hit) for hit in against[:2])]
    return "\n\n".join(parts)


def page(hits: Sequence[Found], start: int) -> str:
    """The passages from `start` on that fit one message, numbered through; each is shortened where it is long."""
    shown = hits[start : start + SHOWN]
    room = (limits.CONTENT - 60) // max(1, len(shown)) - 2
    parts = [clip(passage(hit, n), room) for n, hit in enumerate(shown, start=start + 1)]
    return "\n\n".join([f"Passages {start + 1} to {start + len(shown)} of {len(hits)}", *parts])


def passage_options(hits: Sequence[Found]) -> list[discord.SelectOption]:
    """The passages as entries of a list."""
    return [
        discord.SelectOption(
            label=clip(f"{hit.title}, {hit.locator}", limits.OPTION_LABEL),
            value=clip(hit.passage, limits.OPTION_LABEL),
            description=clip(hit.text, limits.OPTION_DESCRIPTION),
        )
        for hit in hits[: limits.OPTIONS]
    ]


def source_options(cards: Sequence[SourceCard]) -> list[discord.SelectOption]:
    """Sources as entries of a list."""
    return [
        discord.SelectOption(
            label=clip(card.title, limits.OPTION_LABEL),
            value=clip(card.key, limits.OPTION_LABEL),
            description=clip(f"{card.byline}, {card.passages} passages", limits.OPTION_DESCRIPTION),
        )
        for card in cards[: limits.OPTIONS]
    ]


def source(card: SourceCard, passages: Sequence[Found]) -> str:
    """One source with its details and its passages."""
    details = [
        said(card.byline),
        said(card.venue),
        f"{_STANCES[card.stance]}",
        f"as of {card.as_of}" if card.as_of else "",
        card.wording,
    ]
    lines = [f"**{said(card.title)}** (`{card.key}`)", " · ".join(part for part in details if part)]
    lines += [f"<{address}>" for address in card.addresses]
    lines += [escape(card.note)] if card.note else []
    lines += [f"- {said(found.locator)}: {one_line(found.text, 160)}" for found in passages]
    return "\n".join(lines)


def answer(given: Answer) -> str:
    """An answer outside a debate, with its sources."""
    body = escape(given.text)
    sources = "\n".join(["**Sources**", *(source_line(r) for r in given.references)]) if given.references else ""
    return "\n\n".join(part for part in (body, sources) if part)


def quoted(text: str) -> str:
    """A member's message, shortened and harmless, as what an answer is about."""
    return f"> {escape(clip(' '.join(text.split()), 300))}"
