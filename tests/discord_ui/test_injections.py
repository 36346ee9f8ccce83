"""Everything that takes text, fed with markup, mentions and tricks of writing: nothing takes effect in what the bot sends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.brief.model import Brief, Wording
from bot.discord_ui.present import escape, one_line, unlinked
from bot.speech.request import SpeechDraft
from tests.discord_ui.harness import FastSpeaker, World, answer, world
from tests.discord_ui.test_scoring import fill

# Each names itself PWN, so that its effect is told from our own markup.
TRICKS = {
    "mass mention": "@everyone @here PWN",
    "mass mention in pieces": "@\u200beveryone @every\u2060one PWN <@&1>",
    "mentions": "<@1> <@!2> <#3> <id:customize> PWN",
    "command, time, emoji": "</debate open:4> <t:5:R> <a:pwn:6> <:pwn:7> PWN",
    "masked link": "[PWN](https://evil.example) [PWN]( <https://evil.example> ) ![PWN](https://evil.example/x.png)",
    "link to our source": "[1](https://evil.example) [PWN]\n\n[1]: https://evil.example",
    "markdown": "**PWN** __PWN__ ||PWN|| ~~PWN~~ `PWN` *PWN* _PWN_",
    "heading": "# PWN\n## PWN\n-# PWN\n> PWN\n>>> PWN\n- PWN",
    "code block": "```py\nPWN\n```",
    "right to left": "A PWN \u202egnol\u202c \u2067x\u2069 \u200f end",
    "look-alikes": "\uff20everyone @\u0435veryone \uff1c@1\uff1e PWN",
    "false citation": "As your source says [1], PWN (survey#hours).",
    "escapes": "\\<@1> \\@everyone \\**PWN\\** \\[PWN\\](https://evil.example)",
}
# So many debates share the tricks among them.
DEBATES = 4
MENTION = re.compile(r"@(?:everyone|here)\b|<(?:@[!&]?\d|#\d|/[^>\n]*:\d|a?:\w+:\d|t:\d|id:\w)", re.IGNORECASE)
MASKED = re.compile(r"(?<!\\)\]\(")
STYLED = re.compile(r"(?<!\\)(?:\*|_|\|\||~~|`)PWN|^(?:#{1,3}|-#|>>>|-) PWN|```py", re.MULTILINE)
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\u200f]")


def texts_of(body: Any) -> Iterator[str]:
    """Every text in a request that Discord shows with its markup."""
    if isinstance(body, list):
        for item in body:
            yield from texts_of(item)
    elif isinstance(body, dict):
        for name, value in body.items():
            if name in ("content", "description", "title", "value", "text") and isinstance(value, str):
                yield value
            # What stands in forms, buttons and lists is shown as it is.
            elif name not in ("components", "choices"):
                yield from texts_of(value)


def faults(text: str) -> list[str]:
    """What would take effect in `text` that came from somebody else."""
    chosen = re.sub(r"<(?:@\d{17,20}|#\d{17,20}|t:\d{9,11}:[tTR])>", "", text)
    # An error, which only its asker sees, repeats what he or she typed; that it calls nobody and hides no address is enough.
    rules = (MENTION, MASKED) if text.startswith("⚠") else (MENTION, MASKED, STYLED)
    return [f"{found[0]!r} in {text!r}" for rule in rules for found in rule.finditer(chosen)]


def hostile(brief: Brief, trick: str) -> Brief:
    """The brief with an operator's document in which somebody planted `trick`."""
    source = replace(brief.sources["survey"], title=trick, authors=(trick,), wording=Wording.VERBATIM)
    passages = {
        key: replace(p, text=f"{p.text} {trick}", locator=f"p. 2 {trick}") if p.source == "survey" else p
        for key, p in brief.passages.items()
    }
    return replace(brief, sources={**brief.sources, "survey": source}, passages=passages)


class TakenOver(FastSpeaker):
    """A model that says what it was told to say."""

    def __init__(self, trick: str) -> None:
        super().__init__()
        self.trick = trick

    async def answer(self, *given: Any, **more: Any) -> SpeechDraft:
        draft = await super().answer(*given, **more)
        return replace(draft, text=f"{draft.text}\n{self.trick}")


