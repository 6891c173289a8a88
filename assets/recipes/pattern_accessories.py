"""Patterns of scarves, hats and glasses, drawn as they are worn, from the front.

A scarf's loop is empty inside, and so is what lies behind its front: there is the wearer's neck. A hat ends at the edge of its
head opening or at its brim; lenses are films.
"""
import cv2
import numpy as np

from cloth import SIZE, Folds, Seam, Sheet, Stitch, curve, mirrored, rib, shifted, smooth, suede, wool
from pattern_bottoms import flipped
from prints import checked, straw, tortoise

ROWS, COLUMNS = (g.astype(np.float32) for g in np.mgrid[0:SIZE, 0:SIZE])


def bulge(x: float, half: float, amount: float) -> np.ndarray:
    """Height of a round thing that stands upright: its sides turn away from the light."""
    return (amount * np.sqrt(np.clip(1 - ((COLUMNS - x) / half) ** 2, 0, 1))).astype(np.float32)


def loops(*rings: np.ndarray) -> np.ndarray:
    """One outline of several closed rings; those walked the other way round are holes."""
    return np.concatenate([*(np.vstack([r, r[:1]]) for r in rings), *(r[:1] for r in reversed(rings[:-1]))])


# Scarves -------------------------------------------------------------------------------------------------------------


def tail(sheet: Sheet, top: tuple, low: tuple, width: float, sway: float, weave, colour: str, angle: float, fringe: float, thick: float) -> None:
    """One hanging end: `top` and `low` are the middles of its ends."""
    (x0, y0), (x1, y1) = top, low
    t = np.linspace(0, 1, 9)
    middle = np.stack([x0 + (x1 - x0) * t + sway * np.sin(np.pi * t), y0 + (y1 - y0) * t], 1)
    half = width * (0.74 + 0.26 * np.minimum(t * 2.2, 1)) / 2
    right, left = middle + np.stack([half, 0 * half], 1), middle - np.stack([half, 0 * half], 1)
    outline = curve([(*right[0], "c"), *map(tuple, right[1:-1]), (*right[-1], "c"), (x1, y1 + 5), (*left[-1], "c"), *map(tuple, left[-2:0:-1]), (*left[0], "c")], closed=True)
    if fringe:
        for x in np.arange(x1 - width / 2 + 5, x1 + width / 2 - 2, 10.5):
            end = (x + sheet.rng.normal(0, 3), y1 + fringe + sheet.rng.normal(0, 4))
            line = curve([(x, y1 - 3), ((x + end[0]) / 2 + sheet.rng.normal(0, 2.4), y1 + fringe * 0.5), end])
            sheet.part(np.concatenate([shifted(line, -2.6), shifted(line, 2.6)[::-1]]), weave, colour, angle=angle, thick=2.6, edge=2, shadow=0.2, shadow_reach=3, rim=0.25)
    folds = Folds(sheet.rng).undulate(1.8, 80, 200)
    for k in (-0.26, 0.05, 0.3):
        folds.fold(x0 + k * width * 0.7, y0 + 80, 90 - k * 22, 170, 10, 3.4)
        folds.fold((x0 + x1) / 2 + k * width, y0 + (y1 - y0) * sheet.rng.uniform(0.5, 0.7), 90 - k * 8, 160, 13, 2.2)
    sheet.part(outline, weave, colour, folds.height, angle=angle, edge=12, thick=thick * 1.3, shadow=0.5, shadow_reach=18, contrast=1.15)


