#!/usr/bin/env python3
"""Clothing Co-Parsing to arrays, every photograph fitted into 3:4 on grey, at 352 x 264 and 528 x 396.

`pictures_{352,528}.npy` (2098, H, W, 3) and `tags_{352,528}.npy` (2098, H, W), the 1,004 photographs with pixel labels
first; `photo_tags.npy` (2098, 59) says which tags a photograph has; `names.npy` the tags, `ids.npy` the photographs.
"""

import argparse
from pathlib import Path

import numpy as np
import scipy.io
from PIL import Image

from ccp import NO_LABEL, tag_names

SIZES = ((352, 264), (528, 396))
GROUND = 114


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ccp", type=Path, required=True, help="the repository's folder")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    names = tag_names(options.ccp)
    photos = [(file.stem[:4], *pixel_labels(file, names)) for file in labelled(options.ccp, "pixel-level")]
    photos += [(file.stem[:4], None, image_labels(file, names)) for file in labelled(options.ccp, "image-level")]
    np.save(options.out / "names.npy", np.array(names))
    np.save(options.out / "ids.npy", np.array([name for name, _, _ in photos]))
    np.save(options.out / "photo_tags.npy", np.stack([tags for _, _, tags in photos]))
    for height, width in SIZES:
        pairs = [fitted(picture(options.ccp, name), label, height, width) for name, label, _ in photos]
        np.save(options.out / f"pictures_{height}.npy", np.stack([p for p, _ in pairs]))
        np.save(options.out / f"tags_{height}.npy", np.stack([t for _, t in pairs]))


def labelled(ccp: Path, kind):
    return sorted((ccp / "annotations" / kind).glob("*.mat"))


def picture(ccp: Path, name):
    return Image.open(ccp / "photos" / f"{name}.jpg").convert("RGB")


def pixel_labels(file, names):
    label = scipy.io.loadmat(file)["groundtruth"].astype(np.uint8)
    return label, np.isin(np.arange(len(names)), label)


def image_labels(file, names):
    return np.isin(np.arange(len(names)), scipy.io.loadmat(file)["tags"])


def fitted(photo, label, height, width):
    """Picture and tag map of the given size; a photograph whose labels have another size counts as unlabelled."""
    scale = min(width / photo.width, height / photo.height)
    size = (round(photo.width * scale), round(photo.height * scale))
    x, y = (width - size[0]) // 2, (height - size[1]) // 2
    canvas = np.full((height, width, 3), GROUND, np.uint8)
    canvas[y : y + size[1], x : x + size[0]] = np.asarray(photo.resize(size, Image.BILINEAR))
    tags = np.full((height, width), NO_LABEL, np.uint8)
    if label is not None and label.shape == (photo.height, photo.width):
        tags[y : y + size[1], x : x + size[0]] = np.asarray(Image.fromarray(label).resize(size, Image.NEAREST))
    return canvas, tags


if __name__ == "__main__":
    main()
