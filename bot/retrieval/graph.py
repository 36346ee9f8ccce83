"""The encoder as an ONNX graph, written straight from its weights.

The graph is BERT (Devlin et al. 2019, https://aclanthology.org/N19-1423) for one text at a time, with the mean over its tokens
and normalisation as sentence-transformers applies them (Reimers & Gurevych 2019, https://aclanthology.org/D19-1410). One text
needs no padding and no mask, and its vector cannot depend on what is encoded beside it. Building the graph here instead of
exporting it from torch takes a second instead of half a minute and imports neither torch nor transformers; a test holds its
vectors equal to those of sentence-transformers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

Weights = Mapping[str, NDArray[np.float32]]
# Changes whenever another graph would be written for the same weights.
GRAPH = 1
OPSET, FUSED_OPSET, IR = 18, 1, 9
FUSED = "com.microsoft"


class _Graph:
    """Nodes and constants as they are added; every method returns the name of what it added."""

    def __init__(self, weights: Weights, epsilon: float) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self._weights = weights
        self._epsilon = epsilon

    def constant(self, name: str, value: NDArray[Any]) -> str:
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def weight(self, name: str) -> str:
        return self.constant(name, self._weights[name])

    def node(self, operator: str, inputs: list[str], output: str, domain: str = "", **attributes: object) -> str:
        from onnx import helper

        self.nodes.append(helper.make_node(operator, inputs, [output], name=f"{output}/node", domain=domain, **attributes))
        return output

    def linear(self, inputs: str, layer: str) -> str:
        """`inputs` times the weights of `layer`, without its bias."""
        return self.node("MatMul", [inputs, self.constant(f"{layer}.kernel", self._weights[f"{layer}.weight"].T)], layer)

    def residual(self, new: str, before: str, layer: str) -> str:
        """Layer normalisation of `new` plus its bias plus `before`."""
        norm = f"{layer}.LayerNorm"
        inputs = [new, before, self.weight(f"{norm}.weight"), self.weight(f"{norm}.bias"), self.weight(f"{layer}.dense.bias")]
        return self.node("SkipLayerNormalization", inputs, norm, FUSED, epsilon=self._epsilon)

    def embeddings(self, compact: bool) -> str:
        """Word plus position embedding, normalised. `compact` stores the words in half precision."""
        words = self._weights["embeddings.word_embeddings.weight"]
        table = self.constant("words", words.astype(np.float16) if compact else words)
        found = self.node("Gather", [table, "input_ids"], "word")
        word = self.node("Cast", [found], "word.f32", to=1) if compact else found
        kind = self._weights["embeddings.token_type_embeddings.weight"][0]
        places = self.constant("places", self._weights["embeddings.position_embeddings.weight"] + kind)
        zero = self.constant("zero", np.zeros(1, np.int64))
        length = self.node("Shape", ["input_ids"], "length", start=1, end=2)
        place = self.node("Slice", [places, zero, length, zero], "place")
        both = self.node("Add", [word, place], "embedded")
        norm = "embeddings.LayerNorm"
        scales = [self.weight(f"{norm}.weight"), self.weight(f"{norm}.bias")]
        return self.node("LayerNormalization", [both, *scales], norm, axis=-1, epsilon=self._epsilon)

    def layer(self, hidden: str, prefix: str, heads: int) -> str:
        """One layer of attention and feed-forward network."""
        own = f"{prefix}.attention.self"
        parts = [f"{own}.{part}" for part in ("query", "key", "value")]
        kernel = np.concatenate([self._weights[f"{part}.weight"].T for part in parts], axis=1)
        bias = np.concatenate([self._weights[f"{part}.bias"] for part in parts])
        inputs = [hidden, self.constant(f"{own}.kernel", kernel), self.constant(f"{own}.bias", bias)]
        context = self.node("Attention", inputs, own, FUSED, num_heads=heads)
        attended = self.residual(self.linear(context, f"{prefix}.attention.output.dense"), hidden, f"{prefix}.attention.output")
        wide = f"{prefix}.intermediate.dense"
        active = self.node("BiasGelu", [self.linear(attended, wide), self.weight(f"{wide}.bias")], f"{wide}.gelu", FUSED)
        return self.residual(self.linear(active, f"{prefix}.output.dense"), attended, f"{prefix}.output")


def write(folder: Path, int8: bool) -> bytes:
    """The ONNX model of the BERT encoder in `folder`: `input_ids` (1, length) int64 to `vectors` (1, d) of length one.

    With `int8` its matrix products are quantized (see `_quantized`).
    """
    from onnx import TensorProto, helper
    from safetensors.numpy import load_file

    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    graph = _Graph(load_file(folder / "model.safetensors"), config["layer_norm_eps"])
    hidden = graph.embeddings(compact=int8)
    for number in range(config["num_hidden_layers"]):
        hidden = graph.layer(hidden, f"encoder.layer.{number}", config["num_attention_heads"])
    mean = graph.node("ReduceMean", [hidden, graph.constant("tokens", np.ones(1, np.int64))], "mean", keepdims=0)
    graph.node("LpNormalization", [mean], "vectors", axis=-1, p=2)
    taken = helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "length"])
    given = helper.make_tensor_value_info("vectors", TensorProto.FLOAT, [1, config["hidden_size"]])
    model = helper.make_model(
        helper.make_graph(graph.nodes, "encoder", [taken], [given], graph.constants),
        opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(FUSED, FUSED_OPSET)],
        ir_version=IR,
    )
    return _quantized(model) if int8 else bytes(model.SerializeToString())


def _quantized(model: Any) -> bytes:
    """`model` with weights of 8 bits, one scale a channel, and activations quantized as they come.

    The weights keep to 7 bits, so that processors without VNNI, which add products in 16 bits, do not overflow and every
    processor sums the same whole numbers. MiniLM's layers have a few large channels: with one scale for all of them the
    cosine to the exact vectors falls to 0.85, with one scale a channel it is 0.99.
    """
    from onnx import TensorProto
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.quant_utils import add_pre_process_metadata

    # The graph is in its final form; without the mark the quantizer warns that nobody simplified it.
    add_pre_process_metadata(model)
    with TemporaryDirectory(prefix="debatebot-") as home:
        file = Path(home, "int8.onnx")
        quantize_dynamic(
            model,
            file,
            op_types_to_quantize=["MatMul", "Attention"],
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
            extra_options={"DefaultTensorType": TensorProto.FLOAT},
        )
        return file.read_bytes()
