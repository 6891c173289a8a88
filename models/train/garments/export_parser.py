#!/usr/bin/env python3
"""Weights to ONNX, in two parts that `join_parser.py` puts together once the first is int8.

`core`: `x` [1, 3, 256, 192] → `probs` [1, 10, 64, 48] and `kind` [1, 128, 16, 12].
`head`: `probs` and `kind` → `worn` [1, 2, 10], what the cloth of the torso and that of the legs is.
"""

import argparse
from pathlib import Path

import torch
import torch.nn.functional as functional

from ccp import LOWER, TORSO
from parser_net import COLUMNS, FEATURES, HEIGHT, ROWS, WIDTH, Parser


class Head(torch.nn.Module):
    """The features averaged under all cloth of the torso, and of the legs, to kinds."""

    def __init__(self, worn):
        super().__init__()
        self.worn = worn

    def forward(self, probs, kind):
        planes = torch.stack([probs[:, TORSO].sum(1), probs[:, LOWER].sum(1)], 1)
        weights = functional.avg_pool2d(planes, 4).flatten(2)
        pooled = weights @ kind.flatten(2).transpose(1, 2) / weights.sum(2, keepdim=True).clamp_min(1e-6)
        return self.worn(pooled).softmax(2)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--core", type=Path, required=True)
    parser.add_argument("--head", type=Path, required=True)
    options = parser.parse_args()
    net = Parser()
    net.load_state_dict(torch.load(options.weights))
    net.eval()
    write(net, options.core, {"x": (1, 3, HEIGHT, WIDTH)}, ["probs", "kind"])
    maps = {"probs": (1, 10, ROWS, COLUMNS), "kind": (1, FEATURES, ROWS // 4, COLUMNS // 4)}
    write(Head(net.worn).eval(), options.head, maps, ["worn"])


def write(net, path, inputs, outputs):
    torch.onnx.export(net, tuple(torch.zeros(size) for size in inputs.values()), str(path), opset_version=13, dynamo=False,
                      input_names=list(inputs), output_names=outputs)


if __name__ == "__main__":
    main()
