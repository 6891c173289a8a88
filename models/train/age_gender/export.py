#!/usr/bin/env python3
"""Weights to ONNX: `x` [n, 3, 112, 112] → `age` [n, 9], `female` [n], both probabilities."""

import argparse
from pathlib import Path

import torch

from net import SIDE, AgeGender, AgeGenderProbabilities


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    net = AgeGender()
    net.load_state_dict(torch.load(options.weights))
    names = ["x", "age", "female"]
    torch.onnx.export(
        AgeGenderProbabilities(net).eval(), torch.zeros(2, 3, SIDE, SIDE), str(options.out), opset_version=13,
        input_names=names[:1], output_names=names[1:], dynamic_axes={name: {0: "n"} for name in names},
    )


if __name__ == "__main__":
    main()
