"""Writes held-out silhouettes as a folder that `cheval eval figure --data DIR --labels DIR/labels.csv` can read.

    python export.py --set DIR --out DIR [--every 1]                      all test bodies
    python export.py --set DIR --out DIR --every 150 --net figure.bin     a small golden set with the net's answers

Pictures are 256 x 256 grey PNG, 255 = certainly a person, covering a place three to four (`aspect`). Columns of `labels.csv`:

| column | what |
|---|---|
| file | picture |
| body | number of the body; no body of the training is among them |
| clothing | tight, regular, loose or coat |
| turned | 1 where the body is turned 35 degrees or more |
| yaw_degrees, camera_height_m, distance_m | how it was seen |
| aspect | width over height of the place the picture covers |
| shoulder_to_hip, waist_to_hip, shape | the truth, measured on the mesh |
| points | 33 BlazePose points, `x:y:visibility`, separated by blanks; fractions of the picture |

`golden.csv` (only with --net): file, shoulder_to_hip, waist_to_hip, measurable, then the probability of each class.
"""
import argparse
import csv
from pathlib import Path

import cv2
import numpy as np

from classes import CLASSES, classify
from features import COUNT, features, mirrored
from silhouettes import ASPECT, LEVELS

# Points that the mesh does not name stand where a named one is.
STANDS_FOR = {1: 2, 3: 2, 4: 5, 6: 5, 9: 0, 10: 0, 17: 15, 19: 15, 21: 15, 18: 16, 20: 16, 22: 16, 29: 27, 31: 27, 30: 28, 32: 28}


def load(folder: Path) -> dict:
    parts = sorted(p.stem.split("-")[1] for p in folder.glob("mask-*.npy"))
    names = ["mask", "points", "seen", "body", "ratios", "level", "turned", "yaw", "height_m", "distance_m"]
    return {name: np.concatenate([np.load(folder / f"{name}-{part}.npy", mmap_mode="r") for part in parts]) for name in names}


def read_net(path: Path):
    """Limits and a function from features to the eight outputs, in plain numpy."""
    blob = path.read_bytes()
    assert blob[:8] == b"CHEVALF1"
    limits, at = np.frombuffer(blob, "<f4", 3, 8), 24
    count = int(np.frombuffer(blob, "<u4", 1, 20)[0])
    take = lambda n: np.frombuffer(blob, "<f4", n, at)
    mean, at = take(COUNT), at + 4 * COUNT
    deviation, at = take(COUNT), at + 4 * COUNT
    layers = []
    for _ in range(count):
        inputs, outputs = (int(v) for v in np.frombuffer(blob, "<u4", 2, at))
        at += 8
        weights, at = take(inputs * outputs).reshape(outputs, inputs), at + 4 * inputs * outputs
        biases, at = take(outputs), at + 4 * outputs
        layers.append((weights, biases))

    def run(x):
        x = (x - mean) / deviation
        for k, (weights, biases) in enumerate(layers):
            x = weights @ x + biases
            x = x if k == len(layers) - 1 else np.maximum(x, 0)
        return x

    return limits, run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--net", type=Path)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    data = load(options.set)
    test = np.flatnonzero(data["body"] % 10 > 7)[:: options.every]
    limits, run = read_net(options.net) if options.net else (None, None)
    golden = []
    with (options.out / "labels.csv").open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["file", "body", "clothing", "turned", "yaw_degrees", "camera_height_m", "distance_m", "aspect", "shoulder_to_hip", "waist_to_hip", "shape", "points"])
        for n in test:
            name = f"{n:05}.png"
            cv2.imwrite(str(options.out / name), data["mask"][n])
            points, seen = data["points"][n].copy(), data["seen"][n].copy()
            for k, other in STANDS_FOR.items():
                points[k], seen[k] = points[other], seen[other]
            points = points.round(5)
            shoulder, waist = data["ratios"][n]
            listed = " ".join(f"{x:.5f}:{y:.5f}:{int(s)}" for (x, y), s in zip(points, seen))
            row = [data["body"][n], LEVELS[data["level"][n]], int(data["turned"][n]), f"{data['yaw'][n]:.1f}", f"{data['height_m'][n]:.2f}", f"{data['distance_m'][n]:.2f}", ASPECT]
            out.writerow([name, *row, f"{shoulder:.4f}", f"{waist:.4f}", CLASSES[int(classify(shoulder, waist))], listed])
            if run:
                told = features(data["mask"][n] / np.float32(255), points, ASPECT)
                answer = (run(told) + run(mirrored(told))) / 2
                logits = answer[2:7] / limits[0]
                p = np.exp(logits - logits.max())
                golden.append([name, *np.exp(answer[:2]), 1 / (1 + np.exp(-answer[7])), *(p / p.sum())])
    if run:
        with (options.out / "golden.csv").open("w", newline="") as file:
            out = csv.writer(file)
            out.writerow(["file", "shoulder_to_hip", "waist_to_hip", "measurable", *CLASSES])
            out.writerows([row[0], *(f"{v:.5f}" for v in row[1:])] for row in golden)


if __name__ == "__main__":
    main()
