"""Patterns of the sleeveless top, the denim skirt and the drawstring shorts; the print of the T-shirt."""
import numpy as np

from cloth import Folds, Seam, Sheet, Stitch, curve, denim, linen, mirrored, rib
from fit import mark_legs, mark_skirt, mark_torso
from pattern_bottoms import both, fall, leg_folds, waistband
from pattern_tops import Block, neck_band, patch, top_folds


def sunrise() -> list[tuple[np.ndarray, str]]:
    """The print of tee-sunrise: a sun in slices over three waves."""
    x, y, radius = 450, 356, 92
    shapes = []
    edges = [-92, -40, -34, -8, 0, 18, 28, 42, 54, 64]
    inks = ("#E8A41E", "#E9762B", "#DE4B2C", "#B7303A", "#82264A")
    for (top, low), ink in zip(zip(edges[::2], edges[1::2]), inks):
        d = np.linspace(top, low, 24)
        half = np.sqrt(np.maximum(radius**2 - d**2, 0))
        shapes.append((np.concatenate([np.stack([x + half, y + d], 1), np.stack([x - half, y + d], 1)[::-1]]), ink))
    for row, (ink, half) in enumerate((("#1F3A5F", 128), ("#2C6E73", 104), ("#1F3A5F", 72))):
        s = np.linspace(-half, half, 160)
        wave = y + 92 + row * 20 + 5.5 * np.cos(s / 128 * 5 * np.pi + row * np.pi)
        thick = 5.2 * (1 - (np.abs(s) / (half + 3)) ** 6)
        shapes.append((np.concatenate([np.stack([x + s, wave - thick], 1), np.stack([x + s, wave + thick], 1)[::-1]]), ink))
    return shapes


def tank(sheet: Sheet, colour: str) -> None:
    """Sleeveless ribbed top."""
    b = Block(neck=92, neck_y=140, front_drop=138, back_drop=70, shoulder=142, shoulder_y=156, armpit=172, armpit_y=352, waist=150, waist_y=560, hem=170, hem_y=786, hem_bow=8)
    weave = rib(5.4)
    side = [(450 + b.shoulder, b.shoulder_y, "c"), (450 + b.shoulder - 4, 238), (450 + b.shoulder + 6, 310), (450 + b.armpit, b.armpit_y, "c"), (450 + b.waist + 6, 470), (450 + b.waist, b.waist_y), (450 + b.hem, b.hem_y, "c")]
    outline = curve([*b.front_neck("crew"), *side, (450, b.hem_y + b.hem_bow), *mirrored(side)], closed=True)
    mark_torso(sheet, b, outline, back=b.neck_y + b.back_drop, front=b.neck_y + b.front_drop)
    hole = curve([*b.back_neck(), *b.front_neck("crew")[1:-1]], closed=True)
    sheet.part(hole, weave, colour, shade=0.62, shadow=0, rim=0.1, back=True)
    stitches = [Stitch(b.hem_line(k), strength=0.35, dash=3, gap=2, width=1) for k in (18, 15)]
    front = sheet.part(outline, weave, colour, top_folds(sheet, b, 0.85, 0, 12), edge=6, thick=3.2, shadow=0.3, shadow_reach=6, stitches=stitches)
    neck_band(sheet, curve(b.front_neck("crew")), 12, rib(3.4), colour, clip=front)
    armhole = curve(side[:4])
    for line in (armhole[::-1], both(armhole)[1]):
        neck_band(sheet, line, 11, rib(3.4), colour, clip=front)


