#!/usr/bin/env python3
"""Weights and calibration to ONNX, int8: `x` [n, 3, 150, 150] → `age` [n, 9], `female` [n], `minor` [n], probabilities."""

import argparse
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
import torch
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from net import SIDE, AgeGender, Probabilities
from train import disturb, load, middle, normalised

# Pictures the ranges of int8 are taken from.
SAMPLES = 256


class Samples(CalibrationDataReader):
    """Training faces, every other one disturbed as in training, so that the ranges hold for dim and blurred ones too."""

    def __init__(self, canvases):
        np.random.seed(1)
        whole = middle(canvases)
        pictures = (disturb(canvas) if k % 2 else whole[k] for k, canvas in enumerate(canvases))
        self.batches = ({"x": normalised(picture).transpose(2, 0, 1)[None]} for picture in pictures)

    def get_next(self):
        return next(self.batches, None)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--calibration", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True, help="what prepare.py wrote")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    net = AgeGender()
    net.load_state_dict(torch.load(options.weights))
    whole = Probabilities(net, json.loads(options.calibration.read_text())).eval()
    names = ["x", "age", "female", "minor"]
    with TemporaryDirectory() as scratch:
        plain, prepared = Path(scratch) / "plain.onnx", Path(scratch) / "prepared.onnx"
        torch.onnx.export(
            whole, torch.zeros(2, 3, SIDE, SIDE), str(plain), opset_version=13, dynamo=False,
            input_names=names[:1], output_names=names[1:], dynamic_axes={name: {0: "n"} for name in names},
        )
        quant_pre_process(str(plain), str(prepared), skip_symbolic_shape=True)
        canvases = load(options.data / "train")[0]
        quantize_static(
            str(prepared), str(options.out), Samples(canvases[:: len(canvases) // SAMPLES][:SAMPLES]),
            quant_format=QuantFormat.QDQ, per_channel=True, activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8,
        )
    onnx.checker.check_model(onnx.load(str(options.out)), full_check=True)


if __name__ == "__main__":
    main()
