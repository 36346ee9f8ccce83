"""The refusal: what is judged without examples, and what examples teach."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.bootstrap import brief_of, encoder_of, retriever_of
from bot.brief.model import Brief, Question
from bot.retrieval.beir import read_queries
from bot.retrieval.examples import LEARNT, with_examples
from bot.retrieval.hybrid import load_hybrid
from bot.retrieval.refusal import COVERED, REFUSED_ANSWERED, Features, GeneralRefusal, LearnedRefusal
from bot.retrieval.retriever import Retriever
from bot.settings import read_settings
from tests.conftest import SHIPPED, HashingEncoder, lend_encoder

QUESTIONS = [f"{about} {what}" for what in ("of buses", "in the survey", "for parents") for about in ("the cost", "the age")]
NOTHING = np.zeros(4, dtype=np.float32)
STRANGE = Features(0.1, 0.1, 0.1, 0.0, 0.0, 4)
KNOWN = Features(0.6, 0.7, 1.0, 0.8, 0.7, 1)


def test_without_examples_the_line_lies_between_the_strange_and_the_known() -> None:
    assert GeneralRefusal().confidence(NOTHING, STRANGE) < COVERED < GeneralRefusal().confidence(NOTHING, KNOWN)


def unit(rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def learned(share_answered: float = 0.5, count: int = 200) -> tuple[LearnedRefusal, np.ndarray, np.ndarray]:
    """Examples that lie in two directions, with the same features for all."""
    random = np.random.default_rng(1)
    answered = random.random(count) < share_answered
    middle = np.where(answered[:, None], [1.0, 0, 0, 0], [0, 1.0, 0, 0])
    vectors = unit(middle + 0.25 * random.standard_normal((count, 4)))
    return LearnedRefusal(vectors, np.ones((count, 6)), answered), vectors, answered


@pytest.mark.parametrize("share_answered", [0.5, 0.9, 0.1])
def test_a_query_is_judged_like_the_examples_near_it_however_many_there_are_of_each_kind(share_answered: float) -> None:
    refusal, _, _ = learned(share_answered)
    same = Features(1, 1, 1, 1, 1, 1)
    like_answered, like_unanswered = (np.array(v, dtype=np.float32) for v in ([1, 0, 0, 0], [0, 1, 0, 0]))
    assert refusal.confidence(like_unanswered, same) < refusal.least < refusal.confidence(like_answered, same)


def test_of_the_answered_examples_the_promised_share_is_refused_when_each_is_judged_by_the_others() -> None:
    refusal, _, answered = learned()
    assert np.mean(refusal.left_out[answered] < refusal.least) == pytest.approx(REFUSED_ANSWERED, abs=1 / answered.sum())


def test_leaving_out_in_closed_form_is_what_fitting_without_the_example_gives() -> None:
    # The weights of the kinds depend on their counts, so the example is left out and put back as one of no weight at all.
    refusal, vectors, answered = learned(count=40)
    weights = np.where(answered, 1 / answered.sum(), 1 / (~answered).sum()) * len(answered) / 2
    kernel = refusal._kernel(vectors, refusal._features)
    for out in (0, 7, 21):
        kept = np.arange(40) != out
        solved = np.linalg.solve(
            kernel[np.ix_(kept, kept)] + 0.3 * np.diag(1 / weights[kept]), np.where(answered[kept], 1.0, -1.0)
        )
        expected = np.clip((kernel[out, kept] @ solved + 1) / 2, 0, 1)
        assert refusal.left_out[out] == pytest.approx(expected, abs=1e-9)


def test_examples_of_one_kind_only_teach_nothing() -> None:
    with pytest.raises(ValueError, match="both kinds"):
        LearnedRefusal(np.ones((3, 4), dtype=np.float32), np.ones((3, 6)), np.ones(3, dtype=bool))


def test_a_brief_without_examples_keeps_the_general_refusal(tiny: Brief, hashing: HashingEncoder, tmp_path: Path) -> None:
    ids, texts = list(tiny.passages), [tiny.searchable(p) for p in tiny.passages.values()]
    retriever = Retriever(tiny, load_hybrid(tmp_path, "passages", ids, texts, texts, hashing), hashing)
    assert with_examples(tmp_path, tiny, retriever, hashing.fingerprint) is retriever


@pytest.mark.encoder
def test_the_shipped_examples_are_kept_and_refuse_what_is_only_near_the_subject(shipped: Brief, tmp_path: Path) -> None:
    lend_encoder(tmp_path)
    settings = read_settings().model_copy(update={"data_dir": tmp_path, "knowledge_dir": SHIPPED})
    built: list[str] = []
    brief = brief_of(settings)
    encoder = encoder_of(settings)
    first = retriever_of(settings, brief, encoder, lambda name, _done, _total: built.append(name))
    assert "questions" in built
    built.clear()
    again = retriever_of(settings, brief, encoder, lambda name, _done, _total: built.append(name))
    assert built == []
    query = "who is the present commander of the NATO fleet"
    assert first.search(query) == again.search(query)
    assert not again.search(query).found
    assert again.search("Is South Korea in the Quad?").found


@pytest.fixture
def learnings(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many examples there were, each time a refusal learnt."""
    seen: list[int] = []
    real = LearnedRefusal._solve

    def recorded(refusal: LearnedRefusal, answered: np.ndarray) -> np.ndarray:
        seen.append(len(answered))
        return real(refusal, answered)

    monkeypatch.setattr(LearnedRefusal, "_solve", recorded)
    return seen


