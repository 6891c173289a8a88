"""Dresses a body: shells that follow the mesh's own cloth helpers, painted with seams, collars and buttons."""
import cv2
import numpy as np

from body import normals_of
from cloth import chino, curve, denim, jersey, linear, oxford, rib, stockinette, wool
from face import paint_face
from person import BIG, ZOOM, Layer, Scene, raster

FACE_UNITS = "faceunits01/targets/faceunits"
SMILE = {f"{FACE_UNITS}/mouthSmileLeft": 0.62, f"{FACE_UNITS}/mouthSmileRight": 0.66, f"{FACE_UNITS}/cheekSquintLeft": 0.25, f"{FACE_UNITS}/cheekSquintRight": 0.25, f"{FACE_UNITS}/eyeBlinkLeft": 0.17, f"{FACE_UNITS}/eyeBlinkRight": 0.17}


def skin(scene: Scene, person, part: str) -> None:
    """Head and throat, legs, or hands: only what the clothes leave free."""
    body = scene.body
    quads = body.mesh.quads[body.mesh.faces_of("body")]
    centre = body.rest[quads].mean(1)
    hand = sum(body.bone_weight(f"{bone}.{s}") for s in "LR" for bone in ("wrist", *(f"metacarpal{i}" for i in range(1, 5)), *(f"finger{i}-{k}" for i in range(1, 6) for k in range(1, 4))))
    fore = sum(body.bone_weight(f"lowerarm{i}.{s}") for s in "LR" for i in ("01", "02"))
    upper = sum(body.bone_weight(f"upperarm{i}.{s}") for s in "LR" for i in ("01", "02"))
    near_wrist = np.zeros(len(body.rest))
    for side in "lr":
        elbow, wrist = body.joints[f"{side}-elbow"], body.joints[f"{side}-hand"]
        t = (body.rest - elbow) @ (wrist - elbow) / np.linalg.norm(wrist - elbow) ** 2
        near_wrist = np.maximum(near_wrist, np.where((body.rest[:, 0] > 0) == (side == "l"), t, 0))
    arm = (hand + fore + upper)[quads].mean(1) > 0.5
    if part == "head":
        wanted = (centre[:, 1] > body.joints["neck"][1] - 1.3) & ~arm & (np.abs(centre[:, 0]) < 1.5)
    elif part == "legs":
        wanted = (centre[:, 1] < body.joints["l-upper-leg"][1] - 2.0) & (centre[:, 1] > body.joints["l-ankle"][1] - 0.1) & ~arm
    elif part == "hands":
        wanted = arm & (near_wrist[quads].min(1) > 0.86) | (hand[quads].mean(1) > 0.5)
    else:
        wanted = arm & (centre[:, 1] < body.joints["l-shoulder"][1] - 0.2)
    layer = Layer(scene, body.vertices, quads[wanted], person.skin)
    layer.weave(pores)
    layer.gloss = 0.02
    # Hands, ears, nose and cheeks are redder, the throat paler.
    rest = layer.rest
    warm = np.clip((np.abs(rest[..., 0]) - 4.6) / 1.2, 0, 1) * 0.5
    layer.albedo *= 1 + warm[..., None] * np.array([0.02, -0.10, -0.12], np.float32)
    if part == "head":
        paint_face(scene, layer, person)
    scene.put(layer, skin=True, gloss_power=26)


def pores(rng, u, v):
    fine = cv2.GaussianBlur(rng.standard_normal(u.shape).astype(np.float32), (0, 0), 1.6)
    blotch = cv2.GaussianBlur(rng.standard_normal(u.shape).astype(np.float32), (0, 0), 16)
    fine, blotch = fine / fine.std(), blotch / blotch.std()
    return 0.012 * fine, 1 + 0.012 * fine + 0.014 * blotch