async def debate(here: World, tricks: list[str]) -> None:
    """A whole debate in which everybody types `tricks` wherever they can."""
    ann = here.guild.add_member(here.env.create_user(f"ann {tricks[0]}"[:32]))
    judge = here.guild.add_member(here.env.create_user(f"judge {tricks[-1]}"[:32]))
    trick = "\n".join(tricks)
    for share in (False, True):
        await ann.slash(here.channel, "claim", text=f"sleep of students, school and parents {trick}", share=share)
    message = await ann.send(here.channel, f"Students sleep too little. {trick}")
    for menu in ("Check this claim", "Argue against this"):
        await ann.context_menu(here.channel, menu, message)
    await ann.slash(here.channel, "source show", source="survey")
    await ann.slash(here.channel, "source show", source=trick)
    state, thread = await here.open(format="one-on-one")
    await ann.slash(thread, "debate join", side="proposition")
    for person, role in ((judge, "judge"), (here.judge, "judge"), (here.bob, "judge")):
        await here.mod.slash(thread, "debate appoint", person=person, role=role, reason=trick)
    await here.mod.slash(thread, "debate start")
    await here.mod.slash(thread, "debate warn", person=ann, reason=trick)
    await here.mod.slash(thread, "debate pause", reason=trick)
    await here.mod.slash(thread, "debate resume", reason=trick)
    for n in range(3):
        await here.speak(ann, thread, f"{n}. {trick}")
    await here.press(ann, thread, "Record")
    await ann.slash(thread, "coach")
    await judge.slash(thread, "score ballot")
    marks = dict.fromkeys(("content", "evidence", "rebuttal", "style"), f"5: {trick}")
    better = dict.fromkeys(marks, f"10: {trick}")
    unread = await judge.slash(thread, "score ballot")
    assert unread.response is not None
    form = await judge.click(unread.response, label="Score the proposition")
    await judge.submit_modal(form, dict.fromkeys(marks, trick))
    for who, winner in ((judge, "opposition"), (here.judge, "proposition"), (here.bob, "proposition")):
        await fill(here, who, thread, winner, better if winner == "opposition" else marks)
        await who.slash(thread, "score confirm")
    await here.mod.slash(thread, "score release")
    await here.mod.slash(thread, "score status")
    await ann.slash(thread, "score reasons")
    await ann.slash(here.channel, "stats", person=judge)
    await ann.slash(here.channel, "leaderboard")
    assert (await here.service.state(state.id)).released_at is not None


@pytest.mark.parametrize("first", range(DEBATES))
async def test_what_people_documents_and_models_write_takes_no_effect(first: int, log_url: str, tiny: Brief) -> None:
    tricks = list(TRICKS.values())[first::DEBATES]
    trick = "\n".join(tricks)
    async with world(log_url, hostile(tiny, trick), speaker=TakenOver(trick)) as here:
        await debate(here, tricks)
        sent = [text for request in here.env.http_requests for text in texts_of(request.json)]
        assert len(sent) > 60
        assert sum("PWN" in text for text in sent) > 20
        assert [fault for text in sent for fault in faults(text)] == []
        names = [text for text in sent if "ann" in text and "PWN" not in text]
        assert not [text for text in names if TURNING.search(text)]
        for request in here.env.http_requests:
            allowed = _allowed(request.json)
            assert not allowed.get("parse")
            assert not allowed.get("roles")


def _allowed(body: Any) -> dict[str, Any]:
    data = body.get("data", body) if isinstance(body, dict) else {}
    return (data.get("allowed_mentions") or {}) if isinstance(data, dict) else {}


def test_the_faults_are_found_where_nothing_is_escaped() -> None:
    found = {name for name, trick in TRICKS.items() if faults(trick)}
    assert found == TRICKS.keys() - {"right to left", "look-alikes", "false citation"}
    assert not [name for name, trick in TRICKS.items() if faults(escape(trick)) or faults(one_line(trick, 200))]
    assert unlinked("**Ours** @everyone [x](https://evil.example)").startswith("**Ours** @\u200beveryone [x]\u200b(")


def test_a_name_cannot_turn_the_line_that_it_stands_in() -> None:
    assert one_line("evil\u202e \u2067name\u2069", 80) == "evil name"


async def test_an_error_about_a_trick_repeats_no_working_link(here: World) -> None:
    told = answer(await here.ann.slash(here.channel, "source show", source="[free](https://evil.example) @everyone"))
    assert "free" in told
    assert faults(told) == []
