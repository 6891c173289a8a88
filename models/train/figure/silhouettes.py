"""Dresses posed bodies in offset shells, looks at them with a kiosk's camera and rasterises what a person mask would say.

A silhouette covers the crop that the kiosk cuts around a person (three to four) with SIDE x SIDE cells, as the kiosk's
person mask does. Points are fractions of the crop.
"""
from dataclasses import dataclass

import cv2
import numpy as np
from numba import njit

from bodies import Human, Shape, Stance

SIDE = 256
OVERSAMPLE = 2
ASPECT = 0.75
FRAME = (720, 1280)
LEVELS = ["tight", "regular", "loose", "coat"]
# Ease over the body (decimetres), how far cloth falls straight from the widest place above it (0..1), hem below the hip
# joints (decimetres; negative is above), ease of sleeves and legs.
CLOTH = {
    "tight": ((0.0, 0.06), (0.0, 0.1), (-1.0, 0.5), (0.0, 0.04)),
    "regular": ((0.06, 0.2), (0.2, 0.6), (-0.5, 1.5), (0.04, 0.15)),
    "loose": ((0.2, 0.55), (0.6, 1.0), (0.0, 2.5), (0.1, 0.35)),
    "coat": ((0.4, 0.9), (0.9, 1.0), (2.0, 5.0), (0.25, 0.5)),
}
SECTORS = 48
STEP_DM = 0.15


@dataclass
class View:
    """Where the camera is; metres and degrees."""

    height_m: float
    distance_m: float
    field_degrees: float
    aside_m: float
    head_at: float


@njit(cache=True)
def fill(points, triangles, cover):
    height, width = cover.shape
    for t in range(triangles.shape[0]):
        x0, y0 = points[triangles[t, 0]]
        x1, y1 = points[triangles[t, 1]]
        x2, y2 = points[triangles[t, 2]]
        area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        if abs(area) < 1e-9:
            continue
        left, right = max(int(np.floor(min(x0, x1, x2))), 0), min(int(np.ceil(max(x0, x1, x2))), width - 1)
        top, bottom = max(int(np.floor(min(y0, y1, y2))), 0), min(int(np.ceil(max(y0, y1, y2))), height - 1)
        for y in range(top, bottom + 1):
            for x in range(left, right + 1):
                px, py = x + 0.5, y + 0.5
                w0 = ((x1 - px) * (y2 - py) - (x2 - px) * (y1 - py)) / area
                w1 = ((x2 - px) * (y0 - py) - (x0 - px) * (y2 - py)) / area
                if w0 >= -1e-6 and w1 >= -1e-6 and 1.0 - w0 - w1 >= -1e-6:
                    cover[y, x] = 1


def triangles_of(quads: np.ndarray) -> np.ndarray:
    return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]).astype(np.int64)


def dress(human: Human, shape: Shape, level: str, rng: np.random.Generator) -> tuple:
    """Naked vertices with sleeves and trouser legs eased, and the shell of the trunk: (vertices, shell vertices, shell quads,
    share of the shell that bends with the upper body)."""
    ease, fall, hem, limb = (float(rng.uniform(*span)) for span in CLOTH[level])
    rest = shape.rest
    arms = human.shares["l-arm"] + human.shares["r-arm"]
    legs = human.shares["l-leg"] + human.shares["r-leg"]
    clothed = rest + normals(rest, human.skin_quads) * (limb * np.clip(arms + legs, 0, 1))[:, None]

    skin = np.zeros(human.count, bool)
    skin[human.skin] = True
    arm_share = human.shares["l-shoulder"] + human.shares["r-shoulder"]
    shoulder_y = rest[list(human.acromion.values()), 1].mean()
    hem_y = shape.joints["l-upper-leg"][1] - hem
    wear = skin & (arm_share < 0.35) & (human.shares["head"] < 0.2) & (rest[:, 1] < shoulder_y) & (rest[:, 1] > hem_y)
    at = rest[wear]
    rows = max(int((shoulder_y - hem_y) / STEP_DM), 4)
    row = np.clip(((shoulder_y - at[:, 1]) / STEP_DM).astype(int), 0, rows - 1)
    middle = np.array([at[row == k, 2].mean() if (row == k).any() else np.nan for k in range(rows)])
    middle = cv2.blur(filled(middle).reshape(-1, 1), (1, 9)).ravel()
    relative = at[:, [0, 2]] - np.stack([np.zeros(len(at)), middle[row]], 1)
    sector = ((np.arctan2(relative[:, 1], relative[:, 0]) / (2 * np.pi) + 1) * SECTORS).astype(int) % SECTORS
    radius = np.full((rows, SECTORS), np.nan)
    reach = np.hypot(*relative.T)
    np.fmax.at(radius, (row, sector), reach)
    radius = np.stack([filled(np.tile(line, 3))[SECTORS : 2 * SECTORS] if np.isfinite(line).any() else line for line in radius])
    radius = np.stack([filled(line) for line in radius.T], 1)
    # Cloth hangs from the chest: rows above the armpits carry the arms and start nothing.
    chest = min(int(1.6 / STEP_DM), rows - 1)
    hung = radius.copy()
    hung[chest:] = np.maximum.accumulate(radius[chest:], axis=0)
    shell = radius + fall * (hung - radius)
    grow = np.clip(np.arange(rows) / max(chest, 1), 0, 1)[:, None]
    shell = shell + ease * grow
    angle = (np.arange(SECTORS) + 0.5) / SECTORS * 2 * np.pi
    y = shoulder_y - (np.arange(rows) + 0.5) * STEP_DM
    grid = np.stack([shell * np.cos(angle), np.repeat(y[:, None], SECTORS, 1), middle[:, None] + shell * np.sin(angle)], 2)
    index = np.arange(rows * SECTORS).reshape(rows, SECTORS)
    after = np.roll(index, -1, 1)
    quads = np.stack([index[:-1], after[:-1], after[1:], index[1:]], 2).reshape(-1, 4)
    order = np.argsort(at[:, 1])
    bend = np.interp(y, at[order, 1], cv2.blur(human.shares["above"][wear][order].reshape(-1, 1), (1, 201)).ravel())
    return clothed, grid.reshape(-1, 3), quads, np.repeat(bend, SECTORS)