def scarf(sheet: Sheet, colour: str, weave, *, fringe: float, thick: float) -> None:
    """Wound once: two ends hang from under a swathe that lies round the front of the neck."""
    # The two sides of the loop where they turn away behind the neck; between them is nothing.
    for s in (-1, 1):
        side = curve([(450 + s * 84, 176, "c"), (450 + s * 112, 130), (450 + s * 138, 132), (450 + s * 168, 186), (450 + s * 182, 268, "c"), (450 + s * 108, 300)], closed=True)
        sheet.part(side, weave, colour, Folds(sheet.rng).undulate(1.4, 80, 80).height, angle=s * 28, shade=0.56, edge=12, thick=thick, shadow=0)
    tail(sheet, (400, 330), (372, 770), 156, -10, weave, colour, 3, fringe, thick)
    tail(sheet, (492, 340), (524, 806), 160, 12, weave, colour, -4, fringe, thick)
    swathe = curve([(450 - 178, 178), (450 - 132, 150), (450 - 100, 176), (450 - 62, 216), (450, 234), (450 + 62, 216), (450 + 100, 176), (450 + 132, 150), (450 + 178, 178), (450 + 192, 252), (450 + 150, 340), (450 + 72, 400), (450, 414), (450 - 72, 396), (450 - 150, 336), (450 - 192, 252)], closed=True)
    folds = Folds(sheet.rng).undulate(2.0, 120, 60)
    for drop, bend, amount in ((258, 0.20, 3.4), (292, 0.24, 3.8), (330, 0.26, 3.2), (362, 0.24, 2.4)):
        folds.fold(450 + sheet.rng.normal(0, 16), drop, sheet.rng.normal(0, 4), 150, 11, 1.6 * amount, -bend)
    for s in (-1, 1):
        folds.fold(450 + s * 142, 240, 90 + s * 22, 80, 11, 4.4, s * 0.1).fold(450 + s * 108, 270, 90 + s * 44, 80, 10, 3.8)
    sheet.part(swathe, weave, colour, folds.height, angle=8, edge=26, thick=thick * 3.6, shadow=0.68, shadow_reach=26, rim=0.30, contrast=1.15)
    over = curve([(450 - 176, 226, "c"), (450 - 96, 262), (450 + 14, 300), (450 + 120, 316), (450 + 168, 300, "c"), (450 + 134, 358), (450 + 66, 402), (450 - 14, 410), (450 - 96, 378), (450 - 160, 318), (450 - 188, 262)], closed=True)
    folds = Folds(sheet.rng).undulate(1.8, 120, 60)
    for x, y, a, amount in ((420, 316, 20, 3.0), (440, 352, 16, 3.2), (400, 372, 14, 2.2)):
        folds.fold(x, y, a, 150, 11, 1.6 * amount, -0.08)
    sheet.part(over, weave, colour, folds.height, angle=16, edge=20, thick=thick * 2.6, shadow=0.6, shadow_reach=14, rim=0.28, contrast=1.15)
    sheet.mark("wrap_top", 450, 150)
    sheet.mark("neck_front", 450, 412)
    sheet.mark_pair("neck", 191, 250)
    sheet.mark("hem_right", 372, 774)
    sheet.mark("hem_left", 524, 810)


def scarf_checked(sheet: Sheet, colour: str) -> None:
    scarf(sheet, colour, checked(wool, colour, [("#7C1F26", 92, 0, 34), ("#221D1C", 92, 14, 6), ("#EFE4CC", 92, 56, 5), ("#221D1C", 92, 68, 9)]), fringe=46, thick=5)


def scarf_ribbed(sheet: Sheet, colour: str) -> None:
    scarf(sheet, colour, rib(9), fringe=0, thick=8)


# Hats ----------------------------------------------------------------------------------------------------------------