def shell(scene: Scene, colour: str, ease: float, smooth: int = 14, prefix: tuple = ("helper-tights",), arm_ease: float = 0.0, flare=None) -> Layer:
    """Cloth that stands `ease` dm off the body. Extra channel 0: share of the arm, 1: way along the arm (0 shoulder, 1 wrist)."""
    body = scene.body
    quads = body.mesh.quads[body.mesh.faces_of(*prefix)]
    matrix, used = body.smoothing(quads)
    v = body.vertices.copy()
    arm = np.clip(sum(body.bone_weight(f"{bone}.{s}") for bone in ("upperarm01", "upperarm02", "lowerarm01", "lowerarm02", "wrist", "metacarpal1", "metacarpal2", "metacarpal3", "metacarpal4") for s in "LR") / np.maximum(body.bone_weight(""), 1e-9), 0, 1)
    for _ in range(smooth):
        for step in (0.60, -0.615):  # Taubin: the second step gives back the volume that the first one takes
            v[used] = (v + step * (matrix @ v - v))[used]
    v = v + normals_of(v, quads) * (ease + (arm_ease - ease) * arm)[:, None] if arm_ease else v + normals_of(v, quads) * ease
    if flare is not None:
        v = flare(v, arm)
    for _ in range(3):
        v[used] = (0.6 * v + 0.4 * (matrix @ v))[used]
    along = np.zeros(len(v))
    for side in "lr":
        a, b, c = (body.joints[f"{side}-{j}"] for j in ("shoulder", "elbow", "hand"))
        upper, lower = np.linalg.norm(b - a), np.linalg.norm(c - b)
        p = body.rest
        t1 = np.clip((p - a) @ (b - a) / upper**2, 0, 1) * upper
        t2 = np.clip((p - b) @ (c - b) / lower**2, 0, 1.3) * lower
        mine = (p[:, 0] > 0) == (side == "l")
        along[mine] = ((t1 + t2) / (upper + lower))[mine]
    return Layer(scene, v, quads, colour, np.stack([arm, along], 1))


def hanging(scene: Scene, top: float, bottom: float, widen: float = 0.0, depth: float = 0.0):
    """Cloth that falls straight from the chest: nothing below `top` is narrower than what is above it."""

    def flare(v: np.ndarray, arm: np.ndarray) -> np.ndarray:
        torso = (arm < 0.3) & (v[:, 1] < top + 0.4) & (v[:, 1] > bottom - 1.5)
        ring = torso & (np.abs(v[:, 1] - top) < 0.45)
        angles = np.arctan2(v[:, 0], v[:, 2] - 0.2)
        order = np.argsort(angles[ring])
        radius = np.interp(angles, angles[ring][order], np.hypot(v[ring, 0], v[ring, 2] - 0.2)[order], period=2 * np.pi)
        own = np.hypot(v[:, 0], v[:, 2] - 0.2)
        fall = np.clip((top - v[:, 1]) / max(top - bottom, 0.1), 0, 1)
        wanted = np.maximum(own, (radius * (0.93 + 0.03 * fall)) + widen * fall)
        scale = np.where(torso & (v[:, 1] < top), wanted / np.maximum(own, 1e-6), 1)
        out = v.copy()
        out[:, 0] *= scale
        out[:, 2] = 0.2 + (out[:, 2] - 0.2) * scale
        return out

    return flare


def waist_y(scene: Scene) -> float:
    j = scene.body.posed_joints
    return 0.62 * j["spine-3"][1] + 0.38 * j["pelvis"][1] if "spine-3" in j else j["pelvis"][1] + 1.2


def torso_folds(scene: Scene, amount: float, bottom: float):
    f = scene.folds().undulate(1.1 * amount, 80, 120)
    for s in "lr":
        x, y = scene.at(f"{s}-shoulder")
        sign = 1 if s == "l" else -1
        f.fan(x - sign * 20, y + 62, 90 + sign * 38, 60, 5, 110, 7, 0.9 * amount)
        f.scatter(5, (310 + sign * 25, y + 150, 310 + sign * 95, bottom - 20), 90 - sign * 14, 12, 110, 8, 0.8 * amount)
        f.scatter(4, (310 + sign * 50, bottom - 150, 310 + sign * 100, bottom - 50), 20 * sign, 12, 50, 6, 0.8 * amount)
    return f