def filled(values: np.ndarray) -> np.ndarray:
    """NaN replaced by what lies between its neighbours."""
    known = np.isfinite(values)
    return np.interp(np.arange(len(values)), np.flatnonzero(known), values[known])


def normals(vertices: np.ndarray, quads: np.ndarray) -> np.ndarray:
    a, b, c, d = (vertices[quads[:, i]] for i in range(4))
    face = np.cross(c - a, d - b)
    out = np.zeros_like(vertices)
    for i in range(4):
        for k in range(3):
            out[:, k] += np.bincount(quads[:, i], face[:, k], len(vertices))
    return out / (np.linalg.norm(out, axis=1, keepdims=True) + 1e-12)


def pose_shell(shape: Shape, stance: Stance, shell: np.ndarray, bend: np.ndarray) -> np.ndarray:
    from body import turn

    everything = np.ones(len(shell))
    out = turn(shell, shape.joints["spine-3"], [0, 0, 1], stance.bend_side, bend)
    out = turn(out, shape.joints["spine-3"], [1, 0, 0], stance.bend_forward, bend)
    out = turn(out, shape.joints["pelvis"], [0, 0, 1], stance.roll, everything)
    return turn(out, shape.joints["pelvis"], [0, 1, 0], stance.yaw, everything)


class Camera:
    """A pinhole that tilts until the head is at `head_at` of the frame's height."""

    def __init__(self, view: View, feet_y: float, top_y: float):
        self.view = view
        self.feet_y = feet_y
        self.focal = FRAME[1] / 2 / np.tan(np.radians(view.field_degrees) / 2)
        self.tilt = 0.0
        up = (top_y - feet_y) / 10 - view.height_m
        wanted = (0.5 - view.head_at) * FRAME[1] / self.focal
        self.tilt = np.arctan2(up, view.distance_m) - np.arctan(wanted)

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """Frame pixels."""
        x = points[:, 0] / 10 + self.view.aside_m
        y = (points[:, 1] - self.feet_y) / 10 - self.view.height_m
        depth = self.view.distance_m - points[:, 2] / 10
        c, s = np.cos(self.tilt), np.sin(self.tilt)
        along, up = depth * c + y * s, y * c - depth * s
        along = np.maximum(along, 0.05)
        return np.stack([FRAME[0] / 2 + self.focal * x / along, FRAME[1] / 2 - self.focal * up / along], 1)


def random_stance(rng: np.random.Generator, turned: bool) -> Stance:
    kind = rng.choice(3, p=[0.4, 0.35, 0.25])
    drops = [(30, 38), (16, 30), (-5, 16)][kind]
    bend = float(abs(rng.normal(0, 25))) if rng.random() < 0.35 else float(rng.uniform(2, 15))
    pair = lambda low, high: (float(rng.uniform(low, high)), float(rng.uniform(low, high)))
    yaw = float(rng.uniform(-25, 25)) if not turned else float(rng.choice([-1, 1]) * rng.uniform(35, 110))
    return Stance(
        arm_drop=pair(*drops),
        arm_swing=pair(-12, 12),
        elbow=(bend, float(np.clip(bend + rng.normal(0, 10), 0, 100))),
        leg_close=pair(0.0, 6.0),
        bend_side=float(np.clip(rng.normal(0, 2.5), -7, 7)),
        bend_forward=float(np.clip(rng.normal(0, 3), -6, 10)),
        head_yaw=float(np.clip(rng.normal(0, 12), -35, 35)) - (0.6 * yaw if turned and rng.random() < 0.7 else 0.0),
        roll=float(np.clip(rng.normal(0, 1.2), -3, 3)),
        yaw=yaw,
    )


