"""Patterns of T-shirts, shirts and jumpers. Points are given for the right-hand side of the picture and mirrored."""
from dataclasses import dataclass

import numpy as np

from cloth import SIZE, Folds, Seam, Sheet, Stitch, curve, jersey, mirrored, rib, shifted
from fit import mark_sleeves, mark_torso
from prints import printed


@dataclass
class Block:
    """The measures a top is cut from, in picture pixels; halves are distances from the middle line."""

    neck: float = 76
    neck_y: float = 130
    front_drop: float = 68
    back_drop: float = 18
    shoulder: float = 196
    shoulder_y: float = 178
    armpit: float = 201
    armpit_y: float = 364
    waist: float = 194
    waist_y: float = 570
    hem: float = 203
    hem_y: float = 782
    hem_bow: float = 9
    sleeve_angle: float = 46
    sleeve_length: float = 178
    sleeve_bulge: float = 9
    cuff: float = 126

    def front_neck(self, shape: str) -> list:
        """Neckline from the left to the right shoulder point."""
        n, y, d = self.neck, self.neck_y, self.front_drop
        if shape == "v":
            return [(450 - n, y, "c"), (450 - n * 0.62, y + d * 0.42), (450 - 8, y + d - 9), (450, y + d, "c"), (450 + 8, y + d - 9), (450 + n * 0.62, y + d * 0.42), (450 + n, y, "c")]
        return [(450 - n, y, "c"), (450 - n * 0.86, y + d * 0.55), (450 - n * 0.45, y + d * 0.93), (450, y + d), (450 + n * 0.45, y + d * 0.93), (450 + n * 0.86, y + d * 0.55), (450 + n, y, "c")]

    def back_neck(self, lift: float = 0) -> list:
        n, y, d = self.neck, self.neck_y, self.back_drop
        return [(450 + n, y, "c"), (450 + n * 0.55, y + d * 0.8 - lift), (450, y + d - lift), (450 - n * 0.55, y + d * 0.8 - lift), (450 - n, y, "c")]

    def side(self) -> list:
        """Right side: shoulder point, armhole, side seam, hem corner."""
        return [
            (450 + self.shoulder, self.shoulder_y, "c"),
            (450 + self.shoulder - 13, (self.shoulder_y + self.armpit_y) / 2 - 8),
            (450 + self.armpit, self.armpit_y, "c"),
            (450 + self.waist, self.waist_y),
            (450 + self.hem, self.hem_y, "c"),
        ]

    def body(self, shape: str) -> np.ndarray:
        side = self.side()
        return curve([*self.front_neck(shape), *side, (450, self.hem_y + self.hem_bow), *mirrored(side)], closed=True)

    def sleeve(self, left: bool) -> dict[str, np.ndarray]:
        """Outline and lines of one sleeve."""
        a = np.radians(self.sleeve_angle)
        d, n = np.array([np.sin(a), np.cos(a)]), np.array([-np.cos(a), np.sin(a)])
        top = np.array([450 + self.shoulder, self.shoulder_y])
        pit = np.array([450 + self.armpit, self.armpit_y])
        outer = top + self.sleeve_length * d
        inner = outer + self.cuff * n + 0.02 * self.sleeve_length * d
        mid_out = top + 0.42 * self.sleeve_length * d - self.sleeve_bulge * n
        mid_in = pit + 0.5 * (inner - pit) - 0.35 * self.sleeve_bulge * n
        tuck = np.array([-26.0, 0.0])
        cap = top + 0.10 * self.sleeve_length * d - 0.5 * self.sleeve_bulge * n
        wrist = [(*(inner - 62 * d),)] if self.sleeve_length > 300 else []
        points = [(*(top + tuck), "c"), (*top,), (*cap,), (*mid_out,), (*outer, "c"), (*((outer + inner) / 2 + 0.018 * self.sleeve_length * d),), (*inner, "c"), *wrist, (*mid_in,), (*(pit + (1, 1)), "c"), (*(pit + tuck + (0, 6)), "c")]
        hem = [outer, (outer + inner) / 2 + 0.018 * self.sleeve_length * d, inner]
        at = lambda back: curve([(*(p - back * d),) for p in hem])
        flip = (lambda line: np.stack([SIZE - line[:, 0], line[:, 1]], 1)) if left else (lambda line: line)
        return {"outline": flip(curve(points, closed=True)), "hem": lambda back: flip(at(back)), "axis": -self.sleeve_angle if not left else self.sleeve_angle, "pit": flip(pit[None])[0], "middle": flip(((top + outer) / 2 + 0.5 * self.cuff * n)[None])[0], "outer": flip(outer[None])[0], "inner": flip(inner[None])[0], "d": d * ((-1, 1) if left else (1, 1)), "n": n * ((-1, 1) if left else (1, 1))}

    def armhole(self, left: bool) -> np.ndarray:
        line = curve(self.side()[:3])
        return np.stack([SIZE - line[:, 0], line[:, 1]], 1) if left else line

    def hem_line(self, up: float, margin: float = 3) -> np.ndarray:
        y = self.hem_y - up
        half = self.hem - margin - (self.hem - self.waist) * up / max(self.hem_y - self.waist_y, 1)
        return curve([(450 - half, y), (450, y + self.hem_bow), (450 + half, y)])



