#!/usr/bin/env python3
"""Clothing Co-Parsing to the form that `cheval eval garments` reads: pictures, masks with our ten class numbers, `labels.csv`.

The last annotated photographs are the test set; no recipe here trains on them.
"""

import argparse
import csv
import shutil
from pathlib import Path

import numpy as np
import scipy.io
from PIL import Image

from prepare_parser import class_table

UPPER, OUTER, LEGS, SKIRT, DRESS = 3, 4, 5, 6, 7
# Tags that name one of our categories; what a "top", a vest or tights are is left open.
TORSO = {
    "t-shirt": "t_shirt",
    "shirt": "shirt",
    "blouse": "shirt",
    **dict.fromkeys(["cardigan", "hoodie", "jumper", "sweater", "sweatshirt"], "long_sleeve"),
    **dict.fromkeys(["blazer", "cape", "coat", "jacket", "suit"], "outerwear"),
    "dress": "dress",
}
LOWER = {**dict.fromkeys(["jeans", "pants", "leggings"], "trousers"), "shorts": "shorts", "skirt": "skirt"}
# Share of the picture that the largest piece must cover, or it is a sliver under another one.
MIN_SHARE = 0.01


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ccp", type=Path, required=True, help="the repository's folder")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--last", type=int, default=100, help="how many of the annotated photographs")
    options = parser.parse_args()
    table = class_table(options.ccp)
    names = [str(entry[0]) for entry in scipy.io.loadmat(options.ccp / "label_list.mat")["label_list"][0]]
    for folder in ("photos", "masks"):
        (options.out / folder).mkdir(parents=True, exist_ok=True)
    annotations = sorted((options.ccp / "annotations" / "pixel-level").glob("*.mat"))[-options.last :]
    with open(options.out / "labels.csv", "w", newline="", encoding="utf-8") as sheet:
        rows = csv.writer(sheet)
        rows.writerow(["file", "mask", "torso_category", "legs_category"])
        for annotation in annotations:
            name = annotation.stem[:4]
            tags = scipy.io.loadmat(annotation)["groundtruth"]
            classes = table[tags]
            shutil.copy(options.ccp / "photos" / f"{name}.jpg", options.out / "photos" / f"{name}.jpg")
            Image.fromarray(classes, "L").save(options.out / "masks" / f"{name}.png")
            rows.writerow([
                f"photos/{name}.jpg",
                f"masks/{name}.png",
                category(tags, classes, names, (UPPER, OUTER, DRESS), TORSO),
                category(tags, classes, names, (LEGS, SKIRT), LOWER),
            ])


def category(tags, classes, names, pieces, words):
    """The word for the commonest tag of the largest piece; empty when that has no word or is a sliver."""
    areas = [np.count_nonzero(classes == piece) for piece in pieces]
    if max(areas) < MIN_SHARE * classes.size:
        return ""
    inside = tags[classes == pieces[int(np.argmax(areas))]]
    return words.get(names[np.bincount(inside).argmax()], "")


if __name__ == "__main__":
    main()
