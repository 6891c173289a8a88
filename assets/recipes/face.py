"""Eyes, brows, lips and hair."""
import cv2
import numpy as np
import skia
from PIL import Image
from scipy import ndimage

from cloth import curve, linear, skia_path
from person import BIG, ZOOM, Layer, Scene, raster
from raster import rasterise


def pixel_grid() -> tuple[np.ndarray, np.ndarray]:
    y, x = np.mgrid[0 : BIG[0], 0 : BIG[1]].astype(np.float32) / ZOOM
    return x, y


def paint_face(scene: Scene, layer: Layer, person) -> None:
    """Colours of the face on the skin layer, placed by the mesh's rest position."""
    x, y = pixel_grid()
    s = scene.camera.scale
    eyes = [scene.at(f"{side}-eye") for side in "rl"]
    middle = (eyes[0] + eyes[1]) / 2
    gap = eyes[1][0] - eyes[0][0]
    in_face = (np.abs(y - middle[1]) < 2.2 * s) & (np.abs(x - middle[0]) < 1.5 * s)
    blob = lambda cx, cy, rx, ry: np.exp(-(((x - cx) / rx) ** 2) - ((y - cy) / ry) ** 2) * in_face
    tint = lambda mask, colour, amount: layer.albedo.__imul__(1 - (mask * amount)[..., None] * (1 - np.array(colour, np.float32)))
    for ex, ey in eyes:
        out = np.sign(ex - middle[0])
        tint(blob(ex + out * gap * 0.12, ey + gap * 0.72, gap * 0.30, gap * 0.24), (1.06, 0.82, 0.80), person.blush)
        tint(blob(ex, ey - gap * 0.12, gap * 0.30, gap * 0.15), (0.86, 0.74, 0.70), 0.35 + 0.35 * person.makeup)
        tint(blob(ex, ey + gap * 0.20, gap * 0.24, gap * 0.08), (0.88, 0.80, 0.80), 0.4 + 0.4 * person.age_lines)
        if person.age_lines:
            for k in (-0.06, 0.05, 0.16):
                crow = curve([(ex + out * gap * 0.36, ey + gap * k * 0.5), (ex + out * gap * 0.50, ey + gap * (k * 1.4 + 0.02))])
                layer.seam(crow, 0.7, 0.35 * person.age_lines, 0.12 * person.age_lines)
    tint(blob(middle[0], middle[1] + gap * 0.78, gap * 0.16, gap * 0.14), (1.03, 0.84, 0.82), person.blush * 0.8)
    if person.age_lines:
        for out in (-1, 1):
            fold = curve([(middle[0] + out * gap * 0.26, middle[1] + gap * 0.82), (middle[0] + out * gap * 0.44, middle[1] + gap * 1.1), (middle[0] + out * gap * 0.46, middle[1] + gap * 1.34)])
            layer.seam(fold, 1.4, 0.7 * person.age_lines, 0.16 * person.age_lines)
    lips = uv_mask(scene, "mpfb_lips.jpg")
    warm = linear(person.lips).astype(np.float32)
    amount = (lips * (0.55 + 0.35 * person.makeup))[..., None]
    layer.albedo = layer.albedo * (1 - amount) + warm * amount
    if person.stubble:
        chin = np.clip((y - (middle[1] + gap * 0.72)) / (gap * 0.35), 0, 1) * (y < middle[1] + gap * 2.15) * np.clip((np.abs(x - middle[0]) + (y - middle[1]) * 0.42 - gap * 0.52) / (gap * 0.3), 0.35, 1) * in_face
        grain = np.clip(0.7 + 0.5 * cv2.GaussianBlur(scene.rng.standard_normal(BIG).astype(np.float32), (0, 0), 0.9) * 2.4, 0, 1.6)
        tint(cv2.GaussianBlur((chin * (1 - np.clip(lips * 1.4, 0, 1))).astype(np.float32), (0, 0), 5) * grain, (0.42, 0.42, 0.46), person.stubble)


