"""Patterns of dresses."""
import numpy as np

from cloth import SIZE, Folds, Seam, Sheet, Stitch, chino, curve, jersey, mirrored, smooth
from fit import mark_sleeves, mark_torso
from pattern_bottoms import both, fall, flipped
from pattern_tops import Block, collar_back, collar_front, inside_back, patch, sleeve_folds, top_folds


def hips(b: Block) -> float:
    """How high the hips are: below the waist by two fifths of the way from the neck to it."""
    return b.waist_y + 0.4 * (b.waist_y - b.neck_y)


def dress_wrap(sheet: Sheet, colour: str) -> None:
    b = Block(neck=66, neck_y=74, front_drop=190, back_drop=12, shoulder=132, shoulder_y=98, armpit=130, armpit_y=232, waist=106, waist_y=372, hem=196, hem_y=836, sleeve_angle=27, sleeve_length=292, sleeve_bulge=10, cuff=76)
    back = curve([(450 - 80, 80, "c"), (450, 84), (450 + 80, 80, "c"), (450 + 84, 200), (450, 300, "c"), (450 - 84, 200)], closed=True)
    sheet.part(back, jersey, colour, shade=0.62, shadow=0, back=True)
    inside_back(sheet, b, "v", jersey, colour, 0)
    for left in (True, False):
        sleeve = b.sleeve(left)
        sheet.part(sleeve["outline"], jersey, colour, sleeve_folds(sheet, sleeve, 310, 1.2, 0, 10), angle=sleeve["axis"], shadow=0, edge=6, thick=3.5, stitches=[Stitch(sleeve["hem"](12), strength=0.35, dash=3, gap=2, width=1)])
    waist, hem, hem_y = b.waist, b.hem, b.hem_y
    skirt_folds = Folds(sheet.rng).undulate(2.6, 110, 240).height + fall(sheet, waist, 390, hem, hem_y, 8, 12, 1.1, 0.9)
    gather = Folds(sheet.rng).fan(450 + 74, 392, 108, 70, 8, 300, 10, 1.3, 0.2)
    side = [(450 + waist, 366, "c"), (450 + 142, 480), (450 + 176, 660), (450 + hem, hem_y, "c")]
    under = curve([*side, (450 + 90, hem_y + 12), (450 - 40, hem_y + 14), (450 - 120, hem_y + 10), *mirrored(side)], closed=True)
    sheet.part(under, jersey, colour, skirt_folds, edge=7, thick=4, shadow=0, shade=0.94)
    mark_torso(sheet, b, under, back=b.neck_y + 10, front=249, hem=(hem, hem_y), hip=hips(b))
    sheet.mark_pair("waist", 107, b.waist_y)
    mark_sleeves(sheet, b, elbow=0.66)
    over_edge = [(450 + 70, 372, "c"), (450 + 40, 480), (450 + 34, 640), (450 + 66, 770), (450 + 132, hem_y + 6, "c")]
    over = curve([(450 - waist, 366, "c"), *over_edge, (450 + 20, hem_y + 20), (450 - 100, hem_y + 14), (450 - hem, hem_y, "c"), (450 - 176, 660), (450 - 142, 480)], closed=True)
    sheet.part(over, jersey, colour, skirt_folds + gather.height, edge=5, thick=3, shadow=0.42, shadow_reach=10)
    folds = Folds(sheet.rng).undulate(1.6, 90, 110)
    folds.fan(450 + 84, 378, -118, 60, 6, 190, 9, 1.5, 0.15).fan(450 - 88, 372, -62, 40, 4, 150, 9, 1.2, 0.15)
    for s in (-1, 1):
        folds.fan(450 + s * 126, 232, 90 + s * 36, 50, 3, 90, 9, 1.1)
    right = [(450 + 66, 74, "c"), (450 + 132, 98, "c"), (450 + 118, 165), (450 + 130, 232, "c"), (450 + 112, 310), (450 + 107, 372, "c")]
    low = curve([*right, (450 - 20, 380, "c"), (450 - 72, 350, "c"), (450 - 8, 262), (450 + 44, 160)], closed=True)
    sheet.part(low, jersey, colour, folds.height, edge=5, thick=3, shadow=0.3, shadow_reach=6, seams=[Seam(b.armhole(False), 2, 1.3, 0.2)], stitches=[Stitch(curve([(450 + 60, 82), (450 + 38, 164), (450 - 12, 262)]), strength=0.3, dash=3, gap=2, width=1)])
    left = mirrored(right)
    high = curve([(450 + 107, 372, "c"), *left, (450 - 44, 160), (450 + 10, 266), (450 + 78, 356)], closed=True)
    sheet.part(high, jersey, colour, folds.height, edge=5, thick=3, shadow=0.45, shadow_reach=8, seams=[Seam(b.armhole(True), 2, 1.3, 0.2)], stitches=[Stitch(curve([(450 - 60, 82), (450 - 38, 164), (450 + 14, 262), (450 + 72, 348)]), strength=0.3, dash=3, gap=2, width=1)])
    belt = curve([(450 - 109, 358, "c"), (450, 366), (450 + 109, 358, "c"), (450 + 108, 386, "c"), (450, 395), (450 - 108, 386, "c")], closed=True)
    sheet.part(belt, jersey, colour, Folds(sheet.rng).scatter(7, (350, 360, 550, 392), 4, 6, 60, 4, 0.8).height, edge=3, thick=2.4, shadow=0.45, shadow_reach=6)
    for tail in ([(516, 384, "c"), (536, 384, "c"), (560, 470), (566, 566, "c"), (540, 572, "c"), (532, 480)], [(508, 384, "c"), (530, 386, "c"), (522, 452), (508, 528, "c"), (482, 522, "c"), (500, 450)]):
        sheet.part(curve(tail, closed=True), jersey, colour, Folds(sheet.rng).scatter(4, (490, 400, 560, 540), 85, 8, 80, 6, 0.9).height, edge=3.5, thick=2.4, shadow=0.45, shadow_reach=7)
    for loop in ([(520, 378), (560, 352), (596, 352), (600, 374), (566, 388)], [(520, 378), (486, 356), (456, 362), (456, 384), (490, 392)]):
        sheet.part(curve(loop, closed=True), jersey, colour, Folds(sheet.rng).fold(sum(p[0] for p in loop) / 5, 372, 6, 30, 5, -1.2).height, edge=5, thick=4.5, shadow=0.45, shadow_reach=7)
    knot = curve([(508, 364), (526, 360), (540, 368), (540, 388), (524, 396), (508, 388)], closed=True)
    sheet.part(knot, jersey, colour, edge=6, thick=5, shadow=0.5, shadow_reach=6)