def top_folds(sheet: Sheet, b: Block, amount: float = 1.0, crisp: float = 0.0, width: float = 13) -> np.ndarray:
    """How a laid top creases: out of the armpits, down the sides, a little across the hem."""
    f = Folds(sheet.rng).undulate(2.3 * amount)
    if crisp:
        f.crumple(crisp)
    for left in (False, True):
        pit_x = 450 - b.armpit + 4 if left else 450 + b.armpit - 4
        f.fan(pit_x, b.armpit_y, 62 if left else 118, 74, 5, 150, width, 1.5 * amount)
        f.fan(450 + (-1 if left else 1) * b.shoulder * 0.84, b.shoulder_y + 18, 70 if left else 110, 50, 3, 120, width, 0.9 * amount)
        side = 450 + (-1 if left else 1) * b.waist * 0.72
        f.scatter(4, (side - 34, b.armpit_y + 120, side + 34, b.hem_y - 60), 90, 15, 120, width, 1.15 * amount)
    f.scatter(5, (450 - b.waist * 0.6, b.armpit_y + 60, 450 + b.waist * 0.6, b.hem_y - 40), 78 + sheet.rng.normal(0, 14), 26, 130, width * 1.3, 0.95 * amount)
    f.scatter(3, (450 - b.waist * 0.7, b.waist_y - 60, 450 + b.waist * 0.7, b.waist_y + 120), 12, 20, 90, width, 0.6 * amount)
    return f.height


def sleeve_folds(sheet: Sheet, sleeve: dict, length: float, amount: float = 1.0, crisp: float = 0.0, width: float = 11) -> np.ndarray:
    f = Folds(sheet.rng).undulate(1.4 * amount, 90, 110)
    if crisp:
        f.crumple(crisp)
    along = np.degrees(np.arctan2(sleeve["d"][1], sleeve["d"][0]))
    mid, pit = sleeve["middle"], sleeve["pit"]
    f.fan(*pit, along, 60, 4, min(length, 190) * 0.7, width, 1.4 * amount)
    for _ in range(4 if length > 300 else 2):
        t = sheet.rng.uniform(0.15, 0.9)
        at = pit + sleeve["d"] * length * t + sleeve["n"] * sheet.rng.uniform(-40, 20)
        f.fold(*at, along + sheet.rng.normal(0, 16), 0.3 * min(length, 260), width, 1.2 * amount, sheet.rng.normal(0, 0.1))
    if length > 300:
        for t in (0.44, 0.5, 0.57):
            at = pit + sleeve["d"] * length * t - sleeve["n"] * 30
            f.fold(*at, along + 68 * np.sign(sleeve["d"][0]) * sheet.rng.uniform(0.8, 1.2), 44, width * 0.8, 1.25 * amount, 0.15)
    return f.height