def uv_mask(scene: Scene, name: str) -> np.ndarray:
    """A mask painted in the base mesh's texture space, as seen in the picture."""
    body = scene.body
    faces = body.mesh.faces_of("body")
    quads = body.mesh.quads[faces]
    seen = scene.camera(body.vertices)
    seen[:, :2] *= ZOOM
    _, uv, cover = rasterise(seen, quads, body.uvs[body.mesh.quad_uvs[faces]], BIG)
    texture = np.asarray(Image.open(body.data / "mpfb2/textures" / name).convert("L"), np.float32) / 255
    h, w = texture.shape
    sampled = ndimage.map_coordinates(texture, [(1 - uv[..., 1]) * (h - 1), uv[..., 0] * (w - 1)], order=1)
    return cv2.GaussianBlur(np.where(cover, sampled, 0).astype(np.float32), (0, 0), 1.2)


def draw_head(scene: Scene, person, behind: bool) -> None:
    if behind:
        hair_behind(scene, person.hair)
        return
    eyes(scene, person)
    brows(scene, person)
    hair(scene, person.hair)


def eyes(scene: Scene, person) -> None:
    body = scene.body
    for side in "rl":
        quads = body.mesh.quads[body.mesh.faces_of(f"helper-{side}-eye")]
        quads = quads[[len(set(q)) > 2 for q in quads]]
        centre = body.vertices[np.unique(quads)].mean(0)
        layer = Layer(scene, body.vertices, quads, "#DAD0C8")
        # What the lids leave free.
        layer.cut(layer.depth > scene.depth - 0.5)
        direction = layer.position - centre
        direction /= np.linalg.norm(direction, axis=2, keepdims=True) + 1e-6
        gaze = np.array([0, -0.10, 1.0])
        gaze /= np.linalg.norm(gaze)
        angle = np.degrees(np.arccos(np.clip(direction @ gaze, -1, 1)))
        iris, pupil = np.clip((31 - angle) / 2.5, 0, 1), np.clip((13 - angle) / 2, 0, 1)
        ring = np.exp(-(((angle - 29.5) / 3.2) ** 2))
        colour = linear(person.iris).astype(np.float32) * (0.55 + 0.55 * np.clip((angle - 10) / 18, 0, 1) * np.clip(-direction[..., 1] * 3 + 0.6, 0, 1.4))[..., None]
        layer.albedo = layer.albedo * (1 - iris[..., None]) + colour * iris[..., None]
        layer.albedo *= 1 - 0.65 * ring[..., None]
        layer.albedo = layer.albedo * (1 - pupil[..., None]) + 0.006 * pupil[..., None]
        layer.albedo *= (0.62 + 0.38 * np.clip((0.24 - direction[..., 1]) / 0.4, 0, 1))[..., None]
        soft = cv2.GaussianBlur(layer.mask, (0, 0), 0.6)
        light = np.clip(0.55 + 0.42 * (layer.normal @ np.array([-0.3, 0.3, 0.9])), 0, 1.1)[..., None]
        scene.paint(layer.albedo * light, np.minimum(soft, scene.alpha))
        seen = scene.camera(centre)[0]
        x, y = pixel_grid()
        glint = np.exp(-(((x - seen[0] + 1.5) / 0.75) ** 2) - ((y - seen[1] + 0.7) / 0.75) ** 2) * soft
        scene.paint(np.ones(3, np.float32) * 0.95, glint.astype(np.float32) * 0.75)
        lashes(scene, person, layer.mask, seen)


