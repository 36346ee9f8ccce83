"""Input and moments that are out of the ordinary."""

from __future__ import annotations

import asyncio
import json
import threading
from pathlib import Path

import numpy as np
import pytest

from bot.brief.model import Brief
from bot.errors import UserError
from bot.retrieval.bridge import ClosedError, EncoderBridge
from bot.retrieval.encoder import Encoder, fingerprint_of
from bot.retrieval.evaluate import evaluate
from bot.retrieval.files import write_all
from bot.retrieval.hybrid import load_hybrid
from bot.retrieval.retriever import Retriever
from bot.retrieval.store import load_or_build
from tests.conftest import HashingEncoder

GOOD = {"_id": "q1", "text": "bus drivers"}
HEAD = "query-id\tcorpus-id\tscore\n"


def beir(folder: Path, query: object, qrels: str = "q1\tsurvey#buses\t1\n", corpus: str | None = None) -> Path:
    """A folder with one query."""
    (folder / "qrels").mkdir(parents=True)
    (folder / "queries.jsonl").write_text(json.dumps(query, ensure_ascii=False), encoding="utf-8")
    (folder / "qrels" / "test.tsv").write_text(HEAD + qrels, encoding="utf-8")
    if corpus is not None:
        (folder / "corpus.jsonl").write_text(corpus, encoding="utf-8")
    return folder


async def test_closing_leaves_nobody_waiting(hashing: HashingEncoder) -> None:
    bridge = EncoderBridge(hashing)
    release = threading.Event()
    began = threading.Event()

    def work() -> bool:
        began.set()
        return release.wait(60)

    working = asyncio.create_task(bridge.run(work))
    await asyncio.to_thread(began.wait, 60)
    behind = asyncio.create_task(bridge.encode(["queued behind it"]))
    await asyncio.sleep(0.02)
    late = asyncio.create_task(bridge.encode(["not even handed over"]))
    given_up = asyncio.create_task(bridge.encode(["given up"]))
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.sleep(0)
    threading.Timer(0.05, release.set).start()
    bridge.close()
    results = await asyncio.wait_for(asyncio.gather(behind, late, return_exceptions=True), 60)
    assert [type(result) for result in results] == [ClosedError, ClosedError]
    assert await working is True


async def test_a_closed_bridge_says_so(hashing: HashingEncoder) -> None:
    bridge = EncoderBridge(hashing)
    bridge.close()
    with pytest.raises(ClosedError, match="shutting down"):
        await bridge.encode(["x"])


def test_bytes_that_are_no_text_are_searched_without_a_crash(tiny: Brief, hashing: HashingEncoder, tmp_path: Path) -> None:
    ids, texts = list(tiny.passages), [tiny.searchable(p) for p in tiny.passages.values()]
    search = Retriever(tiny, load_hybrid(tmp_path, "passages", ids, texts, texts, hashing), hashing)
    assert search.search("buses \udcff").query == "buses ?"


@pytest.mark.encoder
def test_the_real_encoder_takes_lone_surrogates(minilm: Encoder) -> None:
    assert np.allclose(minilm.encode(["buses \udcff"]), minilm.encode(["buses ?"]), atol=1e-6)


def test_an_empty_collection_is_one_clear_line(hashing: HashingEncoder, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="nothing to index as phrases"):
        load_or_build(tmp_path, "phrases", [], [], hashing)


def test_writers_that_meet_do_not_take_each_others_files_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"vectors.f32": b"rows", "manifest.json": b"{}"}
    replace = Path.replace
    met: list[Path] = []

    def meeting(self: Path, target: Path) -> Path:
        if not met:
            met.append(self)
            # One on a file system without locks writes the same files from start to end just before the first is moved.
            write_all(tmp_path / "pair", files)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", meeting)
    write_all(tmp_path / "pair", files)
    assert {file.name: file.read_bytes() for file in (tmp_path / "pair").iterdir()} == files


def test_other_weights_in_the_same_folder_have_another_fingerprint(tmp_path: Path) -> None:
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(b"one")
    before = fingerprint_of(str(tmp_path))
    assert fingerprint_of(str(tmp_path)) == before
    weights.write_bytes(b"two")
    assert fingerprint_of(str(tmp_path)) != before
    assert fingerprint_of("someone/a-model") == "model:someone/a-model"


@pytest.mark.parametrize(
    "query",
    [{"_id": "q1", "text": None}, {"_id": 1, "text": "x"}, {**GOOD, "metadata": "answerable"}],
    ids=["text", "id", "metadata"],
)
def test_a_query_of_the_wrong_type_names_its_line(
    tiny: Brief, hashing: HashingEncoder, tmp_path: Path, query: dict[str, object]
) -> None:
    with pytest.raises(UserError, match=r"queries\.jsonl:1: `_id` and `text` are text"):
        evaluate(beir(tmp_path / "gold", query), "test", tiny, hashing, tmp_path / "index")


def test_a_grade_that_is_no_whole_number_names_its_line(tiny: Brief, hashing: HashingEncoder, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"test\.tsv:2"):
        evaluate(beir(tmp_path / "gold", GOOD, "q1\tsurvey#buses\t²\n"), "test", tiny, hashing, tmp_path / "index")


def test_an_empty_corpus_is_one_clear_line(tiny: Brief, hashing: HashingEncoder, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="nothing to index"):
        evaluate(beir(tmp_path / "gold", GOOD, corpus=""), "test", tiny, hashing, tmp_path / "index")


def test_a_line_separator_within_a_text_ends_no_line(tiny: Brief, hashing: HashingEncoder, tmp_path: Path) -> None:
    folder = beir(tmp_path / "gold", {"_id": "q1", "text": "bus\u2028drivers"})
    assert evaluate(folder, "test", tiny, hashing, tmp_path / "index").queries == 1


def test_unanswerable_queries_alone_measure_the_refusal_only(tiny: Brief, hashing: HashingEncoder, tmp_path: Path) -> None:
    folder = beir(tmp_path / "gold", {"_id": "q9", "text": "zyzzyva", "metadata": {"answerable": False}}, "")
    report = evaluate(folder, "test", tiny, hashing, tmp_path / "index")
    assert report.systems == {}
    assert report.refusals is not None
    assert report.refusals.refused_unanswerable == 1
    assert report.refusals.refused_answerable is None
