#!/usr/bin/env python3
"""Measures what worn garments are called, on the last 100 photographs with pixel labels.

`true masks`: every labelled garment of the ten kinds by its own mask (the figure to compare with earlier ones). `planes`:
as the program asks, one answer for all torso cloth and one for all leg cloth of parser x person; the truth is the labelled
garment that covers most of the plane's group. `near`: the same, upper body from near.
"""

import argparse
import json
from pathlib import Path

import cv2
import numpy as np
import torch

from ccp import LOWER, NO_LABEL, TORSO, WORN, class_table, worn_table
from losses import largest
from measure_parser import near, test_set
from nets import cells, person_cells, session
from parser_net import COLUMNS, ROWS, Parser

# A garment of fewer pixels of 528 x 396 is none (800 of the photograph).
MIN_PIXELS = 324
GROUND = 200


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="what prepare_ccp.py wrote")
    parser.add_argument("--person", type=Path, required=True, help="person_mask.onnx")
    parser.add_argument("--parser", type=Path, required=True, help="core of export_parser.py, or an earlier parser")
    parser.add_argument("--classifier", type=Path, required=True, help="weights (.pt) with the head, or a net for pictures")
    parser.add_argument("--without", nargs="*", default=[], help="test photographs to leave out, as 0984")
    options = parser.parse_args()
    names = list(np.load(options.data / "names.npy"))
    class_of, worn_of = class_table(names), worn_table(names)
    chosen = test_set(options.data, options.without)
    pictures, tags = (np.load(options.data / f"{what}_528.npy", mmap_mode="r")[chosen] for what in ("pictures", "tags"))
    net, masker = session(options.parser), session(options.person)
    if options.classifier.suffix == ".pt":
        ask, classifier = by_features, head_of(options.classifier)
    else:
        ask, classifier = by_picture, session(options.classifier)
    answers = {"true masks": [], "planes": [], "planes, near": []}
    for picture, tag in zip(pictures, tags):
        found = Photo(picture, net, masker)
        for label, mask in true_masks(tag, worn_of):
            answers["true masks"].append((label, ask(classifier, found, mask)))
        answers["planes"] += by_planes(ask, classifier, found, tag, class_of, worn_of)
        closer, closer_tag = near(picture, tag)
        answers["planes, near"] += by_planes(ask, classifier, Photo(closer, net, masker), closer_tag, class_of, worn_of)
    for name, pairs in answers.items():
        print(options.classifier.name, name, json.dumps(summary(pairs)))


def head_of(weights):
    net = Parser()
    net.load_state_dict(torch.load(weights))
    return net.worn.eval()


class Photo:
    def __init__(self, picture, net, masker):
        self.picture = picture
        self.probs, *rest = cells(net, picture)
        self.kind = rest[0] if rest else None
        self.inside = person_cells(masker, picture)


def true_masks(tag, worn_of):
    for value, pixels in zip(*np.unique(tag, return_counts=True)):
        if worn_of[value] != NO_LABEL and pixels >= MIN_PIXELS:
            yield int(worn_of[value]), (tag == value).astype(np.float32)


def by_planes(ask, classifier, found, tag, class_of, worn_of):
    """Truth and answer for torso and legs."""
    pairs = []
    small = cv2.resize(tag, (COLUMNS, ROWS), interpolation=cv2.INTER_NEAREST)
    for group in (TORSO, LOWER):
        label = largest(small, np.isin(class_of[small], group), worn_of)
        if label is not None:
            plane = found.probs[group].sum(0) * found.inside
            mask = cv2.resize(plane, (tag.shape[1], tag.shape[0]))
            pairs.append((label, ask(classifier, found, mask)))
    return pairs


def by_features(head, found, mask):
    """Scores from the parser's features, averaged under the mask."""
    weights = cv2.resize(mask, (found.kind.shape[2], found.kind.shape[1]), interpolation=cv2.INTER_AREA)
    total = weights.sum()
    if total < 0.1:
        return None
    pooled = (found.kind * weights).sum((1, 2)) / total
    with torch.no_grad():
        return head(torch.from_numpy(pooled.astype(np.float32))).numpy()


def by_picture(net, found, mask):
    """Scores of a net for the garment cut out on grey, as the program cut it for the earlier classifier."""
    rows, columns = np.nonzero(mask > 0.5)
    if len(rows) == 0:
        return None
    top, bottom, left, right = rows.min(), rows.max() + 1, columns.min(), columns.max() + 1
    cut = found.picture[top:bottom, left:right].copy()
    cut[mask[top:bottom, left:right] < 0.4] = GROUND
    side = max(cut.shape[:2])
    square = np.full((side, side, 3), GROUND, np.uint8)
    y, x = (side - cut.shape[0]) // 2, (side - cut.shape[1]) // 2
    square[y : y + cut.shape[0], x : x + cut.shape[1]] = cut
    size = net.get_inputs()[0].shape[2]
    small = cv2.resize(square, (size, size), interpolation=cv2.INTER_AREA if side > size else cv2.INTER_LINEAR)
    return net.run(None, {"x": ((small.astype(np.float32) - 127) / 128).transpose(2, 0, 1)[None]})[0][0]


def summary(pairs):
    """An unanswered garment counts as wrong."""
    first = [(label, scores is not None and int(np.argmax(scores)) == label) for label, scores in pairs]
    third = [scores is not None and label in np.argsort(scores)[-3:] for label, scores in pairs]
    recall = {}
    for index, name in enumerate(WORN):
        right = [ok for label, ok in first if label == index]
        if right:
            recall[name] = f"{sum(right)}/{len(right)}"
    return {"n": len(pairs), "top-1": round(float(np.mean([ok for _, ok in first])), 3), "top-3": round(float(np.mean(third)), 3),
            "right": recall}


if __name__ == "__main__":
    main()