def lashes(scene: Scene, person, opening: np.ndarray, seen: np.ndarray) -> None:
    """A dark line along the upper lid, a faint one along the lower, and a soft crease above."""
    rows, columns = np.nonzero(opening > 0.5)
    if len(rows) < 20:
        return
    xs = np.unique(columns)
    upper = np.array([(c / ZOOM, rows[columns == c].min() / ZOOM) for c in xs])
    lower = np.array([(c / ZOOM, rows[columns == c].max() / ZOOM) for c in xs])
    smooth = lambda line: np.stack([line[:, 0], ndimage.gaussian_filter1d(line[:, 1], 4, mode="nearest")], 1)
    upper, lower = smooth(upper), smooth(lower)
    dark = np.array([0.02, 0.013, 0.01], np.float32)
    scene.paint(dark, raster(upper - (0, 0.3), False, 2.0 + 1.0 * person.makeup) * (0.75 + 0.2 * person.makeup))
    scene.paint(dark, cv2.GaussianBlur(raster(lower + (0, 0.3), False, 0.9), (0, 0), 1.0) * (0.35 + 0.25 * person.makeup))
    crease = upper - (0, 3.4)
    scene.paint(np.array([0.55, 0.42, 0.38], np.float32), cv2.GaussianBlur(raster(crease, False, 1.2), (0, 0), 1.4) * 0.55, multiply=True)
    out = np.sign(seen[0] - 310)
    hairs = np.zeros(BIG, np.float32)
    for t in np.linspace(0.08, 1.0, int(24 * person.makeup)):
        p = upper[int((t if out > 0 else 1 - t) * (len(upper) - 1))]
        draw_hair(hairs, p, p + (out * (0.5 + 2.2 * t), -2.0 - 0.9 * person.makeup))
    scene.paint(dark, cv2.GaussianBlur(hairs, (0, 0), 0.7) * 0.75)


def brows(scene: Scene, person) -> None:
    x_mid = (scene.at("l-eye")[0] + scene.at("r-eye")[0]) / 2
    gap = scene.at("l-eye")[0] - scene.at("r-eye")[0]
    colour = linear(person.hair["colour"]) * 0.75
    if person.age_lines:
        colour = linear("#7B7068")
    mask = np.zeros(BIG, np.float32)
    fine = 0.075 if person.makeup else 0.105
    for side in "lr":
        ex, ey = scene.at(f"{side}-eye")
        out = 1 if side == "l" else -1
        line = curve([(ex - out * gap * 0.27, ey - gap * 0.29), (ex + out * gap * 0.02, ey - gap * 0.375), (ex + out * gap * 0.24, ey - gap * 0.365), (ex + out * gap * 0.42, ey - gap * 0.25)])
        for _ in range(240):
            t = scene.rng.uniform(0, 1)
            p = line[int(t * (len(line) - 1))]
            thick = gap * fine * (1 - 0.75 * t**1.5) * (0.5 + 0.5 * min(t / 0.12, 1))
            p = p + (0, scene.rng.uniform(-thick, thick))
            angle = np.radians(-62 + 70 * t) if out > 0 else np.radians(180 + 62 - 70 * t)
            length = gap * 0.075
            tip = p + (np.cos(angle) * length, np.sin(angle) * length)
            draw_hair(mask, p, tip)
    soft = np.clip(cv2.GaussianBlur(mask, (0, 0), 1.1) * 1.0, 0, 0.88)
    scene.paint(colour.astype(np.float32), soft * (scene.alpha > 0.5))


def draw_hair(mask: np.ndarray, a: np.ndarray, b: np.ndarray) -> None:
    cv2.line(mask, tuple(int(v * ZOOM * 16) for v in a), tuple(int(v * ZOOM * 16) for v in b), 0.75, 1, cv2.LINE_AA, 4)


def strands(scene: Scene, paths: list[np.ndarray], colour: str, width: float, shine, seed: int) -> None:
    """Paints hairs one by one, dark ones first; `shine(t)` brightens along the way."""
    rng = np.random.default_rng(seed)
    surface = skia.Surface(BIG[1], BIG[0])
    base = linear(colour)
    with surface as canvas:
        canvas.scale(ZOOM, ZOOM)
        for path in paths:
            tone = rng.lognormal(-0.15, 0.38)
            pieces = min(18, len(path) - 1)
            cuts = np.linspace(0, len(path) - 1, pieces + 1).astype(int)
            for k in range(pieces):
                t = (k + 0.5) / pieces
                rgb = np.clip(base * tone * (0.55 + shine(t, path[cuts[k]])) + 0.004, 0, 1)
                srgb = np.where(rgb < 0.0031308, rgb * 12.92, 1.055 * rgb ** (1 / 2.4) - 0.055)
                paint = skia.Paint(AntiAlias=True, Style=skia.Paint.kStroke_Style, StrokeWidth=width * (1 if k < pieces - 1 else 0.6), StrokeCap=skia.Paint.kRound_Cap, Color=skia.Color(*(int(255 * c) for c in srgb), 205))
                canvas.drawPath(skia_path(path[cuts[k] : cuts[k + 1] + 1], False), paint)
    drawn = surface.makeImageSnapshot().toarray()
    alpha = drawn[..., 3].astype(np.float32) / 255
    rgb = drawn[..., 2::-1].astype(np.float32) / 255
    rgb = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    scene.paint(rgb, alpha)


