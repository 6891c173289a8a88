#!/usr/bin/env python3
"""Clothing Co-Parsing to arrays: `pictures.npy` (N, 352, 264, 3) and `labels.npy` (N, 352, 264; 255 = no label)."""

import argparse
from pathlib import Path

import numpy as np
import scipy.io
from PIL import Image

HEIGHT, WIDTH = 352, 264
GROUND, NO_LABEL = 114, 255
CLASSES = {
    "hair": ["hair"],
    "skin": ["skin"],
    "upper": ["blouse", "cardigan", "hoodie", "jumper", "shirt", "sweater", "sweatshirt", "t-shirt", "top", "vest",
              "bodysuit", "bra", "intimate"],
    "outer": ["blazer", "cape", "coat", "jacket", "suit"],
    "legs": ["jeans", "leggings", "pants", "shorts", "tights", "stockings", "panties"],
    "skirt": ["skirt"],
    "dress": ["dress", "romper", "swimwear"],
    "shoes": ["boots", "clogs", "flats", "heels", "loafers", "pumps", "sandals", "shoes", "sneakers", "wedges", "socks"],
    "accessories": ["accessories", "bag", "belt", "bracelet", "earrings", "glasses", "gloves", "hat", "necklace", "purse",
                    "ring", "scarf", "sunglasses", "tie", "wallet", "watch"],
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ccp", type=Path, required=True, help="the repository's folder")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    table = class_table(options.ccp)
    pictures, labels = [], []
    for annotation in sorted((options.ccp / "annotations" / "pixel-level").glob("*.mat")):
        label = table[scipy.io.loadmat(annotation)["groundtruth"]]
        picture = Image.open(options.ccp / "photos" / f"{annotation.stem[:4]}.jpg").convert("RGB")
        if (picture.height, picture.width) != label.shape:
            print("skipped", annotation.name, "picture and label differ in size")
            continue
        picture, label = fitted(picture, label)
        pictures.append(picture)
        labels.append(label)
    options.out.mkdir(parents=True, exist_ok=True)
    np.save(options.out / "pictures.npy", np.stack(pictures))
    np.save(options.out / "labels.npy", np.stack(labels))


def class_table(ccp: Path):
    """CCP's 59 tags to our ten classes; 0 is background."""
    names = [str(entry[0]) for entry in scipy.io.loadmat(ccp / "label_list.mat")["label_list"][0]]
    table = np.zeros(len(names), np.uint8)
    for index, tags in enumerate(CLASSES.values(), start=1):
        for tag in tags:
            table[names.index(tag)] = index
    return table


def fitted(picture, label):
    scale = min(WIDTH / picture.width, HEIGHT / picture.height)
    size = (round(picture.width * scale), round(picture.height * scale))
    x, y = (WIDTH - size[0]) // 2, (HEIGHT - size[1]) // 2
    canvas = np.full((HEIGHT, WIDTH, 3), GROUND, np.uint8)
    canvas[y : y + size[1], x : x + size[0]] = np.asarray(picture.resize(size, Image.BILINEAR))
    marks = np.full((HEIGHT, WIDTH), NO_LABEL, np.uint8)
    marks[y : y + size[1], x : x + size[0]] = np.asarray(Image.fromarray(label).resize(size, Image.NEAREST))
    return canvas, marks


if __name__ == "__main__":
    main()