def fedora(sheet: Sheet, colour: str) -> None:
    sheet.stiffen(0.6)
    half, band_y, ribbon = 186, 520, "#231C19"
    # The brim: its sides curl up, its front dips.
    brim = curve([(102, 506), (126, 492), (190, 498), (270, 506), (450, 512), (630, 506), (710, 498), (774, 492), (798, 506), (770, 546), (684, 586), (560, 608), (450, 614), (340, 608), (216, 586), (130, 546)], closed=True)
    away = np.clip((np.abs(COLUMNS - 450) - 150) / 240, 0, 1)
    curl = 26 * away**2 + 9 * np.exp(-(((ROWS - 600) / 42) ** 2)) * (1 - away)
    edge = curve([(110, 508), (136, 541), (219, 577), (342, 598), (450, 604), (558, 598), (681, 577), (764, 541), (790, 508)])
    sheet.part(brim, suede, colour, Folds(sheet.rng).undulate(1.4, 160, 90).height, form=curl.astype(np.float32), edge=7, thick=5, shadow=0, seams=[Seam(edge, 1.6, 0.8, 0.12)], stitches=[Stitch(edge - (0, 5), strength=0.35, dash=4, gap=2)])
    right = [(450 + half, band_y, "c"), (450 + half - 3, 460), (450 + half - 16, 370), (450 + half - 40, 302), (450 + 92, 262), (450 + 36, 262)]
    crown = curve([(450, 270), *right[::-1], (450 + 120, band_y + 31), (450, band_y + 42), (450 - 120, band_y + 31), *mirrored(right[::-1])], closed=True)
    pinch = -20 * sum(np.exp(-(((COLUMNS - 450 - s * 104) / 42) ** 2) - ((ROWS - 324) / 70) ** 2) for s in (-1, 1))
    crease = -13 * np.exp(-(((COLUMNS - 450) / 36) ** 2) - ((ROWS - 264) / 66) ** 2)
    height = bulge(450, half + 10, 104) + pinch + crease
    sheet.part(crown, suede, colour, Folds(sheet.rng).undulate(1.6, 120, 120).height, form=height.astype(np.float32), edge=10, thick=5, shadow=0.62, shadow_reach=16)
    low = lambda up: [(450 - half - 1 + up * 0.07, band_y - up), (450 - 120, band_y + 32 - up), (450, band_y + 43 - up), (450 + 120, band_y + 32 - up), (450 + half + 1 - up * 0.07, band_y - up)]
    strip = np.concatenate([curve(low(-1)), curve(low(50))[::-1]])
    sheet.part(strip, rib(4), ribbon, form=bulge(450, half + 10, 70), edge=2.6, thick=2, shadow=0.4, shadow_reach=5, rim=0.2, angle=90, gloss=0.10, gloss_power=8)
    for outline in ([(584, 486, "c"), (624, 471, "c"), (629, 520, "c"), (590, 536, "c")], [(578, 488, "c"), (594, 483, "c"), (598, 535, "c"), (582, 540, "c")]):
        sheet.part(curve(outline, closed=True), rib(4), ribbon, edge=3, thick=3, shadow=0.5, shadow_reach=5, gloss=0.10, gloss_power=8, angle=80)
    sheet.mark("crown", 450, 269)
    sheet.mark_pair("brim", half, band_y)


def straw_hat(sheet: Sheet, colour: str) -> None:
    sheet.stiffen(0.6)
    half, band_y = 176, 506
    brim = curve([(34, 520), (120, 494), (250, 490), (450, 488), (650, 490), (780, 494), (866, 520), (824, 572), (700, 622), (560, 648), (450, 653), (340, 648), (200, 622), (76, 572)], closed=True)
    weave = straw((450, 522), 0.315, 21)
    wave = 5 * np.sin((COLUMNS - 60) / 128) + 8 * np.clip((ROWS - 560) / 90, 0, 1) ** 2
    sheet.part(brim, weave, colour, Folds(sheet.rng).undulate(1.8, 200, 70).height, form=wave.astype(np.float32), edge=5, thick=4, shadow=0, rim=0.26)
    right = [(450 + half, band_y, "c"), (450 + half - 4, 430), (450 + half - 20, 330), (450 + half - 62, 268), (450 + 60, 246)]
    crown = curve([(450, 242), *right[::-1], (450 + 110, band_y + 27), (450, band_y + 36), (450 - 110, band_y + 27), *mirrored(right[::-1])], closed=True)
    top = straw((450, 40), 0.9, 11)
    height = bulge(450, half + 8, 92) - 14 * np.exp(-(((COLUMNS - 450) / 120) ** 2) - ((ROWS - 244) / 30) ** 2)
    sheet.part(crown, top, colour, form=height.astype(np.float32), edge=9, thick=5, shadow=0.6, shadow_reach=15)
    low = lambda up: [(450 - half - 1 + up * 0.05, band_y - up), (450 - 110, band_y + 28 - up), (450, band_y + 37 - up), (450 + 110, band_y + 28 - up), (450 + half + 1 - up * 0.05, band_y - up)]
    sheet.part(np.concatenate([curve(low(-1)), curve(low(44))[::-1]]), rib(4), "#1E1B1C", form=bulge(450, half + 8, 66), edge=2.6, thick=2, shadow=0.4, shadow_reach=5, rim=0.2, angle=90, gloss=0.10, gloss_power=8)
    sheet.mark("crown", 450, 242)
    sheet.mark_pair("brim", half, band_y)