def sleeve_folds(scene: Scene, f, amount: float, full: bool = True):
    for s in "lr":
        shoulder, elbow, hand = (scene.at(f"{s}-{j}") for j in ("shoulder", "elbow", "hand"))
        sign = 1 if s == "l" else -1
        along = np.degrees(np.arctan2(*(elbow - shoulder)[::-1]))
        for t in (0.25, 0.45, 0.62):
            p = shoulder + (elbow - shoulder) * t
            f.fold(*p, along + f.rng.normal(0, 14), 60, 7, 0.8 * amount)
        if full:
            for k in (-26, -9, 8, 25):
                f.fold(elbow[0] - sign * 6, elbow[1] + k, (20 if sign > 0 else 160) + f.rng.normal(0, 9), 26, 4.5, 1.1 * amount)
            for t in (0.35, 0.6, 0.8, 0.95):
                p = elbow + (hand - elbow) * t
                f.fold(*p, along + sign * 50 + f.rng.normal(0, 15), 24, 5, 0.8 * amount)
    return f


def trousers(scene: Scene, colour: str, weave, jeans: bool, waist: float) -> None:
    j = scene.body.posed_joints
    ankle = 0.5 * (j["l-ankle"][1] + j["r-ankle"][1])
    knee = 0.5 * (j["l-knee"][1] + j["r-knee"][1])

    def straight(v, arm):
        out = v.copy()
        low = np.clip((knee + 1.2 - v[:, 1]) / (knee + 1.2 - ankle), 0, 1)
        for s, side in ((1, "l"), (-1, "r")):
            leg = (np.sign(v[:, 0]) == s) & (arm < 0.1) & (v[:, 1] < knee + 1.2)
            t = np.clip((j[f"{side}-knee"][1] - v[:, 1]) / (j[f"{side}-knee"][1] - ankle), -0.5, 1.1)[:, None]
            axis = j[f"{side}-knee"] + (j[f"{side}-ankle"] - j[f"{side}-knee"]) * t
            d = (v - axis) * [1, 0, 1]
            own = np.linalg.norm(d, axis=1, keepdims=True)
            wanted = np.maximum(own, 0.66 + 0.10 * low[:, None] if not jeans else 0.60 + 0.05 * low[:, None])
            out[leg] = (v + d / np.maximum(own, 1e-6) * (wanted - own) * np.clip(low * 2, 0, 1)[:, None])[leg]
        return out

    layer = shell(scene, colour, 0.13, 18, flare=straight)
    hem = ankle - 0.12
    layer.cut((layer.position[..., 1] < waist + 0.3) & (layer.position[..., 1] > hem) & (layer.extra[..., 0] < 0.4))
    layer.weave(weave)
    crotch = scene.camera(np.array([0, j["l-upper-leg"][1] - 1.0, 1.0]))[0]
    knees = [scene.at(f"{s}-knee") for s in "lr"]
    ankles = [scene.at(f"{s}-ankle") for s in "lr"]
    f = scene.folds().undulate(0.9, 60, 160)
    f.fan(crotch[0], crotch[1], 25, 60, 5, 70, 5.5, 1.2).fan(crotch[0], crotch[1], 155, 60, 5, 70, 5.5, 1.2)
    for (kx, ky), (ax, ay), sign in zip(knees, ankles, (1, -1)):
        f.scatter(7, (kx - 26, ky - 40, kx + 26, ky + 40), 90 + 62 * sign, 18, 34, 4.5, 1.0)
        f.scatter(5, (kx - 16, crotch[1] + 50, kx + 20, ay - 60), 90, 7, 110, 7, 0.9)
        for k in (-10, -28, -46, -66):
            f.fold(ax + f.rng.normal(0, 6), ay + k, 12 * sign + f.rng.normal(0, 10), 34, 5, 1.2)
        if not jeans:
            for t in np.linspace(0.1, 1, 8):
                f.fold(kx + (ax - kx) * (t * 2 - 0.9) + 2, crotch[1] + (ay - crotch[1]) * t, 90, 60, 2.6, 0.5)
    layer.crease(f)
    thread = "#B98543" if jeans else None
    fly = curve([(310, 0), (310, crotch[1] - 120), (310.5, crotch[1])])
    layer.seam(fly, 1.8, 1.2, 0.3)
    for s in (-1, 1):
        wy = scene.camera(np.array([0, waist - 0.5, 1]))[0, 1]
        pocket = curve([(310 + s * 42, wy), (310 + s * 50, wy + 30), (310 + s * 74, wy + 42), (310 + s * 120, wy + 42)]) if jeans else curve([(310 + s * 62, wy), (310 + s * 88, wy + 46), (310 + s * 104, wy + 86)])
        layer.seam(pocket, 2.0, 1.5, 0.35)
        if jeans:
            layer.stitch(pocket + (0, 4), thread, 0.7)
    if jeans:
        fade = np.zeros(BIG, np.float32)
        y, x = (g.astype(np.float32) / ZOOM for g in np.mgrid[0 : BIG[0], 0 : BIG[1]])
        for kx, ky in knees:
            fade += np.exp(-(((x - kx) / 24) ** 2) - ((y - ky + 110) / 110) ** 2) + 0.6 * np.exp(-(((x - kx) / 22) ** 2) - ((y - ky) / 50) ** 2)
        layer.albedo *= 1 + fade[..., None] * np.array([0.7, 0.55, 0.38], np.float32)
    for (ax, ay), s in zip(ankles, (1, -1)):
        hem_px = scene.camera(np.array([0, hem, 0.4]))[0, 1]
        layer.seam(curve([(ax - 50, hem_px - 12), (ax, hem_px - 9), (ax + 50, hem_px - 12)]), 1.4, 0.7, 0.12)
    layer.hem_edge()
    scene.put(layer)


