#!/usr/bin/env python3
"""Tag maps for photographs of which only the tags are known: a parser (ONNX) parses them, their tags rule classes out.

Writes `taught_352.npy` (1094, 352, 264) beside the arrays of prepare_ccp.py.
"""

import argparse
from pathlib import Path

import cv2
import numpy as np

from ccp import ACCESSORIES, CLASS_ONLY, CLASSES, NO_LABEL, class_table
from nets import session
from parser_net import HEIGHT, WIDTH
from views import as_input

LABELLED = 1004

# Background, hair, and skin may be anywhere; people forget to tag them.
ALWAYS = (0, 1, 2)
# What the teacher is less sure of is not taught.
CERTAIN = 0.55
# Whole photograph, upper 60 %, lower 60 %; the whole one in the mirror as well.
BANDS = ((0.0, 1.0, False), (0.0, 1.0, True), (0.0, 0.6, False), (0.4, 1.0, True))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="what prepare_ccp.py wrote")
    parser.add_argument("--teacher", type=Path, required=True)
    options = parser.parse_args()
    class_of = class_table(list(np.load(options.data / "names.npy")))
    pictures = np.load(options.data / "pictures_352.npy", mmap_mode="r")[LABELLED:]
    photo_tags = np.load(options.data / "photo_tags.npy")[LABELLED:]
    teacher = session(options.teacher)
    maps = [tag_map(teacher, picture, tags, class_of) for picture, tags in zip(pictures, photo_tags)]
    np.save(options.data / "taught_352.npy", np.stack(maps))


def tag_map(teacher, picture, photo_tags, class_of):
    """Tag map of a photograph's size. `photo_tags`: which tags it has; `class_of`: tag to class."""
    tags = np.flatnonzero(photo_tags)
    allowed = np.isin(np.arange(len(CLASSES)), [*ALWAYS, *class_of[tags]])
    probability = parsed(teacher, picture) * allowed[:, None, None]
    total = probability.sum(0)
    found = probability.argmax(0)
    known = (probability.max(0) > CERTAIN * total) & (total > 0.2)
    return np.where(known, names_of_classes(tags, class_of)[found], NO_LABEL).astype(np.uint8)


def names_of_classes(tags, class_of):
    """The one tag of a class where the photograph has only one, else just the class."""
    names = CLASS_ONLY + np.arange(len(CLASSES))
    for index in range(len(CLASSES)):
        of_class = tags[class_of[tags] == index]
        if len(of_class) == 1 and index not in (*ALWAYS, ACCESSORIES):
            names[index] = of_class[0]
    return names


def parsed(teacher, picture):
    """Mean probability over bands, at the photograph's size."""
    height, width = picture.shape[:2]
    total = np.zeros((len(CLASSES), height, width), np.float32)
    count = np.zeros((height, width), np.float32)
    for start, end, mirrored in BANDS:
        top, bottom = round(start * height), round(end * height)
        # The teacher sees a band in its own shape, so a lower band is also narrower: the person stands in the middle.
        band_w = round((bottom - top) * width / height)
        left = (width - band_w) // 2
        here = np.s_[top:bottom, left : left + band_w]
        x = as_input(cv2.resize(picture[here], (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA))
        x = np.ascontiguousarray(x[:, :, ::-1]) if mirrored else x
        probs = teacher.run(None, {"x": x[None]})[0][0]
        probs = probs[:, :, ::-1] if mirrored else probs
        total[(slice(None), *here)] += np.stack([cv2.resize(np.ascontiguousarray(p), (band_w, bottom - top)) for p in probs])
        count[here] += 1
    return total / count


if __name__ == "__main__":
    main()
