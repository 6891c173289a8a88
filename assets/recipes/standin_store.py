"""Draws the empty fitting area: standin/store.jpg and standin/store-wide.jpg.

    python standin_store.py
"""
from pathlib import Path

import cv2
import numpy as np

from cloth import linear, noise, to_srgb

TARGET = Path(__file__).resolve().parents[1] / "standin"
WALL, FLOOR, CURTAIN, SKIRTING, BRASS = "#CDBFAE", "#9C7B5C", "#6E3A3F", "#EFE8DD", "#B08D57"


def blurred(mask: np.ndarray, sigma: float) -> np.ndarray:
    return cv2.GaussianBlur(mask.astype(np.float32), (0, 0), sigma)


def moved(mask: np.ndarray, dx: float, dy: float) -> np.ndarray:
    return cv2.warpAffine(mask, np.float32([[1, 0, dx], [0, 1, dy]]), mask.shape[::-1])


def room(width: int, height: int, horizon: float, curtain: tuple[float, float], rail: tuple[float, float]) -> np.ndarray:
    """Linear light. `horizon`: where wall meets floor; `curtain`, `rail`: left and right edge, fractions of the width."""
    rng = np.random.default_rng(4)
    size = max(width, height)
    field = lambda w, h: noise(rng, size, w, h)[:height, :width]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    foot = horizon * height
    unit = height / 1280 if height > width else height / 860
    wall = linear(WALL) * (1 + 0.010 * field(3, 3) + 0.014 * field(140, 160))[..., None]
    # Two lamps above wash down the wall.
    wash = 0.80 + 0.34 * np.exp(-(((x - 0.34 * width) / (0.36 * width)) ** 2) - ((y - 0.10 * height) / (0.42 * height)) ** 2)
    wash += 0.20 * np.exp(-(((x - 0.86 * width) / (0.26 * width)) ** 2) - ((y - 0.06 * height) / (0.38 * height)) ** 2)
    picture = wall * wash[..., None] * np.array([1.02, 1.0, 0.96])
    # Wainscot: a chair rail and framed panels.
    for top, bottom, shade in ((foot - 300 * unit, foot - 292 * unit, 1.10), (foot - 292 * unit, foot - 288 * unit, 0.80)):
        picture[(y >= top) & (y < bottom)] *= shade
    panel = 190 * unit
    for k in range(-1, int(width / panel) + 2):
        left, right, top, bottom = k * panel + 22 * unit, (k + 1) * panel - 22 * unit, foot - 262 * unit, foot - 66 * unit
        for grow, shade in ((0, 0.90), (2.5 * unit, 1.07)):
            frame = (((np.abs(x - left - grow) < 1.6 * unit) | (np.abs(x - right - grow) < 1.6 * unit)) & (y > top) & (y < bottom)) | (((np.abs(y - top - grow) < 1.6 * unit) | (np.abs(y - bottom - grow) < 1.6 * unit)) & (x > left) & (x < right))
            picture[frame] *= shade
    picture = floor(picture, x, y, foot, width, height, field, unit)
    skirting = (y >= foot - 34 * unit) & (y < foot)
    picture[skirting] = linear(SKIRTING) * (0.62 + 0.16 * np.exp(-(((x - 0.34 * width) / (0.5 * width)) ** 2)))[skirting][:, None]
    picture[(y >= foot - 36 * unit) & (y < foot - 34 * unit)] *= 0.75
    picture *= (1 - 0.35 * np.exp(-np.abs(y - foot) / (9 * unit)))[..., None]
    clothes_rail(picture, x, y, foot, rail, width, unit, rng)
    hang_curtain(picture, x, y, foot, curtain, width, height, field, unit)
    corner = np.hypot((x / width - 0.45) * 0.9, y / height - 0.42)
    picture *= (1.04 - 0.42 * np.clip(corner, 0, 1) ** 2)[..., None]
    return picture