def inside_back(sheet: Sheet, b: Block, shape: str, weave, colour: str, band: float, lift: float = 0) -> None:
    """The inner side of the back, seen through the neck hole."""
    hole = curve([*b.back_neck(lift), *[(p[0], p[1] + 5, *p[2:]) for p in b.front_neck(shape)[1:-1]]], closed=True)
    sheet.part(hole, weave, colour, shade=0.62, shadow=0, rim=0.1, back=True)
    upper = curve(b.back_neck(lift)[::-1])
    if band:
        strip = np.concatenate([upper, (upper + (0, band))[::-1]])
        sheet.part(strip, rib(4.2), colour, shade=0.70, thick=1.2, edge=3, shadow=0.25, shadow_reach=4, rim=0.15, back=True)


def neck_band(sheet: Sheet, line: np.ndarray, width: float, weave, colour: str, **style) -> None:
    """A strip that follows the front neckline."""
    band = np.concatenate([line, shifted(line, -width if line[0, 0] > line[-1, 0] else width)[::-1]])
    sheet.part(band, weave, colour, thick=1.6, edge=3.2, shadow=0.28, shadow_reach=5, rim=0.16, **style)


def t_shirt(sheet: Sheet, colour: str, neck: str = "crew", boxy: bool = False, slim: bool = False, pocket: bool = False, stripe: str | None = None, weave=jersey, ink: list = ()) -> None:
    b = Block()
    if neck == "v":
        b.front_drop, b.neck = 106, 74
    if neck == "scoop":
        b.front_drop, b.neck, b.back_drop = 126, 98, 40
    if boxy:
        b = Block(neck=76, shoulder=220, shoulder_y=186, armpit=224, armpit_y=386, waist=222, hem=225, hem_y=760, sleeve_angle=40, sleeve_length=166, cuff=140, front_drop=60)
    if slim:
        b.shoulder, b.armpit, b.waist, b.hem, b.armpit_y = 172, 172, 152, 175, 340
        b.sleeve_angle, b.sleeve_length, b.cuff, b.shoulder_y = 50, 116, 106, 168
    heavy = 0.7 if boxy else 1.0
    mark_torso(sheet, b, b.body(neck), back=b.neck_y + b.back_drop, front=b.neck_y + b.front_drop)
    mark_sleeves(sheet, b)
    inside_back(sheet, b, neck, weave, colour, band=0 if slim else 13)
    for left in (True, False):
        sleeve = b.sleeve(left)
        stitches = [Stitch(sleeve["hem"](k), strength=0.4, dash=3.2, gap=2.0, width=1.1) for k in (19, 15.5)]
        seams = [Seam(sleeve["hem"](18), 1.4, 0.5, 0.05)]
        sheet.part(sleeve["outline"], weave, colour, sleeve_folds(sheet, sleeve, b.sleeve_length, heavy), angle=sleeve["axis"], shadow=0, seams=seams, stitches=stitches, edge=7, thick=3.5)
        if stripe:
            cuff = np.concatenate([sleeve["hem"](13), sleeve["hem"](8)[::-1]])
            sheet.part(cuff, jersey, stripe, angle=sleeve["axis"], thick=0.4, shadow=0, rim=0.12)
    seams = [Seam(b.armhole(s), 2.2, 1.5, 0.22) for s in (True, False)]
    stitches = [Stitch(b.hem_line(k), strength=0.4, dash=3.2, gap=2.0, width=1.1) for k in (22, 18)]
    seams.append(Seam(b.hem_line(21), 1.6, 0.5, 0.06))
    tint = printed(sheet, colour, ink) if ink else None
    front = sheet.part(b.body(neck), weave, colour, top_folds(sheet, b, heavy), shadow=0.30, shadow_reach=6, seams=seams, stitches=stitches, edge=7, thick=3.5, tint=tint)
    line = curve(b.front_neck(neck))
    width = 9 if slim else 15
    if neck == "v":
        middle = len(line) // 2
        for half in (line[: middle + 1], line[middle:]):
            neck_band(sheet, half, width, rib(4.0), colour, clip=front)
    else:
        neck_band(sheet, line, width, rib(4.0), colour, clip=front)
    if stripe:
        band = np.concatenate([shifted(line, 9.5), shifted(line, 5)[::-1]])
        sheet.part(band, jersey, stripe, thick=0.3, shadow=0, rim=0.1, clip=front)
    if pocket:
        patch(sheet, 552, 366, 96, 104, jersey, colour)


