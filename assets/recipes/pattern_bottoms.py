"""Patterns of trousers, shorts and skirts."""
import cv2
import numpy as np

from cloth import SIZE, Folds, Seam, Sheet, Stitch, chino, curve, denim, mirrored, noise, smooth, wool
from fit import mark_legs, mark_skirt


def flipped(line: np.ndarray) -> np.ndarray:
    return np.stack([SIZE - line[:, 0], line[:, 1]], 1)


def both(line: np.ndarray) -> list[np.ndarray]:
    return [line, flipped(line)]


def waistband(sheet: Sheet, half: float, y: float, height: float, weave, colour: str, dip: float, spread: float = 4, thread: str | None = None, **style) -> None:
    top = [(450 - half, y, "c"), (450 - half * 0.5, y + dip * 0.8), (450, y + dip), (450 + half * 0.5, y + dip * 0.8), (450 + half, y, "c")]
    low = [(450 + half + spread, y + height, "c"), (450 + half * 0.5, y + height + dip * 0.8), (450, y + height + dip), (450 - half * 0.5, y + height + dip * 0.8), (450 - half - spread, y + height, "c")]
    edges = [curve([(p[0], p[1] + k) for p in top]) for k in (4,)] + [curve([(p[0], p[1] - 4) for p in low])]
    stitches = [Stitch(e[2:-2], thread, strength=0.75 if thread else 0.4, dash=4 if thread else 3, width=1.5 if thread else 1) for e in edges]
    sheet.part(curve([*top, *low], closed=True), weave, colour, Folds(sheet.rng).undulate(0.7, 120, 40).height, thick=2.2, edge=3.5, shadow=0.35, shadow_reach=5, rim=0.2, stitches=stitches, **style)


def leg_folds(sheet: Sheet, waist_y: float, crotch_y: float, hem_y: float, hip: float, amount: float, crisp: float, width: float) -> Folds:
    f = Folds(sheet.rng).undulate(1.8 * amount, 120, 260)
    if crisp:
        f.crumple(crisp, 80)
    f.fan(456, crotch_y - 6, 28, 64, 5, 120, width, 1.5 * amount)
    f.fan(444, crotch_y - 6, 152, 64, 5, 120, width, 1.5 * amount)
    knee = crotch_y + (hem_y - crotch_y) * 0.48
    for sign in (-1, 1):
        middle = 450 + sign * hip * 0.55
        f.scatter(5, (middle - 40, knee - 60, middle + 40, knee + 70), 90 + sign * 58, 20, 60, width * 0.8, 1.0 * amount)
        f.scatter(5, (middle - 30, crotch_y + 30, middle + 34, hem_y - 60), 90, 9, 170, width * 1.2, 1.2 * amount)
        f.scatter(3, (middle - 30, hem_y - 80, middle + 40, hem_y - 10), 90 + sign * 60, 20, 46, width * 0.7, 0.9 * amount)
    return f


