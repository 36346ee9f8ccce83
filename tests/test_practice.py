"""Practice in the terminal, on a real log with a fake speaker, into a string."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator
from io import StringIO

import pytest
from rich.console import Console

from bot.brief.model import Brief
from bot.debate.state import Status
from bot.service import DebateService
from bot.storage.database import open_database
from bot.storage.debate_log import DebateLog, UnknownDebateError
from bot.terminal_ui.practice import DEBATER, HELP, Practice, typed_speeches
from tests.conftest import ROOT, SHIPPED, Run
from tests.service.test_debates import Clock, FakeSpeaker


class Sitting:
    """A console into a string and a practice on it."""

    def __init__(self, service: DebateService) -> None:
        self.service = service
        self.out = StringIO()
        self.console = Console(file=self.out, width=400, force_terminal=False, color_system=None)

    async def run(
        self, *speeches: str, form: str = "practice", debate: str | None = None, as_json: bool = False, echo: bool = False
    ) -> int:
        practice = Practice(self.service, self.console, as_json=as_json, echo=echo)
        return await practice.run(speeches, form, debate)

    @property
    def said(self) -> str:
        return self.out.getvalue()

    async def newest(self) -> str:
        return (await self.service.recent())[0][0]


@pytest.fixture
async def sitting(log_url: str, tiny: Brief) -> AsyncIterator[Sitting]:
    async with open_database(log_url) as engine:
        yield Sitting(DebateService(DebateLog(engine), FakeSpeaker(), tiny, Clock()))


def typing(monkeypatch: pytest.MonkeyPatch, console: Console, lines: list[str | type[BaseException]]) -> None:
    left: Iterator[str | type[BaseException]] = iter(lines)

    def typed(prompt: str = "") -> str:
        line = next(left)
        if isinstance(line, str):
            return line
        raise line

    monkeypatch.setattr(console, "input", typed)


@pytest.mark.parametrize("end", [EOFError, KeyboardInterrupt])
def test_typed_lines_are_one_speech_up_to_an_empty_line(monkeypatch: pytest.MonkeyPatch, end: type[BaseException]) -> None:
    console = Console(file=StringIO())
    typing(monkeypatch, console, ["", "One.", "Two.", "", "", "/flow", "Three.", "/not a command", " ", "lost", end])
    assert list(typed_speeches(console)) == ["One.\nTwo.", "/flow", "Three.\n/not a command"]


async def test_a_speech_is_answered_with_its_sources_and_the_way_to_go_on(sitting: Sitting, tiny: Brief) -> None:
    assert await sitting.run("Grades rise.") == 0
    name = await sitting.newest()
    for part in (
        f"Motion: {tiny.motion.text}",
        f"the bot maintains that {tiny.motion.position}.",
        HELP,
        "Answer 1 [1].",
        tiny.sources["survey"].title,
        "(0.50 s, 0 sentences cut by the check)",
        f"debatebot practice --resume {name}",
        f"debatebot export {name} --format md",
    ):
        assert part in sitting.said
    assert "You:" not in sitting.said
    assert len((await sitting.service.state(name)).speeches) == 2


async def test_an_echoed_speech_is_shown_as_typed_and_never_as_markup(sitting: Sitting) -> None:
    await sitting.run("Grades [bold]rise[/bold] [1] [/red].", echo=True)
    assert "You: Grades [bold]rise[/bold] [1] [/red]." in sitting.said


async def test_a_refused_speech_is_said_why_and_the_debate_goes_on(sitting: Sitting) -> None:
    assert await sitting.run("   ", "12 34", "Grades rise.") == 1
    assert "error: the speech is empty" in sitting.said
    assert "error: the speech has no words" in sitting.said
    assert len((await sitting.service.state(await sitting.newest())).speeches) == 2


async def test_quitting_leaves_a_debate_that_can_be_resumed(sitting: Sitting) -> None:
    assert await sitting.run("Grades rise.", "/quit", "Never said.") == 0
    name = await sitting.newest()
    assert await sitting.run("They do rise.", "/exit", debate=name) == 0
    assert f"Debate {name} goes on after 2 speeches." in sitting.said
    state = await sitting.service.state(name)
    assert [s.text for s in state.speeches if s.speaker == DEBATER] == ["Grades rise.", "They do rise."]
    assert state.status is Status.RUNNING


async def test_a_debate_interrupted_before_the_answer_is_answered_on_resuming(sitting: Sitting) -> None:
    state = await sitting.service.open("practice", DEBATER)
    await sitting.service.deliver(state.id, DEBATER, "Grades rise.")
    assert await sitting.run(debate=state.id) == 0
    assert "Answer 1 [1]." in sitting.said
    assert len((await sitting.service.state(state.id)).speeches) == 2


async def test_an_unknown_debate_cannot_be_resumed(sitting: Sitting) -> None:
    with pytest.raises(UnknownDebateError):
        await sitting.run("Words.", debate="nope")


async def test_the_commands_show_sources_points_and_help(sitting: Sitting, tiny: Brief) -> None:
    await sitting.run("/sources", "/flow", "/what", "Grades rise.", "/sources", "/flow")
    assert sitting.said.count(HELP) == 3
    assert " ".join(tiny.passages["survey#hours"].text.split())[:60] in " ".join(sitting.said.split())
    assert "│ 1.1   │ Heard." in sitting.said
    assert re.search(r"│ 2\.1   │ +│ Answer 1\. +│ new", sitting.said)


@pytest.mark.parametrize("as_json", [False, True])
async def test_a_format_that_has_run_its_course_ends_the_debate(sitting: Sitting, as_json: bool) -> None:
    assert await sitting.run("One.", "Two.", "Three.", "Four.", form="one-on-one", as_json=as_json) == 0
    state = await sitting.service.state(await sitting.newest())
    assert len(state.speeches) == 6
    assert state.next_turn is None
    if not as_json:
        assert "The debate is over." in sitting.said
        assert state.status is Status.CLOSED


async def test_a_debate_that_is_over_takes_no_more(sitting: Sitting) -> None:
    await sitting.run("One.", "Two.", "Three.", form="one-on-one", as_json=True)
    name = await sitting.newest()
    assert await sitting.run("Four.", debate=name) == 0
    assert len((await sitting.service.state(name)).speeches) == 6


async def test_resuming_a_closed_debate_says_so_without_a_fault(sitting: Sitting) -> None:
    await sitting.run("One.", "Two.", "Three.", form="one-on-one")
    name = await sitting.newest()
    assert await sitting.run("Four.", debate=name) == 0
    assert len((await sitting.service.state(name)).speeches) == 6


async def test_over_a_pipe_each_answer_is_one_line_of_json_and_nothing_else(sitting: Sitting) -> None:
    assert await sitting.run("Grades rise.", "   ", "/flow", "Bäume [x].", as_json=True, echo=True) == 1
    first, refused, second = [json.loads(line) for line in sitting.said.splitlines()]
    assert first["debate"] == second["debate"] == await sitting.newest()
    assert (first["text"], first["seconds"], first["turn"], second["turn"]) == ("Answer 1 [1].", 0.5, 1, 3)
    assert refused == {"error": "the speech is empty: say something on the motion"}


@pytest.mark.encoder
@pytest.mark.slow
def test_the_debate_shown_in_the_readme_is_what_the_sample_debate_says(debatebot: Run) -> None:
    done = debatebot("practice", KNOWLEDGE_DIR=str(SHIPPED), timeout=600)
    assert done.returncode == 0, done.stderr
    said = done.stdout.decode()
    first = said[said.index("You: ") : said.index("\n  (")].strip()
    assert first in (ROOT / "README.md").read_text(encoding="utf-8")
