#!/usr/bin/env python3
"""Measures parsers (ONNX) times the person mask on the last 100 photographs with pixel labels.

Three sights of them: whole, upper body from near, and upper body from near in dim warm light with noise. Kind of piece: by
most pixels (`pixels`), by most mass (`mass`), and, for a parser that names the cloth, by mass and name with equal say, as
the program decides before it looks at bare limbs (`say`). Then the flicker: the share of the person's
pixels that change class from one frame to the next of a clip that pans and zooms over a photograph by known steps.
"""

import argparse
import json
from pathlib import Path

import cv2
import numpy as np

from ccp import CLOTHING, DRESS, LEGS, LOWER, NO_LABEL, OUTER, SKIRT, TORSO, UPPER, WORN, class_table
from nets import PERSON, parse, person, session

LABELLED, TEST = 1004, 100
GROUPS = {"clothing": CLOTHING, "torso": TORSO, "upper and outer": [UPPER, OUTER], "lower": LOWER}
PIECES = {"torso": (UPPER, OUTER, DRESS), "lower": (LEGS, SKIRT)}
# The names that speak for each kind of piece.
NAMES = {"torso": (["longsleeve", "shirt", "t-shirt"], ["outwear"], ["dress"]), "lower": (["pants", "shorts"], ["skirt"])}
# Fewer labelled pixels of 352 x 264 are no piece.
MIN_PIXELS = 300
CLIPS, FRAMES = 20, 30


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="what prepare_ccp.py wrote")
    parser.add_argument("--person", type=Path, required=True, help="person_mask.onnx")
    parser.add_argument("--without", nargs="*", default=[], help="test photographs to leave out, as 0984")
    parser.add_argument("parsers", type=Path, nargs="+")
    options = parser.parse_args()
    class_of = class_table(list(np.load(options.data / "names.npy")))
    photos = {}
    for height in (352, 528):
        pictures, tags = (np.load(options.data / f"{what}_{height}.npy", mmap_mode="r") for what in ("pictures", "tags"))
        chosen = test_set(options.data, options.without)
        photos[height] = list(zip(pictures[chosen], class_of[tags[chosen]]))
    masker = session(options.person)
    sights = {
        "whole": photos[352],
        "near": [near(*pair) for pair in photos[528]],
        "near, dim": [(dim(picture, seed), label) for seed, (picture, label) in enumerate(near(*p) for p in photos[528])],
    }
    for path in options.parsers:
        net = session(path)
        for name, pairs in sights.items():
            print(path.name, name, json.dumps(measure(net, masker, pairs)), flush=True)
        print(path.name, "flicker", json.dumps(flicker(net, masker, [p for p, _ in photos[528][: CLIPS * 5 : 5]])), flush=True)


def test_set(data, without):
    """Indices of the test photographs. Three of the 100 have a twin elsewhere in the set: 0906, 0984, and 0999."""
    ids = np.load(data / "ids.npy")
    return [i for i in range(LABELLED - TEST, LABELLED) if ids[i] not in without]


def near(picture, label):
    """Head to hips, fitted as the program crops it: 3:4 around the upper 55 % of the person, as 352 x 264."""
    rows, columns = np.nonzero((label > 0) & (label != NO_LABEL))
    top, bottom = rows.min(), rows.max()
    height = 0.55 * (bottom - top) + 8
    width = height * 0.75
    upper = columns[rows < top + height]
    left, scale = (upper.min() + upper.max()) / 2 - width / 2, 352 / height
    matrix = np.array([[scale, 0, -left * scale], [0, scale, -(top - 8) * scale]])
    return (cv2.warpAffine(picture, matrix, (264, 352), flags=cv2.INTER_LINEAR, borderValue=(114,) * 3),
            cv2.warpAffine(label, matrix, (264, 352), flags=cv2.INTER_NEAREST, borderValue=NO_LABEL))