def trousers(sheet: Sheet, colour: str, jeans: bool = False) -> None:
    weave, thread = (denim, "#C98B3F") if jeans else (wool, None)
    waist, hip, y, crotch, hem = 128, 178, 66, 330, 852
    top, band, dip = y, 34, 12
    inner_hem, outer_hem = 40, 174
    f = leg_folds(sheet, y, crotch, hem, hip, 0.9 if jeans else 0.8, 0.9 if jeans else 0.0, 11 if jeans else 14)
    if not jeans:
        for sign in (-1, 1):
            for t in np.linspace(0, 1, 9):
                f.fold(450 + sign * (88 + 19 * t), 150 + t * (hem - 180), 90 - sign * 1.6, 70, 3.2, 0.42)
    legs = curve(
        [(450 - waist - 3, top + band - 8, "c"), (450, top + band + dip - 6), (450 + waist + 3, top + band - 8, "c"), (450 + hip - 16, 190), (450 + hip, 285), (450 + hip + 1, 420), (450 + outer_hem + 4, 640), (450 + outer_hem, hem, "c"), (450 + (outer_hem + inner_hem) / 2, hem + 5), (450 + inner_hem, hem + 2, "c"), (450 + 30, 640), (450 + 12, 420), (450, crotch, "c"), (450 - 12, 420), (450 - 30, 640), (450 - inner_hem, hem + 2, "c"), (450 - (outer_hem + inner_hem) / 2, hem + 5), (450 - outer_hem, hem, "c"), (450 - outer_hem - 4, 640), (450 - hip - 1, 420), (450 - hip, 285), (450 - hip + 16, 190)],
        closed=True,
    )
    mark_legs(sheet, legs, waist=(waist, top), hip=300, crotch=crotch, outer=(outer_hem, hem), inner=(inner_hem, hem + 2), knee=True)
    fly = curve([(450, top + band + dip - 4), (450, 200), (450 + 1, crotch)])
    fly_stitch = curve([(450 + 30, top + band + dip - 4), (450 + 30, 200), (450 + 24, 236), (450 + 3, 262)])
    seams, stitches = [Seam(fly, 2.2, 1.6, 0.28)], []
    strength, dash = (0.8, 4.4) if jeans else (0.4, 3.0)
    stitches.append(Stitch(fly_stitch, thread, dash=dash, strength=strength, width=1.6 if jeans else 1))
    if jeans:
        stitches.append(Stitch(fly_stitch - (5, 0), thread, dash=dash, strength=strength, width=1.6))
        scoop = curve([(450 + 66, top + band + 8), (450 + 80, top + band + 44), (450 + 116, top + band + 58), (450 + hip - 18, top + band + 58)])
        coin = curve([(450 + 98, top + band + 38), (450 + 140, top + band + 30)])
        for line in both(scoop):
            seams.append(Seam(line, 3.0, 2.2, 0.42))
            stitches += [Stitch(line + (0, k), thread, dash=dash, strength=strength, width=1.6) for k in (5, 10)]
        seams.append(Seam(coin, 2, 1.4, 0.2))
        stitches.append(Stitch(coin + (0, 5), thread, dash=dash, strength=strength, width=1.6))
        inner = curve([(450 + 3, crotch + 4), (450 + 15, 420), (450 + 33, 640), (450 + inner_hem + 4, hem - 4)])
        for line in both(inner):
            stitches += [Stitch(line + ((3 if line[0, 0] > 450 else -3), 0), thread, dash=dash, strength=0.6, width=1.5)]
    else:
        slant = curve([(450 + 84, top + band + 4), (450 + 124, top + band + 62), (450 + 158, top + band + 118)])
        for line in both(slant):
            seams.append(Seam(line, 2.6, 1.9, 0.40))
            stitches.append(Stitch(line - (np.sign(line[0, 0] - 450) * 5, 0), strength=0.3, dash=3, gap=2, width=1))
    hems = curve([(450 + inner_hem - 1, hem - 16), (450 + 108, hem - 13), (450 + outer_hem, hem - 18)])
    for line in both(hems):
        if jeans:
            seams.append(Seam(line, 1.6, 0.8, 0.1))
            stitches.append(Stitch(line, thread, dash=dash, strength=strength, width=1.6))
    tint = worn(sheet, hip, crotch, hem) if jeans else None
    sheet.part(legs, weave, colour, f.height, edge=9, thick=5.0, shadow=0, seams=seams, stitches=stitches, tint=tint, contrast=1.0)
    waistband(sheet, waist, top, band, weave, colour, dip, 3, thread)
    for x in (-92, -36, 36, 92):
        at, sag = 450 + x, dip * (1 - (x / waist) ** 2) + 2
        loop = np.array([(at - 6, top + sag - 3), (at + 6, top + sag - 3), (at + 6, top + sag + band + 5), (at - 6, top + sag + band + 5)])
        ends = [Stitch(np.array([(at + k, top + sag), (at + k, top + sag + band + 3)]), thread, dash=dash, strength=strength, width=1.2) for k in (-3.6, 3.6)]
        sheet.part(loop, weave, colour, thick=1.8, edge=2, shadow=0.5, shadow_reach=4, rim=0.2, stitches=ends)
    if jeans:
        sheet.button(450 + 6, top + dip + band * 0.52, 9, "#A9794A", 0)
        for sign, dx, dy in ((1, 68, 12), (-1, 68, 12), (1, 152, 58), (-1, 152, 58)):
            sheet.button(450 + sign * dx, top + band + dy, 2.9, "#B0753C", 0, 0.3)
    else:
        sheet.button(450 + 6, top + dip + band * 0.5, 6.5, "#4A4B4E")


