"""The packaged encoder on ONNX Runtime: the vectors of sentence-transformers, from a file that is never trusted unseen."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
import pytest

from bot.brief.model import Brief
from bot.errors import UserError
from bot.retrieval import onnx_encoder
from bot.retrieval.backend import encoder_for
from bot.retrieval.bridge import EncoderBridge
from bot.retrieval.encoder import EncoderError, SentenceTransformerEncoder, packaged_weights
from bot.retrieval.graph import write
from bot.retrieval.onnx_encoder import OnnxEncoder
from tests.conftest import ENCODER_HOME, TINY, Run

pytestmark = pytest.mark.encoder

HARD = ["", " ", "🚌🚌", "حافلة", "the\0bus", "bus " * 900, "x" * 3000, "Ｂｕｓ ﬁnes — naïve café"]


@pytest.fixture(scope="session")
def exact() -> OnnxEncoder:
    return OnnxEncoder(ENCODER_HOME, int8=False)


@pytest.fixture
def home(minilm: OnnxEncoder, tmp_path: Path) -> Path:
    """A copy of the kept model file, to damage."""
    shutil.copytree(ENCODER_HOME / "encoder-int8", tmp_path / "encoder-int8")
    return tmp_path


def written(home: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether an encoder at `home` writes its model file anew."""
    steps: list[int] = []
    # The bytes do not matter here, so the kept ones are given instead of seconds of work.
    model = (ENCODER_HOME / "encoder-int8" / "model.onnx").read_bytes()
    monkeypatch.setattr(onnx_encoder, "write", lambda _folder, **_options: model)
    OnnxEncoder(home, progress=lambda _name, done, _total: steps.append(done))
    assert steps in ([], [0, 1, 2, 3])
    return bool(steps)


def texts(brief: Brief) -> list[str]:
    return [*(brief.searchable(p) for p in brief.passages.values()), "how many drivers do buses need?", *HARD]


def test_float32_gives_the_vectors_of_sentence_transformers(tiny: Brief, exact: OnnxEncoder) -> None:
    expected = SentenceTransformerEncoder().encode(texts(tiny))
    assert np.abs(exact.encode(texts(tiny)) - expected).max() < 2e-6


def test_int8_stays_close_to_float32(tiny: Brief, minilm: OnnxEncoder, exact: OnnxEncoder) -> None:
    cosines = (minilm.encode(texts(tiny)) * exact.encode(texts(tiny))).sum(axis=1)
    assert cosines.min() > 0.97
    assert cosines.mean() > 0.985


def test_int8_computes_every_product_with_weights_in_8_bits(minilm: OnnxEncoder) -> None:
    graph = onnx.load(ENCODER_HOME / "encoder-int8" / "model.onnx").graph
    kinds = {each.name: each.data_type for each in graph.initializer}
    operators = [node.op_type for node in graph.node]
    small = [node for node in graph.node if node.op_type == "MatMulIntegerToFloat"]
    # Four a layer: queries with keys and values, the attention's output, and the two of the feed-forward network.
    assert len(small) == 4 * 6
    assert {kinds[node.input[1]] for node in small} == {onnx.TensorProto.INT8}
    assert not {"MatMul", "Attention"} & set(operators)


def test_a_vector_does_not_depend_on_what_is_encoded_beside_it(tiny: Brief, minilm: OnnxEncoder) -> None:
    together = minilm.encode(texts(tiny))
    alone = np.concatenate([minilm.encode([text]) for text in texts(tiny)])
    one_thread = OnnxEncoder(ENCODER_HOME, threads=1).encode(texts(tiny))
    assert np.array_equal(together, alone)
    assert np.array_equal(together, one_thread)


def test_threads_that_share_the_encoder_get_the_same_vectors(tiny: Brief, minilm: OnnxEncoder) -> None:
    expected = minilm.encode(texts(tiny))
    with ThreadPoolExecutor(4) as pool:
        for vectors in pool.map(minilm.encode, [texts(tiny)] * 8):
            assert np.array_equal(vectors, expected)


async def test_it_works_behind_the_bridge(minilm: OnnxEncoder) -> None:
    bridge = EncoderBridge(minilm)
    vectors = await bridge.encode(["one bus", "two buses"])
    bridge.close()
    assert np.array_equal(vectors, minilm.encode(["one bus", "two buses"]))


def test_a_second_start_writes_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not written(home, monkeypatch)