def head_frame(scene: Scene) -> dict:
    """Picture coordinates of the head: centre line, crown, eye line, half width of the skull, gap of the eyes."""
    eyes_at = [scene.at("r-eye"), scene.at("l-eye")]
    body = scene.body
    used = np.unique(body.mesh.quads[body.mesh.faces_of("body")])
    head = used[body.rest[used, 1] > body.joints["l-eye"][1] + 0.35]
    seen = scene.camera(body.vertices[head])
    gap = eyes_at[1][0] - eyes_at[0][0]
    return {"x": (eyes_at[0][0] + eyes_at[1][0]) / 2, "eye": (eyes_at[0][1] + eyes_at[1][1]) / 2, "top": seen[:, 1].min(), "half": np.ptp(seen[:, 0]) / 2, "gap": gap}


def hair_behind(scene: Scene, style: dict) -> None:
    if style["style"] not in ("long", "bob"):
        return
    h = head_frame(scene)
    x, top, half, gap, eye = h["x"], h["top"], h["half"], h["gap"], h["eye"]
    end = eye + gap * (3.5 if style["style"] == "long" else 1.75)
    spread = half * (1.34 if style["style"] == "long" else 1.30)
    outline = curve([(x, top + 8), (x + half * 0.8, top + 20), (x + half * 1.2, eye - 10), (x + spread, end - gap * 0.9), (x + spread * 0.92, end, "c"), (x, end - gap * 0.2), (x - spread * 0.92, end, "c"), (x - spread, end - gap * 0.9), (x - half * 1.2, eye - 10), (x - half * 0.8, top + 20)], closed=True)
    scene.paint((linear(style["colour"]) * 0.30).astype(np.float32), raster(outline, True))
    rng = np.random.default_rng(5)
    paths = []
    for _ in range(900):
        u = rng.uniform(-1, 1)
        wave = rng.normal(0, 2)
        paths.append(curve([(x + u * half * 0.9, top + 30), (x + u * half * 1.18, eye), (x + u * spread + wave, end - gap * 0.9), (x + u * spread * 0.93 + wave, end + rng.normal(-4, 5))], step=10))
    strands(scene, paths, style["colour"], 1.3, lambda t, p: 0.12 + 0.25 * t, 9)


