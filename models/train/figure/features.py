"""What the figure net is told of a silhouette: the same numbers as `crates/perception/src/figure/features.rs` works out.

All lengths are divided by the torso: from the middle of the shoulders to the middle of the hips. Along this axis, at ROWS
places, the net sees how far the silhouette reaches to either side, and where the arm lies there, if it does.
"""
import numpy as np

ROWS = 20
FIRST, LAST = -0.05, 1.25
# A reach is looked for in steps of the torso; farther than REACH is not looked.
STEP = 1 / 64
REACH = 1.0
EDGE = 0.5
# Where no arm crosses a row.
NO_ARM = 1.0
COUNT = 4 * ROWS + 12

NOSE, EARS, SHOULDERS, ELBOWS, WRISTS, HIPS = 0, (7, 8), (11, 12), (13, 14), (15, 16), (23, 24)


def features(mask: np.ndarray, points: np.ndarray, aspect: float) -> np.ndarray | None:
    """`mask`: probability of "person" (rows, columns); `points`: fractions of it, 33 BlazePose points; `aspect`: width over height of
    the place the mask covers. None where there is no torso to measure by."""
    mask = mask.astype(np.float32)
    at = points * (aspect, 1.0)
    needed = [NOSE, *EARS, *SHOULDERS, *ELBOWS, *WRISTS, *HIPS]
    if mask.size == 0 or not np.isfinite(at[needed]).all():
        return None
    top, bottom = at[list(SHOULDERS)].mean(0), at[list(HIPS)].mean(0)
    torso = float(np.hypot(*(bottom - top)))
    if torso < 0.02:
        return None
    down = (bottom - top) / torso
    # BlazePose's left is the picture's right.
    right = np.array([down[1], -down[0]])
    along = lambda p: (p - top) @ down / torso
    beside = lambda p: (p - top) @ right / torso
    reaches, arms = [], []
    for t in np.linspace(FIRST, LAST, ROWS):
        centre = top + down * (t * torso)
        for side, k in ((1, 0), (-1, 1)):
            reaches.append(reach(mask, centre, right * side, torso, aspect))
            limb = [(along(at[p]), side * beside(at[p])) for p in (SHOULDERS[k], ELBOWS[k], WRISTS[k])]
            arms.append(crossing(limb, t))
    pair = lambda ends: float(np.hypot(*(at[ends[0]] - at[ends[1]]))) / torso
    scalars = [pair(SHOULDERS), pair(HIPS), beside(at[SHOULDERS[0]]), beside(at[SHOULDERS[1]]), beside(at[HIPS[0]]), beside(at[HIPS[1]])]
    scalars += [along(at[NOSE]), beside(at[NOSE]), beside(at[EARS[0]]), beside(at[EARS[1]])]
    scalars += [pair((SHOULDERS[k], ELBOWS[k])) for k in (0, 1)]
    out = np.array([*reaches, *arms, *scalars], np.float32)
    return np.clip(out, -2, 2)


def reach(mask: np.ndarray, centre: np.ndarray, direction: np.ndarray, torso: float, aspect: float) -> float:
    """Way from the axis to the silhouette's first edge, in torsos."""
    steps = np.arange(int(REACH / STEP) + 1)
    places = centre + steps[:, None] * direction * (STEP * torso)
    values = sample(mask, places[:, 0] / aspect, places[:, 1])
    outside = np.flatnonzero(values < EDGE)
    if len(outside) == 0:
        return REACH
    k = int(outside[0])
    return 0.0 if k == 0 else float((k - 1 + (values[k - 1] - EDGE) / (values[k - 1] - values[k])) * STEP)


def sample(mask: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Bilinear; nothing outside."""
    height, width = mask.shape
    inside = (x >= 0) & (x < 1) & (y >= 0) & (y < 1)
    fx, fy = np.clip(x * width - 0.5, 0, width - 1), np.clip(y * height - 0.5, 0, height - 1)
    x0, y0 = fx.astype(int), fy.astype(int)
    x1, y1 = np.minimum(x0 + 1, width - 1), np.minimum(y0 + 1, height - 1)
    u, v = fx - x0, fy - y0
    upper = mask[y0, x0] + (mask[y0, x1] - mask[y0, x0]) * u
    lower = mask[y1, x0] + (mask[y1, x1] - mask[y1, x0]) * u
    return np.where(inside, upper + (lower - upper) * v, 0.0)


def crossing(limb: list, t: float) -> float:
    """How far beside the axis a limb lies at `t` along it; the first stretch that crosses counts."""
    for (a, x), (b, y) in zip(limb, limb[1:]):
        if (a - t) * (b - t) <= 0 and a != b:
            return float(np.clip(x + (y - x) * (t - a) / (b - a), -1.0, 1.0))
    return NO_ARM


def mirrored(values: np.ndarray) -> np.ndarray:
    """The features of the mirrored picture."""
    out = values.copy()
    for start in (0, 2 * ROWS):
        block = values[..., start : start + 2 * ROWS]
        out[..., start : start + 2 * ROWS] = block.reshape(*block.shape[:-1], ROWS, 2)[..., ::-1].reshape(block.shape)
    s = 4 * ROWS
    out[..., s + 2], out[..., s + 3] = -values[..., s + 3], -values[..., s + 2]
    out[..., s + 4], out[..., s + 5] = -values[..., s + 5], -values[..., s + 4]
    out[..., s + 7] = -values[..., s + 7]
    out[..., s + 8], out[..., s + 9] = -values[..., s + 9], -values[..., s + 8]
    out[..., s + 10], out[..., s + 11] = values[..., s + 11], values[..., s + 10]
    return out
