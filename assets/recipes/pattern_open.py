"""Patterns of jackets and coats that hang open: between the fronts the picture is empty, so that what is worn under shows."""
import numpy as np

from cloth import Folds, Seam, Sheet, Stitch, curve, linen, smooth, wool
from fit import mark_sleeves, mark_torso
from pattern_bottoms import flipped
from pattern_tops import Block, patch, sleeve_folds, top_folds


def hanging(sheet: Sheet, colour: str, b: Block, weave, *, break_y: float, gap: tuple[float, float, float], lapel: float, buttons: list, button_colour: str, lining: str, pockets: tuple, round_front: float, crisp: float, cuff_buttons: int) -> None:
    """Two fronts with notch lapels; `gap` is how far their edges stay from the middle line at the break, the waist and the hem."""
    y, n, hem, depth = b.neck_y, b.neck, b.hem_y, break_y - b.neck_y
    mark_torso(sheet, b, b.body("crew"), back=y - 20, front=break_y, neck=(n + 6, y))
    mark_sleeves(sheet, b, elbow=0.53)
    for left in (True, False):
        sleeve = b.sleeve(left)
        sheet.part(sleeve["outline"], weave, colour, sleeve_folds(sheet, sleeve, b.sleeve_length, 1.15, crisp, 14), angle=sleeve["axis"], shadow=0, edge=10, thick=6, seams=[Seam(sleeve["hem"](4), 1.2, 0.4, 0.05)])
        for k in range(cuff_buttons):
            sheet.button(*(sleeve["inner"] - sleeve["d"] * (16 + 17 * k) - sleeve["n"] * 11), 4.6, button_colour)
    facing = curve([(450 - n - 4, y + 8, "c"), (450, y - 16), (450 + n + 4, y + 8, "c"), (450 + n * 0.6, y + 30), (450, y + 40), (450 - n * 0.6, y + 30)], closed=True)
    sheet.part(facing, smooth, lining, Folds(sheet.rng).undulate(0.8, 80, 60).height, shade=0.6, shadow=0, back=True)
    folds = top_folds(sheet, b, 1.1, crisp, 16)
    at_break, at_waist, at_hem = gap
    roll = [(450 + at_break, break_y), (450 + n * 0.80, y + depth * 0.42), (450 + n * 0.86, y + 12)]
    turn = [(450 + at_hem + round_front, hem + b.hem_bow), (450 + at_hem + round_front * 0.2, hem - round_front * 0.55)] if round_front else [(450 + at_hem, hem + b.hem_bow, "c")]
    front = curve([(450 + n, y, "c"), *b.side(), *turn, (450 + at_waist, b.waist_y + 60), *roll], closed=True)
    dart = curve([(450 + (at_break + b.armpit) * 0.5, b.armpit_y + 40), (450 + (at_waist + b.waist) * 0.5, b.waist_y - 10), (450 + (at_waist + b.waist) * 0.52, b.waist_y + 90)])
    edge = curve([(450 + at_hem + 6 + round_front * 0.2, hem - round_front * 0.6 - 6), (450 + at_waist + 6, b.waist_y + 60), (450 + at_break + 6, break_y + 6)])
    for left in (False, True):
        side = flipped if left else (lambda line: line)
        seams = [Seam(b.armhole(left), 3.0, 2.2, 0.25), Seam(side(dart), 1.6, 1.0, 0.14)]
        sheet.part(side(front), weave, colour, folds, edge=8, thick=5.5, shadow=0.3, shadow_reach=8, seams=seams, stitches=[Stitch(side(edge), strength=0.3, dash=3, gap=2.2, width=1)])
    x, top, w, h, flap = pockets
    for s in (-1, 1):
        if flap:
            lid = curve([(450 + s * x - w / 2, top, "c"), (450 + s * x + w / 2, top - s * 5, "c"), (450 + s * x + w / 2 + s, top + h - s * 5, "c"), (450 + s * x, top + h + 3), (450 + s * x - w / 2 + s, top + h, "c")], closed=True)
            sheet.part(lid, weave, colour, thick=2.4, edge=4, shadow=0.5, shadow_reach=7, rim=0.2)
        else:
            patch(sheet, 450 + s * x, top, w, h, weave, colour, 12)
    tip, notch, gorge = (450 + lapel, y + depth * 0.40), (450 + lapel * 0.80, y + depth * 0.335), (450 + n * 1.02, y + 36)
    leaf = curve([(450 + at_break - 1, break_y + 6, "c"), (450 + at_break + 26, break_y - depth * 0.16), (450 + lapel * 0.92, y + depth * 0.60), (*tip, "c"), (*notch, "c"), (*gorge, "c"), (450 + n * 0.80, y + 12, "c"), (450 + n * 0.76, y + depth * 0.42)], closed=True)
    line = curve([(450 + at_break + 8, break_y - 10), (450 + at_break + 28, break_y - depth * 0.18), (450 + lapel * 0.92 - 6, y + depth * 0.59), (tip[0] - 7, tip[1] + 1)])
    for left in (False, True):
        side = flipped if left else (lambda points: points)
        sheet.part(side(leaf), weave, colour, Folds(sheet.rng).undulate(1.6, 90, 140).height, angle=-20 if left else 20, thick=4, edge=5, shadow=0.55, shadow_reach=10, rim=0.22, stitches=[Stitch(side(line), strength=0.28, dash=3, gap=2.4, width=1)])
    collar = [(450 + n * 0.62, y - 14), (450 + n + 12, y + 14), (450 + lapel * 0.90, y + depth * 0.235, "c"), (450 + lapel * 0.76, y + depth * 0.315, "c"), (450 + n, y + 38), (450 + n * 0.78, y + 13), (450 + n * 0.4, y + 3)]
    other = [(900 - p[0], *p[1:]) for p in reversed(collar)]
    sheet.part(curve([(450, y - 20), *collar, (450, y + 1), *other], closed=True), weave, colour, Folds(sheet.rng).undulate(1.0, 60, 40).height, thick=4, edge=5, shadow=0.5, shadow_reach=8, rim=0.24)
    for by in buttons:
        at = 450 - float(np.interp(by, [break_y, b.waist_y + 60, hem], [at_break, at_waist, at_hem])) - 20
        sheet.button(at, by, 11, button_colour)


def blazer_open(sheet: Sheet, colour: str) -> None:
    b = Block(neck=64, neck_y=104, front_drop=50, back_drop=0, shoulder=200, shoulder_y=150, armpit=204, armpit_y=338, waist=190, waist_y=500, hem=216, hem_y=790, hem_bow=8, sleeve_angle=19, sleeve_length=556, sleeve_bulge=17, cuff=84)
    hanging(sheet, colour, b, linen, break_y=452, gap=(28, 38, 62), lapel=140, buttons=[486, 586], button_colour="#5A4733", lining="#B9B2A2", pockets=(136, 590, 108, 128, False), round_front=44, crisp=1.3, cuff_buttons=3)


def coat_open(sheet: Sheet, colour: str) -> None:
    b = Block(neck=48, neck_y=60, front_drop=50, back_drop=0, shoulder=154, shoulder_y=96, armpit=158, armpit_y=246, waist=156, waist_y=420, hem=184, hem_y=850, hem_bow=6, sleeve_angle=20, sleeve_length=440, sleeve_bulge=15, cuff=76)
    hanging(sheet, colour, b, wool, break_y=360, gap=(20, 24, 36), lapel=118, buttons=[392, 484, 576], button_colour="#23201F", lining="#5E6570", pockets=(112, 540, 82, 30, True), round_front=0, crisp=0, cuff_buttons=0)