def hair(scene: Scene, style: dict) -> None:
    h = head_frame(scene)
    x, top, half, gap, eye = h["x"], h["top"], h["half"], h["gap"], h["eye"]
    rng = np.random.default_rng(17)
    kind = style["style"]
    shine = lambda t, p: 0.35 + 1.15 * np.exp(-(((p[1] - (top + (eye - top) * 0.42)) / (gap * 0.26)) ** 2)) * (1.1 - 0.5 * (p[0] - x + half) / (2 * half))
    paths = []
    if kind in ("long", "bob"):
        part = x + gap * 0.22
        hairline = eye - gap * 1.02
        end = eye + gap * (3.45 if kind == "long" else 1.70)
        fill = []
        for sign in (-1, 1):
            side = half * 1.13
            fringe = gap * (0.98 if kind == "long" else 0.95)
            lock = curve([(part, top - 7, "c"), (x + sign * half * 0.72, top + 4), (x + sign * side * 1.05, eye - gap * 0.55), (x + sign * side * 1.14, eye + gap * 0.6), (x + sign * half * (1.30 if kind == "long" else 1.26), end - gap * 0.7), (x + sign * half * (1.12 if kind == "long" else 0.98), end, "c"), (x + sign * half * (0.93 if kind == "long" else 0.80), end - gap * 0.5), (x + sign * fringe * 0.98, eye + gap * 0.75), (x + sign * fringe, eye - gap * 0.05), (x + sign * gap * 0.72, eye - gap * 0.62), (part + sign * gap * 0.1, hairline + gap * 0.02, "c")], closed=True)
            fill.append(lock)
            for _ in range(1500):
                u = rng.uniform(0, 1) ** 0.8
                lerp = lambda a, b: a + (b - a) * u
                start = (part + sign * rng.uniform(0, 2), lerp(hairline, top - 7) + rng.normal(0, 1.0))
                wave = rng.normal(0, 1.6)
                paths.append(curve([start, (lerp(x + sign * gap * 0.62, x + sign * half * 0.74) + rng.normal(0, 3), lerp(eye - gap * 0.72, top + 6) + rng.normal(0, 2)), (lerp(x + sign * fringe, x + sign * side * 1.05), lerp(eye - gap * 0.1, eye - gap * 0.5) + rng.normal(0, 7)), (lerp(x + sign * fringe * 0.99, x + sign * side * 1.13) + wave, eye + gap * 0.65 + rng.normal(0, 8)), (lerp(x + sign * half * 0.88, x + sign * half * (1.28 if kind == "long" else 1.24)) + wave, end - gap * 0.65), (lerp(x + sign * half * (0.94 if kind == "long" else 0.74), x + sign * half * (1.12 if kind == "long" else 1.0)) + wave, end + rng.normal(-5, 5))], step=10))
        for lock in fill:
            mask = raster(lock, True)
            shade = cv2.warpAffine(cv2.GaussianBlur(mask, (0, 0), 9), np.float32([[1, 0, 4], [0, 1, 8]]), (BIG[1], BIG[0])) * (1 - mask) * (scene.alpha > 0.5)
            scene.paint(np.array([0.62, 0.52, 0.48], np.float32), shade.astype(np.float32) * 0.8, multiply=True)
            scene.paint((linear(style["colour"]) * 0.42).astype(np.float32), cv2.GaussianBlur(mask, (0, 0), 1.2))
        rng.shuffle(paths)
        strands(scene, paths, style["colour"], 1.05, shine, 3)
        return
    # Short hair: the skull's own upper part, thickened, with short strands combed to one side.
    lift = gap * (0.20 if kind == "short" else 0.10)
    hairline = eye - gap * (1.0 if kind == "short" else 0.98)
    temple = half * 0.93
    outline = curve([(x - half * 1.035, eye + gap * 0.42, "c"), (x - half * 1.08, eye - gap * 0.3), (x - half * 0.93, top + (eye - top) * 0.30), (x - half * 0.5, top - lift * 0.6), (x + half * 0.1, top - lift), (x + half * 0.62, top - lift * 0.3), (x + half * 0.96, top + (eye - top) * 0.32), (x + half * 1.08, eye - gap * 0.3), (x + half * 1.035, eye + gap * 0.42, "c"), (x + half * 0.97, eye - gap * 0.02), (x + temple, eye - gap * 0.45), (x + half * 0.74, eye - gap * 0.72, "c"), (x + half * 0.42, hairline - gap * 0.02), (x - half * 0.1, hairline + gap * 0.05), (x - half * 0.52, hairline), (x - half * 0.76, eye - gap * 0.70, "c"), (x - temple, eye - gap * 0.45), (x - half * 0.97, eye - gap * 0.02)], closed=True)
    mask = raster(outline, True)
    soft = cv2.GaussianBlur(mask, (0, 0), 4.5)
    scene.paint(np.array([0.6, 0.52, 0.48], np.float32), (cv2.warpAffine(cv2.GaussianBlur(mask, (0, 0), 8), np.float32([[1, 0, 3], [0, 1, 7]]), (BIG[1], BIG[0])) * (1 - mask) * (scene.alpha > 0.5)).astype(np.float32) * 0.7, multiply=True)
    scene.paint((linear(style["colour"]) * 0.5).astype(np.float32), soft)
    rows, columns = np.nonzero(mask > 0.5)
    count = 5200 if kind == "short" else 9000
    for i in rng.integers(0, len(rows), count):
        px, py = columns[i] / ZOOM, rows[i] / ZOOM
        u, v = (px - x) / half, (py - top) / (eye - top)
        if kind == "short":
            angle = np.radians(85 * u - 14 + rng.normal(0, 12)) if v < 0.55 else np.radians(90 - 12 * u + rng.normal(0, 12))
            length = gap * (0.24 if v < 0.55 else 0.14)
        else:
            angle, length = rng.uniform(0, 2 * np.pi), gap * 0.07
        mid = (px + 0.5 * length * np.cos(angle), py + 0.5 * length * np.sin(angle))
        paths.append(np.array([(px, py), mid, (px + length * np.cos(angle + 0.15), py + length * np.sin(angle + 0.15))] if kind == "short" else [(px, py), (px + 0.9 * length * np.cos(angle), py + 0.9 * length * np.sin(angle)), (px + length * np.cos(angle + 1.5), py + length * np.sin(angle + 1.5))]))
    strands(scene, paths, style["colour"], 0.95, shine, 3)