def random_view(rng: np.random.Generator) -> View:
    return View(
        height_m=float(rng.uniform(1.0, 1.8)),
        distance_m=float(rng.uniform(1.4, 3.0)),
        field_degrees=float(rng.uniform(58, 80)),
        aside_m=float(np.clip(rng.normal(0, 0.12), -0.3, 0.3)),
        head_at=float(rng.uniform(0.06, 0.28)),
    )


def crop_around(points: np.ndarray, face_width: float) -> tuple:
    """The kiosk's crop: left, top, width, height in frame pixels (`crop_of` of `garment_parser.rs`)."""
    seen = points[np.isfinite(points[:, 0])]
    seen = seen[(seen[:, 0] > 0) & (seen[:, 0] < FRAME[0]) & (seen[:, 1] > 0) & (seen[:, 1] < FRAME[1])]
    low, high = seen.min(0), seen.max(0)
    eyes = (points[2] + points[5]) / 2
    margin = max(0.35 * face_width, 0.12 * (high[0] - low[0]))
    left = max(min(low[0] - margin, eyes[0] - 1.2 * face_width), 0)
    right = min(max(high[0] + margin, eyes[0] + 1.2 * face_width), FRAME[0])
    top = eyes[1] - 0.4 * face_width - 0.9 * face_width
    bottom = min(high[1] + 0.5 * face_width, FRAME[1])
    width, height = max(right - left, 8), max(bottom - top, 8)
    middle = ((left + right) / 2, (top + bottom) / 2)
    if width / height < ASPECT:
        width = height * ASPECT
    else:
        height = width / ASPECT
    return middle[0] - width / 2, middle[1] - height / 2, width, height


def soften(cover: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Probability of "person" with the errors of a mask net: edges that are soft, wander and lie a little in or out."""
    inside = cv2.distanceTransform(cover, cv2.DIST_L2, 3) - cv2.distanceTransform(1 - cover, cv2.DIST_L2, 3)
    inside = cv2.resize(inside, (SIDE, SIDE), interpolation=cv2.INTER_AREA) / OVERSAMPLE
    wander = cv2.GaussianBlur(rng.standard_normal((SIDE, SIDE)).astype(np.float32), (0, 0), 5)
    wander *= rng.uniform(0.2, 1.0) / wander.std()
    soft = rng.uniform(0.4, 1.1)
    return 1 / (1 + np.exp(-np.clip((inside + wander + rng.normal(0, 0.5)) / soft, -30, 30)))


def render(human: Human, shape: Shape, level: str, turned: bool, rng: np.random.Generator) -> dict | None:
    """One picture of a body, or None where the hips are out of it."""
    stance, view = random_stance(rng, turned), random_view(rng)
    clothed, shell, shell_quads, bend = dress(human, shape, level, rng)
    posed = human.pose(shape, stance, clothed)
    naked_points = human.points(posed)
    skin = posed[human.skin]
    camera = Camera(view, skin[:, 1].min(), skin[:, 1].max())
    truth = camera(naked_points)
    if truth[23:25, 1].max() > FRAME[1] * 0.96:
        return None
    torso = np.linalg.norm(truth[11:13].mean(0) - truth[23:25].mean(0))
    if torso < 40:
        return None
    points = noisy(truth, torso, rng)
    face_width = 1.5 * camera.focal / (10 * view.distance_m) * rng.uniform(0.9, 1.1)
    left, top, width, height = crop_around(points, face_width)
    scale = np.array([SIDE * OVERSAMPLE / width, SIDE * OVERSAMPLE / height])
    cover = np.zeros((SIDE * OVERSAMPLE, SIDE * OVERSAMPLE), np.uint8)
    fill((camera(posed) - (left, top)) * scale, triangles_of(human.skin_quads), cover)
    fill((camera(pose_shell(shape, stance, shell, bend)) - (left, top)) * scale, triangles_of(shell_quads), cover)
    bottom = int((FRAME[1] - top) * scale[1])
    cover[max(bottom, 0) :] = 0
    return {
        "mask": soften(cover, rng).astype(np.float32),
        "points": (points - (left, top)) / (width, height),
        "seen": np.isfinite(points[:, 0]) & (points[:, 1] < FRAME[1]) & (points[:, 0] > 0) & (points[:, 0] < FRAME[0]),
        "stance": stance,
        "view": view,
        "level": level,
        "turned": turned,
    }


def noisy(points: np.ndarray, torso: float, rng: np.random.Generator) -> np.ndarray:
    """Points as a pose net gives them: each a little off, pairs of shoulders and hips too near or too far together."""
    out = points + rng.normal(0, rng.uniform(0.006, 0.02) * torso, points.shape)
    for pair, spread in (((11, 12), 0.04), ((23, 24), 0.07)):
        middle = out[list(pair)].mean(0)
        stretch = np.exp(rng.normal(0, spread))
        for k in pair:
            out[k] = middle + (out[k] - middle) * stretch
        out[list(pair)] += rng.normal(0, 0.015 * torso, 2)
    return out