def shoes(scene: Scene, colour: str, sole: str) -> None:
    body = scene.body
    quads = body.mesh.quads[body.mesh.faces_of("body")]
    j = body.posed_joints
    low = body.vertices[quads][:, :, 1].max(1) < j["l-ankle"][1] + 0.35
    quads = quads[low]
    matrix, used = body.smoothing(quads)
    v = body.vertices.copy()
    for _ in range(24):
        v[used] = (0.4 * v + 0.6 * (matrix @ v))[used]
    v = v + normals_of(v, quads) * 0.20
    v[:, 1] = np.maximum(v[:, 1], scene.camera.feet - 0.05)
    layer = Layer(scene, v, quads, colour)
    # Toes do not show through leather: close the outline and even out the surface.
    weight = cv2.GaussianBlur(layer.mask, (0, 0), 11)
    layer.normal = cv2.GaussianBlur(layer.normal * layer.mask[..., None], (0, 0), 11) / np.maximum(weight, 1e-3)[..., None]
    layer.normal /= np.linalg.norm(layer.normal, axis=2, keepdims=True) + 1e-6
    closed = cv2.GaussianBlur(layer.mask, (0, 0), 7) > 0.45
    layer.depth = np.where(closed & (layer.mask < 0.5), np.median(layer.depth[layer.mask > 0.5]), layer.depth)
    layer.mask = closed.astype(np.float32)
    layer.gloss = 0.05
    floor = scene.camera.feet
    is_sole = (layer.position[..., 1] < floor + 0.17) & layer.cover
    layer.albedo[is_sole] = linear(sole)
    layer.hem_edge(0.3)
    scene.put(layer, gloss_power=30)


