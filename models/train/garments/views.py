"""Random views of a photograph, as a mirror may show a person: near and far, in dull or tinted light, before other walls."""

import random

import cv2
import numpy as np

from parser_net import HEIGHT, WIDTH

GROUND = (114, 114, 114)
NO_LABEL = 255
# Crops below this share of the photograph come from the larger copy.
NEAR = 0.66


def view(photos, index, backdrops):
    """The net's input [3, 256, 192] and the tag map of its 64 x 48 cells. `photos` maps a height to (pictures, tags)."""
    share, top, middle, stretch = framing()
    pictures, tags = photos[528 if share < NEAR else 352]
    picture, tag = pictures[index], tags[index]
    matrix = placement(tag.shape, share, top, middle, stretch)
    x = cv2.warpAffine(picture, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR, borderValue=GROUND)
    t = cv2.warpAffine(tag, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_NEAREST, borderValue=NO_LABEL)
    if random.random() < 0.2:
        x = before_another_wall(x, t, backdrops[random.randrange(len(backdrops))])
    # Cell centres: the middle of each 4 x 4 block. Half a cell of shift costs two points of IoU.
    return as_input(in_other_light(x)), t[2::4, 2::4]


def framing():
    """Height of the crop as a share of the photograph, where its free room goes, sideways shift, stretch."""
    kind = random.random()
    if kind < 0.4:
        share, top = random.uniform(0.85, 1.15), random.random()
    elif kind < 0.8:
        share, top = random.uniform(0.3, 0.75), random.uniform(0, 0.3)
    else:
        share, top = random.uniform(0.35, 0.9), random.random()
    return share, top, random.uniform(-0.1, 0.1), random.uniform(0.85, 1.18)


def placement(size, share, top, middle, stretch):
    height, width = size
    crop_h, crop_w = height * share, width * share * stretch
    y = top * (height - crop_h)
    x = (width - crop_w) / 2 + middle * width
    turn = np.vstack([cv2.getRotationMatrix2D((x + crop_w / 2, y + crop_h / 2), random.uniform(-10, 10), 1), [0, 0, 1]])
    sx, sy = WIDTH / crop_w, HEIGHT / crop_h
    matrix = np.array([[sx, 0, -x * sx], [0, sy, -y * sy]]) @ turn
    if random.random() < 0.5:
        matrix[0] *= -1
        matrix[0, 2] += WIDTH - 1
    return matrix


def before_another_wall(x, t, backdrop):
    person = ((t > 0) & (t != NO_LABEL)).astype(np.float32)
    if not person.any():
        return x
    alpha = cv2.GaussianBlur(cv2.dilate(person, np.ones((5, 5))), (7, 7), 0)[..., None]
    wall = cv2.GaussianBlur(cv2.resize(backdrop, (WIDTH, HEIGHT)), (0, 0), random.uniform(0.5, 5))
    return (x * alpha + wall * (1 - alpha)).astype(np.uint8)


def in_other_light(x):
    if random.random() < 0.1:
        x = cv2.GaussianBlur(x, (0, 0), random.uniform(0.5, 1.5))
    if random.random() < 0.15:
        x = cv2.imdecode(cv2.imencode(".jpg", x, [cv2.IMWRITE_JPEG_QUALITY, random.randint(25, 75)])[1], cv2.IMREAD_COLOR)
    x = x.astype(np.float32)
    grey = x.mean(2, keepdims=True)
    x = grey + (x - grey) * random.uniform(0.6, 1.4)
    x = (x - 127) * random.uniform(0.75, 1.25) + 127 + random.uniform(-25, 25)
    if random.random() < 0.3:
        # Lamps between 2,700 K and 7,500 K that the camera's white balance missed.
        warmth = random.uniform(-0.2, 0.2)
        x = x * np.float32([1 + warmth, 1, 1 - warmth])
    if random.random() < 0.15:
        x = np.clip(x, 0, 255) * random.uniform(0.3, 0.7)
        x = x + np.random.normal(0, random.uniform(2, 10), x.shape).astype(np.float32)
    return np.clip(x, 0, 255)


def as_input(picture):
    return np.ascontiguousarray(((picture.astype(np.float32) - 127) / 128).transpose(2, 0, 1))
