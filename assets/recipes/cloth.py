"""Draws cloth: paths, weaves, folds, seams and soft light from the top left.

Coordinates are those of a 900 x 900 picture; everything is computed at twice that size and reduced at the end.
Heights are in picture pixels. Colours are linear light inside, sRGB outside.
"""
import cv2
import numpy as np
import skia

SIZE = 900
ZOOM = 2
FOLD_GAIN = 3.6
LIGHT = np.array([-0.46, -0.58, 0.67])

Point = tuple[float, float]


def linear(hex_colour: str) -> np.ndarray:
    srgb = np.array([int(hex_colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def to_srgb(light: np.ndarray) -> np.ndarray:
    light = np.clip(light, 0, 1)
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)


# Paths ---------------------------------------------------------------------------------------------------------------


def curve(points: list, closed: bool = False, step: int = 14) -> np.ndarray:
    """Smooth line through `points`; a point written (x, y, "c") is a sharp corner."""
    knots = [(p[0], p[1]) for p in points]
    corners = [i for i, p in enumerate(points) if len(p) == 3]
    if closed:
        if corners:
            knots, corners = knots[corners[0] :] + knots[: corners[0]], [c - corners[0] for c in corners]
            knots.append(knots[0])
            corners.append(len(knots) - 1)
        else:
            return spline(np.array(knots), True, step)
    else:
        corners = sorted({0, len(knots) - 1, *corners})
    pieces = [spline(np.array(knots[a : b + 1]), False, step) for a, b in zip(corners, corners[1:])]
    return np.concatenate(pieces)


def spline(knots: np.ndarray, closed: bool, step: int) -> np.ndarray:
    """Centripetal Catmull-Rom, `step` samples a span."""
    if len(knots) < 3:
        return knots
    if closed:
        knots = np.vstack([knots[-1], knots, knots[0], knots[1]])
    else:
        knots = np.vstack([2 * knots[0] - knots[1], knots, 2 * knots[-1] - knots[-2]])
    out = []
    for p0, p1, p2, p3 in zip(knots, knots[1:], knots[2:], knots[3:]):
        t0, t1 = 0.0, np.hypot(*(p1 - p0)) ** 0.5 + 1e-9
        t2 = t1 + np.hypot(*(p2 - p1)) ** 0.5 + 1e-9
        t3 = t2 + np.hypot(*(p3 - p2)) ** 0.5 + 1e-9
        t = np.linspace(t1, t2, step, endpoint=False)[:, None]
        a1 = (t1 - t) / (t1 - t0) * p0 + (t - t0) / (t1 - t0) * p1
        a2 = (t2 - t) / (t2 - t1) * p1 + (t - t1) / (t2 - t1) * p2
        a3 = (t3 - t) / (t3 - t2) * p2 + (t - t2) / (t3 - t2) * p3
        b1 = (t2 - t) / (t2 - t0) * a1 + (t - t0) / (t2 - t0) * a2
        b2 = (t3 - t) / (t3 - t1) * a2 + (t - t1) / (t3 - t1) * a3
        out.append((t2 - t) / (t2 - t1) * b1 + (t - t1) / (t2 - t1) * b2)
    return np.vstack([*out, knots[-2]])


def mirrored(points: list) -> list:
    """The same points on the other side, in the opposite order, so that outlines close."""
    return [(SIZE - p[0], *p[1:]) for p in reversed(points)]


def shifted(line: np.ndarray, distance: float) -> np.ndarray:
    """A parallel line, `distance` to the right of the walking direction (picture y points down: positive = clockwise side)."""
    tangent = np.gradient(line, axis=0)
    tangent /= np.hypot(*tangent.T)[:, None] + 1e-9
    return line + distance * np.stack([-tangent[:, 1], tangent[:, 0]], 1)


def skia_path(line: np.ndarray, closed: bool) -> skia.Path:
    path = skia.Path()
    path.addPoly([skia.Point(float(x), float(y)) for x, y in line], closed)
    return path


# Noise and folds -----------------------------------------------------------------------------------------------------


def noise(rng: np.random.Generator, size: int, width: float, height: float) -> np.ndarray:
    """Smooth noise about 0 with standard deviation 1; features are `width` x `height` pixels."""
    rows, columns = max(int(np.ceil(size / height)) + 3, 4), max(int(np.ceil(size / width)) + 3, 4)
    grid = rng.standard_normal((rows, columns)).astype(np.float32)
    field = cv2.resize(grid, (int(columns * width), int(rows * height)), interpolation=cv2.INTER_CUBIC)
    top, left = int(rng.integers(0, field.shape[0] - size)), int(rng.integers(0, field.shape[1] - size))
    field = field[top : top + size, left : left + size]
    return field / (field.std() + 1e-9)


class Folds:
    """A field of heights that grows fold by fold."""

    def __init__(self, rng: np.random.Generator, width: int = SIZE, height: int = SIZE):
        self.rng, self.shape = rng, (height, width)
        self.height = np.zeros(self.shape, np.float32)

    def field(self, width: float, height: float) -> np.ndarray:
        return noise(self.rng, max(self.shape), width, height)[: self.shape[0], : self.shape[1]]

    def undulate(self, amount: float, width: float = 170, height: float = 240) -> "Folds":
        """The cloth does not lie quite flat."""
        self.height += 1.7 * amount * self.field(width, height)
        self.height += 0.6 * amount * self.field(width * 0.45, height * 0.45)
        return self

    def crumple(self, amount: float, scale: float = 90) -> "Folds":
        """Creases that run into each other, as in poplin or linen."""
        warp_x, warp_y = (18 * self.field(120, 120) for _ in range(2))
        y, x = np.mgrid[0 : self.shape[0], 0 : self.shape[1]].astype(np.float32)
        for octave, weight in ((1.0, 1.0), (0.5, 0.45), (0.27, 0.2)):
            ridge = 1 - np.abs(self.field(scale * octave, scale * octave * 1.3)) / 1.4
            ridge = cv2.remap(ridge, x + warp_x, y + warp_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
            self.height += amount * weight * octave * cv2.GaussianBlur(np.clip(ridge, 0, 1) ** 2, (0, 0), 1.6)
        return self

    def fold(self, x: float, y: float, angle: float, length: float, width: float, amount: float, bend: float = 0.0) -> "Folds":
        """One soft ridge at (x, y); `angle` in degrees, 0 = to the right, 90 = down; steeper on its lit side."""
        reach = int(length * 1.5 + width * 4)
        x0, x1, y0, y1 = max(int(x) - reach, 0), min(int(x) + reach, self.shape[1]), max(int(y) - reach, 0), min(int(y) + reach, self.shape[0])
        if x0 >= x1 or y0 >= y1:
            return self
        rows, columns = np.mgrid[y0:y1, x0:x1]
        c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
        along = (columns - x) * c + (rows - y) * s
        across = -(columns - x) * s + (rows - y) * c - bend * (along / length) ** 2 * length
        side = np.where(across > 0, width, width * 2.3)
        taper = np.exp(-((along / length) ** 4) * 3) * np.exp(-((along / length) ** 2))
        self.height[y0:y1, x0:x1] += (FOLD_GAIN * amount * taper * np.exp(-((across / side) ** 2))).astype(np.float32)
        return self

    def fan(self, x: float, y: float, towards: float, spread: float, count: int, length: float, width: float, amount: float, start: float = 0.35) -> "Folds":
        """Folds that run out of one tight place, such as an armpit."""
        for i in range(count):
            angle = towards + spread * ((i + 0.5) / count - 0.5) + self.rng.normal(0, spread * 0.06)
            reach = length * self.rng.uniform(0.6, 1.15)
            c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
            distance = reach * (start + 0.35)
            self.fold(x + c * distance, y + s * distance, angle, reach * 0.75, width * self.rng.uniform(0.7, 1.4), amount * self.rng.uniform(0.5, 1.15) * self.rng.choice([1, 1, -0.7]), self.rng.normal(0, 0.08))
        return self

    def scatter(self, count: int, box: tuple, angle: float, jitter: float, length: float, width: float, amount: float) -> "Folds":
        """Loose folds with a common direction inside a box (x0, y0, x1, y1)."""
        box = (min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3]))
        for _ in range(count):
            self.fold(self.rng.uniform(box[0], box[2]), self.rng.uniform(box[1], box[3]), angle + self.rng.normal(0, jitter), length * self.rng.uniform(0.5, 1.3), width * self.rng.uniform(0.6, 1.6), amount * self.rng.uniform(0.35, 1.0) * self.rng.choice([1, 1, -0.8]), self.rng.normal(0, 0.12))
        return self


# Weaves: each returns (height, brightness) over a grid of cloth coordinates -------------------------------------------


def jersey(rng, u, v):
    streak = cv2.GaussianBlur(rng.standard_normal(u.shape).astype(np.float32), (0, 0), sigmaX=0.9, sigmaY=4)
    streak /= streak.std()
    return 0.05 * np.sin(2 * np.pi * u / 2.3) + 0.03 * streak, 1 + 0.010 * streak


def poplin(rng, u, v):
    grain = cv2.GaussianBlur(rng.standard_normal(u.shape).astype(np.float32), (0, 0), 1.0)
    grain /= grain.std()
    return 0.02 * grain, 1 + 0.006 * grain


def oxford(rng, u, v):
    basket = np.sin(2 * np.pi * u / 3.4) * np.sin(2 * np.pi * v / 3.4)
    grain = cv2.GaussianBlur(rng.standard_normal(u.shape).astype(np.float32), (0, 0), 1.2)
    grain /= grain.std()
    return 0.10 * basket, 1 + 0.055 * basket + 0.022 * grain


def linen(rng, u, v):
    across = cv2.GaussianBlur(rng.standard_normal(u.shape).astype(np.float32), (0, 0), sigmaX=22, sigmaY=1.1)
    down = cv2.GaussianBlur(rng.standard_normal(u.shape).astype(np.float32), (0, 0), sigmaX=1.1, sigmaY=22)
    slub = across / across.std() + down / down.std()
    return 0.06 * slub, 1 + 0.045 * slub


def stockinette(period):
    """Rows of V-shaped stitches, `period` pixels wide."""

    def weave(rng, u, v):
        column = u / period
        leg = np.abs(column - np.floor(column) - 0.5) * 2
        stitch = np.cos(2 * np.pi * (v / (period * 0.8) + 0.55 * leg))
        gap = np.clip(1 - np.abs(leg - 1) * 3.4, 0, 1) + 0.5 * np.clip(1 - leg * 4, 0, 1)
        soft = cv2.GaussianBlur(rng.standard_normal(u.shape).astype(np.float32), (0, 0), 2.2)
        soft /= soft.std()
        return period * (0.045 * stitch - 0.075 * gap) + 0.04 * soft, 1 + 0.030 * stitch - 0.07 * gap + 0.018 * soft

    return weave


def rib(period):
    def weave(rng, u, v):
        wale = np.cos(2 * np.pi * u / period)
        row = np.cos(2 * np.pi * (v / 3.6 + 0.25 * wale))
        return period * (0.13 * np.tanh(2.2 * wale)) + 0.05 * row, 1 + 0.075 * np.tanh(2 * wale) + 0.018 * row

    return weave


def cable(rng, u, v):
    """Twisted cables between bands of moss stitch."""
    width, turn = 104.0, 92.0
    column = np.floor(u / width)
    x = (u / width - column - 0.5) * width
    phase = 2 * np.pi * (v / turn + 0.31 * column)
    height, bright = np.zeros_like(u), np.ones_like(u)
    for sign in (1, -1):
        centre = 11 * np.sin(phase) * sign
        lift = 1.0 + 0.55 * np.cos(phase) * sign
        strand = np.clip(1 - ((x - centre) / 13.5) ** 2, 0, None) ** 0.5
        height = np.maximum(height, 5.2 * strand * lift)
    knit, knit_bright = stockinette(7.5)(rng, u, v)
    moss = np.sin(2 * np.pi * u / 7.2) * np.sin(2 * np.pi * v / 6.4)
    in_cable = np.clip((29 - np.abs(x)) / 4, 0, 1)
    cord = np.exp(-(((np.abs(x) - 36) / 4.2) ** 2))
    height += in_cable * knit * 1.1 + (1 - in_cable) * 0.5 * moss + 3.2 * cord * (1 + 0.12 * np.cos(2 * np.pi * v / 6))
    bright += in_cable * (knit_bright - 1) + (1 - in_cable) * 0.05 * moss - 0.10 * np.exp(-(((np.abs(x) - 28.5) / 2.8) ** 2))
    return height, bright


def wool(rng, u, v):
    fibre = cv2.GaussianBlur(rng.standard_normal(u.shape).astype(np.float32), (0, 0), 1.5)
    cloud = cv2.GaussianBlur(rng.standard_normal(u.shape).astype(np.float32), (0, 0), 7)
    fibre, cloud = fibre / fibre.std(), cloud / cloud.std()
    twill = np.sin(2 * np.pi * (u + v) / 4.2)
    return 0.05 * twill + 0.05 * fibre, 1 + 0.035 * fibre + 0.012 * cloud + 0.018 * twill


def denim(rng, u, v):
    twill = np.sin(2 * np.pi * (u * 0.8 - v) / 3.6)
    warp = cv2.GaussianBlur(rng.standard_normal(u.shape).astype(np.float32), (0, 0), sigmaX=1.1, sigmaY=16)
    grain = cv2.GaussianBlur(rng.standard_normal(u.shape).astype(np.float32), (0, 0), 1.1)
    warp, grain = warp / warp.std(), grain / grain.std()
    return 0.10 * twill + 0.05 * warp, 1 + 0.085 * twill + 0.075 * warp + 0.05 * grain


def chino(rng, u, v):
    twill = np.sin(2 * np.pi * (u * 0.9 - v) / 3.2)
    grain = cv2.GaussianBlur(rng.standard_normal(u.shape).astype(np.float32), (0, 0), 1.3)
    grain /= grain.std()
    return 0.05 * twill + 0.02 * grain, 1 + 0.018 * twill + 0.016 * grain


def suede(rng, u, v):
    nap = sum(weight * (lambda f: f / f.std())(cv2.GaussianBlur(rng.standard_normal(u.shape).astype(np.float32), (0, 0), sigma)) for sigma, weight in ((1.4, 0.5), (9, 0.5), (28, 0.7)))
    return 0.05 * nap, 1 + 0.042 * nap


def smooth(rng, u, v):
    grain = cv2.GaussianBlur(rng.standard_normal(u.shape).astype(np.float32), (0, 0), 1.4)
    grain /= grain.std()
    return 0.006 * grain, 1 + 0.004 * grain


# Drawing -------------------------------------------------------------------------------------------------------------


class Stitch:
    """A line of thread along `line`: tone on tone, or in a `colour` of its own."""

    def __init__(self, line: np.ndarray, colour: str | None = None, dash: float = 4.2, gap: float = 2.4, width: float = 1.3, strength: float = 0.5):
        self.line, self.colour, self.dash, self.gap, self.width, self.strength = line, colour, dash, gap, width, strength


class Seam:
    """A sewn join: a groove of `width` pixels, or a ridge where `depth` is negative."""

    def __init__(self, line: np.ndarray, width: float = 2.0, depth: float = 1.0, dark: float = 0.25):
        self.line, self.width, self.depth, self.dark = line, width, depth, dark


class Sheet:
    """The picture being laid: parts are added from the bottom to the top."""

    def __init__(self, seed: int):
        self.rng = np.random.default_rng(seed)
        pixels = SIZE * ZOOM
        self.light = np.zeros((pixels, pixels, 3), np.float32)
        self.alpha = np.zeros((pixels, pixels), np.float32)
        # How much of a pixel shows the inside of the back: what a worn garment's neck hides.
        self.inside = np.zeros((pixels, pixels), np.float32)
        self.turn = np.radians(self.rng.normal(0, 0.55))
        self.sway = [2.6 * noise(self.rng, SIZE, 420, 420) + 0.9 * noise(self.rng, SIZE, 75, 75) for _ in range(2)]
        self.anchors: dict[str, np.ndarray] = {}

    def laid(self, line: np.ndarray) -> np.ndarray:
        """Where a point of the pattern comes to lie: a hand is never exact."""
        x, y = line[:, 0] - 450, line[:, 1] - 450
        c, s = np.cos(self.turn), np.sin(self.turn)
        turned = np.stack([450 + c * x - s * y, 450 + s * x + c * y], 1).astype(np.float32)
        at = np.clip(turned, 0, SIZE - 1)
        return turned + np.stack([cv2.remap(f, at[:, :1], at[:, 1:], cv2.INTER_LINEAR)[:, 0] for f in self.sway], 1)

    def stiffen(self, share: float = 0.0) -> None:
        """What is not cloth lies straight; `share` of the sway stays."""
        self.turn, self.sway = self.turn * share, [f * share for f in self.sway]

    def mark(self, word: str, x: float, y: float) -> None:
        """Notes where a garment meets a body, as shares of the picture."""
        self.anchors[word] = self.laid(np.array([[x, y]], float))[0] / SIZE

    def mark_pair(self, word: str, half: float, y: float) -> None:
        """The same on both sides; the wearer's left is the right half of the picture."""
        self.mark(f"{word}_left", SIZE / 2 + half, y)
        self.mark(f"{word}_right", SIZE / 2 - half, y)

    def raster(self, line: np.ndarray, closed: bool = True, stroke: float = 0, dash: tuple | None = None) -> np.ndarray:
        pixels = SIZE * ZOOM
        surface = skia.Surface(pixels, pixels)
        with surface as canvas:
            canvas.scale(ZOOM, ZOOM)
            paint = skia.Paint(AntiAlias=True, Color=skia.ColorWHITE)
            if stroke:
                paint.setStyle(skia.Paint.kStroke_Style)
                paint.setStrokeWidth(stroke)
                paint.setStrokeCap(skia.Paint.kRound_Cap if dash is None else skia.Paint.kButt_Cap)
                paint.setStrokeJoin(skia.Paint.kRound_Join)
                if dash:
                    paint.setPathEffect(skia.DashPathEffect.Make(list(dash), float(self.rng.uniform(0, sum(dash)))))
            canvas.drawPath(skia_path(self.laid(line), closed), paint)
        return surface.makeImageSnapshot().toarray()[..., 3].astype(np.float32) / 255

    def part(
        self,
        outline: np.ndarray,
        weave,
        colour: str,
        folds: np.ndarray | None = None,
        *,
        form: np.ndarray | None = None,
        angle: float = 0,
        edge: float = 5,
        thick: float = 2.2,
        shade: float = 1.0,
        gloss: float = 0.0,
        gloss_power: float = 14,
        shadow: float = 0.35,
        shadow_reach: float = 9,
        tint: np.ndarray | None = None,
        rim: float = 0.22,
        contrast: float = 1.0,
        seams: list[Seam] = (),
        stitches: list[Stitch] = (),
        clip: np.ndarray | None = None,
        back: bool = False,
    ) -> np.ndarray:
        """Lays one piece of cloth and returns its mask. `tint` multiplies the colour, `shade` dims inner sides; `back` says that
        this is the inside of the back.

        `folds` shift the weave, as creases do; `form` is the body of the thing and does not.
        """
        mask = self.raster(outline)
        if clip is not None:
            mask = mask * clip
        rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
        pad = 60
        window = tuple(slice(max(at[0] - pad, 0), min(at[-1] + pad, len(mask))) for at in (rows, columns))
        self.cast_shadow(mask, window, shadow, shadow_reach)
        m = mask[window]
        y, x = (g.astype(np.float32) / ZOOM for g in np.mgrid[window])
        c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
        u, v = x * c + y * s, -x * s + y * c
        if folds is not None:
            warp = cv2.GaussianBlur(folds, (0, 0), 6)
            lift = resize(warp, window)
            u, v = u + 0.9 * lift, v + 0.6 * lift
        weave_height, bright = weave(self.rng, u.astype(np.float32), v.astype(np.float32))
        inside = cv2.distanceTransform((m > 0.5).astype(np.uint8), cv2.DIST_L2, 5) / ZOOM
        height = thick * (1 - np.exp(-inside / edge)) + weave_height
        for field in (folds, form):
            if field is not None:
                height = height + resize(field, window)
        dark = np.zeros_like(m)
        for seam in seams:
            line = cv2.GaussianBlur(self.raster(seam.line, False, seam.width)[window], (0, 0), 0.8 * ZOOM)
            height = height - seam.depth * line
            dark += seam.dark * line
        threads = [(stitch, self.raster(stitch.line, False, stitch.width, (stitch.dash, stitch.gap))[window]) for stitch in stitches]
        for stitch, line in threads:
            height = height - 0.5 * cv2.GaussianBlur(self.raster(stitch.line, False, 3.2)[window], (0, 0), 1.6) + 0.35 * line
        shade_map, sheen = self.lit(height.astype(np.float32), gloss, gloss_power, contrast)
        hollow = np.clip(cv2.GaussianBlur(height.astype(np.float32), (0, 0), 7 * ZOOM) - height, 0, 6)
        shade_map *= 1 - 0.035 * hollow * contrast
        shade_map *= 1 - rim * np.exp(-inside / 3.2) - 0.35 * rim * np.exp(-inside / 16)
        shade_map *= shade * (1 - np.clip(dark, 0, 0.7))
        # A weave of several colours gives its brightness per channel.
        albedo = linear(colour)[None, None] * (bright if bright.ndim == 3 else bright[..., None])
        if tint is not None:
            albedo = albedo * tint[window]
        for stitch, line in threads:
            thread = linear(stitch.colour) if stitch.colour else np.minimum(linear(colour) * 1.25 + 0.012, 0.92)
            albedo = albedo * (1 - stitch.strength * line[..., None]) + thread * stitch.strength * line[..., None]
        # Shadows of cloth keep their colour: the darker, the more saturated.
        rendered = albedo ** (1 + 0.10 * np.clip(1 - shade_map, -0.6, 1))[..., None] * shade_map[..., None] + sheen[..., None]
        rendered = np.where(rendered < 0.7, rendered, 0.7 + 0.3 * (1 - np.exp(-(rendered - 0.7) / 0.3)))
        self.light[window] = self.light[window] * (1 - m[..., None]) + rendered * m[..., None]
        self.alpha[window] = np.maximum(self.alpha[window], m)
        self.inside[window] = self.inside[window] * (1 - m) + m * back
        return mask

    def film(self, outline: np.ndarray, colour: str, opacity: tuple[float, float], glare: float = 0.0) -> None:
        """A thin sheet of glass: what is behind it shows; `opacity` at its upper and its lower edge."""
        mask = self.raster(outline)
        rows = np.flatnonzero(mask.any(1))
        down = np.clip((np.arange(len(mask)) - rows[0]) / max(rows[-1] - rows[0], 1), 0, 1)[:, None].astype(np.float32)
        y, x = (g.astype(np.float32) / ZOOM for g in np.mgrid[0 : len(mask), 0 : len(mask)])
        shine = np.clip(1 - np.abs((x + 0.55 * y) % 400 - 200) / 46, 0, 1) ** 0.7 * (1 - 0.75 * down)
        cover = mask * np.clip(opacity[0] + (opacity[1] - opacity[0]) * down + glare * 0.8 * shine, 0, 1)
        light = linear(colour) + glare * shine[..., None] * (np.array([0.85, 0.93, 1.0]) - linear(colour))
        below = self.alpha * (1 - cover)
        total = np.maximum(cover + below, 1e-4)[..., None]
        self.light = ((light * cover[..., None] + self.light * below[..., None]) / total).astype(np.float32)
        self.alpha = cover + below

    def lit(self, height: np.ndarray, gloss: float, power: float, contrast: float) -> tuple[np.ndarray, np.ndarray]:
        gx = cv2.Sobel(height, cv2.CV_32F, 1, 0, scale=1 / 8) * ZOOM * contrast
        gy = cv2.Sobel(height, cv2.CV_32F, 0, 1, scale=1 / 8) * ZOOM * contrast
        length = np.sqrt(gx**2 + gy**2 + 1)
        direct = (-gx * LIGHT[0] - gy * LIGHT[1] + LIGHT[2]) / length / LIGHT[2]
        shade = 0.26 + 0.74 * np.clip(direct, 0, 1.55)
        half = LIGHT + [0, 0, 1]
        half = half / np.linalg.norm(half)
        spec = np.clip((-gx * half[0] - gy * half[1] + half[2]) / length, 0, 1) ** power
        flat = half[2] ** power
        return np.clip(shade, 0.08, 1.5), gloss * np.clip(spec - flat * 0.8, 0, 1)

    def cast_shadow(self, mask: np.ndarray, window: tuple, strength: float, reach: float) -> None:
        if not strength:
            return
        near = cv2.GaussianBlur(mask[window], (0, 0), reach * 0.35 * ZOOM)
        far = cv2.GaussianBlur(mask[window], (0, 0), reach * ZOOM)
        move = lambda a, d: cv2.warpAffine(a, np.float32([[1, 0, d * ZOOM * 0.6], [0, 1, d * ZOOM]]), a.shape[::-1])
        cover = np.clip(0.65 * move(near, reach * 0.18) + 0.5 * move(far, reach * 0.4), 0, 1)
        self.light[window] *= 1 - strength * cover[..., None]

    def button(self, x: float, y: float, radius: float, colour: str, holes: int = 4, shadow: float = 0.45) -> None:
        angles = np.linspace(0, 2 * np.pi, 40, endpoint=False)
        ring = lambda r, cx=x, cy=y: np.stack([cx + r * np.cos(angles), cy + r * np.sin(angles)], 1)
        self.part(ring(radius), smooth, colour, edge=1.2, thick=1.6, shadow=shadow, shadow_reach=3, gloss=0.10, gloss_power=30, rim=0.25)
        self.part(ring(radius * 0.68), smooth, colour, edge=0.8, thick=-0.5, shadow=0, rim=0.12)
        for i in range(holes):
            a = np.pi / 4 + i * 2 * np.pi / holes
            self.part(ring(radius * 0.13, x + radius * 0.3 * np.cos(a), y + radius * 0.3 * np.sin(a)), smooth, "#241d18", edge=1, thick=0, shadow=0, rim=0)

    def picture(self, size: int = SIZE) -> np.ndarray:
        """8-bit RGBA, straight alpha, `size` x `size`."""
        alpha = cv2.resize(self.alpha, (size, size), interpolation=cv2.INTER_AREA)
        light = cv2.resize(self.light * self.alpha[..., None], (size, size), interpolation=cv2.INTER_AREA)
        rgb = to_srgb(light / np.maximum(alpha, 1e-4)[..., None])
        return (np.dstack([rgb, alpha]) * 255).round().astype(np.uint8)


def resize(field: np.ndarray, window: tuple) -> np.ndarray:
    """The part of a 900 px field under a window of the large canvas, smoothly enlarged."""
    return cv2.resize(field, (SIZE * ZOOM, SIZE * ZOOM), interpolation=cv2.INTER_CUBIC)[window]
