#!/usr/bin/env python3
"""Static int8 (QDQ, per channel) of a net with one picture input, calibrated on pictures of a .npy file (N, H, W, 3, uint8 RGB)."""

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process


class Pictures(CalibrationDataReader):
    def __init__(self, pictures, width, height):
        self.batches = iter([{"x": as_input(p, width, height)} for p in pictures])

    def get_next(self):
        return next(self.batches, None)


def as_input(picture, width, height):
    resized = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
    return ((resized.astype(np.float32) - 127) / 128).transpose(2, 0, 1)[None]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--first", type=int, help="choose from this many pictures at the start, so that no test picture is seen")
    parser.add_argument("--width", type=int, required=True)
    parser.add_argument("--height", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    pictures = np.load(options.pictures, mmap_mode="r")[: options.first]
    chosen = pictures[:: max(1, len(pictures) // options.count)][: options.count]
    with TemporaryDirectory() as scratch:
        prepared = Path(scratch) / "prepared.onnx"
        quant_pre_process(str(options.model), str(prepared), skip_symbolic_shape=True)
        quantize_static(
            str(prepared), str(options.out), Pictures(chosen, options.width, options.height),
            quant_format=QuantFormat.QDQ, per_channel=True,
            activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8,
        )


if __name__ == "__main__":
    main()
