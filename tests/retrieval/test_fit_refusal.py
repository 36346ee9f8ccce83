"""The fitting of the refusal recovers what it should, whatever the subject."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from bot.brief.model import Brief
from bot.errors import UserError
from bot.retrieval.lexical import Lexical
from bot.retrieval.retriever import Retriever
from bot.retrieval.store import load_or_build
from tests.bench.fit_refusal import RIDGES, Labelled, choose_ridge, fit, loss, probabilities, report
from tests.conftest import HashingEncoder


def drawn(count: int, covered_share: float = 0.5) -> Labelled:
    """Queries whose coverage shows in the cosine and in the held words, with noise elsewhere."""
    rng = np.random.default_rng(7)
    covered = (np.arange(count) < count * covered_share).astype(float)
    noise = rng.normal(0, 0.1, (count, 4))
    means = np.outer(covered, [0.3, 0, 0, 0.5]) + np.array([0.3, 3, 0.6, 0.3])
    return Labelled(means + noise, covered)


def lookups(folder: Path, unanswerable_split: str | None = None) -> Path:
    """Look-ups over the tiny brief."""
    (folder / "qrels").mkdir(parents=True)
    queries: list[dict[str, object]] = []
    for split in ("dev", "test"):
        (folder / "qrels" / f"{split}.tsv").write_text(f"query-id\tcorpus-id\tscore\n{split}-1\tsurvey#buses\t1\n")
        where = unanswerable_split or split
        queries.append({"_id": f"{split}-1", "text": "bus drivers", "metadata": {"answerable": True, "split": split}})
        queries.append({"_id": f"{split}-2", "text": "zyzzyva", "metadata": {"answerable": False, "split": where}})
    (folder / "queries.jsonl").write_text("\n".join(json.dumps(query) for query in queries))
    return folder


def search(brief: Brief, encoder: HashingEncoder, home: Path) -> Retriever:
    ids, texts = list(brief.passages), [p.searchable for p in brief.passages.values()]
    return Retriever(brief, load_or_build(home, "passages", ids, texts, encoder), Lexical(ids, texts), encoder)


def test_a_fit_separates_what_can_be_separated() -> None:
    data = drawn(80)
    right = (probabilities(fit(data, 0.01), data) >= 0.5) == (data.covered == 1)
    assert right.mean() > 0.95


def test_no_feature_ever_weighs_negatively() -> None:
    data = drawn(80)
    turned = fit(Labelled(-data.rows, data.covered), 0.01)
    assert min(turned.cosine, turned.outstanding, turned.known, turned.held) == 0


def test_a_fit_is_the_same_every_time_and_beats_a_nudged_one() -> None:
    data = drawn(60)
    fitted = fit(data, RIDGES[0])
    assert fitted == fit(data, RIDGES[0])
    assert loss(fitted, data) < loss(fit(data, RIDGES[-1]), data)


def test_the_size_of_a_class_does_not_move_the_threshold() -> None:
    few = drawn(200, covered_share=0.1)
    found = probabilities(fit(few, 0.01), few) >= 0.5
    assert found[few.covered == 1].mean() > 0.9


def test_a_higher_cost_refuses_less() -> None:
    data = drawn(80)
    assert probabilities(fit(data, 1.0, cost=8), data).mean() > probabilities(fit(data, 1.0), data).mean()


def test_a_feature_that_never_varies_does_no_harm() -> None:
    data = drawn(40)
    data.rows[:, 2] = 1.0
    assert fit(data, 0.01).known == 0


def test_too_few_queries_get_the_strongest_penalty() -> None:
    assert choose_ridge(drawn(6)) == RIDGES[-1]
    assert choose_ridge(drawn(60)) in RIDGES


def test_the_report_can_be_pasted_into_the_code(tiny: Brief, hashing: HashingEncoder, tmp_path: Path) -> None:
    printed = report(search(tiny, hashing, tmp_path), lookups(tmp_path / "gold"))
    assert "fitted  test: answerable found 1/1, unanswerable refused 1/1" in printed
    assert [line.split(":")[0].strip() for line in printed.splitlines()[-5:]] == [
        "bias",
        "cosine",
        "outstanding",
        "known",
        "held",
    ]


def test_one_kind_of_query_alone_is_refused(tiny: Brief, hashing: HashingEncoder, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="answerable and unanswerable"):
        report(search(tiny, hashing, tmp_path), lookups(tmp_path / "gold", unanswerable_split="elsewhere"))


def test_a_query_in_both_parts_is_refused(tiny: Brief, hashing: HashingEncoder, tmp_path: Path) -> None:
    folder = lookups(tmp_path / "gold")
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\ndev-1\tsurvey#buses\t1\n")
    with pytest.raises(UserError, match="dev-1 is in dev and in test"):
        report(search(tiny, hashing, tmp_path), folder)