def beanie(sheet: Sheet, colour: str) -> None:
    half, top, fold, low = 212, 196, 500, 640

    def gathered(rng, u, v):
        """Ribs that run together at the crown."""
        t = np.clip((v - top) / (fold - top), 0.02, 1)
        width = half * np.sqrt(np.clip(1 - (1 - t) ** 2.2, 0.01, 1))
        around = np.arcsin(np.clip((u - 450) / (width * 1.03), -1, 1)) * half / 1.35
        return rib(13)(rng, around.astype(np.float32), v)

    right = [(450 + half, fold + 20, "c"), (450 + half - 4, 430), (450 + half - 28, 332), (450 + 126, 242), (450 + 54, 203)]
    dome = curve([(450, top), *right[::-1], (450, fold + 44), *mirrored(right[::-1])], closed=True)
    slack = Folds(sheet.rng).undulate(2.6, 150, 90).scatter(5, (330, 260, 560, 440), 20, 40, 90, 22, 1.6).height
    sheet.part(dome, gathered, colour, slack, form=bulge(450, half + 8, 96), edge=16, thick=9, shadow=0)

    def cuffed(rng, u, v):
        around = np.arcsin(np.clip((u - 450) / (half * 1.06), -1, 1)) * half / 1.3
        return rib(14)(rng, around.astype(np.float32), v)

    sides = [(450 + half + 6, fold - 6, "c"), (450 + half + 11, 560), (450 + half + 4, low - 12, "c")]
    cuff = curve([(450 - 110, fold + 16), (450, fold + 22), (450 + 110, fold + 16), *sides, (450 + 112, low + 8), (450, low + 14), (450 - 112, low + 8), *mirrored(sides)], closed=True)
    sheet.part(cuff, cuffed, colour, Folds(sheet.rng).undulate(1.8, 140, 60).height, form=bulge(450, half + 18, 96), edge=18, thick=13, shadow=0.6, shadow_reach=14, rim=0.26)
    patch = np.array([(540, 560), (600, 552), (603, 592), (543, 600)])
    sheet.part(patch, suede, "#6B4A2F", edge=2.4, thick=2, shadow=0.45, shadow_reach=4, stitches=[Stitch(np.array([(545, 564), (596, 557), (598, 588), (547, 596), (545, 564)]), "#D9C39A", strength=0.7, dash=4)])
    sheet.mark("crown", 450, top)
    sheet.mark_pair("brim", half + 4, low - 12)


# Glasses -------------------------------------------------------------------------------------------------------------


def both_sides(points: list) -> np.ndarray:
    """A closed outline from its right half, which begins and ends on the middle line."""
    return curve([*points, *mirrored(points)[1:-1]], closed=True)


def acetate(sheet: Sheet, colour: str, weave, outer: list, lens: list, *, glass: str, opacity: tuple, glare: float, gloss: float, rivet: str) -> None:
    """A frame cut from a sheet, with lenses behind it."""
    sheet.stiffen()
    hole = curve(lens, closed=True)
    for side in (hole, flipped(hole)):
        sheet.film(side, glass, opacity, glare)
    frame = loops(both_sides(outer), hole[::-1], flipped(hole))
    # Rounded by polishing: a soft body under a narrow bevel.
    body = cv2.resize(cv2.GaussianBlur(sheet.raster(frame), (0, 0), 13), (SIZE, SIZE), interpolation=cv2.INTER_AREA)
    sheet.part(frame, weave, colour, form=17 * body, edge=1.6, thick=1.6, shadow=0, gloss=gloss, gloss_power=24, rim=0.16)
    for x in (450 - 370, 450 + 370):
        pin = np.array([(x - 8, 362), (x + 8, 362), (x + 8, 369), (x - 8, 369)])
        sheet.part(pin, smooth, rivet, edge=1.6, thick=1.4, shadow=0.3, shadow_reach=2, gloss=0.4)


