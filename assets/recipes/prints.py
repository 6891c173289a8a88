"""Weaves of several colours: stripes, checks, knitted motifs, tortoiseshell, straw; and prints on finished cloth.

A weave here returns its brightness per channel: the wanted colour over the garment's own.
"""
import cv2
import numpy as np

from cloth import Sheet, linear

# Knitted motifs, one letter a stitch; "." is the ground. Read from the top.
NORDIC = """
............
c..c..c..c..
............
..a.....a...
.aaa...aaa..
aa.aa.aa.aa.
a...aaa...a.
.....a......
............
bbbbbbbbbbbb
.c...c...c..
ccc.ccc.ccc.
.c...c...c..
bbbbbbbbbbbb
............
.....c......
....ccc.....
c..cc.cc..cc
.ccc...ccc..
..c.....c...
............
a.a.a.a.a.a.
.a.a.a.a.a.a
............
""".split()


def ratio(base: str, colour: str) -> np.ndarray:
    return (linear(colour) / np.maximum(linear(base), 0.004)).astype(np.float32)


def band(at: np.ndarray, pitch: float, start: float, width: float, soft: float = 0.7) -> np.ndarray:
    """1 inside the stripes of `width` that begin at `start` and come again every `pitch`."""
    away = np.abs((at - start - width / 2 + pitch / 2) % pitch - pitch / 2)
    return np.clip((width / 2 - away) / soft + 0.5, 0, 1)


def striped(weave, base: str, colour: str, pitch: float, width: float, start: float = 0):
    def woven(rng, u, v):
        height, bright = weave(rng, u, v)
        inside = band(v, pitch, start, width)[..., None]
        return height, bright[..., None] * (1 + (ratio(base, colour) - 1) * inside)

    return woven


def checked(weave, base: str, stripes: list[tuple[str, float, float, float]], twill: float = 4.2):
    """Stripes (colour, pitch, start, width) both ways; where they cross, the twill shows both threads."""

    def threads(at):
        colour = np.ones((*at.shape, 3), np.float32)
        for name, pitch, start, width in stripes:
            inside = band(at, pitch, start, width)[..., None]
            colour = colour * (1 - inside) + ratio(base, name) * inside
        return colour

    def woven(rng, u, v):
        height, bright = weave(rng, u, v)
        over = (0.5 + 0.30 * np.sin(2 * np.pi * (u + v) / twill))[..., None]
        return height, bright[..., None] * (threads(u) * over + threads(v) * (1 - over))

    return woven


def motif(period: float, base: str, colours: dict[str, str], rows: list[str]):
    """Stockinette with a motif that comes again and again; stitches are `period` wide."""
    codes = np.array([[ord(c) for c in row] for row in rows])

    def woven(rng, u, v):
        column = u / period
        leg = np.abs(column - np.floor(column) - 0.5) * 2
        course = v / (period * 0.8) + 0.55 * leg
        stitch = np.cos(2 * np.pi * course)
        gap = np.clip(1 - np.abs(leg - 1) * 3.4, 0, 1) + 0.5 * np.clip(1 - leg * 4, 0, 1)
        soft = cv2.GaussianBlur(rng.standard_normal(u.shape).astype(np.float32), (0, 0), 2.2)
        soft /= soft.std()
        bright = (1 + 0.05 * stitch - 0.09 * gap + 0.02 * soft)[..., None].repeat(3, 2)
        code = codes[np.floor(course + 0.5).astype(int) % codes.shape[0], np.floor(column).astype(int) % codes.shape[1]]
        for letter, name in colours.items():
            inside = cv2.GaussianBlur((code == ord(letter)).astype(np.float32), (0, 0), 0.8)[..., None]
            bright = bright * (1 + (ratio(base, name) - 1) * inside)
        return period * (0.05 * stitch - 0.08 * gap) + 0.04 * soft, bright

    return woven


def tortoise(base: str, dark: str, light: str):
    def woven(rng, u, v):
        blotch = lambda sigma: (lambda f: f / f.std())(cv2.GaussianBlur(rng.standard_normal(u.shape).astype(np.float32), (0, 0), sigma))
        field = blotch(26) + 0.5 * blotch(11)
        deep, glow = (1 / (1 + np.exp(-4 * (sign * field - limit))) for sign, limit in ((1, 0.35), (-1, 0.75)))
        colour = 1 + (ratio(base, dark) - 1) * deep[..., None]
        return 0 * u, colour * (1 + (ratio(base, light) - 1) * glow[..., None])

    return woven


def straw(centre: tuple[float, float], squash: float, row: float = 11):
    """Plaited straw: rows that run around `centre`, flattened by `squash`."""

    def woven(rng, u, v):
        dx, dy = u - centre[0], (v - centre[1]) / squash
        around, out = np.arctan2(dy, dx) * 300, np.hypot(dx, dy)
        across = out / row
        side = np.where(np.floor(across) % 2 > 0.5, 1, -1)
        blade = np.sin(2 * np.pi * (around / 10 + side * 0.9 * (across % 1)))
        edge = np.abs((across % 1) - 0.5) * 2
        grain = cv2.GaussianBlur(rng.standard_normal(u.shape).astype(np.float32), (0, 0), 1.4)
        grain /= grain.std()
        return 0.55 * blade * (1 - edge**4) - 1.3 * edge**6, 1 + 0.06 * blade - 0.17 * edge**5 + 0.045 * grain

    return woven


def printed(sheet: Sheet, base: str, shapes: list[tuple[np.ndarray, str]]) -> np.ndarray:
    """Ink on cloth of the colour `base`: a tint for `Sheet.part`; a little of the cloth shows through."""
    tint = np.ones((*sheet.alpha.shape, 3), np.float32)
    wear = 0.90 + 0.05 * np.clip(cv2.GaussianBlur(sheet.rng.standard_normal(sheet.alpha.shape).astype(np.float32), (0, 0), 1.2) * 3, -1, 1)
    for outline, colour in shapes:
        ink = (sheet.raster(outline) * wear)[..., None]
        tint = tint * (1 - ink) + ratio(base, colour) * ink
    return tint