def questioned(tiny: Brief, home: Path, hashing: HashingEncoder, texts: Sequence[str] = QUESTIONS) -> Retriever:
    """The retriever of the tiny brief with `texts` as examples, every other one answered."""
    brief = replace(tiny, questions=tuple(Question(text, n % 2 == 0, n, Path("questions")) for n, text in enumerate(texts)))
    passages = [brief.searchable(p) for p in brief.passages.values()]
    index = load_hybrid(home, "passages", list(brief.passages), passages, passages, hashing)
    return with_examples(home, brief, Retriever(brief, index, hashing), hashing.fingerprint)


def confidences(retriever: Retriever) -> list[float]:
    return [found.confidence for found in retriever.search_many(["do buses cost more", "is the moon far", QUESTIONS[0]])]


def test_what_was_learnt_is_kept_and_judges_as_before(
    tiny: Brief, hashing: HashingEncoder, tmp_path: Path, learnings: list[int]
) -> None:
    first = confidences(questioned(tiny, tmp_path, hashing))
    assert learnings == [len(QUESTIONS)]
    assert len(set(first)) == 3
    assert confidences(questioned(tiny, tmp_path, hashing)) == first
    assert learnings == [len(QUESTIONS)]


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("solved.f64", lambda raw: raw[:-8]),
        ("solved.f64", lambda raw: raw[8:] + raw[:8]),
        ("solved.f64", lambda raw: raw[:0]),
        ("manifest.json", lambda raw: raw[:1] + raw[-1:]),
        ("manifest.json", lambda raw: b"\xff" + raw),
        ("manifest.json", lambda raw: raw.replace(b'"ridge": 0.3', b'"ridge": 0.4')),
        ("manifest.json", lambda raw: raw.replace(b'"learning": ', b'"learning": 9')),
    ],
)
def test_a_damaged_or_older_learning_is_not_used_and_is_mended(
    tiny: Brief,
    hashing: HashingEncoder,
    tmp_path: Path,
    learnings: list[int],
    name: str,
    damage: Callable[[bytes], bytes],
) -> None:
    first = confidences(questioned(tiny, tmp_path, hashing))
    file = tmp_path / LEARNT / name
    whole = file.read_bytes()
    assert damage(whole) != whole
    file.write_bytes(damage(whole))
    assert confidences(questioned(tiny, tmp_path, hashing)) == first
    assert len(learnings) == 2
    assert file.read_bytes() == whole


def test_other_examples_are_learnt_from_anew(tiny: Brief, hashing: HashingEncoder, tmp_path: Path, learnings: list[int]) -> None:
    first = confidences(questioned(tiny, tmp_path, hashing))
    turned = confidences(questioned(tiny, tmp_path, hashing, [*QUESTIONS[1:], QUESTIONS[0]]))
    assert len(learnings) == 2
    assert turned != first


@pytest.mark.parametrize("constant", ["WIDTH", "FEATURE_WIDTH", "RIDGE", "LEARNING"])
def test_another_width_or_ridge_is_learnt_with_anew(
    tiny: Brief, hashing: HashingEncoder, tmp_path: Path, learnings: list[int], constant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    questioned(tiny, tmp_path, hashing)
    monkeypatch.setattr(f"bot.retrieval.refusal.{constant}", 7)
    questioned(tiny, tmp_path, hashing)
    assert len(learnings) == 2


def test_no_held_back_question_is_among_the_examples(shipped: Brief) -> None:
    def plain(text: str) -> str:
        return " ".join("".join(c if c.isalnum() else " " for c in text.lower()).split())

    held_back = {plain(query.text) for query in read_queries(SHIPPED / "gold" / "lookups", "test")}
    assert shipped.questions
    assert not held_back & {plain(question.text) for question in shipped.questions}
