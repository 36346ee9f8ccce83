"""The second check, with a tiny random model through the real transformers code, and with a scripted one for its decisions."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.brief.model import Brief
from bot.retrieval.encoder import SentenceTransformerEncoder, Vectors
from bot.speech.writers.entailment import BATCH, EntailmentModel, Inference, SecondCheck, labels_of
from bot.speech.writers.faithful import CONTRADICTED, Faithfulness
from bot.speech.writers.generator import GenerationError
from bot.speech.writers.loading import ModelError
from bot.speech.writers.rewriter import Rewriter, Rewritten
from tests.speech.writers import tiny
from tests.speech.writers.scripted import ScriptedModel
from tests.speech.writers.test_rewriter import GOOD, part

PAIR = ("The treaty binds the members.", "The council meets every year.")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.inference_folder(tmp_path_factory.mktemp("inference"))


async def test_a_model_folder_loads_on_first_use_and_judges_in_batches(folder: Path) -> None:
    model = EntailmentModel(str(folder), device="cpu")
    pairs = [(f"{PAIR[0]} {n}", PAIR[1]) for n in range(BATCH + 3)]
    found = await model.infer(pairs)
    alone = [(await model.infer([pair]))[0] for pair in (pairs[0], pairs[-1])]
    await model.close()
    assert len(found) == len(pairs)
    assert all(0 <= i.entailed <= 1 and 0 <= i.contradicted <= 1 and i.entailed + i.contradicted <= 1.0001 for i in found)
    assert alone[0].contradicted == pytest.approx(found[0].contradicted, abs=1e-4)
    assert alone[1].contradicted == pytest.approx(found[-1].contradicted, abs=1e-4)
    assert model.load_seconds > 0


async def test_the_loop_stays_free_while_it_judges(folder: Path) -> None:
    model = EntailmentModel(str(folder), device="cpu")
    judging = asyncio.create_task(model.infer([PAIR]))
    ticks = 0
    while not judging.done():
        await asyncio.sleep(0.005)
        ticks += 1
    await model.close()
    assert ticks > 2


async def test_evidence_that_is_too_long_is_cut_and_the_sentence_judged_whole(folder: Path) -> None:
    model = EntailmentModel(str(folder), device="cpu")
    assert len(await model.infer([("The treaty binds the members. " * 400, PAIR[1])])) == 1
    await model.close()


def test_labels_are_found_by_name_in_whatever_order() -> None:
    assert labels_of("m", {0: "CONTRADICTION", 1: "NEUTRAL", 2: "ENTAILMENT"}) == (2, 0)
    assert labels_of("m", {0: "entailment", 1: "neutral", 2: "contradiction"}) == (0, 2)


@pytest.mark.parametrize("labels", [("LABEL_0", "LABEL_1", "LABEL_2"), ("entailment", "not_entailment")])
async def test_a_model_for_something_else_is_one_clear_line(tmp_path: Path, labels: tuple[str, ...]) -> None:
    model = EntailmentModel(str(tiny.inference_folder(tmp_path, labels)), device="cpu")
    with pytest.raises(ModelError, match="no label that begins with"):
        await model.infer([PAIR])
    await model.close()


async def test_a_model_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    model = EntailmentModel(str(tmp_path / "nothing"), device="cpu")
    with pytest.raises(ModelError, match="cannot be loaded"):
        await model.infer([PAIR])
    await model.close()


class ScriptedCheck:
    """Says how much each pair is contradicted, by a word of the hypothesis; an error is raised."""

    def __init__(self, contradicted: dict[str, float] | GenerationError) -> None:
        self._contradicted = contradicted
        self.pairs: list[tuple[str, str]] = []

    async def infer(self, pairs: Sequence[tuple[str, str]]) -> list[Inference]:
        self.pairs += pairs
        if isinstance(self._contradicted, GenerationError):
            raise self._contradicted
        marks = self._contradicted
        return [Inference(0.1, max((m for word, m in marks.items() if word in said), default=0.0)) for _, said in pairs]


async def rewritten(brief: Brief, minilm: SentenceTransformerEncoder, check: SecondCheck) -> Rewritten:
    async def encode(texts: Sequence[str]) -> Vectors:
        return await asyncio.to_thread(minilm.encode, list(texts))

    faithfulness = Faithfulness(brief, encode, check)
    writer = Rewriter(brief, ScriptedModel([GOOD]), faithfulness, lambda _: "Camp David alliance")
    return await writer.rewrite([part(brief)], ["Camp David is an alliance."])


@pytest.mark.encoder
async def test_a_draft_that_nothing_contradicts_is_kept(shipped: Brief, minilm: SentenceTransformerEncoder) -> None:
    check = ScriptedCheck({"freedom": 0.49})
    found = await rewritten(shipped, minilm, check)
    assert found.any_kept
    assert found.counts["model_contradicted"] == 0
    assert [said for _, said in check.pairs] == [s.text for s in found.parts[0].sentences if s.passages]
    assert shipped.passages["campdavid#consult"].text in check.pairs[0][0]


@pytest.mark.encoder
async def test_the_composed_paragraph_stands_in_for_what_is_contradicted(
    shipped: Brief, minilm: SentenceTransformerEncoder
) -> None:
    found = await rewritten(shipped, minilm, ScriptedCheck({"freedom": 0.5}))
    assert not found.any_kept
    assert found.parts[0].sentences == part(shipped).sentences
    assert CONTRADICTED in found.parts[0].note
    assert found.counts["model_contradicted"] == 1


@pytest.mark.encoder
async def test_a_second_check_that_cannot_be_loaded_costs_no_speech(
    shipped: Brief, minilm: SentenceTransformerEncoder, tmp_path: Path
) -> None:
    missing = EntailmentModel(str(tmp_path / "nothing"), device="cpu")
    found = await rewritten(shipped, minilm, missing)
    await missing.close()
    assert not found.any_kept
    assert found.parts[0].sentences == part(shipped).sentences
    assert "cannot be loaded" in found.parts[0].note


@pytest.mark.encoder
async def test_a_second_check_that_fails_keeps_the_composed_paragraph(shipped: Brief, minilm: SentenceTransformerEncoder) -> None:
    found = await rewritten(shipped, minilm, ScriptedCheck(GenerationError("the second check failed")))
    assert not found.any_kept
    assert "the second check failed" in found.parts[0].note