def floor(picture, x, y, foot, width, height, field, unit) -> np.ndarray:
    """Oak boards in perspective, with the wall's light lying on them."""
    depth = np.clip((y - foot) / (height - foot), 1e-3, 1)
    across = (x - width * 0.5) / (0.35 + 0.9 * depth) / unit
    board = np.floor(across / 62)
    rng = np.random.default_rng(8)
    tones = rng.normal(1, 0.075, 400)[(board + 200).astype(int) % 400]
    along = np.log(depth + 0.25) * 900
    grain = cv2.remap(field(2.2, 60), (across * 2.4 % (width - 1)).astype(np.float32), ((along + board * 173) % (height - 1)).astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    gap = np.abs(across / 62 - np.round(across / 62)) < 0.014
    ends = np.abs((along + board * 211) % 420 - 210) < 1.6
    wood = linear(FLOOR) * (tones * (1 + 0.05 * grain) * np.where(gap | ends, 0.62, 1.0))[..., None]
    sheen = 0.16 * np.exp(-(((x - 0.36 * width) / (0.28 * width)) ** 2)) * np.exp(-depth * 2.2)
    lit = wood * (0.80 + 0.26 * np.exp(-(((x - 0.42 * width) / (0.5 * width)) ** 2)) * (1 - 0.4 * depth))[..., None] + (sheen * np.array([1.0, 0.93, 0.84])[:, None, None]).transpose(1, 2, 0) * 0.5
    return np.where((y >= foot)[..., None], lit, picture)


def hang_curtain(picture, x, y, foot, curtain, width, height, field, unit) -> None:
    left, right = curtain[0] * width, curtain[1] * width
    top, bottom = 118 * unit, foot + 6 * unit
    sway = 2.2 * unit * field(60, 300)
    t = (x + sway - left) / max(right - left, 1)
    folds = 8
    wave = np.sin(2 * np.pi * (t * folds + 0.10 * np.sin(y / (190 * unit)))) + 0.35 * np.sin(2 * np.pi * (t * folds * 2.3 + 0.7))
    hem = bottom + 5 * unit * np.sin(2 * np.pi * t * folds)
    cloth = (t > 0) & (t < 1) & (y > top) & (y < hem)
    soft = blurred(cloth, 0.9)
    shadow = moved(blurred(cloth, 20 * unit), 16 * unit, 8 * unit)
    picture *= (1 - 0.42 * shadow * (1 - cloth))[..., None]
    shade = (0.70 + 0.30 * wave) * (0.95 + 0.15 * np.exp(-(((y - 0.2 * height) / (0.5 * height)) ** 2))) * (1 + 0.016 * field(1.6, 5))
    colour = linear(CURTAIN) * np.clip(shade, 0.16, 1.3)[..., None] + 0.016 * np.clip(wave, 0, 2)[..., None] ** 2
    picture[:] = picture * (1 - soft[..., None]) + colour * soft[..., None]
    rod = (np.abs(y - top + 4 * unit) < 5 * unit) & (x > left - 26 * unit) & (x < right + 26 * unit)
    picture[rod] = (linear(BRASS) * (0.55 + 0.75 * np.exp(-((((y - top + 6 * unit) / (2.2 * unit)) ** 2))))[..., None])[rod]
    for k in range(folds * 2 + 1):
        ring = left + (right - left) * k / (folds * 2)
        r = np.hypot((x - ring) * 1.5, y - top - 2 * unit)
        on = np.abs(r - 9 * unit) < 1.8 * unit
        picture[on] = linear(BRASS) * 0.7


def clothes_rail(picture, x, y, foot, rail, width, unit, rng) -> None:
    """A rail with a few hangers and folded light: soft, out of the way."""
    left, right = rail[0] * width, rail[1] * width
    bar = foot - 560 * unit
    tones = ["#B9AC9A", "#2F4A73", "#E9DFCB", "#781E34", "#6B6B3A", "#3F4246", "#C19A6B"]
    step = (right - left) / (len(tones) + 0.6)
    for k, tone in enumerate(tones):
        centre = left + (k + 0.8) * step
        length = rng.uniform(250, 360) * unit
        lean = rng.normal(0, 0.01)
        half = step * 0.42 * np.clip(0.55 + (y - bar - 24 * unit) / (60 * unit), 0.2, 1.0)
        t = (x - centre - lean * (y - bar)) / half
        cloth = (np.abs(t) < 1) & (y > bar + 22 * unit) & (y < bar + length)
        soft = blurred(cloth, 0.8)
        shadow = moved(blurred(cloth, 9 * unit), 9 * unit, 5 * unit)
        picture *= (1 - 0.26 * shadow * (1 - soft))[..., None]
        shade = 0.66 + 0.26 * np.cos(t * 1.5 + 0.5) + 0.10 * np.sin(t * 5 + k)
        picture[:] = picture * (1 - soft[..., None]) + linear(tone) * shade[..., None] * soft[..., None]
        hook = (np.abs(np.hypot(x - centre, y - bar - 2 * unit) - 8 * unit) < 1.3 * unit) & (y < bar + 6 * unit)
        picture[hook] = 0.25
    for px in (left, right):
        post = (np.abs(x - px) < 4.5 * unit) & (y > bar) & (y < foot - 8 * unit)
        picture[post] = (linear(BRASS) * (0.5 + 0.5 * np.exp(-(((x - px + 1.5 * unit) / (2 * unit)) ** 2)))[..., None])[post]
    beam = (np.abs(y - bar) < 4.5 * unit) & (x > left - 10 * unit) & (x < right + 10 * unit)
    picture[beam] = (linear(BRASS) * (0.55 + 0.6 * np.exp(-(((y - bar + 2 * unit) / (2 * unit)) ** 2)))[..., None])[beam]


def main() -> None:
    TARGET.mkdir(exist_ok=True)
    for name, (width, height), horizon, curtain, rail in (("store", (720, 1280), 0.80, (0.70, 1.08), (0.05, 0.36)), ("store-wide", (1280, 720), 0.80, (0.76, 1.02), (0.05, 0.27))):
        big = room(width * 2, height * 2, horizon, curtain, rail)
        small = cv2.resize(big.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)
        # Out of focus behind the people, as a camera focused on the mirror's near field shows it.
        pixels = (to_srgb(cv2.GaussianBlur(small, (0, 0), 1.1)) * 255).round().astype(np.uint8)
        cv2.imwrite(str(TARGET / f"{name}.jpg"), pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 90])


if __name__ == "__main__":
    main()