def dress_slip(sheet: Sheet, colour: str) -> None:
    satin = {"gloss": 0.20, "gloss_power": 9}
    for s in (-1, 1):
        back = curve([(450 + s * 70, 196), (450 + s * 66, 110), (450 + s * 58, 52)])
        strap(sheet, back, colour, 0.55)
    inside = curve([(450 - 84, 208, "c"), (450, 232), (450 + 84, 208, "c"), (450 + 60, 260), (450, 290), (450 - 60, 260)], closed=True)
    sheet.part(inside, smooth, colour, shade=0.45, shadow=0, rim=0.2, back=True)
    f = Folds(sheet.rng).undulate(3.4, 100, 260)
    f.scatter(8, (390, 300, 510, 560), 84, 16, 150, 17, 1.8).scatter(6, (330, 520, 570, 820), 92, 10, 190, 20, 2.2)
    f.fan(450 - 112, 262, 50, 60, 4, 120, 10, 1.3).fan(450 + 112, 262, 130, 60, 4, 120, 10, 1.3)
    f.fold(450, 286, 8, 50, 9, 2.0, 0.5).fold(444, 306, -6, 60, 10, 1.6, 0.4)
    height = f.height + fall(sheet, 110, 430, 176, 856, 6, 12, 1.15, 0.8)
    side = [(450 + 72, 184, "c"), (450 + 96, 214), (450 + 117, 262, "c"), (450 + 106, 330), (450 + 102, 400), (450 + 130, 540), (450 + 152, 700), (450 + 174, 852, "c")]
    neck = [(450 - 72, 184, "c"), (450 - 44, 236), (450 - 14, 272), (450, 279), (450 + 14, 272), (450 + 44, 236)]
    outline = curve([*neck, *side, (450 + 70, 866), (450 - 50, 862), *mirrored(side)[:-1]], closed=True)
    # Straps sit where a neckline would end; the shoulders are where a sleeve would be set in.
    b = Block(neck=58, neck_y=52, shoulder=118, shoulder_y=92, armpit=117, armpit_y=262, waist_y=392, hem=174, hem_y=852)
    mark_torso(sheet, b, outline, back=229, front=279, hip=hips(b))
    dart = [Seam(curve([(450 + s * 112, 292), (450 + s * 88, 276), (450 + s * 64, 270)]), 1.6, 1.2, 0.2) for s in (-1, 1)]
    trim = [Seam(curve([(450 - 68, 190), (450 - 42, 241), (450 - 13, 277), (450, 284), (450 + 13, 277), (450 + 42, 241), (450 + 68, 190)]), 1.6, 0.8, 0.1)]
    sheet.part(outline, smooth, colour, height.astype(np.float32), edge=6, thick=4, shadow=0, seams=dart + trim, rim=0.12, **satin)
    for s in (-1, 1):
        strap(sheet, curve([(450 + s * 71, 190), (450 + s * 69, 120), (450 + s * 58, 50)]), colour, 1.0)
        slide = np.array([(450 + s * 70 - 5, 118), (450 + s * 70 + 5, 118), (450 + s * 70 + 5, 127), (450 + s * 70 - 5, 127)])
        sheet.part(slide, smooth, "#B9A070", thick=1, edge=1, shadow=0.3, shadow_reach=2, gloss=0.3)