def dim(picture, seed):
    light = picture * np.float32([0.55, 0.48, 0.38])
    return np.clip(light + np.random.default_rng(seed).normal(0, 5, picture.shape), 0, 255).astype(np.uint8)


def measure(net, masker, pairs):
    overlap = {name: [0, 0] for name in GROUPS}
    right = {}
    confusion = np.zeros((3, 3), int)
    for picture, label in pairs:
        probability, *worn = parse(net, picture)
        inside = person(masker, picture)
        cut = probability * (inside > PERSON)
        found = probability.argmax(0) * (inside > PERSON)
        for name, classes in GROUPS.items():
            p, g = (cut[classes].sum(0) > 0.5) & (label != NO_LABEL), np.isin(label, classes)
            overlap[name][0] += int((p & g).sum())
            overlap[name][1] += int((p | g).sum())
        for piece, kinds in PIECES.items():
            true = [int((label == kind).sum()) for kind in kinds]
            if max(true) <= MIN_PIXELS:
                continue
            by = {"pixels": [(found == kind).sum() for kind in kinds],
                  "mass": [(probability[kind] * inside).sum() for kind in kinds]}
            if worn:
                row = worn[0][list(PIECES).index(piece)]
                named = [sum(row[WORN.index(name)] for name in names) for names in NAMES[piece]]
                by["say"] = share(by["mass"]) + share(named)
            for way, sizes in by.items():
                count = right.setdefault(f"{piece} by {way}", [0, 0])
                count[0] += int(np.argmax(sizes) == np.argmax(true))
                count[1] += 1
            if piece == "torso":
                confusion[np.argmax(true), np.argmax(by["mass"])] += 1
    return {"iou": {k: round(a / b, 4) for k, (a, b) in overlap.items()},
            "right": {k: f"{a}/{b} = {a / b:.3f}" for k, (a, b) in right.items()},
            "upper, outer, dress by mass": confusion.tolist()}


def share(sizes):
    return np.array(sizes, float) / max(sum(sizes), 1e-6)


def flicker(net, masker, pictures):
    changed = {"class": 0, "cloth": 0}
    pixels = 0
    for clip, picture in enumerate(pictures):
        noise = np.random.default_rng(clip)
        still = cv2.resize(picture, (264, 352), interpolation=cv2.INTER_AREA)
        inside = person(masker, still) > 0.5
        last = None
        for step in range(FRAMES):
            found = aligned(net, still, camera(step), noise)
            if last is not None:
                here = inside & (found != NO_LABEL) & (last != NO_LABEL)
                pixels += int(here.sum())
                changed["class"] += int((found != last)[here].sum())
                changed["cloth"] += int((np.isin(found, CLOTHING) != np.isin(last, CLOTHING))[here].sum())
            last = found
    return {"pixels": pixels, **{k: round(v / pixels, 4) for k, v in changed.items()}}


def camera(step):
    """A slow pan and zoom, as a person who sways before a mirror: up to 8 pixels and 6 % in a second, 352 x 264."""
    t = step / FRAMES * 2 * np.pi
    zoom = 1.06 + 0.06 * np.sin(t)
    return np.array([[zoom, 0, 132 * (1 - zoom) + 8 * np.sin(2 * t)], [0, zoom, 176 * (1 - zoom) + 5 * np.cos(t)]])


def aligned(net, still, matrix, noise):
    """Classes of one frame of the clip, laid back over the still picture; 255 where the frame does not show it."""
    frame = cv2.warpAffine(still, matrix, (264, 352), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    frame = np.clip(frame + noise.normal(0, 2, frame.shape), 0, 255).astype(np.uint8)
    probability = parse(net, frame)[0]
    back = cv2.WARP_INVERSE_MAP | cv2.INTER_LINEAR
    found = np.stack([cv2.warpAffine(p, matrix, (264, 352), flags=back) for p in probability])
    return np.where(found.sum(0) > 0.5, found.argmax(0), NO_LABEL)


if __name__ == "__main__":
    main()