def skirt_denim(sheet: Sheet, colour: str) -> None:
    """Buttoned A-line skirt above the knee."""
    waist, top, hem, hem_y, band, dip = 158, 140, 262, 752, 44, 12
    thread = "#D0A567"
    side = [(450 + waist + 2, top + 14, "c"), (450 + 206, 270), (450 + 232, 430), (450 + hem, hem_y, "c")]
    outline = curve([*side, (450 + 130, hem_y + 16), (450, hem_y + 20), (450 - 130, hem_y + 16), *mirrored(side)], closed=True)
    mark_skirt(sheet, outline, waist=(waist, top), hip=top + 170, hem=(hem, hem_y))
    f = Folds(sheet.rng).undulate(2.0, 140, 220).crumple(0.7, 90)
    f.scatter(6, (290, 330, 610, 700), 88, 14, 150, 16, 1.2).scatter(4, (260, 230, 640, 300), 20, 30, 60, 10, 0.8)
    height = f.height + fall(sheet, waist, top + 120, hem, hem_y, 5, 7, 1.1, 0.9)
    hem_line = [(450 + hem - 6, hem_y - 26), (450 + 130, hem_y - 9), (450, hem_y - 5), (450 - 130, hem_y - 9), (450 - hem + 6, hem_y - 26)]
    seams, stitches = [Seam(curve(hem_line), 1.8, 1.0, 0.14)], [Stitch(curve(hem_line) + (0, k), thread, strength=0.75, width=1.5) for k in (0, 5)]
    for line in both(curve([(450 + 106, top + band + 6), (450 + 124, 420), (450 + 146, hem_y + 8)])):
        seams.append(Seam(line, 2.0, 1.2, 0.16))
        stitches += [Stitch(line + (k, 0), thread, strength=0.7, width=1.4) for k in (3, 8)]
    sheet.part(outline, denim, colour, height.astype(np.float32), edge=8, thick=4.5, shadow=0, seams=seams, stitches=stitches, tint=faded(sheet))
    placket = np.array([(426, top + band), (474, top + band), (476, hem_y + 19), (424, hem_y + 19)])
    lines = [Stitch(np.array([(x, top + band + 12), (x + (x - 450) * 0.06, hem_y + 17)]), thread, strength=0.75, width=1.5) for x in (431, 469)]
    sheet.part(placket, denim, colour, height.astype(np.float32) * 0.8, thick=1.8, edge=2.4, shadow=0.36, shadow_reach=5, rim=0.16, stitches=lines, tint=faded(sheet))
    for s in (-1, 1):
        x, y = 450 + s * 132, 232
        pocket = curve([(x - 52, y, "c"), (x + 52, y, "c"), (x + 50, y + 84, "c"), (x + 34, y + 108), (x - 34, y + 108), (x - 50, y + 84, "c")], closed=True)
        inner = curve([(x - 46, y + 5), (x - 45, y + 82), (x - 31, y + 102), (x + 31, y + 102), (x + 45, y + 82), (x + 46, y + 5)])
        sheet.part(pocket, denim, colour, thick=1.8, edge=2.6, shadow=0.42, shadow_reach=6, rim=0.18, stitches=[Stitch(inner, thread, strength=0.75, width=1.5), Stitch(np.array([(x - 50, y + 15), (x + 50, y + 15)]), thread, strength=0.75, width=1.5)])
    waistband(sheet, waist, top, band, denim, colour, dip, 4, thread)
    for x in (-104, 104):
        sag = dip * (1 - (x / waist) ** 2) + 2
        loop = np.array([(450 + x - 8, top + sag), (450 + x + 8, top + sag), (450 + x + 8, top + sag + band + 4), (450 + x - 8, top + sag + band + 4)])
        sheet.part(loop, denim, colour, thick=1.8, edge=2, shadow=0.5, shadow_reach=4, rim=0.2, stitches=[Stitch(np.array([(450 + x + k, top + sag + 2), (450 + x + k, top + sag + band + 2)]), thread, strength=0.7, width=1.2) for k in (-5, 5)])
    for y in (top + dip + band * 0.5, 240, 330, 420, 510, 600, 690):
        sheet.button(450, y, 9.5, "#B08A55", 0)
        sheet.button(450, y, 4.2, "#8A6538", 0, 0.2)


def faded(sheet: Sheet) -> np.ndarray:
    """Denim is paler in the middle of the thighs."""
    pixels = sheet.alpha.shape[0]
    y, x = np.mgrid[0:pixels, 0:pixels].astype(np.float32) * (900 / pixels)
    fade = sum(np.exp(-(((x - 450 - s * 70) / 70) ** 2) - ((y - 470) / 190) ** 2) for s in (-1, 1))
    return (1 + 0.34 * fade[..., None] * np.array([1.2, 0.95, 0.62], np.float32)).astype(np.float32)