def glasses_dark(sheet: Sheet, colour: str) -> None:
    outer = [(450, 400), (484, 393), (512, 366), (566, 336), (672, 322), (782, 328), (838, 340, "c"), (842, 392, "c"), (826, 410), (814, 470), (770, 558), (668, 600), (564, 580), (510, 524), (486, 466), (470, 446), (450, 440)]
    lens = [(528, 424), (538, 384), (586, 362), (674, 350), (770, 360), (800, 396), (788, 466), (744, 540), (668, 573), (582, 552), (538, 500)]
    acetate(sheet, colour, smooth, outer, lens, glass="#1D1F22", opacity=(0.93, 0.66), glare=0.16, gloss=0.5, rivet="#C9C4BA")
    sheet.mark("bridge", 450, 420)
    sheet.mark_pair("temple", 390, 366)


def glasses_tortoise(sheet: Sheet, colour: str) -> None:
    outer = [(450, 404), (486, 396), (520, 356), (586, 324), (672, 314), (762, 326), (806, 348), (838, 350, "c"), (842, 388, "c"), (822, 402), (826, 452), (796, 540), (736, 598), (668, 612), (596, 596), (534, 536), (508, 462), (478, 436), (450, 432)]
    lens = [(530, 446), (540, 386), (596, 348), (672, 338), (752, 350), (798, 396), (802, 454), (776, 530), (726, 576), (668, 588), (608, 574), (554, 522)]
    acetate(sheet, colour, tortoise(colour, "#1E100A", "#C98A3C"), outer, lens, glass="#DDE8EC", opacity=(0.14, 0.05), glare=0.30, gloss=0.45, rivet="#CFA85A")
    sheet.mark("bridge", 450, 418)
    sheet.mark_pair("temple", 390, 369)


def glasses_wire(sheet: Sheet, colour: str) -> None:
    """Aviators: a golden wire round each lens, two bridges, pads on the nose; the colour is that of the glass."""
    gold = "#B89A5B"
    sheet.stiffen()
    lens = curve([(506, 378), (560, 350), (660, 344), (764, 354), (806, 392), (808, 452), (780, 530), (722, 592), (652, 606), (582, 572), (530, 496), (508, 430)], closed=True)
    for side in (lens, flipped(lens)):
        sheet.film(side, colour, (0.88, 0.42), 0.18)
    metal = {"edge": 3, "thick": 5.5, "gloss": 0.55, "gloss_power": 18, "rim": 0.3}
    wire = lambda line, half: np.concatenate([shifted(line, -half), shifted(line, half)[::-1]])
    for s in (1, -1):
        side = (lambda p: p) if s > 0 else flipped
        pad = curve([(494, 470), (504, 478), (508, 512), (500, 526), (492, 512)], closed=True)
        arm = curve([(520, 462), (508, 470), (500, 490)])
        sheet.part(side(wire(arm, 2)), smooth, gold, shadow=0, **metal)
        sheet.film(side(pad), "#E9E6DA", (0.62, 0.62), 0.1)
        sheet.part(side(loops(grown(lens, 5), grown(lens, -3)[::-1])), smooth, gold, shadow=0.2, shadow_reach=3, **metal)
        hinge = curve([(800, 378, "c"), (838, 366, "c"), (842, 384, "c"), (806, 404, "c")], closed=True)
        sheet.part(side(hinge), smooth, gold, shadow=0.3, shadow_reach=3, **metal)
    for y, rise, reach in ((352, 10, 108), (404, 12, 62)):
        bar = curve([(450 - reach, y + (2 if reach > 70 else 4)), (450 - reach * 0.45, y - rise * 0.7), (450, y - rise), (450 + reach * 0.45, y - rise * 0.7), (450 + reach, y + (2 if reach > 70 else 4))])
        sheet.part(wire(bar, 4.4), smooth, gold, shadow=0.25, shadow_reach=3, **metal)
    sheet.mark("bridge", 450, 392)
    sheet.mark_pair("temple", 388, 374)


def grown(ring: np.ndarray, by: float) -> np.ndarray:
    """A closed ring, larger all round by `by`."""
    closed = np.vstack([ring[-3:], ring, ring[:3]])
    return shifted(closed, -by)[3:-3]
