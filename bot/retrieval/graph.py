"""The encoder as an ONNX graph, written straight from its weights.

The graph is BERT (Devlin et al. 2019, https://aclanthology.org/N19-1423) for one text at a time, with the mean over its tokens
and normalisation as sentence-transformers applies them (Reimers & Gurevych 2019, https://aclanthology.org/D19-1410). One text
needs no padding and no mask, and its vector cannot depend on what is encoded beside it. Building the graph here instead of
exporting it from torch takes a second instead of half a minute and imports neither torch nor transformers; a test holds its
vectors equal to those of sentence-transformers. Which of ONNX Runtime's operators to take was measured: a sum and a
normalisation take half the time of its one operator for both.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.retrieval.adapter import Adapter

Array = NDArray[np.float32]
Weights = Mapping[str, Array]
# Changes whenever another graph would be written for the same weights.
GRAPH = 2
OPSET, FUSED_OPSET, IR = 18, 1, 9
FUSED = "com.microsoft"
# Weights of 8 bits keep to this size: processors without VNNI add two products of 255 at most times a weight in 16 bits, which
# holds up to 64, and so every processor sums the same whole numbers.
LARGEST = 64


class _Graph:
    """Nodes and constants as they are added; every method returns the name of what it added."""

    # Words in half precision: their rounding is far below what else is rounded.
    compact = False

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
        return self.parts(operator, inputs, [output], domain, **attributes)[0]

    def parts(self, operator: str, inputs: list[str], outputs: list[str], domain: str = "", **attributes: object) -> list[str]:
        from onnx import helper

        self.nodes.append(helper.make_node(operator, inputs, outputs, name=f"{outputs[0]}/node", domain=domain, **attributes))
        return outputs

    def product(self, inputs: str, kernel: Array, bias: Array, name: str) -> str:
        """`inputs` times `kernel` plus `bias`."""
        product = self.node("MatMul", [inputs, self.constant(f"{name}.kernel", kernel)], f"{name}.product")
        return self.node("Add", [product, self.constant(f"{name}.bias", bias)], name)

    def dense(self, inputs: str, layer: str) -> str:
        """`inputs` through the dense layer of that name."""
        return self.product(inputs, self._weights[f"{layer}.weight"].T, self._weights[f"{layer}.bias"], layer)

    def norm(self, inputs: str, layer: str) -> str:
        """Layer normalisation of `inputs`."""
        scales = [self.weight(f"{layer}.weight"), self.weight(f"{layer}.bias")]
        return self.node("LayerNormalization", [inputs, *scales], layer, axis=-1, epsilon=self._epsilon)

    def residual(self, inputs: str, before: str, layer: str) -> str:
        """Layer normalisation of `before` plus `inputs` through a dense layer."""
        both = self.node("Add", [self.dense(inputs, f"{layer}.dense"), before], f"{layer}.sum")
        return self.norm(both, f"{layer}.LayerNorm")

    def embeddings(self) -> str:
        """Word plus position embedding, normalised."""
        words = self._weights["embeddings.word_embeddings.weight"]
        table = self.constant("words", words.astype(np.float16) if self.compact else words)
        found = self.node("Gather", [table, "input_ids"], "word")
        word = self.node("Cast", [found], "word.f32", to=1) if self.compact else found
        kind = self._weights["embeddings.token_type_embeddings.weight"][0]
        places = self.constant("places", self._weights["embeddings.position_embeddings.weight"] + kind)
        zero = self.constant("zero", np.zeros(1, np.int64))
        length = self.node("Shape", ["input_ids"], "length", start=1, end=2)
        place = self.node("Slice", [places, zero, length, zero], "place")
        return self.norm(self.node("Add", [word, place], "embedded"), "embeddings.LayerNorm")

    def layer(self, hidden: str, prefix: str, heads: int) -> str:
        """One layer of attention and feed-forward network."""
        attention = f"{prefix}.attention"
        named = [f"{attention}.self.{part}" for part in ("query", "key", "value")]
        kernel = np.concatenate([self._weights[f"{part}.weight"].T for part in named], axis=1)
        bias = np.concatenate([self._weights[f"{part}.bias"] for part in named])
        joined = self.product(hidden, kernel, bias, f"{attention}.self")
        three = self.parts("Split", [joined], [f"{attention}.{part}" for part in ("q", "k", "v")], axis=-1, num_outputs=3)
        context = self.node("MultiHeadAttention", three, f"{attention}.context", FUSED, num_heads=heads)
        attended = self.residual(context, hidden, f"{attention}.output")
        wide = self.dense(attended, f"{prefix}.intermediate.dense")
        return self.residual(self.node("Gelu", [wide], f"{wide}.gelu", FUSED), attended, f"{prefix}.output")

    def premises(self, hidden: str, adapter: Adapter) -> str:
        """The logits of the adapter's premises from the last hidden states."""
        # All in float32: two small products for a whole text.
        states = self.node("Squeeze", [hidden, self.constant("row", np.zeros(1, np.int64))], "states")
        places = self.node("MatMul", [states, self.constant("places.kernel", adapter.places.T)], "places.scores")
        shares = self.node("Softmax", [places], "places.shares", axis=0)
        read = self.node("MatMul", [self.node("Transpose", [shares], "places.turned", perm=[1, 0]), states], "places.read")
        weighed = self.node("Mul", [read, self.constant("readings", adapter.readings)], "readings.weighed")
        summed = self.node("ReduceSum", [weighed, self.constant("width", np.ones(1, np.int64))], "readings.sum", keepdims=0)
        return self.node("Add", [summed, self.constant("readings.bias", adapter.bias)], "premises")

    def encoder(self, config: Mapping[str, Any], adapter: Adapter | None = None) -> bytes:
        """The whole encoder as a model, with the heads of `adapter`."""
        from onnx import TensorProto, helper

        hidden = self.embeddings()
        for number in range(config["num_hidden_layers"]):
            hidden = self.layer(hidden, f"encoder.layer.{number}", config["num_attention_heads"])
        mean = self.node("ReduceMean", [hidden, self.constant("tokens", np.ones(1, np.int64))], "mean", keepdims=0)
        self.node("LpNormalization", [mean], "vectors", axis=-1, p=2)
        taken = helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "length"])
        given = [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, [1, config["hidden_size"]])]
        if adapter is not None:
            named = self.premises(hidden, adapter)
            given.append(helper.make_tensor_value_info(named, TensorProto.FLOAT, [len(adapter.premises)]))
        model = helper.make_model(
            helper.make_graph(self.nodes, "encoder", [taken], given, self.constants),
            opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(FUSED, FUSED_OPSET)],
            ir_version=IR,
        )
        return bytes(model.SerializeToString())


