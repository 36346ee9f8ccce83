"""The kept transcripts are what the bot says now, and hold what every debate must hold."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

import pytest

from bot.settings import read_settings
from bot.speech.phrases import families, fragment
from tests.transcripts.__main__ import HOME, OPPONENTS, TURNS, debate, speeches_of

pytestmark = [pytest.mark.encoder, pytest.mark.slow]
# A shape of speech may come twice in ten turns; a shorter fragment than this is no shape that a listener would notice.
MOST, NOTICED = 2, 18


def kept(opponent: str) -> str:
    return (HOME / f"{opponent}.md").read_text(encoding="utf-8")


def answers(opponent: str) -> list[str]:
    """The bot's speeches without sources and without the flow, which repeats them."""
    parts = re.split(r"^## \d+\. ", kept(opponent).partition("\n## The flow\n")[0], flags=re.MULTILINE)[1:]
    said = [part.partition("\n")[2] for part in parts if part.startswith("Debatebot")]
    return ["\n".join(line for line in text.splitlines() if not line.startswith("- [")).strip() for text in said]


def sentences(text: str) -> list[str]:
    plain = re.sub(r"\s?\[\d+\]", "", text)
    return [s.strip() for s in re.split(r"(?<=[.!?])\s+", plain) if len(s.split()) >= 6]


def test_there_are_five_opponents_of_ten_speeches() -> None:
    assert OPPONENTS == ("hostile", "lying", "off-topic", "sloppy", "strong")
    assert {opponent: len(speeches_of(opponent)) for opponent in OPPONENTS} == dict.fromkeys(OPPONENTS, TURNS)


@pytest.mark.parametrize("opponent", OPPONENTS)
async def test_the_kept_transcript_is_what_the_bot_says_now(opponent: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.getbasetemp() / "shipped-index"
    folder = tmp_path_factory.mktemp("log")
    settings = read_settings(data_dir=home, database_url=f"sqlite+aiosqlite:///{folder}/log.sqlite3")
    assert await debate(settings, opponent) == kept(opponent), "read the new one, then keep it: python -m tests.transcripts"


@pytest.mark.parametrize("opponent", OPPONENTS)
def test_no_argument_is_said_twice_in_a_debate(opponent: str) -> None:
    frames = [fragment(shape) for family in families().values() for shape in family]
    counts = Counter(s for text in answers(opponent) for s in sentences(text))
    assert [s for s, n in counts.items() if n > 1 and not any(frame and frame in s.lower() for frame in frames)] == []


@pytest.mark.parametrize("opponent", OPPONENTS)
def test_no_shape_of_speech_comes_more_than_twice_in_ten_turns(opponent: str) -> None:
    shapes = [shape for family in families().values() for shape in family if len(fragment(shape)) >= NOTICED]
    told = [text.lower() for text in answers(opponent)]
    often = {fragment(shape): sum(fragment(shape) in text for text in told) for shape in shapes}
    assert {shape: n for shape, n in often.items() if n > MOST} == {}


@pytest.mark.parametrize("opponent", OPPONENTS)
def test_one_answer_does_not_open_like_the_one_before_it(opponent: str) -> None:
    opened = [text.splitlines()[0] for text in answers(opponent)]
    assert [one for one, two in pairwise(opened) if one == two] == []


@pytest.mark.parametrize("opponent", OPPONENTS)
def test_no_debate_ends_with_our_side_given_up(opponent: str) -> None:
    text = "\n".join(answers(opponent)).lower()
    assert not re.search(r"\bi concede the debate\b|\byou win\b|\bi was wrong about the motion\b|as an ai\b|language model", text)


def test_the_liar_is_corrected_in_every_speech_that_lies() -> None:
    corrected = [bool(re.search(r"\[\d+\]", text)) for text in answers("lying")]
    assert all(corrected)
    facts = (
        "four members",
        "each ally decides",
        "never been amended",
        "treaty ally",
        "dissolved on 30 June 1977",
        "lapsed at the start",
    )
    whole = "\n".join(answers("lying"))
    assert [fact for fact in facts if fact not in whole] == []