def collar_inside(scene: Scene, colour: str) -> None:
    """What shows of the garment behind the neck."""
    (nx, ny), s = neck_points(scene)
    outline = curve([(nx - 0.82 * s, ny - 0.5 * s), (nx, ny - 0.72 * s), (nx + 0.82 * s, ny - 0.5 * s), (nx + 0.6 * s, ny + 0.1 * s), (nx - 0.6 * s, ny + 0.1 * s)], closed=True)
    scene.paint((linear(colour) * 0.34).astype(np.float32), raster(outline, True))


def neck_points(scene: Scene) -> tuple[np.ndarray, float]:
    """Pit of the neck in the picture, and pixels per decimetre."""
    neck = scene.body.posed_joints["neck"]
    return scene.camera(neck + [0, -0.28, 0.9])[0, :2], scene.camera.scale


def top(scene: Scene, colour: str, weave, hem: float, sleeve: float, neck: str, ease: float = 0.14, amount: float = 1.0, arm_ease: float = 0.16, smooth: int = 16) -> Layer:
    """T-shirt, shirt or jumper body; the caller paints details and puts it."""
    j = scene.body.posed_joints
    chest = j["l-shoulder"][1] - 1.9
    layer = shell(scene, colour, ease, smooth, arm_ease=arm_ease, flare=hanging(scene, chest, hem, 0.05))
    (nx, ny), s = neck_points(scene)
    y, x = (g.astype(np.float32) / ZOOM for g in np.mgrid[0 : BIG[0], 0 : BIG[1]])
    wide, deep = {"crew": (0.78, 0.30), "v": (0.72, 0.95), "collar": (0.66, 0.42)}[neck]
    if neck == "v":
        hole = np.abs(x - nx) / (wide * s) + np.clip(y - (ny - 0.55 * s), 0, None) / ((deep + 0.55) * s) < 1
    else:
        hole = (np.abs(x - nx) / (wide * s)) ** 2.2 + (np.clip(y - (ny - 0.62 * s), 0, None) / ((deep + 0.62) * s)) ** 2.2 < 1
    hole |= (y < ny - 0.6 * s) & (np.abs(x - nx) < wide * s * 1.02)
    on_arm = layer.extra[..., 0] > 0.45
    keep = ~hole & np.where(on_arm, layer.extra[..., 1] < (sleeve if sleeve < 0.9 else 9), (layer.position[..., 1] > hem) | (layer.extra[..., 0] > 0.25))
    keep &= layer.position[..., 1] < j["neck"][1] + (0.62 if neck == "collar" else 0.40)
    layer.cut(cv2.GaussianBlur(keep.astype(np.float32), (0, 0), 1.0) > 0.5)
    layer.weave(weave)
    bottom = scene.camera(np.array([0, hem, 1.0]))[0, 1]
    layer.crease(sleeve_folds(scene, torso_folds(scene, amount, bottom), amount, sleeve > 0.6))
    for side in "lr":
        sx, sy = scene.at(f"{side}-shoulder")
        sign = 1 if side == "l" else -1
        layer.seam(curve([(sx + sign * 4, sy - 46), (sx - sign * 8, sy - 4), (sx - sign * 12, sy + 52)]), 2.0, 1.2, 0.22)
    return layer


def hem_lines(scene: Scene, layer: Layer, hem: float, offsets=(12, 9)) -> None:
    y = scene.camera(np.array([0, hem, 1.2]))[0, 1]
    for k in offsets:
        layer.stitch(curve([(190, y - k - 6), (310, y - k), (430, y - k - 6)]), None, 0.35)


