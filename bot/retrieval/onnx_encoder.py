"""The packaged encoder on ONNX Runtime: no torch, a quarter of its start-up time and a fraction of its time a query."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.retrieval.adapter import Adapter
from bot.retrieval.encoder import PACKAGE_SHA256, Vectors, packaged_weights, plain_text, verified
from bot.retrieval.files import only_builder, write_all
from bot.retrieval.graph import GRAPH, write

STEP = "encoder"


class OnnxEncoder:
    """all-MiniLM-L6-v2 on ONNX Runtime, from a model file that is written once under `home` and verified on every load.

    A missing, damaged or outdated file is written anew from the packaged weights, whose checksum is verified then;
    `progress(name, done, total)` is called meanwhile. Each text is encoded alone, so its vector is the same whatever is
    encoded beside it; several texts are spread over `threads`. Safe to call from several threads.
    """

    def __init__(
        self,
        home: Path,
        threads: int = 2,
        int8: bool = True,
        progress: Callable[[str, int, int], None] | None = None,
        adapter: Adapter | None = None,
    ) -> None:
        import onnxruntime

        self._folder = packaged_weights()
        self._threads = threads
        tokenizer = (self._folder / "tokenizer.json").read_bytes()
        precision = "int8" if int8 else "float32"
        # The version of ONNX Runtime counts: another one may round differently.
        made: dict[str, object] = {
            "weights": PACKAGE_SHA256,
            "tokenizer": sha256(tokenizer).hexdigest(),
            "graph": GRAPH,
            "precision": precision,
            "onnxruntime": onnxruntime.__version__,
        }
        if adapter is not None:
            made["adapter"] = adapter.fingerprint
        self.name = f"all-MiniLM-L6-v2 (ONNX {precision})"
        self.fingerprint = "onnx:" + sha256(json.dumps(made, sort_keys=True).encode()).hexdigest()
        folder = home / f"{'encoder' if adapter is None else 'adapted'}-{precision}"
        model = self._cached(folder, made)
        if model is None:
            with only_builder(folder):
                # Whoever held the lock before may have written it.
                model = self._cached(folder, made) or self._written(folder, adapter, made, progress)
        self._tokenizer = self._tokenizer_of(tokenizer)
        self._session = self._session_of(model)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of `texts`; an empty sequence gives shape (0, 0)."""
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        return np.concatenate([given[0] for given in self._each(texts)])

    def hear(self, texts: Sequence[str]) -> tuple[Vectors, Vectors]:
        """Unit vectors (n, d) of `texts` and the logits of the premises (n, premises); needs a text and an adapter."""
        given = self._each(texts)
        return np.concatenate([vector for vector, _ in given]), np.stack([logits for _, logits in given])

    def _each(self, texts: Sequence[str]) -> list[list[NDArray[np.float32]]]:
        if self._threads == 1 or len(texts) == 1:
            return [self._outputs(text) for text in texts]
        with ThreadPoolExecutor(min(self._threads, len(texts)), thread_name_prefix="encode") as pool:
            return list(pool.map(self._outputs, texts))

    def _outputs(self, text: str) -> list[NDArray[np.float32]]:
        ids = np.array([self._tokenizer.encode(plain_text(text)).ids], dtype=np.int64)
        given: list[NDArray[np.float32]] = self._session.run(None, {"input_ids": ids})
        return given

    def _cached(self, folder: Path, made: dict[str, object]) -> bytes | None:
        """The model file if it was made as `made` says and nothing changed it since, else None."""
        try:
            manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
            model = (folder / "model.onnx").read_bytes()
        except (OSError, ValueError):
            return None
        return model if manifest == {**made, "model": sha256(model).hexdigest()} else None

    def _written(
        self,
        folder: Path,
        adapter: Adapter | None,
        made: dict[str, object],
        progress: Callable[[str, int, int], None] | None,
    ) -> bytes:
        step = progress or (lambda _name, _done, _total: None)
        step(STEP, 0, 3)
        verified(self._folder)
        step(STEP, 1, 3)
        model = write(self._folder, int8=made["precision"] == "int8", adapter=adapter)
        step(STEP, 2, 3)
        manifest = {**made, "model": sha256(model).hexdigest()}
        files = {"model.onnx": model, "manifest.json": json.dumps(manifest, indent=1).encode()}
        write_all(folder, files)
        step(STEP, 3, 3)
        return model

    def _tokenizer_of(self, content: bytes) -> Any:
        from tokenizers import Tokenizer

        config = json.loads((self._folder / "sentence_bert_config.json").read_text(encoding="utf-8"))
        tokenizer = Tokenizer.from_buffer(content)
        # The file cuts and pads to 128 tokens; sentence-transformers goes by its own configuration.
        tokenizer.no_padding()
        tokenizer.enable_truncation(max_length=config["max_seq_length"])
        return tokenizer

    def _session_of(self, model: bytes) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        # One thread a text: threads that share a text of a dozen words wait for each other more than they work, and spin
        # meanwhile on processors that other texts could use.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
