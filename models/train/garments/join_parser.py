#!/usr/bin/env python3
"""Puts the parser's int8 core and the float head for worn garments into one file: `x` → `probs`, `worn`."""

import argparse
from pathlib import Path

import onnx
from onnx import compose


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--core", type=Path, required=True)
    parser.add_argument("--head", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    core, head = onnx.load(options.core), compose.add_prefix(onnx.load(options.head), "worn/", rename_inputs=True)
    head.ir_version = core.ir_version
    joined = compose.merge_models(core, head, io_map=[("probs", "worn/probs"), ("kind", "worn/kind")],
                                  outputs=["probs", "worn/worn"])
    rename(joined.graph, "worn/worn", "worn")
    onnx.checker.check_model(joined)
    onnx.save(joined, options.out)


def rename(graph, old, new):
    for node in graph.node:
        node.output[:] = [new if name == old else name for name in node.output]
    for output in graph.output:
        output.name = new if output.name == old else output.name


if __name__ == "__main__":
    main()