class _Int8(_Graph):
    """The same graph with matrix products of 8 bits: a scale for each output's weights, and inputs quantized as they come.

    MiniLM's layers have a few large channels: with one scale for all of a layer's weights the cosine to the exact vectors falls
    to 0.89, with one scale a channel it is 0.99.
    """

    compact = True

    def product(self, inputs: str, kernel: Array, bias: Array, name: str) -> str:
        scale = (np.abs(kernel).max(axis=0) / LARGEST).astype(np.float32)
        weights = self.constant(f"{name}.kernel", np.rint(kernel / scale).astype(np.int8))
        small = self.parts("DynamicQuantizeLinear", [inputs], [f"{name}.{part}" for part in ("int8", "scale", "zero")])
        # No zero point for the weights, which are symmetric.
        given = [small[0], weights, small[1], self.constant(f"{name}.scales", scale), small[2], ""]
        return self.node("MatMulIntegerToFloat", [*given, self.constant(f"{name}.bias", bias)], name, FUSED)


def write(folder: Path, int8: bool, adapter: Adapter | None = None) -> bytes:
    """The ONNX model of the BERT encoder in `folder`: `input_ids` (1, length) int64 to `vectors` (1, d) of length one.

    With `int8` its matrix products are of 8 bits (see `_Int8`). With an `adapter` its weights are merged into the encoder's, and
    a second output is the logits of its `premises`, (premises,).
    """
    from safetensors.numpy import load_file

    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    plain = load_file(folder / "model.safetensors")
    weights = adapter.merged(plain) if adapter is not None else plain
    return (_Int8 if int8 else _Graph)(weights, config["layer_norm_eps"]).encoder(config, adapter)
