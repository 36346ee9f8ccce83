"""Lessons, and what training says of premises and arguments: weighed with the rules, and never where nothing was taught."""

from __future__ import annotations

import math
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.bootstrap import matcher_of
from bot.brief.faults import BriefError
from bot.brief.load import load_brief
from bot.brief.model import BlockKind, Brief
from bot.brief.wordings import FOLDER, SPEECHES
from bot.retrieval.adapter import FILE, read_adapter
from bot.retrieval.dense import Dense
from bot.retrieval.encoder import Vectors
from bot.retrieval.likeness import Likeness
from bot.retrieval.lines import Line, digest
from bot.retrieval.matcher import PhraseMatcher
from bot.retrieval.onnx_encoder import OnnxEncoder
from bot.settings import read_settings
from bot.speech.lessons import lessons, wording_faults
from bot.speech.matching import match, phrases
from bot.speech.points import hear
from bot.speech.premises import LEARNT_ASSERTED, false_premises, learnt_probability
from bot.speech.premises import probability as rules_probability
from bot.speech.recognition import recognise
from tests.conftest import ENCODER_HOME, SHIPPED, TINY, HashingEncoder
from tests.likenesses import likenesses_of

RISE = "grades-rise"
SAID = "Later lessons raised grades."


@pytest.fixture
def worded(tmp_path: Path) -> Brief:
    shutil.copytree(TINY, tmp_path / "brief")
    (tmp_path / "brief" / FOLDER).mkdir()
    (tmp_path / "brief" / FOLDER / "some.tsv").write_text(
        "heard\tgrades-rise\tMarks went up everywhere.\ntrue\tgrades-rise\tMarks did not move.\n"
        "near\tgrades-rise\tDid marks go up?\nheard\tbuses\tThe buses could cope.\naside\tabuse\tYou are a tin can.\n",
        encoding="utf-8",
    )
    return load_brief(tmp_path / "brief")


def test_wordings_are_learnt_beside_the_brief_s_own_lines(worded: Brief) -> None:
    learnt = lessons(worded)
    assert learnt[-5:] == [
        Line("Marks went up everywhere.", "block:grades-rise", (RISE,)),
        Line("Marks did not move.", "truth:grades-rise"),
        Line("Did marks go up?", None),
        Line("The buses could cope.", "ours:buses"),
        Line("You are a tin can.", "aside:abuse"),
    ]
    assert {Line(way, f"block:{RISE}", (RISE,)) for way in worded.blocks[RISE].heard} <= set(learnt)
    assert all(not line.premises for line in learnt if line.owner != f"block:{RISE}")


def test_the_sentences_of_a_speech_are_learnt_with_their_neighbours(worded: Brief) -> None:
    folder = worded.folder / FOLDER / SPEECHES
    folder.mkdir()
    (folder / "a.tsv").write_text(
        "heard\tbuses\tThe depot has drivers to spare.\nheard\tbuses\tTen of them.\n"
        "heard\tbuses\tThey play cards all the morning.\n"
        f"heard\t{RISE}\tMarks rose wherever lessons began later.\n\nheard\tbuses\tNobody misses the early bus.\n",
        encoding="utf-8",
    )
    learnt = lessons(worded)[len(lessons(load_brief(TINY))) + 5 :]
    assert learnt == [
        Line("The depot has drivers to spare.", "ours:buses"),
        Line("They play cards all the morning.", "ours:buses"),
        Line("Marks rose wherever lessons began later.", f"block:{RISE}", (RISE,)),
        Line("Nobody misses the early bus.", "ours:buses"),
        Line("The depot has drivers to spare. Ten of them.", "ours:buses"),
        Line("Ten of them. They play cards all the morning.", "ours:buses"),
        Line("They play cards all the morning. Marks rose wherever lessons began later.", None, (RISE,)),
        Line("The depot has drivers to spare. Ten of them. They play cards all the morning.", "ours:buses"),
    ]


def test_a_fault_in_the_wordings_stops_the_lessons(worded: Brief) -> None:
    assert wording_faults(worded) == []
    (worded.folder / FOLDER / "more.tsv").write_text("heard\tnobody\tWho?\n", encoding="utf-8")
    assert len(wording_faults(worded)) == 1
    with pytest.raises(BriefError, match=r"more\.tsv:1"):
        lessons(worded)


