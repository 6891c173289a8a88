#!/usr/bin/env python3
"""Accuracy of an exported net on FairFace's validation crops, and how it falls when the crop is wider, tighter or off.
The figures that count come from `cheval eval faces`; this is for choosing between nets."""

import argparse
from pathlib import Path

import numpy as np
import onnxruntime

from net import AGE_CENTRES, SIDE
from train import MINOR_BINS, load, normalised

import cv2

MARGINS = [0.85, 0.9, 0.95, 1.0, 1.05, 1.1, 1.15, 1.2]
SHIFTS = [0.0, 0.03, 0.06, 0.1]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True, help="what prepare.py wrote")
    parser.add_argument("--every", type=int, default=1, help="use one in so many pictures")
    parser.add_argument("--curve", action="store_true", help="also other margins and shifts")
    options = parser.parse_args()
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(options.model), settings)
    pictures, age, female = load(options.data / "val")
    chosen = np.arange(0, len(age), options.every)
    age, female = age.numpy()[chosen], female.numpy()[chosen] > 0
    variants = [(1.0, 0.0)]
    if options.curve:
        variants += [(m, 0.0) for m in MARGINS if m != 1] + [(1.0, s) for s in SHIFTS if s]
    for margin, shift in variants:
        out = read(session, pictures, chosen, margin, shift)
        print(f"margin {margin:.2f} shift {shift:.2f}", figures(*out, age, female), flush=True)


def read(session, pictures, chosen, margin, shift):
    parts = []
    for k in chosen:
        centre = pictures.shape[1] / 2
        matrix = np.array([[1 / margin, 0, SIDE / 2 - centre / margin + shift * SIDE], [0, 1 / margin, SIDE / 2 - centre / margin]])
        crop = cv2.warpAffine(pictures[k], matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        x = normalised(crop.astype(np.float32)).transpose(2, 0, 1)[None]
        parts.append([part[0] for part in session.run(["age", "female", "minor"], {"x": x})])
    return [np.array(part) for part in zip(*parts)]


def figures(by_bin, female, minor, age, is_female):
    error = np.abs(by_bin @ np.array(AGE_CENTRES) - np.array(AGE_CENTRES)[age])
    right = (female > 0.5) == is_female
    surest = np.argsort(-np.abs(female - 0.5))
    adult = age >= MINOR_BINS
    order = np.sort(minor[age == 2])
    cut = order[int(0.14 * len(order))]
    return {
        "n": len(age),
        "age_mae": round(float(error.mean()), 3),
        "by_bin": [round(float(error[age == k].mean()), 1) for k in range(9)],
        "gender": round(float(right.mean()), 4),
        "gender_20": round(float(right[adult].mean()), 4),
        "gender_at_70": round(float(right[surest[: int(0.7 * len(right))]].mean()), 4),
        "exact": round(float((by_bin.argmax(1) == age).mean()), 3),
        "minor_cut": round(float(cut), 3),
        "minor_under_10": round(float((minor[age < 2] > cut).mean()), 3),
        "adults_flagged": round(float((minor[adult] > cut).mean()), 3),
    }


if __name__ == "__main__":
    main()
