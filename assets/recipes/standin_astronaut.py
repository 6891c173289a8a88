"""Cuts the public-domain astronaut portrait out of its background: standin/astronaut.png.

    python standin_astronaut.py --models DIR
"""
import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage
from skimage import data

from detect import person_mask

TARGET = Path(__file__).resolve().parents[1] / "standin" / "astronaut.png"
SIDE_PX = 664
# What the mask takes for the person and is not: the flag at the left, the flag at the right shoulder.
LEFTOVERS = [[(0, 380), (22, 412), (26, 450), (30, 480), (44, 511), (0, 511)], [(356, 270), (384, 270), (384, 352), (366, 347), (361, 330)]]


def guided_filter(guide: np.ndarray, mask: np.ndarray, radius: int, epsilon: float) -> np.ndarray:
    """Edge-preserving smoothing of `mask` along the edges of `guide` (He, Sun, Tang 2013)."""
    mean = lambda a: ndimage.uniform_filter(a, 2 * radius + 1, mode="nearest")
    guide_mean, mask_mean = mean(guide), mean(mask)
    slope = (mean(guide * mask) - guide_mean * mask_mean) / (mean(guide * guide) - guide_mean**2 + epsilon)
    offset = mask_mean - slope * guide_mean
    return mean(slope) * guide + mean(offset)


def outside(polygons: list[list[tuple[int, int]]], size: tuple[int, int]) -> np.ndarray:
    """1 outside the polygons, 0 inside, with a soft edge of about a pixel."""
    canvas = Image.new("L", size, 255)
    for polygon in polygons:
        ImageDraw.Draw(canvas).polygon(polygon, fill=0)
    return ndimage.gaussian_filter(np.asarray(canvas) / 255, 0.8)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, required=True)
    models = parser.parse_args().models
    portrait = Image.fromarray(data.astronaut())
    rough = person_mask(models, portrait)
    labels, _ = ndimage.label(rough > 0.5)
    person = labels == np.bincount(labels[labels > 0]).argmax()
    person = ndimage.binary_fill_holes(np.pad(person, ((0, 1), (0, 0)), constant_values=True))[:-1] & (person | (rough > 0.02))
    soft = np.where(ndimage.binary_dilation(person, iterations=6), np.maximum(rough, 0), 0)
    guide = np.asarray(portrait.convert("L"), np.float64) / 255
    alpha = np.clip((guided_filter(guide, soft.astype(np.float64), 5, 1e-3) - 0.25) / 0.6, 0, 1)
    alpha[ndimage.binary_erosion(person, iterations=6, border_value=1)] = 1
    alpha *= outside(LEFTOVERS, portrait.size)
    cut = np.dstack([np.asarray(portrait), (alpha * 255).round().astype(np.uint8)])
    TARGET.parent.mkdir(exist_ok=True)
    Image.fromarray(cut).resize((SIDE_PX, SIDE_PX), Image.Resampling.LANCZOS).save(TARGET, optimize=True)


if __name__ == "__main__":
    main()
