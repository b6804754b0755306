"""The encoder as an ONNX graph that keeps its 4-bit weights: 75 MB on disk and in memory.

ONNX Runtime multiplies them with activations quantised in the same blocks of 32 (`MatMulNBits`, accuracy
level 4), which keeps the cosine to float32 above .9998 where one scale for a whole matrix costs points of
recall.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .e5 import BLOCK, Blocks, Weights

_CONTRIB = "com.microsoft"
_OPSET = 21
_IR_VERSION = 10
_INT8_ACTIVATIONS = 4


class _Graph:
    """Collects nodes and constants of a graph."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, name: str, array: NDArray[Any]) -> str:
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def nibbles(self, name: str, packed: NDArray[np.uint8], shape: tuple[int, int]) -> str:
        from onnx import TensorProto

        tensor = TensorProto(name=name, data_type=TensorProto.UINT4, dims=shape, raw_data=packed.tobytes())
        self.constants.append(tensor)
        return name

    def op(
        self, kind: str, *inputs: str, output: str | None = None, domain: str = "", **attributes: Any
    ) -> str:
        from onnx import helper

        output = output or f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], domain=domain, **attributes))
        return output


def encoder_graph(weights: Weights) -> bytes:
    """The serialised ONNX model: input_ids (b, t) int64, attention_mask (b, t) int32 → states (b, t, d)."""
    from onnx import TensorProto, helper

    graph, sizes = _Graph(), weights.sizes
    state = _embeddings(graph, weights)
    for layer in range(sizes.layers):
        last = layer == sizes.layers - 1
        state = _layer(graph, weights, state, f"l{layer}", output="states" if last else None)
    made = helper.make_graph(
        graph.nodes,
        "encoder",
        [
            helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["b", "t"]),
            helper.make_tensor_value_info("attention_mask", TensorProto.INT32, ["b", "t"]),
        ],
        [helper.make_tensor_value_info("states", TensorProto.FLOAT, ["b", "t", sizes.hidden])],
        graph.constants,
    )
    opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_CONTRIB, 1)]
    model = helper.make_model(made, opset_imports=opsets, ir_version=_IR_VERSION)
    serialised: bytes = model.SerializeToString()
    return serialised


def _embeddings(graph: _Graph, weights: Weights) -> str:
    rows, blocks = weights.words.scales.shape
    graph.nibbles("words", weights.words.interleaved(), (rows, blocks * BLOCK))
    graph.constant("words.scale", weights.words.scales.astype(np.float32))
    graph.nibbles("words.zero", np.full((rows, blocks // 2), 0x88, np.uint8), (rows, blocks))
    words = graph.op(
        "GatherBlockQuantized",
        "words",
        "input_ids",
        "words.scale",
        "words.zero",
        domain=_CONTRIB,
        gather_axis=0,
        quantize_axis=1,
        block_size=BLOCK,
    )
    graph.constant("positions", weights.positions + weights.types[0])
    graph.constant("zero", np.zeros(1, np.int64))
    length = graph.op("Shape", "input_ids", start=1, end=2)
    summed = graph.op("Add", words, graph.op("Slice", "positions", "zero", length))
    return graph.op(
        "LayerNormalization",
        summed,
        graph.constant("emb.ln.w", weights.vectors["emb.ln.w"]),
        graph.constant("emb.ln.b", weights.vectors["emb.ln.b"]),
        axis=-1,
        epsilon=weights.sizes.epsilon,
    )


def _layer(graph: _Graph, weights: Weights, state: str, layer: str, *, output: str | None) -> str:
    def linear(x: str, name: str) -> str:
        return _linear(graph, x, f"{layer}.{name}", weights)

    def norm(x: str, residual: str, name: str, out: str | None = None) -> str:
        scale = graph.constant(f"{layer}.{name}.w", weights.vectors[f"{layer}.{name}.w"])
        shift = graph.constant(f"{layer}.{name}.b", weights.vectors[f"{layer}.{name}.b"])
        epsilon = weights.sizes.epsilon
        return graph.op(
            "SkipLayerNormalization", x, residual, scale, shift, output=out, domain=_CONTRIB, epsilon=epsilon
        )

    q, k, v = (linear(state, name) for name in "qkv")
    heads = weights.sizes.heads
    seen = graph.op("MultiHeadAttention", q, k, v, "", "attention_mask", domain=_CONTRIB, num_heads=heads)
    state = norm(linear(seen, "ao"), state, "aln")
    inner = graph.op("Gelu", linear(state, "fi"))
    return norm(linear(inner, "fo"), state, "oln", output)


def _linear(graph: _Graph, x: str, name: str, weights: Weights) -> str:
    matrix: Blocks = weights.matrices[f"{name}.w"]
    rows, blocks = matrix.scales.shape
    return graph.op(
        "MatMulNBits",
        x,
        graph.constant(f"{name}.w", matrix.interleaved()),
        graph.constant(f"{name}.scale", matrix.scales.astype(np.float32).reshape(-1)),
        "",
        "",
        graph.constant(f"{name}.b", weights.vectors[f"{name}.b"]),
        domain=_CONTRIB,
        K=blocks * BLOCK,
        N=rows,
        bits=4,
        block_size=BLOCK,
        accuracy_level=_INT8_ACTIVATIONS,
    )
