"""Turns a TensorFlow.js graph model into ONNX with numpy and onnx alone.

Tensors keep TensorFlow's NHWC layout between operations; each convolution is wrapped in two transposes, which ONNX
Runtime removes when it loads the graph. Only the operations of the models in `models.toml` are known; another one
stops the conversion. The batch is fixed to one picture; its size may differ from the graph's own.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

import tfjs_graph

OPSET = 13
IR_VERSION = 8
TO_NCHW = [0, 3, 1, 2]
TO_NHWC = [0, 2, 3, 1]
# These graphs pool over windows this large only to take the mean of a whole map.
GLOBAL_POOL = 16
PADDING = {"SAME": "SAME_UPPER", "VALID": "VALID"}


def convert(model_json: Path, inputs: dict[str, list[int]], outputs: dict[str, list[int]], name: str) -> bytes:
    """The ONNX bytes of the part of the graph that leads to `outputs`. Both map tensor names to shapes."""
    converter = _Converter(tfjs_graph.load(model_json), inputs)
    return converter.model(outputs, name).SerializeToString(deterministic=True)


class _Converter:
    def __init__(self, graph: tfjs_graph.Graph, input_shapes):
        self.graph = graph
        self.input_shapes = input_shapes
        self.size_ratio = _size_ratio(graph, input_shapes)
        self.pads = {}
        self.transposed_convolutions = {}
        self.nodes = []
        self.initialisers = {}
        self.constants = {}
        self.inputs = []
        self.fresh_count = 0
        for node in graph.nodes:
            self._convert(node)

    def model(self, outputs, name):
        nodes, needed = self._leading_to(outputs)
        inputs = [
            helper.make_tensor_value_info(i, TensorProto.FLOAT, self.input_shapes[i]) for i in self.inputs
        ]
        results = [helper.make_tensor_value_info(o, TensorProto.FLOAT, shape) for o, shape in outputs.items()]
        weights = [numpy_helper.from_array(v, k) for k, v in self.initialisers.items() if k in needed]
        graph = helper.make_graph(nodes, name, inputs, results, weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="cheval")
        model.ir_version = IR_VERSION
        onnx.checker.check_model(model, full_check=True)
        return model

    def _leading_to(self, outputs):
        needed, kept = set(outputs), []
        for node in reversed(self.nodes):
            if any(o in needed for o in node.output):
                kept.append(node)
                needed.update(node.input)
        missing = [o for o in outputs if not any(o in n.output for n in kept)]
        if missing:
            raise ValueError(f"the graph has no output {missing}")
        return list(reversed(kept)), needed

    # Building blocks

    def _fresh(self, stem):
        self.fresh_count += 1
        return f"{stem}_{self.fresh_count}"

    def _constant(self, values):
        name = self._fresh("constant")
        self.initialisers[name] = np.ascontiguousarray(values)
        return name

    def _add(self, op, inputs, output=None, **attributes):
        output = output or self._fresh(op)
        self.nodes.append(helper.make_node(op, inputs, [output], name=output, **attributes))
        return output

    def _tensor(self, reference):
        """The ONNX name of a TensorFlow tensor; constants become initialisers on first use."""
        name = _bare(reference)
        if name in self.constants and name not in self.initialisers:
            values = self.constants[name]
            self.initialisers[name] = np.ascontiguousarray(
                values.astype(np.int64) if values.dtype == np.int32 else values
            )
        return name

    def _value(self, reference):
        return self.constants[_bare(reference)]

    def _nchw(self, reference):
        return self._add("Transpose", [self._tensor(reference)], perm=TO_NCHW)

    def _nhwc(self, tensor, output=None):
        return self._add("Transpose", [tensor], output, perm=TO_NHWC)

    # Operations

    def _convert(self, node):
        handler = getattr(self, f"_op_{node.op}", None)
        if handler is None:
            raise NotImplementedError(f"operation {node.op} of node {node.name} is not known to this recipe")
        handler(node)

    def _op_Const(self, node):
        self.constants[node.name] = self.graph.weights[node.name]

    def _op_Placeholder(self, node):
        self.inputs.append(node.name)

    def _same(self, op, node):
        self._add(op, [self._tensor(i) for i in node.inputs], node.name)

    def _op_Identity(self, node):
        self._same("Identity", node)

    def _op_Add(self, node):
        convolution = self.transposed_convolutions.get(_bare(node.inputs[0]))
        if convolution is not None and _bare(node.inputs[1]) in self.constants:
            convolution.input.append(self._constant(self._value(node.inputs[1]).astype(np.float32).reshape(-1)))
            self._add("Identity", [self._tensor(node.inputs[0])], node.name)
        else:
            self._same("Add", node)

    _op_AddV2 = _op_Add

    def _op_AddN(self, node):
        self._same("Sum", node)

    def _op_Mul(self, node):
        self._same("Mul", node)

    def _op_Relu(self, node):
        self._same("Relu", node)

    def _op_Sigmoid(self, node):
        self._same("Sigmoid", node)

    def _op_Relu6(self, node):
        self._relu6(self._tensor(node.inputs[0]), node.name)

    def _relu6(self, tensor, output):
        return self._add("Clip", [tensor, self._constant(np.float32(0)), self._constant(np.float32(6))], output)

    def _op_Conv2D(self, node):
        weights = self._value(node.inputs[1]).transpose(3, 2, 0, 1)
        self._convolution(node, weights, 1)

    _op__FusedConv2D = _op_Conv2D

    def _op_DepthwiseConv2dNative(self, node):
        weights = self._value(node.inputs[1])
        height, width, channels, multiplier = weights.shape
        weights = weights.transpose(2, 3, 0, 1).reshape(channels * multiplier, 1, height, width)
        self._convolution(node, weights, channels)

    _op_FusedDepthwiseConv2dNative = _op_DepthwiseConv2dNative

    def _convolution(self, node, weights, groups):
        source, place = self._padded(node)
        inputs = [self._nchw(source), self._constant(weights.astype(np.float32))]
        fused = list(node.attribute("fused_ops", []))
        if fused and fused[0] == "BiasAdd":
            inputs.append(self._constant(self._value(node.inputs[2]).astype(np.float32)))
            fused = fused[1:]
        result = self._add(
            "Conv", inputs, strides=node.attribute("strides")[1:3],
            dilations=(node.attribute("dilations") or [1, 1, 1, 1])[1:3],
            group=groups, kernel_shape=list(weights.shape[2:]), **place,
        )
        if not fused:
            self._nhwc(result, node.name)
        elif fused == ["Relu"]:
            self._add("Relu", [self._nhwc(result)], node.name)
        elif fused == ["Relu6"]:
            self._relu6(self._nhwc(result), node.name)
        else:
            raise NotImplementedError(f"fused operations {fused} of node {node.name} are not known to this recipe")

    def _padded(self, node):
        """What a convolution reads, and its padding; a Pad before it becomes its own padding."""
        padding, source = node.attribute("padding"), _bare(node.inputs[0])
        if padding == "VALID" and source in self.pads:
            source, (_, top, left, _, _, bottom, right, _) = self.pads[source]
            return source, {"pads": [top, left, bottom, right]}
        return node.inputs[0], {"auto_pad": PADDING[padding]}

    def _op_Conv2DBackpropInput(self, node):
        weights = self._value(node.inputs[1]).transpose(3, 2, 0, 1)
        result = self._add(
            "ConvTranspose", [self._nchw(node.inputs[2]), self._constant(weights.astype(np.float32))],
            strides=node.attribute("strides")[1:3], kernel_shape=list(weights.shape[2:]),
            auto_pad=PADDING[node.attribute("padding")],
        )
        self.transposed_convolutions[node.name] = self.nodes[-1]
        self._nhwc(result, node.name)

    def _pool(self, op, node):
        kernel, strides = node.attribute("ksize")[1:3], node.attribute("strides")[1:3]
        if kernel == strides and min(kernel) >= GLOBAL_POOL:
            result = self._add("Global" + op, [self._nchw(node.inputs[0])])
        else:
            result = self._add(
                op, [self._nchw(node.inputs[0])], kernel_shape=kernel, strides=strides,
                auto_pad=PADDING[node.attribute("padding")],
            )
        self._nhwc(result, node.name)

    def _op_MaxPool(self, node):
        self._pool("MaxPool", node)

    def _op_AvgPool(self, node):
        self._pool("AveragePool", node)

    def _op_Pad(self, node):
        pads = self._value(node.inputs[1]).T.reshape(-1).astype(np.int64)
        begin_and_end = pads.reshape(2, 4)
        if not begin_and_end[:, [0, 3]].any():
            self.pads[node.name] = (node.inputs[0], pads.tolist())
        self._add("Pad", [self._tensor(node.inputs[0]), self._constant(pads)], node.name)

    def _op_Reshape(self, node):
        shape = self._value(node.inputs[1]).astype(np.int64)
        # Maps become lists: their length grows with the picture.
        shape[1] = round(shape[1] * self.size_ratio[0] * self.size_ratio[1])
        self._add("Reshape", [self._tensor(node.inputs[0]), self._constant(shape)], node.name)

    def _op_ConcatV2(self, node):
        axis = int(self._value(node.inputs[-1]))
        self._add("Concat", [self._tensor(i) for i in node.inputs[:-1]], node.name, axis=axis)

    def _op_DepthToSpace(self, node):
        result = self._add(
            "DepthToSpace", [self._nchw(node.inputs[0])], blocksize=node.attribute("block_size"), mode="DCR"
        )
        self._nhwc(result, node.name)

    def _op_ResizeBilinear(self, node):
        height, width = (int(v * r) for v, r in zip(self._value(node.inputs[1]), self.size_ratio))
        tensor = self._nchw(node.inputs[0])
        # Batch and channels are whatever arrives.
        head = self._add("Slice", [self._add("Shape", [tensor]), self._int64([0]), self._int64([2])])
        sizes = self._add("Concat", [head, self._int64([height, width])], axis=0)
        if node.attribute("align_corners", False):
            corners = "align_corners"
        elif node.attribute("half_pixel_centers", False):
            corners = "half_pixel"
        else:
            corners = "asymmetric"
        result = self._add(
            "Resize", [tensor, "", "", sizes], mode="linear", coordinate_transformation_mode=corners
        )
        self._nhwc(result, node.name)

    def _int64(self, values):
        return self._constant(np.array(values, np.int64))

    # Shape arithmetic: these graphs only ever take the batch out of a shape, and the batch is one.

    def _op_Shape(self, node):
        self.constants[node.name] = np.array([1, -1, -1, -1], np.int64)

    def _op_StridedSlice(self, node):
        begin, end = (int(self._value(i)[0]) for i in node.inputs[1:3])
        values = self._value(node.inputs[0])[begin:end]
        if (values < 0).any():
            raise NotImplementedError(f"node {node.name} reads a dimension that is not fixed")
        self.constants[node.name] = values

    def _op_Pack(self, node):
        self.constants[node.name] = np.array([int(self._value(i).reshape(-1)[0]) for i in node.inputs], np.int64)


def _bare(reference):
    return reference.removesuffix(":0")


def _size_ratio(graph, input_shapes):
    """How much higher and wider the pictures are than the graph's own."""
    (name, shape), = input_shapes.items()
    return [mine / own for mine, own in zip(shape[1:3], graph.input_shapes[name][1:3])]
