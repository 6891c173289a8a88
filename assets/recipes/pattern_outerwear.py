"""Patterns of jackets and coats."""
import numpy as np

from cloth import SIZE, Folds, Seam, Sheet, Stitch, curve, mirrored, smooth, suede, wool
from fit import mark_sleeves, mark_torso
from pattern_bottoms import both, flipped
from pattern_tops import Block, patch, sleeve_folds, top_folds


def lining(sheet: Sheet, b: Block, colour: str, depth: float) -> None:
    """The inside of the back, seen through an open neck."""
    y = b.neck_y
    inner = curve([(450 - b.neck - 6, y + 6, "c"), (450, y - 16), (450 + b.neck + 6, y + 6, "c"), (450 + 40, y + depth * 0.6), (450, y + depth, "c"), (450 - 40, y + depth * 0.6)], closed=True)
    sheet.part(inner, smooth, colour, Folds(sheet.rng).undulate(1.2, 80, 100).height, shade=0.62, shadow=0, gloss=0.06, gloss_power=8, back=True)


def tailored(sheet: Sheet, colour: str, b: Block, *, break_y: float, lapel: float, buttons: list, button_colour: str, lining_colour: str, pockets: list, round_front: float, breast: bool) -> None:
    """Blazer and coat: set-in sleeves, right front over left, lapels and collar on top."""
    for left in (True, False):
        sleeve = b.sleeve(left)
        at = sleeve["hem"]
        sheet.part(sleeve["outline"], wool, colour, sleeve_folds(sheet, sleeve, b.sleeve_length, 1.1, 0, 15), angle=sleeve["axis"], shadow=0, edge=10, thick=6, seams=[Seam(at(4), 1.2, 0.4, 0.05)])
        for k in (16, 34, 52):
            spot = sleeve["inner"] - sleeve["d"] * k - sleeve["n"] * 11
            sheet.button(*spot, 5.0, button_colour)
    lining(sheet, b, lining_colour, break_y - b.neck_y - 8)
    folds = top_folds(sheet, b, 1.05, 0, 17)
    y, n, hem = b.neck_y, b.neck, b.hem_y
    tip = (450 + lapel, y + (break_y - y) * 0.40)
    notch = (450 + lapel * 0.74, y + (break_y - y) * 0.335)
    gorge = (450 + n * 0.86, y + 34)
    leaf = [(450 - 2, break_y + 4, "c"), (450 + 18, break_y - (break_y - y) * 0.14), (450 + lapel * 0.82, y + (break_y - y) * 0.58), (*tip, "c"), (*notch, "c"), (*gorge, "c"), (450 + n * 0.66, y + 10, "c"), (450 + n * 0.40, y + (break_y - y) * 0.42)]
    meeting = curve(leaf, closed=True)
    meeting = meeting[meeting[:, 0] <= 452]
    mark_torso(sheet, b, b.body("crew"), back=y - 20, front=float(meeting[:, 1].min()), neck=(n + 6, y), hem=(b.hem, hem))
    mark_sleeves(sheet, b, elbow=0.53)
    right = [(450 + n, y, "c"), *b.side()]
    roll = [(450 + 6, break_y, "c"), (450 + n * 0.5, y + (break_y - y) * 0.45)]
    dart = lambda s: curve([(450 + s * 96, b.armpit_y + 30), (450 + s * 92, b.waist_y - 20), (450 + s * 100, b.waist_y + 90)])
    for left in (False, True):
        reach = 26 if left else 8
        front = [*right, (450 + 60 + round_front, hem + b.hem_bow, "c" if not round_front else None), (450 - reach + round_front * 0.35, hem - round_front * 0.75), (450 - reach, break_y + 70, "c"), (450 - reach + 2, break_y, "c"), (450 + n * 0.42, y + (break_y - y) * 0.45)]
        front = [p[:2] if len(p) == 3 and p[2] is None else p for p in front]
        outline = curve(front, closed=True)
        seams = [Seam(b.armhole(False), 3.0, 2.2, 0.25), Seam(dart(1), 1.6, 1.0, 0.14)]
        stitches = []
        f = folds
        if left:
            outline, f = flipped(outline), folds
            seams = [Seam(b.armhole(True), 3.0, 2.2, 0.25), Seam(dart(-1), 1.6, 1.0, 0.14)]
        sheet.part(outline, wool, colour, f, edge=8, thick=5, shadow=0.4 if left else 0.3, shadow_reach=9, seams=seams, stitches=stitches)
    for x, py, w, h, flap in pockets:
        for s in (-1, 1):
            if flap:
                lid = curve([(450 + s * x - w / 2, py, "c"), (450 + s * x + w / 2, py - s * 5, "c"), (450 + s * x + w / 2 + s, py + h - s * 5, "c"), (450 + s * x, py + h + 3), (450 + s * x - w / 2 + s, py + h, "c")], closed=True)
                sheet.part(lid, wool, colour, thick=2.4, edge=4, shadow=0.5, shadow_reach=7, rim=0.2)
            else:
                patch(sheet, 450 + s * x, py, w, h, wool, colour, 12)
    if breast:
        welt = np.array([(528, b.armpit_y + 6), (602, b.armpit_y - 8), (604, b.armpit_y + 14), (530, b.armpit_y + 28)])
        sheet.part(welt, wool, colour, thick=2, edge=3, shadow=0.4, shadow_reach=5, rim=0.2)
    collar = [(450, y - 20), (450 + n * 0.62, y - 14), (450 + n + 12, y + 14), (450 + lapel * 0.86, y + (break_y - y) * 0.235, "c"), (450 + lapel * 0.70, y + (break_y - y) * 0.315, "c"), (450 + n * 0.84, y + 36), (450 + n * 0.62, y + 12), (450 + n * 0.3, y + 3), (450, y + 1)]
    for left in (False, True):
        points = curve(leaf, closed=True)
        line = curve([(450 + 8, break_y - 8), (450 + 22, break_y - (break_y - y) * 0.15), (450 + lapel * 0.82 - 5, y + (break_y - y) * 0.57), (tip[0] - 6, tip[1] + 1)])
        if left:
            points, line = flipped(points), flipped(line)
        sheet.part(points, wool, colour, Folds(sheet.rng).undulate(1.6, 90, 140).height, angle=-24 if left else 24, thick=4, edge=5, shadow=0.55, shadow_reach=10, rim=0.22, stitches=[Stitch(line, strength=0.28, dash=3, gap=2.4, width=1)])
    ring = collar + [(900 - p[0], *p[1:]) for p in reversed(collar[1:-1])]
    sheet.part(curve([(450, y - 20), *collar[1:-1], (450, y + 1), *[(900 - p[0], *p[1:]) for p in reversed(collar[1:-1])]], closed=True), wool, colour, Folds(sheet.rng).undulate(1.0, 60, 40).height, thick=4, edge=5, shadow=0.5, shadow_reach=8, rim=0.24)
    for by in buttons:
        sheet.button(450 + sheet.rng.normal(0, 0.6), by, 11, button_colour)


