"""The adapter's file, what it does to weights, and the graph that it is written into."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.retrieval.adapter import Adapter, AdapterError, read_adapter, write_adapter
from bot.retrieval.backend import hearer_for
from bot.retrieval.dense import Dense
from bot.retrieval.learnt import Learnt
from bot.retrieval.lines import Line, digest
from bot.retrieval.matcher import PhraseMatcher
from bot.retrieval.onnx_encoder import OnnxEncoder
from tests.conftest import HashingEncoder

WIDTH, NAME = 384, "encoder.layer.5.output.dense.weight"
OWNERS, PREMISES = ("block:a", "block:b", "ours:c"), ("a", "b")


Floats = NDArray[np.float32]


def unit(values: Floats) -> Floats:
    return np.asarray(values / np.linalg.norm(values, axis=-1, keepdims=True), dtype=np.float32)


@pytest.fixture
def adapter() -> Adapter:
    made = np.random.default_rng(7)

    def some(*shape: int, size: float = 1.0) -> Floats:
        return (size * made.standard_normal(shape)).astype(np.float32)

    return Adapter(
        down={NAME: some(4, 1536, size=0.01)},
        up={NAME: some(WIDTH, 4, size=0.01)},
        owners=OWNERS,
        proxies=unit(some(3, WIDTH)),
        centres=unit(some(3, 2, WIDTH)),
        premises=PREMISES,
        places=some(2, WIDTH, size=0.05),
        readings=some(2, WIDTH, size=0.05),
        bias=some(2),
        learnt="lines",
    )


def test_what_was_written_is_read_again_in_half_precision(adapter: Adapter, tmp_path: Path) -> None:
    write_adapter(tmp_path / "a.safetensors", adapter)
    read = read_adapter(tmp_path / "a.safetensors")
    assert read is not None
    assert (read.owners, read.premises, read.learnt) == (OWNERS, PREMISES, "lines")
    for name in ("proxies", "centres", "places", "readings", "bias"):
        assert np.allclose(getattr(read, name), getattr(adapter, name), atol=2e-3), name
    assert np.allclose(read.up[NAME] @ read.down[NAME], adapter.up[NAME] @ adapter.down[NAME], atol=1e-4)
    assert [file.name for file in tmp_path.iterdir()] == ["a.safetensors"]


def test_the_fingerprint_changes_with_the_content(adapter: Adapter, tmp_path: Path) -> None:
    file = tmp_path / "a.safetensors"
    write_adapter(file, adapter)
    first, again = read_adapter(file), read_adapter(file)
    write_adapter(file, replace(adapter, bias=adapter.bias + 1))
    other = read_adapter(file)
    assert first is not None
    assert again is not None
    assert other is not None
    assert first.fingerprint == again.fingerprint != other.fingerprint


def test_no_file_is_no_adapter(tmp_path: Path) -> None:
    assert read_adapter(tmp_path / "none") is None


def test_a_folder_in_place_of_the_file_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(AdapterError, match=r"cannot be read: Is a directory"):
        read_adapter(tmp_path)


def test_an_adapter_of_another_encoder_is_turned_away_where_it_is_asked_for(adapter: Adapter, tmp_path: Path) -> None:
    foreign = replace(adapter, down={"encoder.none": adapter.down[NAME]}, up={"encoder.none": adapter.up[NAME]})
    with pytest.raises(AdapterError, match=r"belongs to another encoder: it changes `encoder.none`, run `debatebot"):
        hearer_for(foreign, "auto", tmp_path, 1)


@pytest.mark.parametrize("damage", ["empty", "cut", "noise"])
def test_a_damaged_file_is_one_clear_line(adapter: Adapter, tmp_path: Path, damage: str) -> None:
    file = tmp_path / "a.safetensors"
    write_adapter(file, adapter)
    raw = file.read_bytes()
    file.write_bytes({"empty": b"", "cut": raw[: len(raw) // 2], "noise": b"\x07" * 500}[damage])
    with pytest.raises(AdapterError, match=r"is no adapter or is damaged") as error:
        read_adapter(file)
    assert "\n" not in str(error.value)


def test_an_adapter_whose_heads_do_not_fit_their_names_is_damaged(adapter: Adapter, tmp_path: Path) -> None:
    write_adapter(tmp_path / "a", replace(adapter, owners=OWNERS[:2]))
    with pytest.raises(AdapterError, match="damaged"):
        read_adapter(tmp_path / "a")


def test_an_adapter_for_another_encoder_is_refused(adapter: Adapter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.retrieval.adapter.PACKAGE_SHA256", "another")
    write_adapter(tmp_path / "a", adapter)
    monkeypatch.undo()
    with pytest.raises(AdapterError, match="another encoder"):
        read_adapter(tmp_path / "a")


def test_merging_adds_the_product_to_its_matrix_and_to_no_other(adapter: Adapter) -> None:
    weights = {NAME: np.ones((WIDTH, 1536), np.float32), "other": np.ones(3, np.float32)}
    merged = adapter.merged(weights)
    assert np.allclose(merged[NAME], 1 + adapter.up[NAME] @ adapter.down[NAME])
    assert merged["other"] is weights["other"]
    with pytest.raises(AdapterError, match="belongs to another encoder"):
        adapter.merged({NAME: np.ones((3, 3), np.float32)})
    with pytest.raises(AdapterError, match="belongs to another encoder"):
        adapter.merged({})


def test_likeness_lies_between_the_proxy_and_the_nearest_centre(adapter: Adapter) -> None:
    vectors = unit(np.random.default_rng(1).standard_normal((5, WIDTH)).astype(np.float32))
    like = adapter.likeness(vectors)
    for row, vector in enumerate(vectors):
        for owner in range(3):
            nearest = max(float(vector @ centre) for centre in adapter.centres[owner])
            assert like[row, owner] == pytest.approx((float(vector @ adapter.proxies[owner]) + nearest) / 2, abs=1e-5)


@pytest.mark.encoder
@pytest.mark.parametrize(("int8", "near"), [(False, 1e-3), (True, 0.5)])
def test_the_graph_gives_the_vectors_and_logits_of_the_merged_encoder(
    adapter: Adapter, tmp_path: Path, int8: bool, near: float
) -> None:
    import torch
    from safetensors.numpy import load_file
    from transformers import AutoTokenizer, BertModel

    from bot.retrieval.encoder import packaged_weights

    write_adapter(tmp_path / "a", adapter)
    read = read_adapter(tmp_path / "a")
    assert read is not None
    text = "Later lessons raised grades in every school that tried them."
    vectors, logits = OnnxEncoder(tmp_path, int8=int8, adapter=read).hear([text, "Buses."])
    assert vectors.shape == (2, WIDTH)
    assert logits.shape == (2, 2)
    folder = packaged_weights()
    bert = BertModel.from_pretrained(folder)
    weights = read.merged(load_file(folder / "model.safetensors"))
    bert.load_state_dict({name: torch.from_numpy(np.array(value)) for name, value in weights.items()}, strict=False)
    bert.train(False)
    with torch.no_grad():
        hidden = bert(**AutoTokenizer.from_pretrained(folder)(text, return_tensors="pt")).last_hidden_state[0].numpy()
    expected = hidden.mean(axis=0) / np.linalg.norm(hidden.mean(axis=0))
    assert float(vectors[0] @ expected) > (0.97 if int8 else 0.9999)
    scores = np.exp(hidden @ read.places.T)
    looked = (scores / scores.sum(axis=0)).T @ hidden
    assert np.allclose(logits[0], (looked * read.readings).sum(axis=1) + read.bias, atol=near)


@pytest.mark.encoder
def test_a_kept_graph_is_written_anew_for_another_adapter(adapter: Adapter, tmp_path: Path) -> None:
    texts = ["Later lessons raised grades."]
    write_adapter(tmp_path / "a", adapter)
    write_adapter(tmp_path / "b", replace(adapter, bias=adapter.bias + 3))
    first, second = read_adapter(tmp_path / "a"), read_adapter(tmp_path / "b")
    logits = [OnnxEncoder(tmp_path, adapter=each).hear(texts)[1] for each in (first, second, first)]
    assert np.allclose(logits[1] - logits[0], 3, atol=0.02)
    assert (logits[2] == logits[0]).all()


def test_without_onnx_runtime_the_brief_s_own_lines_remain(
    adapter: Adapter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ImportError("no such library")

    monkeypatch.setattr("bot.retrieval.onnx_encoder.OnnxEncoder", broken)
    assert hearer_for(adapter, "torch", tmp_path, 1) is None
    assert caplog.text == ""
    assert hearer_for(adapter, "auto", tmp_path, 1) is None
    assert "without what was learnt" in caplog.text


class Said:
    """An encoder with an adapter that hears the first owner in everything."""

    def __init__(self, adapter: Adapter) -> None:
        self._adapter = adapter

    def hear(self, texts: list[str]) -> tuple[Floats, Floats]:
        logits = np.tile(np.array([2.0, -2.0], np.float32), (len(texts), 1))
        return np.repeat(self._adapter.proxies[:1], len(texts), axis=0), logits


def test_the_matcher_gives_what_was_learnt_beside_what_lines_say(adapter: Adapter, hashing: HashingEncoder) -> None:
    learnt = Learnt(adapter, Said(adapter))  # type: ignore[arg-type]
    vectors = hashing.encode(["buses are late", "pupils sleep"])
    matcher = PhraseMatcher(Dense(["0", "1"], vectors), ["block:a", "block:new"], learnt)
    adapted, asserted = learnt.hear(["buses are late"])
    assert asserted == [{"a": 2.0, "b": -2.0}]
    (plain,), (taught,) = matcher.match(vectors[:1]), matcher.match(vectors[:1], adapted)
    assert [each.learnt for each in plain.values()] == [None, None]
    assert taught["block:a"].learnt == pytest.approx(float(adapter.likeness(adapter.proxies[:1])[0, 0]))
    # An owner that was not there when the adapter was trained.
    assert taught["block:new"].learnt is None
    assert [each[:2] for each in taught.values()] == [each[:2] for each in plain.values()]


def test_the_digest_of_lines_knows_no_order_and_every_change() -> None:
    lines = [Line("a b", "block:a"), Line("c", None), Line("a", "block:b", ("b",))]
    assert digest(lines) == digest(lines[::-1])
    changed = [Line("a b", "block:b"), Line("a  b", "block:a"), Line("a b", "block:a", ("a",))]
    assert len({digest([line, *lines[1:]]) for line in (lines[0], *changed)}) == 4
