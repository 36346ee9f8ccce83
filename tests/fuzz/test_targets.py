"""Every target of the fuzzer, shortly: random and half-sound input by hypothesis, and all that failed once."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.corpus import FOUND, NAMES, found, seeds
from tests.fuzz.targets import TARGETS

# Pieces of which real and hostile input is made, beside any bytes at all.
PIECES = (
    *(
        b"Grades rise. ",
        b"\n\n",
        b"# ",
        b"- kind: fact\n",
        b"## a {#b}\n",
        b"---\n",
        b"[1] ",
        b"[x](y)",
        b"||",
        b"```\n",
        b'"',
        b"; but ",
    ),
    *(
        b"@everyone",
        b"<@1>",
        b"<t:1:R>",
        b"</a:1>",
        b"<p>",
        b"<div hidden>",
        b"</div>",
        b"<style>.a{display:none}</style>",
        b"<!--",
    ),
    *(b"\x00", b"\x80", b"\xff\xfe", b"\r", b"\x0c", "\u202e".encode(), "\u200b".encode(), "\u2067".encode(), "\ufe0f".encode()),
    *(
        b"%PDF-1.4\n",
        b"1 0 obj\n",
        b"<< /Type /Catalog >>",
        b"stream\n",
        b"endstream",
        b"xref\n",
        b"trailer\n",
        b"{}",
        b"a" * 300,
    ),
)
INPUT = st.one_of(
    st.binary(max_size=600),
    st.text(max_size=600).map(lambda text: text.encode("utf-8", "ignore")),
    st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join),
)


@cache
def samples(target: str) -> list[bytes]:
    return list(seeds(target))[:40]


@st.composite
def damaged(draw: st.DrawFn, target: str) -> bytes:
    """A sound input with a part cut out and another put in."""
    whole = draw(st.sampled_from(samples(target)))
    first, last = sorted((draw(st.integers(0, len(whole))), draw(st.integers(0, len(whole)))))
    return (whole[:first] + draw(INPUT) + whole[last:])[:8192]


def test_the_names_are_those_of_the_targets() -> None:
    assert list(NAMES) == list(TARGETS)


@pytest.mark.parametrize("target", NAMES)
def test_what_failed_once_holds_now_and_so_do_the_samples(target: str) -> None:
    for sample in (*found(target), *samples(target)):
        TARGETS[target](sample)


def test_every_file_of_what_failed_belongs_to_a_target() -> None:
    assert {file.name.partition("-")[0] for file in FOUND.iterdir()} <= set(NAMES)


@pytest.mark.parametrize("target", NAMES)
def test_whatever_arrives_is_refused_in_a_line_or_dealt_with_as_promised(target: str) -> None:
    @settings(max_examples=120)
    @given(st.one_of(INPUT, damaged(target)))
    def holds(data: bytes) -> None:
        TARGETS[target](data)

    holds()