def blazer(sheet: Sheet, colour: str) -> None:
    b = Block(neck=62, neck_y=104, front_drop=50, back_drop=0, shoulder=198, shoulder_y=150, armpit=200, armpit_y=338, waist=182, waist_y=500, hem=206, hem_y=796, hem_bow=6, sleeve_angle=19, sleeve_length=560, sleeve_bulge=17, cuff=84)
    tailored(sheet, colour, b, break_y=446, lapel=138, buttons=[470, 566], button_colour="#3A2E26", lining_colour="#6C7C97", pockets=[(116, 588, 122, 138, False)], round_front=58, breast=True)


def coat(sheet: Sheet, colour: str) -> None:
    b = Block(neck=46, neck_y=62, front_drop=50, back_drop=0, shoulder=150, shoulder_y=96, armpit=152, armpit_y=244, waist=146, waist_y=420, hem=172, hem_y=852, hem_bow=5, sleeve_angle=20, sleeve_length=440, sleeve_bulge=14, cuff=74)
    tailored(sheet, colour, b, break_y=322, lapel=118, buttons=[344, 436, 528], button_colour="#4E3522", lining_colour="#8A6A48", pockets=[(92, 540, 88, 30, True)], round_front=0, breast=False)


def trucker(sheet: Sheet, colour: str) -> None:
    b = Block(neck=62, neck_y=140, front_drop=52, back_drop=6, shoulder=194, shoulder_y=186, armpit=206, armpit_y=378, waist=200, waist_y=560, hem=186, hem_y=742, hem_bow=6, sleeve_angle=23, sleeve_length=520, sleeve_bulge=18, cuff=82)
    mark_torso(sheet, b, b.body("crew"), back=108, front=206, neck=(72, b.neck_y), hem=(187, 746))
    mark_sleeves(sheet, b, elbow=0.53, beyond=3)
    thread = "#B98A5A"
    stitch = lambda line: [Stitch(line + (0, k), thread, strength=0.55, dash=3.6, width=1.2) for k in (0, 5)]
    for left in (True, False):
        sleeve = b.sleeve(left)
        at = sleeve["hem"]
        sheet.part(sleeve["outline"], suede, colour, sleeve_folds(sheet, sleeve, b.sleeve_length, 1.5, 0, 13), angle=sleeve["axis"], shadow=0, edge=11, thick=6.5)
        sheet.part(np.concatenate([at(-3), at(44)[::-1]]), suede, colour, angle=sleeve["axis"], thick=3, edge=4, shadow=0.4, shadow_reach=6, rim=0.22, stitches=[Stitch(at(k), thread, strength=0.5, dash=3.6, width=1.2) for k in (3, 39)])
        sheet.button(*(sleeve["inner"] - sleeve["d"] * 20 - sleeve["n"] * 15), 7, "#8A6A45", 0)
    inner = curve([(450 - 64, 150, "c"), (450 - 50, 118), (450, 108), (450 + 50, 118), (450 + 64, 150, "c"), (450 + 36, 206), (450, 226, "c"), (450 - 36, 206)], closed=True)
    sheet.part(inner, suede, colour, shade=0.55, shadow=0, back=True)
    folds = top_folds(sheet, b, 1.35, 0, 16)
    yoke = curve([(450 + 16, 318), (450 + 110, 318), (450 + 196, 326)])
    panels = [curve([(450 + 70, 410), (450 + 62, 560), (450 + 50, 706)]), curve([(450 + 146, 412), (450 + 134, 560), (450 + 116, 706)])]
    seams = [Seam(b.armhole(s), 3, 2.2, 0.25) for s in (True, False)]
    stitches = []
    for line in both(yoke):
        seams.append(Seam(line, 2.4, 1.8, 0.25))
        stitches += stitch(line + (0, 5))
    for panel in panels:
        for line in both(panel):
            seams.append(Seam(line, 2.2, 1.6, 0.22))
            stitches += [Stitch(line + (k, 0), thread, strength=0.5, dash=3.6, width=1.2) for k in (-5, 5)]
    sheet.part(b.body("crew"), suede, colour, folds, edge=10, thick=5.5, shadow=0.32, shadow_reach=8, seams=seams, stitches=stitches)
    band = curve([(450 - 190, 706, "c"), (450, 712), (450 + 190, 706, "c"), (450 + 187, 746, "c"), (450, 754), (450 - 187, 746, "c")], closed=True)
    edge = curve([(450 - 184, 711), (450, 717), (450 + 184, 711)])
    sheet.part(band, suede, colour, thick=3, edge=4, shadow=0.4, shadow_reach=6, rim=0.2, stitches=[Stitch(edge + (0, k), thread, strength=0.5, dash=3.6, width=1.2) for k in (0, 29)])
    placket = np.array([(428, 190), (472, 190), (472, 752), (428, 752)])
    sheet.part(placket, suede, colour, folds * 0.7, thick=2.2, edge=3, shadow=0.42, shadow_reach=6, rim=0.18, stitches=[Stitch(np.array([(x, 200), (x, 748)]), thread, strength=0.5, dash=3.6, width=1.2) for x in (434, 466)])
    for x in (342, 558):
        pocket = curve([(x - 52, 336, "c"), (x + 52, 336, "c"), (x + 40, 430), (x, 446, "c"), (x - 40, 430)], closed=True)
        sheet.part(pocket, suede, colour, Folds(sheet.rng).undulate(0.8, 60, 60).height, thick=1.4, edge=3, shadow=0.3, shadow_reach=5, rim=0.15)
        flap = curve([(x - 56, 330, "c"), (x + 56, 330, "c"), (x + 55, 354, "c"), (x, 376, "c"), (x - 55, 354, "c")], closed=True)
        inset = curve([(x - 50, 350), (x, 369, "c"), (x + 50, 350)])
        sheet.part(flap, suede, colour, thick=2.2, edge=3.5, shadow=0.5, shadow_reach=7, rim=0.2, stitches=[Stitch(inset, thread, strength=0.5, dash=3.6, width=1.2)])
        sheet.button(x, 356, 7, "#8A6A45", 0)
    for y in (250, 348, 446, 544, 642, 730):
        sheet.button(450, y, 9, "#8A6A45", 0)
    leaf = [(450 + 3, 206, "c"), (450 + 30, 176), (450 + 46, 142), (450 + 44, 116, "c"), (450 + 66, 128), (450 + 82, 152), (450 + 96, 262, "c"), (450 + 50, 240)]
    for left in (True, False):
        outline = curve(mirrored(leaf) if left else leaf, closed=True)
        centre = outline.mean(0)
        sheet.part(outline, suede, colour, Folds(sheet.rng).undulate(1.2, 70, 70).height, thick=4, edge=5, shadow=0.55, shadow_reach=9, rim=0.22, stitches=[Stitch((centre + (outline - centre) * (0.88, 0.92))[4:-4], thread, strength=0.5, dash=3.6, width=1.2)])