@pytest.mark.parametrize("file", ["model.onnx", "manifest.json"])
@pytest.mark.parametrize("damage", ["gone", "cut", "changed"])
def test_a_damaged_file_is_written_anew(home: Path, monkeypatch: pytest.MonkeyPatch, file: str, damage: str) -> None:
    path = home / "encoder-int8" / file
    raw = path.read_bytes()
    middle = len(raw) // 2
    path.unlink()
    if damage != "gone":
        path.write_bytes(raw[:-9] if damage == "cut" else raw[:middle] + bytes([raw[middle] ^ 1]) + raw[middle + 1 :])
    assert written(home, monkeypatch)
    assert not written(home, monkeypatch)


@pytest.mark.parametrize("precision", ["int8", "float32"])
def test_the_same_weights_give_the_same_file(minilm: OnnxEncoder, exact: OnnxEncoder, precision: str) -> None:
    kept = (ENCODER_HOME / f"encoder-{precision}" / "model.onnx").read_bytes()
    assert write(packaged_weights(), int8=precision == "int8") == kept


@pytest.mark.parametrize("part", ["weights", "tokenizer", "graph", "precision", "onnxruntime"])
def test_a_file_made_from_something_else_is_written_anew(home: Path, monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    file = home / "encoder-int8" / "manifest.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), part: "other"}))
    assert written(home, monkeypatch)


def test_every_backend_and_precision_has_its_own_fingerprint(minilm: OnnxEncoder, exact: OnnxEncoder) -> None:
    prints = {e.fingerprint for e in (minilm, exact, SentenceTransformerEncoder())}
    assert len(prints) == 3


def test_no_texts_give_no_vectors_from_either_backend(minilm: OnnxEncoder) -> None:
    assert minilm.encode([]).shape == SentenceTransformerEncoder().encode([]).shape == (0, 0)


def test_another_version_of_the_runtime_has_another_fingerprint(
    home: Path, minilm: OnnxEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onnxruntime.__version__", "0.0.0")
    assert written(home, monkeypatch)
    assert OnnxEncoder(home).fingerprint != minilm.fingerprint


def test_damaged_weights_are_never_turned_into_a_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weights = tmp_path / "package"
    shutil.copytree(packaged_weights(), weights, copy_function=shutil.copyfile)
    (weights / "model.safetensors").write_bytes(b"not the weights")
    monkeypatch.setattr(onnx_encoder, "packaged_weights", lambda: weights)
    with pytest.raises(EncoderError, match="damaged"):
        OnnxEncoder(tmp_path)
    # Neither may `auto` hide it by taking torch.
    with pytest.raises(EncoderError, match="damaged"):
        encoder_for(None, "auto", tmp_path, 1)


def test_a_folder_that_cannot_be_written_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "encoder-int8").write_text("a file stands where the folder should be")
    with pytest.raises(UserError, match=r"cannot be written.*set DATA_DIR"):
        written(tmp_path, monkeypatch)


def test_auto_takes_onnx_for_the_packaged_model_and_torch_for_another(minilm: OnnxEncoder) -> None:
    assert isinstance(encoder_for(None, "auto", ENCODER_HOME, 1), OnnxEncoder)
    assert isinstance(encoder_for(None, "onnx", ENCODER_HOME, 1), OnnxEncoder)
    assert isinstance(encoder_for(None, "torch", ENCODER_HOME, 1), SentenceTransformerEncoder)
    assert isinstance(encoder_for("someone/a-model", "auto", ENCODER_HOME, 1), SentenceTransformerEncoder)
    with pytest.raises(EncoderError, match="packaged model only"):
        encoder_for("someone/a-model", "onnx", ENCODER_HOME, 1)


def test_auto_takes_torch_with_one_line_where_the_runtime_is_missing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with caplog.at_level(logging.WARNING):
        assert isinstance(encoder_for(None, "auto", ENCODER_HOME, 1), SentenceTransformerEncoder)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "encoding with torch" in caplog.text
    with pytest.raises(EncoderError, match="use auto or torch"):
        encoder_for(None, "onnx", ENCODER_HOME, 1)


def test_a_lookup_imports_no_torch(debatebot: Run, tmp_path: Path) -> None:
    assert debatebot("lookup", "How many drivers do buses need?").returncode == 0
    code = (
        "import sys\nfrom bot.cli import app\n"
        "try:\n    app(['lookup', 'How many drivers do buses need?'])\nexcept SystemExit as left:\n    assert not left.code\n"
        "heavy = {'torch', 'sentence_transformers', 'transformers', 'onnx', 'sklearn', 'discord', 'matplotlib'}\n"
        "print('imported:', sorted(heavy & set(sys.modules)))"
    )

    env = {**os.environ, "KNOWLEDGE_DIR": str(TINY), "DATA_DIR": str(tmp_path / "data")}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True, timeout=600)
    assert "survey" in done.stdout
    assert done.stdout.endswith("imported: []\n")