def test_the_shipped_adapter_learnt_the_lines_that_the_brief_has(shipped: Brief) -> None:
    adapter = read_adapter(SHIPPED / FILE)
    assert adapter is not None
    assert adapter.learnt == digest(lessons(shipped)), "the lines were changed: run `debatebot knowledge train`"
    assert set(adapter.premises) == {key for key, block in shipped.blocks.items() if block.kind is BlockKind.CORRECTION}
    owners = {f"block:{key}" for key in shipped.blocks} | {f"ours:{key}" for key in shipped.contentions}
    assert owners <= set(adapter.owners)
    assert (SHIPPED / FILE).stat().st_size < 3_000_000


def test_every_argument_of_the_shipped_brief_has_many_wordings(shipped: Brief) -> None:
    counts = Counter(line.owner for line in lessons(shipped))
    keys = [f"block:{key}" for key in shipped.blocks] + [f"ours:{key}" for key in shipped.contentions]
    few = [key for key in keys if counts[key] < 50]
    assert not few


def likes(false: float, true: float, other: float = 0.1) -> dict[str, Likeness]:
    """A text that is nothing to the rules: no phrase is near it."""
    return {
        f"block:{RISE}": Likeness(0.1, 0.0, false),
        f"truth:{RISE}": Likeness(0.1, 0.0, true),
        "ours:buses": Likeness(0.1, 0.0, other),
    }


def test_a_premise_in_words_that_no_rule_foresaw_is_found_by_training(tiny: Brief) -> None:
    like = likes(0.4, 0.2, 0.3)
    assert false_premises(tiny, "", "Marks shot up.", likenesses_of(like)) == ()
    assert false_premises(tiny, "", "Marks shot up.", likenesses_of(like), {RISE: 3.0}) == (RISE,)
    assert false_premises(tiny, "", "Marks shot up.", likenesses_of(like), {RISE: -3.0}) == ()


def test_what_only_has_the_words_is_let_pass_by_training(tiny: Brief) -> None:
    like = {**likes(-0.2, 0.9), f"block:{RISE}": Likeness(0.95, 0.95, -0.2)}
    assert false_premises(tiny, "", SAID, likenesses_of(like)) == (RISE,)
    assert false_premises(tiny, "", SAID, likenesses_of(like), {RISE: -9.0}) == ()


def test_a_premise_that_training_never_saw_is_left_to_the_rules(tiny: Brief) -> None:
    like = {**likes(0.0, 0.0), f"block:{RISE}": Likeness(0.95, 0.95)}
    assert false_premises(tiny, "", SAID, likenesses_of(like), {"another": 9.0}) == (RISE,)


class _Reader:
    """Learnt nothing, and remembers what it has read."""

    owners = ()

    def __init__(self) -> None:
        self.read: list[str] = []

    def hear(self, texts: Sequence[str]) -> tuple[Vectors, list[Mapping[str, float]]]:
        self.read += texts
        return HashingEncoder().encode(list(texts)), [{} for _ in texts]

    def likeness(self, vectors: Vectors) -> Vectors:
        return vectors[:, :0]


def test_up_to_three_neighbours_are_read_as_one_text(tiny: Brief) -> None:
    encoder, reader = HashingEncoder(), _Reader()
    owners, lines = zip(*phrases(tiny), strict=True)
    dense = Dense([str(i) for i in range(len(lines))], encoder.encode(list(lines)))
    first, second, third, fourth = (way for way in tiny.blocks["parents-can-adapt"].heard if way.endswith("."))
    said = hear(f"{first} {second} {third} {fourth}")
    vectors = encoder.encode([u.text for u in said])
    match(tiny, PhraseMatcher(dense, owners, reader), said, vectors)  # type: ignore[arg-type]
    assert f"{first} {second}" in reader.read
    assert f"{second} {third} {fourth}" in reader.read
    assert len(reader.read) == len(set(reader.read)) == 4 + 3 + 2


class _Believer(_Reader):
    """Takes everything for the falsehood."""

    def hear(self, texts: Sequence[str]) -> tuple[Vectors, list[Mapping[str, float]]]:
        return super().hear(texts)[0], [{RISE: 9.0} for _ in texts]


def test_a_falsehood_that_was_found_is_not_read_for_again(tiny: Brief) -> None:
    encoder, reader = HashingEncoder(), _Believer()
    owners, lines = zip(*phrases(tiny), strict=True)
    dense = Dense([str(i) for i in range(len(lines))], encoder.encode(list(lines)))
    long = " ".join([SAID.rstrip(".").lower()] * 12)
    utterances = hear(f"{SAID} {long.capitalize()}.")
    found = match(tiny, PhraseMatcher(dense, owners, reader), utterances, encoder.encode([u.text for u in utterances]))  # type: ignore[arg-type]
    assert RISE in {key for one in found for key in one.corrections}
    assert reader.read == [u.text for u in utterances]