def raincoat(sheet: Sheet, colour: str) -> None:
    coated = {"gloss": 0.16, "gloss_power": 26}
    b = Block(neck=70, neck_y=168, front_drop=40, back_drop=4, shoulder=176, shoulder_y=206, armpit=186, armpit_y=372, waist=184, waist_y=560, hem=206, hem_y=856, hem_bow=6, sleeve_angle=21, sleeve_length=470, sleeve_bulge=17, cuff=88)
    mark_torso(sheet, b, b.body("crew"), back=88, front=203)
    mark_sleeves(sheet, b, elbow=0.53)
    for left in (True, False):
        sleeve = b.sleeve(left)
        at = sleeve["hem"]
        sheet.part(sleeve["outline"], smooth, colour, sleeve_folds(sheet, sleeve, b.sleeve_length, 1.5, 1.2, 10), angle=sleeve["axis"], shadow=0, edge=9, thick=5, seams=[Seam(at(30), 1.8, 1.0, 0.12)], stitches=[Stitch(at(k), strength=0.35, dash=3, gap=2, width=1) for k in (26, 33)], **coated)
    # The hood lies down behind the neck, as it does on a shopper who looks into a mirror.
    hood = curve([(450 - 98, 190, "c"), (450 - 116, 150), (450 - 84, 104), (450, 88), (450 + 84, 104), (450 + 116, 150), (450 + 98, 190, "c"), (450, 230)], closed=True)
    sheet.part(hood, smooth, colour, Folds(sheet.rng).undulate(2.4, 80, 40).scatter(5, (370, 100, 530, 150), 6, 14, 70, 9, 1.6).height, edge=10, thick=6, shadow=0, **coated)
    opening = curve([(450 - 70, 190, "c"), (450 - 74, 160), (450 - 52, 136), (450, 126), (450 + 52, 136), (450 + 74, 160), (450 + 70, 190, "c"), (450 + 34, 226), (450, 236), (450 - 34, 226)], closed=True)
    sheet.part(opening, smooth, "#3B3A44", Folds(sheet.rng).undulate(2.0, 60, 80).height, edge=12, thick=-8, shade=0.75, shadow=0, rim=0.35, back=True)
    brim = curve([(450 - 70, 190), (450 - 74, 160), (450 - 52, 136), (450, 126), (450 + 52, 136), (450 + 74, 160), (450 + 70, 190)])
    rim = np.concatenate([brim, (brim - (450, 180))[::-1] * 1.16 + (450, 180)])
    sheet.part(rim, smooth, colour, thick=2.4, edge=3, shadow=0.25, shadow_reach=5, stitches=[Stitch((brim - (450, 180)) * 1.11 + (450, 180), strength=0.35, dash=3, gap=2, width=1)], **coated)
    folds = top_folds(sheet, b, 1.5, 1.7, 12)
    yoke = curve([(450 - 180, 312), (450 - 90, 326), (450, 330), (450 + 90, 326), (450 + 180, 312)])
    seams = [Seam(b.armhole(s), 2.4, 1.8, 0.22) for s in (True, False)]
    hem = b.hem_line(24)
    sheet.part(b.body("crew"), smooth, colour, folds, edge=9, thick=5, shadow=0.35, shadow_reach=9, seams=[*seams, Seam(hem, 1.4, 0.6, 0.06)], stitches=[Stitch(hem, strength=0.35, dash=3, gap=2, width=1)], **coated)
    cape = curve([(450 - 70, 168, "c"), (450 - 176, 206, "c"), (450 - 170, 270), (450 - 178, 318, "c"), (450 - 90, 334), (450, 338), (450 + 90, 334), (450 + 178, 318, "c"), (450 + 170, 270), (450 + 176, 206, "c"), (450 + 70, 168, "c"), (450 + 36, 202), (450, 210), (450 - 36, 202)], closed=True)
    sheet.part(cape, smooth, colour, folds, edge=6, thick=3, shadow=0.42, shadow_reach=7, stitches=[Stitch(yoke, strength=0.35, dash=3, gap=2, width=1)], **coated)
    placket = np.array([(424, 200), (476, 200), (478, 860), (426, 860)])
    sheet.part(placket, smooth, colour, folds * 0.8, thick=2, edge=3, shadow=0.45, shadow_reach=7, rim=0.18, stitches=[Stitch(np.array([(470, 206), (472, 856)]), strength=0.35, dash=3, gap=2, width=1)], **coated)
    for y in (236, 344, 452, 560, 668, 776):
        sheet.button(450, y, 9, "#C9C4BA", 0)
    for line in (curve([(450 + 78, 596), (450 + 134, 698)]), curve([(450 - 78, 596), (450 - 134, 698)])):
        s = np.sign(line[0, 0] - 450)
        flap = np.concatenate([line, (line + (s * 24, -12))[::-1]])
        sheet.part(flap, smooth, colour, thick=2.4, edge=4, shadow=0.5, shadow_reach=7, rim=0.22, stitches=[Stitch(line + (s * 6, -3), strength=0.35, dash=3, gap=2, width=1)], **coated)
    for s in (-1, 1):
        cord = curve([(450 + s * 44, 222), (450 + s * 50, 262), (450 + s * 46, 306)])
        sheet.part(np.concatenate([cord + (-2.2, 0), (cord + (2.2, 0))[::-1]]), smooth, "#E9E2D4", thick=2, edge=1.5, shadow=0.5, shadow_reach=4)
        sheet.button(450 + s * 46, 308, 5, "#2B2522", 0)
