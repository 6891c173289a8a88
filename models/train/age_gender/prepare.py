#!/usr/bin/env python3
"""FairFace to arrays: per split `pictures.npy` (N, 128, 128, 3, uint8 RGB) and `labels.npz` (age bin 0 to 8, female 0 or 1)."""

import argparse
import csv
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np

BINS = ["0-2", "3-9", "10-19", "20-29", "30-39", "40-49", "50-59", "60-69", "more than 70"]
# Spreadsheets turned some bins into dates.
REPAIRED = {"03-Sep": "3-9", "9-Mar": "3-9", "3-Sep": "3-9", "Oct-19": "10-19", "19-Oct": "10-19", "70+": "more than 70"}
SIDE = 128


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fairface", type=Path, required=True, help="folder with fairface_label_*.csv and fair_face/")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    for split in ("train", "val"):
        prepare(options.fairface, split, options.out / split)


def prepare(source: Path, split: str, out: Path):
    with open(source / f"fairface_label_{split}.csv", newline="") as table:
        rows = list(csv.DictReader(table))
    with ThreadPoolExecutor(2) as pool:
        pictures = list(pool.map(lambda row: read(source / "fair_face" / row["file"]), rows))
    kept = [(row, picture) for row, picture in zip(rows, pictures) if picture is not None]
    out.mkdir(parents=True, exist_ok=True)
    np.save(out / "pictures.npy", np.stack([picture for _, picture in kept]))
    np.savez(
        out / "labels.npz",
        age=np.array([BINS.index(REPAIRED.get(row["age"], row["age"])) for row, _ in kept]),
        female=np.array([int(row["gender"].lower().startswith("f")) for row, _ in kept]),
    )
    print(split, len(kept), "pictures,", len(rows) - len(kept), "unreadable")


def read(path: Path):
    picture = cv2.imread(str(path))
    if picture is None:
        return None
    return cv2.cvtColor(cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2RGB)


if __name__ == "__main__":
    main()