def patch(sheet: Sheet, x: float, y: float, width: float, height: float, weave, colour: str, point: float = 10, **style) -> None:
    """A sewn-on pocket centred on x, its top edge at y."""
    l, r = x - width / 2, x + width / 2
    outline = curve([(l, y, "c"), (r, y + 1, "c"), (r - 1, y + height - point, "c"), (x, y + height, "c"), (l + 1, y + height - point, "c")], closed=True)
    inner = np.array([(l + 3, y + 2), (l + 3.8, y + height - point - 2), (x, y + height - 4), (r - 3.8, y + height - point - 2), (r - 3, y + 2)])
    hem = np.array([(l + 1, y + 16), (r - 1, y + 17)])
    folds = Folds(sheet.rng).undulate(0.7, 60, 60).height
    sheet.part(outline, weave, colour, folds, thick=1.4, edge=2.5, shadow=0.42, shadow_reach=5, rim=0.18, stitches=[Stitch(inner, strength=0.45, dash=3, gap=2, width=1), Stitch(hem, strength=0.45, dash=3, gap=2, width=1)], **style)


def shirt(sheet: Sheet, colour: str, weave, pocket: bool = False, button_down: bool = False, camp: bool = False) -> None:
    b = Block(neck=62, neck_y=128, front_drop=54, back_drop=6, shoulder=188, shoulder_y=180, armpit=204, armpit_y=366, waist=199, hem=208, hem_y=796, hem_bow=30, sleeve_angle=23, sleeve_length=520, sleeve_bulge=13, cuff=76)
    crisp = 2.1 if camp else 1.1
    if camp:
        # An open collar: the fronts part as deep as its leaves do, and the inside of the back shows between them.
        b.front_drop = 128
        b.sleeve_angle, b.sleeve_length, b.cuff, b.shoulder, b.hem_bow, b.hem_y = 41, 178, 138, 204, 5, 776
        b.armpit, b.waist, b.hem = 212, 210, 215
    pearl = "#4A3B2A" if camp else "#E9E6DD"
    for left in (True, False):
        sleeve = b.sleeve(left)
        at = sleeve["hem"]
        if camp:
            stitches, seams = [Stitch(at(26), strength=0.4, dash=3, gap=2, width=1)], [Seam(at(26), 1.5, 0.6, 0.08)]
        else:
            stitches, seams = [], []
        sheet.part(sleeve["outline"], weave, colour, sleeve_folds(sheet, sleeve, b.sleeve_length, 1.25, crisp), angle=sleeve["axis"], shadow=0, edge=8, thick=3.6, seams=seams, stitches=stitches)
        if not camp:
            cuff = np.concatenate([at(-3), at(56)[::-1]])
            sheet.part(cuff, weave, colour, Folds(sheet.rng).undulate(0.7, 50, 50).height, angle=sleeve["axis"], thick=2.0, edge=4, shadow=0.35, shadow_reach=5, rim=0.2, stitches=[Stitch(at(2), strength=0.4, dash=3, gap=2, width=1), Stitch(at(51), strength=0.4, dash=3, gap=2, width=1)])
            spot = sleeve["inner"] - sleeve["d"] * 26 - sleeve["n"] * 14
            sheet.button(*spot, 5.2, pearl)
    seams = [Seam(b.armhole(s), 2.2, 1.6, 0.2) for s in (True, False)]
    seams += [Seam(shifted(b.armhole(s), 5 if not s else -5), 1.0, 0.4, 0.05) for s in (True, False)]
    yoke = [curve([(450 + side * x, y) for x, y in ((58, 148), (122, 190), (b.shoulder - 4, 226))]) for side in (-1, 1)]
    seams += [Seam(line, 1.6, 0.9, 0.16) for line in yoke]
    side_points = b.side()
    side_points[-1] = (450 + b.hem - 6, b.hem_y - (0 if camp else 42), "c")
    bottom = [(450 + b.hem * 0.72, b.hem_y - (0 if camp else 4)), (450 + 50, b.hem_y + b.hem_bow * 0.9), (450, b.hem_y + b.hem_bow), (450 - 50, b.hem_y + b.hem_bow * 0.9), (450 - b.hem * 0.72, b.hem_y - (0 if camp else 4))]
    body = curve([*b.front_neck("v" if camp else "crew"), *side_points, *bottom, *mirrored(side_points)], closed=True)
    hem_points = [side_points[-1][:2], *bottom, (900 - side_points[-1][0], side_points[-1][1])]
    hem = curve([(450 + (p[0] - 450) * 0.985, p[1] - 9) for p in hem_points])
    folds = top_folds(sheet, b, 1.15, crisp)
    mark_torso(sheet, b, body, back=b.neck_y - 31, front=b.neck_y + (128 if camp else 40), neck=(66, b.neck_y), hem=(side_points[-1][0] - 450, side_points[-1][1]))
    mark_sleeves(sheet, b, elbow=None if camp else 0.53, beyond=0 if camp else 3)
    collar_back(sheet, b, weave, colour, camp)
    sheet.part(body, weave, colour, folds, shadow=0.30, shadow_reach=6, edge=7, thick=3.2, seams=seams, stitches=[Stitch(hem, strength=0.4, dash=3, gap=2, width=1)])
    top = 128 + (118 if camp else 46)
    placket = np.array([(433, top), (467, top), (467.5, b.hem_y + b.hem_bow - 2), (433.5, b.hem_y + b.hem_bow - 2)])
    lines = [Stitch(np.array([(x, top), (x + 0.5, b.hem_y + b.hem_bow - 4)]), strength=0.4, dash=3, gap=2, width=1) for x in (437, 463)]
    sheet.part(placket, weave, colour, folds * 0.8, thick=1.3, edge=2.2, shadow=0.34, shadow_reach=4.5, rim=0.14, stitches=[] if camp else lines)
    for i in range(6):
        y = (282 if camp else 216) + i * (92 if camp else 97)
        if y < b.hem_y - 14:
            sheet.button(450 + sheet.rng.normal(0, 0.7), y, 6.4, pearl)
    if pocket:
        patch(sheet, 545, 344, 100, 112, weave, colour)
    if camp:
        for x in (347, 553):
            patch(sheet, x, 348, 106, 116, weave, colour)
            flap = curve([(x - 55, 346, "c"), (x + 55, 346, "c"), (x + 54, 368, "c"), (x, 384, "c"), (x - 54, 368, "c")], closed=True)
            sheet.part(flap, weave, colour, thick=1.2, edge=2.2, shadow=0.4, shadow_reach=4, rim=0.16)
            sheet.button(x, 369, 5, pearl)
    collar_front(sheet, b, weave, colour, camp, button_down, pearl)


