#!/usr/bin/env python3
"""FairFace to aligned crops: per split `pictures.npy` (N, CANVAS, CANVAS, 3, uint8 RGB) and `labels.npz` (age bin 0 to 8,
female 0 or 1, the data set's group, the row in its label file). A face our own detector does not find is left out."""

import argparse
import csv
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import cv2
import numpy as np

from faces import FaceDetector, aligned

BINS = ["0-2", "3-9", "10-19", "20-29", "30-39", "40-49", "50-59", "60-69", "more than 70"]
# Spreadsheets turned some bins into dates.
REPAIRED = {"03-Sep": "3-9", "9-Mar": "3-9", "3-Sep": "3-9", "Oct-19": "10-19", "19-Oct": "10-19", "70+": "more than 70"}
# The net's input is 150 px; the rest leaves room for turning, shifting and scaling in training.
CANVAS, NET = 184, 150


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fairface", type=Path, required=True, help="folder with fairface_label_*.csv and fair_face/")
    parser.add_argument("--detector", type=Path, required=True, help="face_detector.onnx of `cargo xtask setup`")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    for split in ("val", "train"):
        prepare(options, split)


def prepare(options, split: str):
    with open(options.fairface / f"fairface_label_{split}.csv", newline="") as table:
        rows = list(csv.DictReader(table))
    paths = [options.fairface / "fair_face" / row["file"] for row in rows]
    with ProcessPoolExecutor(2, initializer=load_detector, initargs=(options.detector,)) as pool:
        pictures = list(pool.map(crop, paths, chunksize=64))
    kept = [k for k, picture in enumerate(pictures) if picture is not None]
    out = options.out / split
    out.mkdir(parents=True, exist_ok=True)
    np.save(out / "pictures.npy", np.stack([pictures[k] for k in kept]))
    np.savez(
        out / "labels.npz",
        age=np.array([BINS.index(REPAIRED.get(rows[k]["age"], rows[k]["age"])) for k in kept]),
        female=np.array([int(rows[k]["gender"].lower().startswith("f")) for k in kept]),
        group=np.array([rows[k]["race"] for k in kept]),
        row=np.array(kept),
    )
    print(split, len(kept), "faces of", len(rows), "pictures", flush=True)


def load_detector(path):
    global detector
    cv2.setNumThreads(1)
    detector = FaceDetector(path)


def crop(path: Path):
    picture = cv2.imread(str(path))
    if picture is None:
        return None
    # The pictures are cut so close that the detector misses one in ten; as much again around them finds 99 of 100.
    border = max(picture.shape[:2]) // 2
    wide = cv2.copyMakeBorder(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), *[border] * 4, cv2.BORDER_REPLICATE)
    points = detector.key_points(wide)
    return None if points is None else aligned(wide, points, CANVAS, zoom=CANVAS / NET)


if __name__ == "__main__":
    main()