def neck_rib(scene: Scene, layer: Layer, neck: str, width: float) -> None:
    (nx, ny), s = neck_points(scene)
    if neck == "v":
        line = [(nx - 0.68 * s, ny - 0.52 * s), (nx - 0.36 * s, ny + 0.24 * s), (nx, ny + 0.95 * s, "c"), (nx + 0.36 * s, ny + 0.24 * s), (nx + 0.68 * s, ny - 0.52 * s)]
    else:
        line = [(nx - 0.78 * s, ny - 0.60 * s), (nx - 0.62 * s, ny - 0.06 * s), (nx, ny + 0.30 * s), (nx + 0.62 * s, ny - 0.06 * s), (nx + 0.78 * s, ny - 0.60 * s)]
    path = curve(line)
    band = raster(path, False, 2 * width)
    layer.height += 1.4 * cv2.GaussianBlur(band, (0, 0), 1.2)
    edge = np.clip(cv2.GaussianBlur(band, (0, 0), 2.4) - band, 0, 1)
    layer.dark *= 1 - 0.5 * edge
    y, x = (g.astype(np.float32) / ZOOM for g in np.mgrid[0 : BIG[0], 0 : BIG[1]])
    angle = np.arctan2(x - nx, y - (ny - 0.7 * s))
    layer.albedo *= 1 + (0.07 * band * np.sin(angle * 95))[..., None].astype(np.float32)


def blazer_and_jeans(scene: Scene) -> None:
    waist = waist_y(scene)
    shoes(scene, "#5A3826", "#2A1D16")
    trousers(scene, "#2F4A73", denim, True, waist)
    tee = top(scene, "#EDEBE4", jersey, waist - 1.0, 0.3, "crew", 0.10, 0.9)
    neck_rib(scene, tee, "crew", 5)
    scene.put(tee.hem_edge())
    jacket(scene, "#24344F", waist - 1.75, "#3A2E26")


def jacket(scene: Scene, colour: str, hem: float, buttons: str) -> None:
    j = scene.body.posed_joints
    chest = j["l-shoulder"][1] - 1.9
    layer = shell(scene, colour, 0.20, 22, arm_ease=0.20, flare=hanging(scene, chest, hem, 0.22))
    (nx, ny), s = neck_points(scene)
    y, x = (g.astype(np.float32) / ZOOM for g in np.mgrid[0 : BIG[0], 0 : BIG[1]])
    bottom = scene.camera(np.array([0, hem, 1.2]))[0, 1]
    button_y = ny + (bottom - ny) * 0.56
    # The fronts stand open: a narrow V above the button, a curved cutaway below.
    t = np.clip((y - (ny - 0.8 * s)) / (button_y - ny + 0.8 * s), 0, 1)
    gap = 0.62 * s * (1 - t) ** 0.9 + 0.16 * s
    gap = np.where(y > button_y, 0.16 * s + 0.50 * s * np.clip((y - button_y) / (bottom - button_y), 0, 1) ** 2.2, gap)
    keep = np.abs(x - nx + 1) > gap
    on_arm = layer.extra[..., 0] > 0.45
    keep &= np.where(on_arm, True, (layer.position[..., 1] > hem) | (layer.extra[..., 0] > 0.25))
    keep &= layer.position[..., 1] < j["neck"][1] + 0.25
    layer.cut(cv2.GaussianBlur(keep.astype(np.float32), (0, 0), 1.0) > 0.5)
    layer.weave(wool)
    layer.crease(sleeve_folds(scene, torso_folds(scene, 0.8, bottom), 0.95))
    for side in "lr":
        sx, sy = scene.at(f"{side}-shoulder")
        sign = 1 if side == "l" else -1
        layer.seam(curve([(sx + sign * 5, sy - 48), (sx - sign * 8, sy - 4), (sx - sign * 12, sy + 56)]), 2.4, 1.6, 0.28)
        dart = curve([(nx + sign * 0.95 * s, ny + 1.9 * s), (nx + sign * 0.88 * s, ny + 3.2 * s), (nx + sign * 0.98 * s, bottom - 90)])
        layer.seam(dart, 1.4, 0.7, 0.16)
        px, py = nx + sign * 1.12 * s, bottom - 112
        layer.patch(curve([(px - 36, py, "c"), (px + 36, py - sign * 2, "c"), (px + 35, py + 20, "c"), (px, py + 24), (px - 35, py + 20, "c")], closed=True), 1.8, 3, 0.5, 5)
        inner = [(nx + sign * a * s, ny + b * s) for a, b in ((0.20, (button_y - ny) / s), (0.52, 1.15), (0.86, -0.35))]
        tip = (nx + sign * 1.42 * s, ny + 0.62 * s)
        notch = (nx + sign * 1.10 * s, ny + 0.42 * s)
        gorge = (nx + sign * 0.80 * s, ny - 0.10 * s)
        lapel = curve([(*inner[0], "c"), (nx + sign * 0.46 * s, (button_y * 0.8 + ny * 0.2)), (nx + sign * 1.1 * s, ny + 1.5 * s), (*tip, "c"), (*notch, "c"), (*gorge, "c"), (nx + sign * 0.62 * s, ny + 0.5 * s), (nx + sign * 0.36 * s, ny + 1.6 * s)], closed=True)
        layer.patch(lapel, 3.4, 4, 0.7, 8, None, 0.34)
        collar = curve([(nx + sign * 0.80 * s, ny - 0.08 * s, "c"), (*notch, "c"), (nx + sign * 1.28 * s, ny + 0.20 * s, "c"), (nx + sign * 1.06 * s, ny - 0.55 * s), (nx + sign * 0.80 * s, ny - 0.98 * s, "c"), (nx + sign * 0.70 * s, ny - 0.6 * s)], closed=True)
        layer.patch(collar, 3.2, 4, 0.65, 7, None, 0.34)
    layer.patch(np.array([(nx + 1.0 * s, ny + 1.72 * s), (nx + 1.62 * s, ny + 1.60 * s), (nx + 1.64 * s, ny + 1.78 * s), (nx + 1.02 * s, ny + 1.9 * s)]), 1.6, 2, 0.4, 4)
    layer.button(nx + 0.36 * s, button_y + 6, 6.5, buttons)
    layer.button(nx + 0.40 * s, button_y + 64, 6.5, buttons)
    scene.put(layer.hem_edge(0.3, 3))