def collar_back(sheet: Sheet, b: Block, weave, colour: str, camp: bool = False) -> None:
    """The inside of a standing collar and of the yoke."""
    y = b.neck_y
    inner = curve([(450 - 62, y + 14, "c"), (450 - 50, y - 20), (450, y - 31), (450 + 50, y - 20), (450 + 62, y + 14, "c"), (450 + 40, y + 76), (450, y + (150 if camp else 84), "c"), (450 - 40, y + 76)], closed=True)
    sheet.part(inner, weave, colour, shade=0.68, shadow=0, rim=0.22, back=True)
    stand = curve([(450 - 54, y + 4, "c"), (450 - 44, y - 16), (450, y - 26), (450 + 44, y - 16), (450 + 54, y + 4, "c"), (450 + 40, y + 14), (450, y + 20), (450 - 40, y + 14)], closed=True)
    sheet.part(stand, weave, colour, shade=0.78, shadow=0.3, shadow_reach=4, thick=1.4, edge=3, rim=0.2, back=True)


def collar_front(sheet: Sheet, b: Block, weave, colour: str, camp: bool, button_down: bool, pearl: str | None) -> None:
    y = b.neck_y
    if camp:
        leaf = [(450 + 5, y + 128, "c"), (450 + 30, y + 60), (450 + 46, y + 4), (450 + 44, y - 20, "c"), (450 + 64, y - 8), (450 + 76, y + 22), (450 + 92, y + 88, "c"), (450 + 70, y + 78, "c"), (450 + 78, y + 104, "c"), (450 + 36, y + 124)]
        gorge = curve([(450 + 70, y + 78), (450 + 48, y + 66), (450 + 34, y + 50)])
    else:
        leaf = [(450 + 2, y + 56, "c"), (450 + 26, y + 34), (450 + 44, y + 4), (450 + 42, y - 22, "c"), (450 + 60, y - 10), (450 + 72, y + 16), (450 + 62, y + 104, "c"), (450 + 34, y + 88)]
        gorge = None
        band = curve([(450 - 26, y + 40, "c"), (450 + 26, y + 40, "c"), (450 + 18, y + 72), (450 + 15, y + 76, "c"), (450 - 15, y + 76, "c"), (450 - 18, y + 72)], closed=True)
        sheet.part(band, weave, colour, shadow=0.3, shadow_reach=4, thick=1.2, edge=3, rim=0.2)
        if pearl:
            sheet.button(450, y + 60, 5.6, pearl)
    for left in (True, False):
        points = mirrored(leaf) if left else leaf
        outline = curve(points, closed=True)
        centre = outline.mean(0)
        inner = centre + (outline - centre) * (0.90, 0.93)
        seams = []
        if gorge is not None:
            seams = [Seam(np.stack([SIZE - gorge[:, 0], gorge[:, 1]], 1) if left else gorge, 1.8, 1.2, 0.25)]
        sheet.part(outline, weave, colour, Folds(sheet.rng).undulate(1.2, 60, 60).height, angle=-30 if left else 30, thick=2.4, edge=4, shadow=0.5, shadow_reach=7, rim=0.22, seams=seams, stitches=[Stitch(inner[4:-4], strength=0.35, dash=3, gap=2, width=1)] if not camp else [])
        if button_down:
            tip = (900 - 507, y + 93) if left else (507, y + 93)
            sheet.button(*tip, 4.2, pearl)


