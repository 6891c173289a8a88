"""The weights of an earlier parser out of its int8 ONNX file: the rounded weights times their scales."""

import numpy as np
import onnx
import torch
from onnx import numpy_helper

# The earlier decoder's names to ours.
DECODER = {"g": "context", "l32": "from32", "l16": "from16", "l8": "from8", "l4": "from4", "c16": "at16.0", "r8": "to8",
           "c8": "at8.0", "r4": "to4", "c4": "at4.0", "h": "head"}
BLOCK = {"_expand_conv": "expand", "_depthwise_conv": "depthwise", "_project_conv": "project"}


def start_from(net, path):
    """Puts encoder and decoder of the file into the net; the feature map and the head for worn garments stay as they are."""
    state = net.state_dict()
    for node_name, weight, bias in convolutions(onnx.load(path).graph):
        ours = our_name(node_name)
        # Convolutions of stride 2 stand behind their padding.
        ours = ours if f"{ours}.weight" in state else f"{ours}.1"
        for key, value in ((f"{ours}.weight", weight), (f"{ours}.bias", bias)):
            assert state[key].shape == value.shape, key
            state[key] = torch.from_numpy(value)
    net.load_state_dict(state)
    return net


def our_name(node_name):
    """`/blocks.1/_expand_conv/Conv` → `encoder.blocks.1.expand`; `/d/c16/c16.0/Conv` → `decoder.at16.0`."""
    parts = node_name.strip("/").split("/")
    if parts[0] == "stem":
        return "encoder.stem"
    if parts[0] == "d":
        return f"decoder.{DECODER[parts[1]]}"
    return f"encoder.{parts[0]}.{BLOCK[parts[1]]}"


def convolutions(graph):
    """Name, weight, and bias of every convolution."""
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    whole = {node.output[0]: real(*(stored[name] for name in node.input))
             for node in graph.node if node.op_type == "DequantizeLinear" and node.input[0] in stored}
    for node in graph.node:
        if node.op_type == "Conv":
            yield node.name, whole[node.input[1]], whole[node.input[2]]


def real(rounded, scale, zero):
    shape = (-1,) + (1,) * (rounded.ndim - 1) if scale.ndim else ()
    return ((rounded.astype(np.float32) - zero.astype(np.float32).reshape(shape)) * scale.reshape(shape)).astype(np.float32)