def shirt_and_chinos(scene: Scene) -> None:
    waist = waist_y(scene)
    shoes(scene, "#3B2A20", "#1D1714")
    trousers(scene, "#8A8D91", wool, False, waist)
    layer = top(scene, "#A9C7E0", oxford, waist - 1.55, 0.97, "collar", 0.17, 1.25)
    (nx, ny), s = neck_points(scene)
    bottom = scene.camera(np.array([0, waist - 1.55, 1.2]))[0, 1]
    y, x = (g.astype(np.float32) / ZOOM for g in np.mgrid[0 : BIG[0], 0 : BIG[1]])
    layer.cut(~((y > bottom - 42 + 34 * np.exp(-(((x - nx) / 88) ** 4))) & (layer.extra[..., 0] < 0.3)))
    band = np.array([(nx - 13, ny + 0.3 * s), (nx + 13, ny + 0.3 * s), (nx + 14, bottom + 4), (nx - 12, bottom + 4)])
    layer.patch(band, 1.0, 2, 0.35, 3)
    for k in (-9.5, 9.5):
        layer.stitch(np.array([(nx + k, ny + 0.4 * s), (nx + k + 1, bottom)]), None, 0.35)
    for i in range(6):
        layer.button(nx + 0.5, ny + 0.95 * s + i * 58, 4, "#E9E6DD")
    px, py = nx + 0.98 * s, ny + 1.5 * s
    layer.patch(curve([(px - 32, py, "c"), (px + 32, py, "c"), (px + 31, py + 62, "c"), (px, py + 70, "c"), (px - 31, py + 62, "c")], closed=True), 1.2, 2, 0.35, 3)
    for sign in (-1, 1):
        leaf = curve([(nx + sign * 2, ny + 0.46 * s, "c"), (nx + sign * 0.42 * s, ny - 0.02 * s), (nx + sign * 0.66 * s, ny - 0.72 * s, "c"), (nx + sign * 0.92 * s, ny - 0.42 * s), (nx + sign * 0.80 * s, ny + 0.82 * s, "c"), (nx + sign * 0.40 * s, ny + 0.60 * s)], closed=True)
        layer.mask = np.maximum(layer.mask, raster(leaf, True))
        empty = layer.depth < -1e3
        layer.depth = np.where(empty, 0.9 * s, layer.depth)
        layer.normal[empty] = [sign * 0.25, 0.15, 0.95]
        layer.patch(leaf, 2.2, 4, 0.5, 6, None, 0.2)
    for side in "lr":
        elbow, hand = scene.at(f"{side}-elbow"), scene.at(f"{side}-hand")
        d = (hand - elbow) / np.linalg.norm(hand - elbow)
        n = np.array([-d[1], d[0]])
        c = elbow + (hand - elbow) * 0.80
        layer.seam(np.array([c - n * 40, c + d * 3, c + n * 40]), 2.0, 1.4, 0.28)
    scene.put(layer.hem_edge())