def worn(sheet: Sheet, hip: float, crotch: float, hem: float) -> np.ndarray:
    """Where denim has faded: thighs and knees lighter, edges darker."""
    pixels = sheet.alpha.shape[0]
    y, x = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    fade = np.zeros((SIZE, SIZE), np.float32)
    for sign in (-1, 1):
        fade += 0.5 * np.exp(-(((x - 450 - sign * 96) / 44) ** 2) - ((y - 400) / 150) ** 2)
        fade += 0.28 * np.exp(-(((x - 450 - sign * 104) / 40) ** 2) - ((y - 640) / 80) ** 2)
    fade *= 1 + 0.12 * noise(sheet.rng, SIZE, 30, 60)
    fade = cv2.resize(fade, (pixels, pixels), interpolation=cv2.INTER_LINEAR)[..., None]
    return 1 + fade * np.array([1.25, 0.95, 0.62], np.float32)


def shorts(sheet: Sheet, colour: str) -> None:
    waist, hip, top, crotch, hem, band, dip = 186, 254, 176, 520, 724, 46, 16
    f = leg_folds(sheet, top, crotch, hem, hip, 1.15, 1.1, 14)
    legs = curve(
        [(450 - waist - 3, top + band - 8, "c"), (450, top + band + dip - 6), (450 + waist + 3, top + band - 8, "c"), (450 + hip - 20, 350), (450 + hip, 470), (450 + hip + 16, hem, "c"), (450 + 150, hem + 11), (450 + 26, hem + 6, "c"), (450 + 12, 620), (450, crotch, "c"), (450 - 12, 620), (450 - 26, hem + 6, "c"), (450 - 150, hem + 11), (450 - hip - 16, hem, "c"), (450 - hip, 470), (450 - hip + 20, 350)],
        closed=True,
    )
    mark_legs(sheet, legs, waist=(waist, top), hip=470, crotch=crotch, outer=(hip + 16, hem), inner=(26, hem + 6), knee=False)
    seams = [Seam(curve([(450, top + band + dip - 4), (450, 380), (451, crotch)]), 2.4, 1.8, 0.25)]
    stitches = [Stitch(curve([(492, top + band + dip - 4), (492, 380), (484, 414), (454, 440)]), strength=0.45)]
    for line in both(curve([(450 + 122, top + band + 6), (450 + 176, top + band + 78), (450 + 232, top + band + 166)])):
        seams.append(Seam(line, 3.0, 2.4, 0.42))
        stitches += [Stitch(line - (np.sign(line[0, 0] - 450) * k, 0), strength=0.4, dash=3.4) for k in (6, 9)]
    for line in both(curve([(450 + 24, hem - 40), (450 + 150, hem - 36), (450 + hip + 12, hem - 48)])):
        seams.append(Seam(line, 2.2, 1.8, 0.22))
        stitches.append(Stitch(line + (0, 4), strength=0.4))
    sheet.part(legs, chino, colour, f.height, edge=9, thick=5, shadow=0, seams=seams, stitches=stitches)
    waistband(sheet, waist, top, band, chino, colour, dip, 3)
    for x in (-140, -56, 56, 140):
        at, sag = 450 + x, dip * (1 - (x / waist) ** 2) + 2
        loop = np.array([(at - 8, top + sag - 4), (at + 8, top + sag - 4), (at + 8, top + sag + band + 7), (at - 8, top + sag + band + 7)])
        sheet.part(loop, chino, colour, thick=1.8, edge=2, shadow=0.5, shadow_reach=4, rim=0.2, stitches=[Stitch(np.array([(at + k, top + sag), (at + k, top + sag + band + 4)]), strength=0.4, dash=3) for k in (-5, 5)])
    sheet.button(458, top + dip + band * 0.5, 9, "#8B6B45")