def lines_of_age(pixels: np.ndarray, right_eye: np.ndarray, left_eye: np.ndarray, strength: float) -> np.ndarray:
    """Furrows, folds, crow's feet and pores on the finished picture. Without them age estimators take drawn skin for a child's."""
    scale = 4
    middle, gap = (right_eye + left_eye) / 2, left_eye[0] - right_eye[0]
    mouth = middle + (0, 1.03 * gap)
    lines: list[tuple[list, float, float]] = []
    for out, eye in ((-1, right_eye), (1, left_eye)):
        at = lambda base, dx, dy: (base[0] + out * dx * gap, base[1] + dy * gap)
        lines.append(([at(middle, 0.30, 0.72), at(middle, 0.46, 0.98), at(middle, 0.50, 1.22)], 0.022, 1.0))
        lines.append(([at(eye, -0.20, 0.15), at(eye, 0, 0.23), at(eye, 0.22, 0.17)], 0.018, 0.9))
        lines += [([at(eye, 0.27, k * 0.5), at(eye, 0.42, k * 1.5)], 0.012, 0.8) for k in (-0.05, 0.05, 0.14)]
        lines.append(([at(mouth, 0.40, 0.02), at(mouth, 0.46, 0.22)], 0.016, 0.3))
        lines.append(([at(middle, 0.06, -0.28), at(middle, 0.07, -0.12)], 0.012, 0.7))
    for k in (0.55, 0.68, 0.80):
        lines.append(([(middle[0] + dx * gap, middle[1] - (k - drop) * gap) for dx, drop in ((-0.5, 0.03), (-0.2, 0), (0.2, 0.01), (0.5, 0.04))], 0.012, 0.6))
    height, width = pixels.shape[:2]
    drawn = np.zeros((height * scale, width * scale), np.float32)
    for points, thick, weight in lines:
        one = np.zeros_like(drawn)
        cv2.polylines(one, [(curve(points) * scale).astype(np.int32).reshape(-1, 1, 2)], False, 1.0, max(int(thick * gap * scale), 1), cv2.LINE_AA)
        drawn = np.maximum(drawn, one * weight)
    soft = cv2.resize(cv2.GaussianBlur(drawn, (0, 0), 0.02 * gap * scale), (width, height), interpolation=cv2.INTER_AREA)
    rng = np.random.default_rng(1)
    grain = sum(weight * (lambda f: f / f.std())(cv2.GaussianBlur(rng.standard_normal((height, width)).astype(np.float32), (0, 0), sigma)) for sigma, weight in ((0.8, 1.0), (3.0, 0.7)))
    y, x = np.mgrid[0:height, 0:width]
    face = np.clip(1.25 - np.hypot((x - middle[0]) / (0.95 * gap), (y - middle[1] - 0.35 * gap) / (1.35 * gap)) ** 4, 0, 1)
    out = pixels.astype(np.float32)
    out[..., :3] *= (1 + 0.028 * strength * face * grain)[..., None]
    out[..., :3] *= 1 - strength * soft[..., None] * np.array([0.92, 1.0, 1.04], np.float32)
    return np.clip(out, 0, 255).round().astype(np.uint8)