def knit_and_skirt(scene: Scene) -> None:
    waist = waist_y(scene)
    j = scene.body.posed_joints
    shoes(scene, "#2B2226", "#151012")
    layer = shell(scene, "#5B2A4E", 0.10, 10, ("helper-skirt",))
    knee = 0.5 * (j["l-knee"][1] + j["r-knee"][1])
    hem = knee - 1.7
    layer.cut(layer.position[..., 1] > hem)
    y, x = (g.astype(np.float32) / ZOOM for g in np.mgrid[0 : BIG[0], 0 : BIG[1]])
    top_px, hem_px = (scene.camera(np.array([0, v, 0.8]))[0, 1] for v in (waist, hem))
    t = np.clip((y - top_px) / (hem_px - top_px), 0, 1.1)
    row = layer.mask > 0.5
    left = np.where(row.any(1), row.argmax(1), BIG[1] // 2)[:, None]
    right = np.where(row.any(1), BIG[1] - row[:, ::-1].argmax(1), BIG[1] // 2 + 1)[:, None]
    across = (np.arange(BIG[1])[None] - left) / np.maximum(right - left, 1)
    phase = np.arccos(np.clip(1 - 2 * across, -1, 1)) / np.pi * 21
    saw = phase - np.floor(phase)
    layer.height += ((1.2 + 3.4 * t) * np.where(saw < 0.84, saw / 0.84, (1 - saw) / 0.16)).astype(np.float32)
    layer.crease(scene.folds().undulate(1.6, 80, 200))
    scene.put(layer.hem_edge())
    knit = top(scene, "#781E34", stockinette(2.6), waist - 0.75, 0.97, "v", 0.18, 1.25, 0.2, 18)
    neck_rib(scene, knit, "v", 7)
    bottom = scene.camera(np.array([0, waist - 0.75, 1.2]))[0, 1]
    rib_height, rib_bright = rib(3.4)(scene.rng, x, y)
    band = ((y > bottom - 30) & (knit.extra[..., 0] < 0.3)) | ((knit.extra[..., 1] > 0.88) & (knit.extra[..., 0] > 0.45))
    knit.albedo *= np.where(band, rib_bright, 1)[..., None].astype(np.float32)
    knit.height += np.where(band, rib_height, 0).astype(np.float32)
    scene.put(knit.hem_edge(0.28, 3.5))


def tee_and_jeans(scene: Scene) -> None:
    waist = waist_y(scene)
    shoes(scene, "#E4E1DA", "#F2F0EB")
    trousers(scene, "#2B3B58", denim, True, waist)
    tee = top(scene, "#E3A808", jersey, waist - 1.25, 0.36, "crew", 0.16, 1.3, 0.26)
    neck_rib(scene, tee, "crew", 6)
    hem_lines(scene, tee, waist - 1.25)
    scene.put(tee.hem_edge())