def knit(sheet: Sheet, colour: str, weave, neck: str = "crew", chunky: bool = False, slim: bool = False) -> None:
    b = Block(neck=74, neck_y=132, front_drop=62, back_drop=14, shoulder=186, shoulder_y=182, armpit=204, armpit_y=374, waist=202, hem=188, hem_y=776, hem_bow=6, sleeve_angle=24, sleeve_length=520, sleeve_bulge=16, cuff=76)
    if neck == "v":
        b.front_drop, b.neck = 168, 72
    if neck == "roll":
        b = Block(neck=76, neck_y=178, front_drop=26, back_drop=4, shoulder=200, shoulder_y=228, armpit=220, armpit_y=424, waist=220, hem=204, hem_y=812, hem_bow=7, sleeve_angle=23, sleeve_length=486, sleeve_bulge=22, cuff=90)
    if neck == "boat":
        b = Block(neck=122, neck_y=146, front_drop=30, back_drop=12, shoulder=172, shoulder_y=172, armpit=174, armpit_y=346, waist=152, waist_y=560, hem=174, hem_y=782, hem_bow=8, sleeve_angle=21, sleeve_length=540, sleeve_bulge=9, cuff=58)
    amount, width = (1.0, 22) if chunky else ((1.15, 11) if slim else (1.35, 16))
    edge, thick = (13, 9.0) if chunky else ((6, 3.2) if slim else (9, 5.0))
    trim = 64 if chunky else 50
    shape = "v" if neck == "v" else "crew"
    roll = neck == "roll"
    mark_torso(sheet, b, b.body(shape), back=b.neck_y - 96 if roll else b.neck_y + b.back_drop, front=b.neck_y + (33 if roll else b.front_drop), neck=(84, b.neck_y) if roll else None)
    mark_sleeves(sheet, b, elbow=0.53)
    if not roll:
        inside_back(sheet, b, shape, weave, colour, band=0 if slim else 17)
    for left in (True, False):
        sleeve = b.sleeve(left)
        at = sleeve["hem"]
        stitches = [Stitch(at(k), strength=0.35, dash=3, gap=2, width=1) for k in (14, 11)] if slim else []
        sheet.part(sleeve["outline"], weave, colour, sleeve_folds(sheet, sleeve, b.sleeve_length, amount, 0, width), angle=sleeve["axis"], shadow=0, edge=edge, thick=thick, stitches=stitches)
        if not slim:
            squeeze = lambda line: line.mean(0) + (line - line.mean(0)) * 0.93
            cuff = np.concatenate([squeeze(at(-2)), at(trim)[::-1]])
            sheet.part(cuff, rib(6.5 if chunky else 5.2), colour, angle=sleeve["axis"], thick=thick * 0.7, edge=edge * 0.7, shadow=0.18, shadow_reach=4, rim=0.2)
    seams = [Seam(b.armhole(s), 3.0 if not slim else 2, 2.4 if chunky else 1.6, 0.22) for s in (True, False)]
    stitches = [Stitch(b.hem_line(k), strength=0.35, dash=3, gap=2, width=1) for k in (18, 15)] if slim else []
    front = sheet.part(b.body(shape), weave, colour, top_folds(sheet, b, amount, 0, width), shadow=0.32, shadow_reach=8, seams=seams, stitches=stitches, edge=edge, thick=thick)
    if not slim:
        h, y = b.hem, b.hem_y
        hem = curve([(450 - h - 3, y - trim, "c"), (450, y - trim + 6), (450 + h + 3, y - trim, "c"), (450 + h, y - trim / 2), (450 + h, y + 1, "c"), (450, y + b.hem_bow + 2), (450 - h, y + 1, "c"), (450 - h, y - trim / 2)], closed=True)
        sheet.part(hem, rib(7.0 if chunky else 5.6), colour, Folds(sheet.rng).undulate(1.2, 110, 60).height, thick=thick * 0.7, edge=edge * 0.7, shadow=0.16, shadow_reach=4, rim=0.2)
    if roll:
        roll_neck(sheet, b, colour)
        return
    line = curve(b.front_neck(shape))
    if shape == "v":
        middle = len(line) // 2
        for half in (line[: middle + 1], line[middle:]):
            neck_band(sheet, half, 19, rib(5.2), colour, angle=-28 if half[0, 0] < half[-1, 0] and half[0, 1] < half[-1, 1] else 28, clip=front)
    elif slim:
        neck_band(sheet, line, 8, jersey, colour, clip=front)
    else:
        neck_band(sheet, line, 21, rib(5.4), colour, clip=front)


def roll_neck(sheet: Sheet, b: Block, colour: str) -> None:
    y = b.neck_y
    tube = curve([(450 - 74, y + 10, "c"), (450 - 70, y - 52), (450 - 66, y - 84, "c"), (450, y - 96), (450 + 66, y - 84, "c"), (450 + 70, y - 52), (450 + 74, y + 10, "c"), (450, y + 36)], closed=True)
    sheet.part(tube, rib(7), colour, shade=0.66, shadow=0.3, shadow_reach=8, back=True)
    turn = curve([(450 - 86, y + 6, "c"), (450 - 84, y - 44), (450 - 70, y - 84, "c"), (450 - 36, y - 74), (450, y - 71), (450 + 36, y - 74), (450 + 70, y - 84, "c"), (450 + 84, y - 44), (450 + 86, y + 6, "c"), (450 + 46, y + 26), (450, y + 33), (450 - 46, y + 26)], closed=True)
    folds = Folds(sheet.rng).undulate(1.6, 120, 50).scatter(4, (400, y - 60, 500, y + 10), 4, 8, 80, 12, 1.8).height
    sheet.part(turn, rib(7.4), colour, folds, thick=9, edge=11, shadow=0.5, shadow_reach=12, rim=0.24)
