"""Coaching as text: at most a screen, kindly and concretely."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from bot.debate.coaching import Coaching, Reading
from bot.debate.flowsheet import Ref


def coaching_markdown(coaching: Coaching, quoted: Callable[[str], str] = str) -> str:
    """The coaching as Markdown; what there is nothing to say about is left out. `quoted` makes a debater's words harmless."""
    if not coaching.points:
        return "There is nothing to coach yet: make a speech first."
    return "\n\n".join(["\n".join(part) for part in _parts(coaching, quoted)])


def _parts(c: Coaching, quoted: Callable[[str], str]) -> Iterator[list[str]]:
    made = f"You made {_count(c.points, 'point')} and replied to {_count(c.met, 'argument')} of the other side"
    yield [
        made + (f"; {_count(c.granted, 'thing')} you said {'was' if c.granted == 1 else 'were'} granted." if c.granted else ".")
    ]
    if c.dropped:
        lines = ["**What you dropped**"]
        for d in c.dropped:
            lines.append(f"- {d.title} ({_refs(d.refs)}): you let it pass {_times(d.speeches)}. It began: “{d.said}”")
            lines += [f"  A way in: {d.way_in}"] if d.way_in else []
            lines += _lines(d.readings)
        yield lines
    if c.corrected:
        lines = ["**What was not so**"]
        for wrong in c.corrected:
            lines += [f"- You said ({wrong.ref.label}): “{quoted(wrong.said)}” {wrong.fact}", *_lines(wrong.readings)]
        yield lines
    if c.unchallenged:
        lines = ["**Evidence you could have questioned**"]
        lines += [f"- {_source(u.reading)}, used in {u.ref.label}: {u.doubt}." for u in c.unchallenged]
        yield lines
    if c.prepare:
        lines = ["**What to prepare**"]
        for p in c.prepare:
            fate = "was answered, and you did not come back" if p.missed else "was answered"
            lines.append(f"- {p.title} ({_refs(p.refs)}) {fate}: “{p.answer}”")
            lines += [f"  Your ground: {p.ground}"] if p.ground else []
            lines += _lines(p.readings)
        yield lines
    if c.unsupported:
        yield ["**What still needs a source**", *(f"- “{quoted(text)}”" for text in c.unsupported)]
    if not (c.dropped or c.corrected or c.unchallenged or c.prepare or c.unsupported):
        yield ["Nothing of yours was left lying, and nothing of theirs either. Try the next level up."]


def _lines(readings: Iterable[Reading]) -> list[str]:
    return [f"  Read: {_source(r)}{' ' + r.address if r.address else ''}" for r in readings]


def _source(reading: Reading) -> str:
    return f"{reading.byline}, {reading.title}, {reading.locator} ({reading.passage})"


def _refs(refs: tuple[Ref, ...]) -> str:
    return ", ".join(ref.label for ref in refs)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def coaching_text(coaching: Coaching) -> str:
    """The same without marks, for a terminal."""
    return coaching_markdown(coaching).replace("**", "")