def fall(sheet: Sheet, waist: float, waist_y: float, hem: float, hem_y: float, count: int, amount: float, sharp: float = 1.0, growth: float = 1.0) -> np.ndarray:
    """Cloth that hangs from a waist: folds run out with the flare and deepen towards the hem."""
    y, x = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    t = np.clip((y - waist_y) / (hem_y - waist_y), 0, 1.05)
    across = (x - 450) / (waist + (hem - waist) * t)
    rng = sheet.rng
    height = np.zeros((SIZE, SIZE), np.float32)
    places = np.linspace(-0.93, 0.93, count) + rng.normal(0, 0.45 / count, count)
    for place in places:
        width = 0.62 / count * rng.uniform(0.8, 1.5)
        start, lean = rng.uniform(0.0, 0.45), rng.normal(0, 0.05)
        d = across - place - lean * np.sin(t * np.pi * rng.uniform(0.7, 1.3))
        side = np.where(d > 0, width, width * 1.7)
        grown = np.clip((t - start) / (1.0 - start), 0, 1)
        # Begins flat: a fold that starts at once would draw a line across the cloth.
        grown = 1.1 * grown**2 / (grown + 0.1)
        height += rng.uniform(0.5, 1.2) * grown**growth * np.exp(-((np.abs(d) / side) ** (2 / sharp))).astype(np.float32)
    return amount * height


def skirt_pleated(sheet: Sheet, colour: str) -> None:
    waist, waist_y, hem, hem_y, band = 124, 96, 300, 806, 34
    y, x = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    t = np.clip((y - waist_y) / (hem_y - waist_y), 0, 1.1)
    half = waist + (hem - waist) * t ** 0.9
    pleats = 19
    phase = ((x - 450) / half * 0.5 + 0.5) * pleats + 0.05 * noise(sheet.rng, SIZE, 200, 300)
    saw = phase - np.floor(phase)
    depth = (1.6 + 4.4 * t) * (1 + 0.18 * noise(sheet.rng, SIZE, 60, 300))
    height = depth * np.where(saw < 0.86, saw / 0.86, (1 - saw) / 0.14)
    height += Folds(sheet.rng).undulate(1.8, 150, 260).height + fall(sheet, waist, waist_y, hem, hem_y, 6, 5.0)
    steps = np.linspace(-1, 1, pleats * 8 + 1)
    zigzag = [(450 + s * (hem - 3), hem_y + 17 * (1 - s * s) + 4.5 * (((s + 1) / 2 * pleats) % 1.0)) for s in steps[::-1]]
    side = [(450 + waist + 1, waist_y + 8, "c"), (450 + 168, waist_y + 150), (450 + 226, waist_y + 380), (450 + hem, hem_y - 2, "c")]
    outline = curve([*side, (zigzag[0][0], zigzag[0][1], "c")] + [(*p, "c") for p in zigzag[1:]] + mirrored(side), closed=True)
    mark_skirt(sheet, outline, waist=(waist, waist_y), hip=waist_y + 140, hem=(hem, hem_y))
    sheet.part(outline, smooth, colour, height.astype(np.float32), edge=5, thick=3, shadow=0, gloss=0.05, gloss_power=10)
    waistband(sheet, waist, waist_y, band, smooth, colour, 8, 4)


def skirt_satin(sheet: Sheet, colour: str) -> None:
    waist, waist_y, hem, hem_y, band = 122, 92, 226, 812, 26
    f = Folds(sheet.rng).undulate(4.5, 120, 300)
    height = f.height + fall(sheet, waist, waist_y + 120, hem, hem_y, 7, 15, 1.1, 0.8)
    f2 = Folds(sheet.rng).scatter(6, (340, 200, 560, 380), 68, 24, 130, 22, 2.0).scatter(4, (300, 420, 600, 700), 100, 16, 190, 26, 2.4)
    height = height + f2.height
    side = [(450 + waist + 1, waist_y + 8, "c"), (450 + 176, waist_y + 130), (450 + 196, waist_y + 300), (450 + 208, waist_y + 520), (450 + hem, hem_y - 4, "c")]
    outline = curve([*side, (450 + 120, hem_y + 16), (450 + 20, hem_y + 10), (450 - 90, hem_y + 18), *mirrored(side)], closed=True)
    mark_skirt(sheet, outline, waist=(waist, waist_y), hip=waist_y + 140, hem=(hem, hem_y - 4))
    hem_line = curve([(450 + hem - 3, hem_y - 14), (450 + 120, hem_y + 6), (450 + 20, hem_y), (450 - 90, hem_y + 8), (450 - hem + 3, hem_y - 14)])
    sheet.part(outline, smooth, colour, height.astype(np.float32), edge=8, thick=4.5, shadow=0, gloss=0.34, gloss_power=16, contrast=1.0, seams=[Seam(hem_line, 1.4, 0.6, 0.06)])
    waistband(sheet, waist, waist_y, band, smooth, colour, 8, 3, gloss=0.2)