@pytest.mark.parametrize("name", ["rules", "logit", "lead"])
def test_each_sign_of_a_premise_speaks_for_it(tiny: Brief, name: str) -> None:
    signs = {"rules": 0.1, "logit": 0.0, "lead": 0.1}

    def probability(signs: dict[str, float]) -> float:
        return learnt_probability(tiny.blocks[RISE], "marks shot up", signs["rules"], signs["logit"], signs["lead"])

    assert probability({**signs, name: signs[name] + 0.5}) > probability(signs)
    assert 0 < probability(signs) < 1


@given(st.floats(-12, 12), st.floats(-1, 1), st.floats(-1, 1), st.floats(0, 1), st.sampled_from([SAID, "Marks shot up."]))
def test_the_rules_are_spared_only_where_they_could_not_decide(
    tiny: Brief, logit: float, own: float, other: float, cosine: float, said: str
) -> None:
    like = likenesses_of({**likes(own, 0.0, other), f"block:{RISE}": Likeness(cosine, cosine, own)})
    block = tiny.blocks[RISE]
    lead = own - max(other, 0.0)
    by_rules = rules_probability(block, "", said, like)
    due = learnt_probability(block, said.lower(), by_rules, logit, lead) >= LEARNT_ASSERTED
    assert false_premises(tiny, "", said, like, {RISE: logit}) == ((RISE,) if due else ())


def test_words_that_mark_a_lookalike_speak_against_a_premise(shipped: Brief) -> None:
    block = next(b for b in shipped.blocks.values() if b.unless)
    sure = learnt_probability(block, "so it is", 0.5, 2.0, 0.2)
    less = learnt_probability(block, f"so it is {block.unless[0]}", 0.5, 2.0, 0.2)
    assert less < sure
    assert sure > LEARNT_ASSERTED
    assert math.isfinite(less)


def test_recognition_goes_by_training_where_there_is_any(tiny: Brief) -> None:
    first, second = sorted(key for key, block in tiny.blocks.items() if block.kind is BlockKind.BLOCK)[:2]
    by_lines = {f"block:{first}": Likeness(0.7, 0.5), f"block:{second}": Likeness(0.6, 0.3)}
    assert recognise(tiny, "so it is", likenesses_of(by_lines)).key == first
    taught = {f"block:{first}": Likeness(0.7, 0.5, 0.1), f"block:{second}": Likeness(0.6, 0.3, 0.8)}
    found = recognise(tiny, "so it is", likenesses_of(taught))
    assert found.key == second
    assert recognise(tiny, "so it is", likenesses_of({**taught, "aside:abuse": Likeness(0.5, 0.3, 0.9)})).sure < found.sure


NEW = """---
key: orbit-pact
kind: block
title: satellites will bind Asia together
about: [satellites, orbit]
---

## Heard as
""" + "".join(
    f"- {way}\n"
    for way in (
        "Shared satellites over the Pacific will force every government into one alliance.",
        "Orbit is where the next pact will be signed.",
        "A common space command makes a common defence treaty inevitable.",
        "Whoever watches missiles from the same satellites ends up in the same alliance.",
        "space force = asian nato, its that simple",
        "Rockets and satellites need one headquarters for the whole region.",
        "Joint launch sites tie Tokyo, Seoul and Canberra together for good.",
        "Missile warning from orbit cannot be done alone, so they will unite.",
    )
)


@pytest.mark.encoder
@pytest.mark.parametrize(
    "said",
    [
        "Orbit is where the next pact will be signed.",
        "Missile warning from satellites in orbit can't be done alone, so all of them will unite.",
        "Once they share satellites over the Pacific, every government is forced into one alliance.",
    ],
)
def test_a_block_that_was_added_since_the_training_is_heard_by_its_lines(tmp_path: Path, minilm: OnnxEncoder, said: str) -> None:
    folder = tmp_path / "knowledge"
    shutil.copytree(SHIPPED, folder)
    other = (folder / "blocks" / "word-game.md").read_text(encoding="utf-8")
    (folder / "blocks" / "orbit-pact.md").write_text(f"{NEW}\n{other[other.index('## Concede') :]}", encoding="utf-8")
    brief = load_brief(folder)
    settings = read_settings(knowledge_dir=folder, data_dir=ENCODER_HOME.parent / "added-block")
    utterances = hear(said)
    vectors = minilm.encode([u.text for u in utterances])
    matches = match(brief, matcher_of(settings, brief, minilm), utterances, vectors)
    assert [m.met_by for m in matches] == ["orbit-pact"]
