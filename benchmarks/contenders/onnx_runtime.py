"""ONNX Runtime with the same network, its whole graph optimized."""

import numpy as np
import onnxruntime
from onnx import ModelProto, TensorProto, helper, numpy_helper

from benchmarks.racing import Work, threads
from mnist_lib import get_data, init_network


def session() -> onnxruntime.InferenceSession:
    """Return what runs the network on this process's threads."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    return onnxruntime.InferenceSession(
        model_of(init_network()).SerializeToString(), options, ["CPUExecutionProvider"]
    )


def model_of(network: dict[str, np.ndarray]) -> ModelProto:
    """Write the network down as a graph: from ``x (N, 784)`` to ``y (N, 10)``."""
    nodes, below = [], "x"
    for layer, after in enumerate(("Sigmoid", "Sigmoid", "Softmax"), start=1):
        above = "y" if after == "Softmax" else f"z{layer}"
        nodes += [
            helper.make_node("Gemm", [below, f"W{layer}", f"b{layer}"], [f"a{layer}"]),
            helper.make_node(after, [f"a{layer}"], [above]),
        ]
        below = above
    graph = helper.make_graph(
        nodes,
        "digits",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 784])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", 10])],
        [numpy_helper.from_array(values, name) for name, values in network.items()],
    )
    # The newest format may be newer than what the runtime reads.
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def prepare_singles() -> Work:
    """Return the work of reading all test images, one at a time."""
    run = session().run
    images = list(get_data()[0][:, np.newaxis])

    def work() -> None:
        for image in images:
            run(None, {"x": image})

    return work


def prepare_batches(size: int) -> Work:
    """Return the work of naming the digits of all test images, in batches."""
    run = session().run
    x, _ = get_data()

    def work() -> None:
        for start in range(0, len(x), size):
            (y,) = run(None, {"x": x[start : start + size]})
            y.argmax(axis=1)

    return work
