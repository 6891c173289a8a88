"""The parser and the person mask as the program runs them, over a whole picture in 3:4."""

import cv2
import numpy as np
import onnxruntime

from parser_net import COLUMNS, HEIGHT, ROWS, WIDTH
from views import GROUND, as_input

# Person probability above which a pixel counts.
PERSON = 0.3


def session(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def net_input(picture):
    scale = np.array([[WIDTH / picture.shape[1], 0, 0], [0, HEIGHT / picture.shape[0], 0]])
    return as_input(cv2.warpAffine(picture, scale, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR, borderValue=GROUND))[None]


def cells(parser, picture):
    """Every output of the parser for a picture; the first is [10, 64, 48]."""
    return [out[0] for out in parser.run(None, {"x": net_input(picture)})]


def parse(parser, picture):
    """Probability of each class at the picture's size, and the other outputs. A cell's value belongs to its centre, 1.5
    pixels in."""
    height, width = picture.shape[:2]
    sx, sy = width / WIDTH, height / HEIGHT
    up = np.array([[4 * sx, 0, 1.5 * sx], [0, 4 * sy, 1.5 * sy]])
    found, *rest = cells(parser, picture)
    return np.stack([cv2.warpAffine(p, up, (width, height), flags=cv2.INTER_CUBIC) for p in found]), *rest


def person(masker, picture, size=None):
    """Person probability at (width, height), by default the picture's."""
    x = (cv2.resize(picture, (256, 256)) / 255).astype(np.float32)[None]
    found = masker.run(None, {masker.get_inputs()[0].name: x})[0][0, ..., 0]
    return cv2.resize(found, size or (picture.shape[1], picture.shape[0]))


def person_cells(masker, picture):
    return person(masker, picture, (COLUMNS, ROWS))