def shorts_drawstring(sheet: Sheet, colour: str) -> None:
    """Linen shorts with a gathered waist and a cord."""
    waist, hip, top, crotch, hem, band, dip = 182, 262, 180, 530, 722, 52, 14
    legs_points = [(450 + waist + 4, top + band - 8, "c"), (450 + hip - 26, 340), (450 + hip, 470), (450 + hip + 22, hem, "c"), (450 + 156, hem + 12), (450 + 28, hem + 6, "c"), (450 + 13, 630)]
    legs = curve([(450 - waist - 4, top + band - 8, "c"), (450, top + band + dip - 6), *legs_points, (450, crotch, "c"), *mirrored(legs_points)[:-1]], closed=True)
    mark_legs(sheet, legs, waist=(waist, top), hip=470, crotch=crotch, outer=(hip + 22, hem), inner=(28, hem + 6), knee=False)
    f = leg_folds(sheet, top, crotch, hem, hip, 1.2, 1.5, 14)
    for x in np.linspace(-170, 170, 22):
        f.fold(450 + x + sheet.rng.normal(0, 4), top + band + 26, 90 - x * 0.06, sheet.rng.uniform(36, 74), 4.6, sheet.rng.uniform(0.5, 1.1))
    seams = [Seam(curve([(450, top + band + dip - 2), (450, 390), (451, crotch)]), 2.4, 1.8, 0.25)]
    stitches = []
    for line in both(curve([(450 + 150, top + band + 8), (450 + 196, top + band + 84), (450 + 232, top + band + 176)])):
        seams.append(Seam(line, 3.0, 2.2, 0.38))
        stitches.append(Stitch(line - (np.sign(line[0, 0] - 450) * 7, 0), strength=0.4, dash=3.4))
    for line in both(curve([(450 + 27, hem - 30), (450 + 156, hem - 26), (450 + hip + 18, hem - 37)])):
        seams.append(Seam(line, 2.0, 1.2, 0.16))
        stitches.append(Stitch(line + (0, 4), strength=0.4))
    sheet.part(legs, linen, colour, f.height, edge=9, thick=5, shadow=0, seams=seams, stitches=stitches)
    patch(sheet, 566, 404, 92, 96, linen, colour, 4)
    gathers = Folds(sheet.rng)
    for x in np.linspace(-waist, waist, 44):
        gathers.fold(450 + x + sheet.rng.normal(0, 2), top + band * 0.5 + dip * (1 - (x / waist) ** 2), 90, 22, 2.6, sheet.rng.uniform(0.35, 0.9))
    outline = lambda a, z, w: curve([(450 - w, top + a, "c"), (450 - w * 0.5, top + a + dip * 0.8), (450, top + a + dip), (450 + w * 0.5, top + a + dip * 0.8), (450 + w, top + a, "c"), (450 + w + 4, top + z, "c"), (450 + w * 0.5, top + z + dip * 0.8), (450, top + z + dip), (450 - w * 0.5, top + z + dip * 0.8), (450 - w - 4, top + z, "c")], closed=True)
    rows = [Seam(curve([(450 - waist, top + k), (450 - waist * 0.5, top + k + dip * 0.8), (450, top + k + dip), (450 + waist * 0.5, top + k + dip * 0.8), (450 + waist, top + k)]), 1.8, 1.4, 0.16) for k in (15, 36)]
    sheet.part(outline(0, band, waist), linen, colour, gathers.height, thick=3, edge=4, shadow=0.4, shadow_reach=6, rim=0.2, seams=rows)
    for s in (-1, 1):
        eye = 450 + s * 22, top + dip + 26
        sheet.button(*eye, 5, "#B8B3A6", 0, 0.3)
        cord = curve([eye, (450 + s * 8, eye[1] + 12), (450 + s * 26, eye[1] + 58), (450 + s * 20, eye[1] + 124)])
        sheet.part(np.concatenate([cord + (-3, 0), (cord + (3, 0))[::-1]]), rib(4), "#EFEBDF", thick=2.4, edge=1.8, shadow=0.5, shadow_reach=5, angle=40)
        end = cord[-1]
        sheet.part(np.array([end + (-4, -4), end + (4, -4), end + (3.4, 14), end + (-3.4, 14)]), rib(4), "#EFEBDF", thick=2, edge=1.6, shadow=0.5, shadow_reach=4)
    knot = curve([(438, top + dip + 34), (452, top + dip + 28), (463, top + dip + 36), (458, top + dip + 48), (442, top + dip + 48)], closed=True)
    sheet.part(knot, rib(4), "#EFEBDF", thick=4, edge=3, shadow=0.5, shadow_reach=5)
