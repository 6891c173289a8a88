#!/usr/bin/env python3
"""Weights to ONNX: `x` [1, 3, 256, 192] → `probs` [1, 10, 64, 48]."""

import argparse
from pathlib import Path

import torch

from parser_net import HEIGHT, WIDTH, Parser


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    net = Parser()
    net.load_state_dict(torch.load(options.weights))
    torch.onnx.export(
        net.eval(), torch.zeros(1, 3, HEIGHT, WIDTH), str(options.out), opset_version=13,
        input_names=["x"], output_names=["probs"],
    )


if __name__ == "__main__":
    main()
