from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from bot.errors import UserError
from bot.retrieval.store import load_or_build
from tests.conftest import HashingEncoder

IDS = ["a", "b", "c"]
TEXTS = ["first text", "second words", "third thing"]


def build(home: Path, encoder: HashingEncoder, texts: list[str] | None = None) -> int:
    """Load or build, check that rows are right, and say how often the encoder was asked."""
    before = len(encoder.calls)
    dense = load_or_build(home, "passages", IDS, texts or TEXTS, encoder)
    asked = len(encoder.calls) - before
    cosines = dense.cosines(encoder.encode(texts or TEXTS))
    assert np.allclose(np.diag(cosines), 1, atol=1e-5)
    return asked


def test_a_second_load_encodes_nothing(tmp_path: Path, hashing: HashingEncoder) -> None:
    assert build(tmp_path, hashing) == 1
    assert build(tmp_path, hashing) == 0


def test_a_truncated_file_means_a_rebuild(tmp_path: Path, hashing: HashingEncoder) -> None:
    build(tmp_path, hashing)
    file = tmp_path / "passages" / "vectors.f32"
    file.write_bytes(file.read_bytes()[:-7])
    assert build(tmp_path, hashing) == 1


def test_two_swapped_rows_mean_a_rebuild(tmp_path: Path, hashing: HashingEncoder) -> None:
    build(tmp_path, hashing)
    file = tmp_path / "passages" / "vectors.f32"
    raw = file.read_bytes()
    row = len(raw) // 3
    file.write_bytes(raw[row : 2 * row] + raw[:row] + raw[2 * row :])
    assert build(tmp_path, hashing) == 1


def test_another_model_means_a_rebuild(tmp_path: Path, hashing: HashingEncoder) -> None:
    build(tmp_path, hashing)
    assert build(tmp_path, HashingEncoder("another")) == 1


def test_a_changed_text_means_a_rebuild(tmp_path: Path, hashing: HashingEncoder) -> None:
    build(tmp_path, hashing)
    assert build(tmp_path, hashing, ["first text", "second words", "changed"]) == 1


@pytest.mark.parametrize("content", ["", "[]", "{}", "not json", '{"format": 1}'])
def test_a_damaged_manifest_means_a_rebuild(tmp_path: Path, hashing: HashingEncoder, content: str) -> None:
    build(tmp_path, hashing)
    (tmp_path / "passages" / "manifest.json").write_text(content)
    assert build(tmp_path, hashing) == 1


@pytest.mark.parametrize("dimension", ["64", 63])
def test_a_wrong_dimension_means_a_rebuild(tmp_path: Path, hashing: HashingEncoder, dimension: object) -> None:
    build(tmp_path, hashing)
    file = tmp_path / "passages" / "manifest.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "dimension": dimension}))
    assert build(tmp_path, hashing) == 1


def test_progress_counts_up_to_the_total(tmp_path: Path, hashing: HashingEncoder) -> None:
    seen: list[tuple[str, int, int]] = []
    texts = [f"text {n}" for n in range(70)]
    load_or_build(tmp_path, "many", [str(n) for n in range(70)], texts, hashing, lambda *step: seen.append(step))
    assert seen == [("many", 32, 70), ("many", 64, 70), ("many", 70, 70)]


def test_a_folder_that_cannot_be_written_is_one_clear_line(tmp_path: Path, hashing: HashingEncoder) -> None:
    (tmp_path / "passages").write_text("a file stands where the folder should be")
    with pytest.raises(UserError, match=r"cannot be written.*set DATA_DIR"):
        build(tmp_path, hashing)
