"""Reads a TensorFlow.js graph model (topology JSON and weight files) with numpy alone."""

import base64
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

_RAW = {"float32": "<f4", "int32": "<i4", "bool": "u1"}
_QUANTISED = {"uint8": "u1", "uint16": "<u2"}


@dataclass
class Node:
    """One operation of the graph."""

    op: str
    name: str
    inputs: list[str]
    attributes: dict

    def attribute(self, key, default=None):
        """The attribute as a plain Python value; `default` where the node does not carry it."""
        value = self.attributes.get(key)
        if value is None:
            return default
        if "s" in value:
            return _text(value["s"])
        if "i" in value:
            return int(value["i"])
        if "f" in value:
            return float(value["f"])
        if "b" in value:
            return bool(value["b"])
        if "list" in value:
            entries = value["list"]
            if "s" in entries:
                return [_text(s) for s in entries["s"]]
            return [int(i) for i in entries.get("i", [])]
        return default


@dataclass
class Graph:
    """The operations in execution order, the weights by name, the shape of each input by name."""

    nodes: list[Node]
    weights: dict[str, np.ndarray]
    input_shapes: dict[str, list[int]]


def load(model_json: Path) -> Graph:
    """Reads `model_json` and the weight files beside it. Raises ValueError when they do not fit together."""
    document = json.loads(model_json.read_text())
    weights = {}
    for group in document["weightsManifest"]:
        data = b"".join((model_json.parent / path).read_bytes() for path in group["paths"])
        weights.update(_weights(group["weights"], data))
    nodes = [
        Node(n["op"], n["name"], [i for i in n.get("input", []) if not i.startswith("^")], n.get("attr", {}))
        for n in document["modelTopology"]["node"]
    ]
    signature = document.get("signature") or document["userDefinedMetadata"]["signature"]
    shapes = {
        entry["name"].split(":")[0]: [int(d["size"]) for d in entry["tensorShape"]["dim"]]
        for entry in signature["inputs"].values()
    }
    return Graph(nodes, weights, shapes)


def _weights(entries, data: bytes) -> dict[str, np.ndarray]:
    weights, offset = {}, 0
    for entry in entries:
        count = int(np.prod(entry["shape"])) if entry["shape"] else 1
        values, offset = _one_weight(entry, data, count, offset)
        weights[entry["name"]] = values.reshape(entry["shape"])
    if offset != len(data):
        raise ValueError(f"the weight file holds {len(data)} bytes, its description asks for {offset}")
    return weights


def _one_weight(entry, data: bytes, count: int, offset: int):
    packing = entry.get("quantization")
    if packing and packing["dtype"] == "float16":
        return np.frombuffer(data, "<f2", count, offset).astype(np.float32), offset + 2 * count
    if packing:
        dtype = np.dtype(_QUANTISED[packing["dtype"]])
        values = np.frombuffer(data, dtype, count, offset).astype(np.float32) * packing["scale"] + packing["min"]
        if entry["dtype"] == "int32":
            values = np.round(values).astype(np.int32)
        return values, offset + dtype.itemsize * count
    dtype = np.dtype(_RAW[entry["dtype"]])
    return np.frombuffer(data, dtype, count, offset), offset + dtype.itemsize * count


def _text(encoded) -> str:
    return base64.b64decode(encoded).decode() if isinstance(encoded, str) else bytes(encoded).decode()