def strap(sheet: Sheet, line: np.ndarray, colour: str, shade: float) -> None:
    outline = np.concatenate([line + (-3, 0), (line + (3, 0))[::-1]])
    sheet.part(outline, smooth, colour, thick=2.2, edge=1.6, shade=shade, shadow=0.3, shadow_reach=3, gloss=0.12, gloss_power=8)


def dress_shirt(sheet: Sheet, colour: str) -> None:
    b = Block(neck=54, neck_y=84, front_drop=46, back_drop=6, shoulder=142, shoulder_y=122, armpit=144, armpit_y=268, waist=116, waist_y=420, hem=202, hem_y=838, sleeve_angle=33, sleeve_length=196, sleeve_bulge=8, cuff=98)
    for left in (True, False):
        sleeve = b.sleeve(left)
        at = sleeve["hem"]
        sheet.part(sleeve["outline"], chino, colour, sleeve_folds(sheet, sleeve, 200, 1.2, 1.0), angle=sleeve["axis"], shadow=0, edge=7, thick=3.5)
        cuff = np.concatenate([at(-4), at(30)[::-1]])
        sheet.part(cuff, chino, colour, Folds(sheet.rng).undulate(0.8, 50, 50).height, angle=sleeve["axis"], thick=3.4, edge=5, shadow=0.42, shadow_reach=7, rim=0.22, seams=[Seam(at(12), 1.6, 0.8, 0.1)])
    collar_back(sheet, b, chino, colour)
    side = [(450 + 142, 122, "c"), (450 + 130, 190), (450 + 144, 268, "c"), (450 + 124, 350), (450 + 116, 420), (450 + 142, 520), (450 + 178, 690), (450 + 202, 838, "c")]
    f = Folds(sheet.rng).undulate(2.0).crumple(0.9)
    for s in (-1, 1):
        f.fan(450 + s * 138, 268, 90 + s * 30, 60, 4, 120, 10, 1.3)
        f.fan(450 + s * 60, 446, 90 - s * 4, 40, 5, 300, 11, 1.5, 0.15)
        f.fan(450 + s * 60, 412, -90, 50, 4, 110, 9, 1.2, 0.15)
    height = f.height + fall(sheet, 116, 440, 202, 838, 8, 10, 1.1, 0.9)
    body = curve([*b.front_neck("crew"), *side, (450 + 100, 854), (450, 858), (450 - 100, 854), *mirrored(side)], closed=True)
    mark_torso(sheet, b, body, back=b.neck_y - 31, front=b.neck_y + 40, neck=(64, b.neck_y), hip=hips(b))
    sheet.mark_pair("waist", 121, 436)
    mark_sleeves(sheet, b, beyond=4)
    hem = curve([(450 + 198, 824), (450 + 100, 841), (450, 845), (450 - 100, 841), (450 - 198, 824)])
    yoke = both(curve([(450 + 52, 102), (450 + 100, 136), (450 + 138, 162)]))
    seams = [Seam(b.armhole(s), 2.2, 1.6, 0.22) for s in (True, False)] + [Seam(line, 1.6, 0.9, 0.15) for line in yoke]
    sheet.part(body, chino, colour, height.astype(np.float32), edge=7, thick=3.5, shadow=0.3, shadow_reach=6, seams=seams, stitches=[Stitch(hem, strength=0.4, dash=3, gap=2, width=1)])
    placket = np.array([(434, 130), (466, 130), (467, 856), (435, 856)])
    sheet.part(placket, chino, colour, height.astype(np.float32) * 0.8, thick=1.3, edge=2.2, shadow=0.34, shadow_reach=4.5, rim=0.14, stitches=[Stitch(np.array([(x, 132), (x + 0.8, 852)]), strength=0.4, dash=3, gap=2, width=1) for x in (438, 462)])
    for y in (176, 254, 332, 520, 610, 700, 790):
        sheet.button(450 + sheet.rng.normal(0, 0.6), y, 6, "#D9CDB4")
    for x in (382, 518):
        patch(sheet, x, 218, 70, 76, chino, colour)
    collar_front(sheet, b, chino, colour, False, False, "#D9CDB4")
    belt = curve([(450 - 120, 408, "c"), (450, 416), (450 + 120, 408, "c"), (450 + 121, 440, "c"), (450, 449), (450 - 121, 440, "c")], closed=True)
    edge = curve([(450 - 117, 413), (450, 421), (450 + 117, 413)])
    sheet.part(belt, chino, colour, thick=2.6, edge=3, shadow=0.5, shadow_reach=8, rim=0.22, stitches=[Stitch(edge + (0, k), strength=0.4, dash=3, gap=2, width=1) for k in (0, 23)])
    buckle = np.concatenate([rounded(450, 432, 25, 23, 6), rounded(450, 432, 17, 15, 4)[::-1]])
    sheet.part(buckle, smooth, "#6B4A2C", thick=3, edge=2.2, shadow=0.5, shadow_reach=5, gloss=0.16, gloss_power=30)
    tongue = np.array([(433, 430), (470, 430), (470, 434), (433, 434)])
    sheet.part(tongue, smooth, "#7A5634", thick=2, edge=1.4, shadow=0.4, shadow_reach=3, gloss=0.16)


def rounded(x: float, y: float, w: float, h: float, r: float) -> np.ndarray:
    out = []
    for cx, cy, start in ((x + w - r, y - h + r, -90), (x + w - r, y + h - r, 0), (x - w + r, y + h - r, 90), (x - w + r, y - h + r, 180)):
        a = np.radians(start + np.linspace(0, 90, 8))
        out.append(np.stack([cx + r * np.cos(a), cy + r * np.sin(a)], 1))
    ring = np.concatenate(out)
    return np.vstack([ring, ring[:1]])
