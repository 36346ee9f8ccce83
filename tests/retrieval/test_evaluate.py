from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from bot.brief.model import Brief
from bot.errors import UserError
from bot.retrieval.evaluate import evaluate
from bot.retrieval.refusal import GeneralRefusal
from tests.conftest import HashingEncoder

QUERIES = [
    {"_id": "q1", "text": "bus companies drivers"},
    {"_id": "q2", "text": "no change in grades", "metadata": {"answerable": True}},
    {"_id": "q3", "text": "zyzzyva quux", "metadata": {"answerable": False, "split": "test"}},
    {"_id": "q4", "text": "judged elsewhere"},
]


def beir(folder: Path, corpus: bool = False) -> Path:
    """A BEIR folder about the tiny brief."""
    (folder / "qrels").mkdir(parents=True)
    (folder / "queries.jsonl").write_text("\n".join(json.dumps(q) for q in QUERIES) + "\n\n")
    rows = ["query-id\tcorpus-id\tscore", "q1\tsurvey#buses\t1", "q2\tsleep-study#grades\t2", ""]
    (folder / "qrels" / "test.tsv").write_text("\n".join(rows))
    if corpus:
        texts = {"survey#buses": "bus companies and drivers", "sleep-study#grades": "no change in grades", "x": "nothing"}
        lines = [json.dumps({"_id": i, "title": "", "text": t}) for i, t in texts.items()]
        (folder / "corpus.jsonl").write_text("\n".join(lines))
    return folder


def test_the_briefs_passages_are_the_corpus_when_there_is_none(tiny: Brief, hashing: HashingEncoder, tmp_path: Path) -> None:
    report = evaluate(beir(tmp_path / "gold"), "test", tiny, hashing, tmp_path / "index")
    assert report.documents == 5
    assert report.queries == 3
    assert report.refusals is not None
    assert report.refusals.refused_unanswerable == 1
    assert report.refusals.refused_by_kind == {"": 1}
    assert report.systems["bm25"].ndcg_at_10 == 1
    assert report.systems["bm25"].source_at_5 == 1
    assert "hybrid" in report.table()
    assert json.loads(json.dumps(report.to_json()))["split"] == "test"


def test_a_corpus_of_its_own_is_searched_instead(tiny: Brief, hashing: HashingEncoder, tmp_path: Path) -> None:
    report = evaluate(beir(tmp_path / "gold", corpus=True), "test", tiny, hashing, tmp_path / "index")
    assert report.documents == 3
    assert report.systems["hybrid"].found_at_3 == 1
    assert report.refusals is None


def test_queries_without_refusals_give_no_refusal_rate(tiny: Brief, hashing: HashingEncoder, tmp_path: Path) -> None:
    folder = beir(tmp_path / "gold")
    (folder / "queries.jsonl").write_text("\n".join(json.dumps(q) for q in QUERIES[:2]))
    refusals = evaluate(folder, "test", tiny, hashing, tmp_path / "index").refusals
    assert refusals is not None
    assert refusals.refused_unanswerable is None
    assert refusals.refused_by_kind == {}


def test_what_is_found_counts_after_the_refusal(
    tiny: Brief, hashing: HashingEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = beir(tmp_path / "gold")
    monkeypatch.setattr("bot.retrieval.retriever.GeneralRefusal", partial(GeneralRefusal, least=0.0))
    open_door = evaluate(folder, "test", tiny, hashing, tmp_path / "index").refusals
    monkeypatch.setattr("bot.retrieval.retriever.GeneralRefusal", partial(GeneralRefusal, least=1.1))
    closed_door = evaluate(folder, "test", tiny, hashing, tmp_path / "index").refusals
    assert open_door is not None
    assert closed_door is not None
    assert (open_door.found_passage, open_door.found_source, open_door.refused_unanswerable) == (1, 1, 0)
    assert (closed_door.found_passage, closed_door.found_source, closed_door.refused_answerable) == (0, 0, 1)


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("queries.jsonl", '{"_id": "q1"}', r"queries.jsonl:1"),
        ("queries.jsonl", "not json", r"queries.jsonl:1"),
        ("qrels/test.tsv", "head\nq1\tx", r"test.tsv:2"),
        ("qrels/test.tsv", "head\nother\tx\t1\n", "no query judged|judged"),
    ],
)
def test_a_malformed_folder_names_file_and_line(
    tiny: Brief, hashing: HashingEncoder, tmp_path: Path, file: str, content: str, message: str
) -> None:
    folder = beir(tmp_path / "gold")
    if "other" in content:
        (folder / "queries.jsonl").write_text('{"_id": "zz", "text": "t"}')
    (folder / file).write_text(content)
    with pytest.raises(UserError, match=message):
        evaluate(folder, "test", tiny, hashing, tmp_path / "index")


def test_a_missing_folder_is_one_clear_line(tiny: Brief, hashing: HashingEncoder, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        evaluate(tmp_path / "none", "test", tiny, hashing, tmp_path / "index")
