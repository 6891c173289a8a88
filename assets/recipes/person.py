"""Renders a dressed person: layers of body and cloth, shaded together under one soft light.

A layer is what the rasteriser saw of one mesh (position, normal, rest position per pixel), plus an albedo and a height
map that are painted in the picture: folds, seams, collars, buttons. All painting is in pixels of the final picture.
"""
import cv2
import numpy as np
import skia

from body import Body, normals_of
from cloth import Folds, linear, skia_path, to_srgb
from raster import rasterise

WIDTH, HEIGHT, ZOOM = 620, 1500, 2
BIG = (HEIGHT * ZOOM, WIDTH * ZOOM)
KEY = np.array([-0.42, 0.50, 0.757])
FILL = np.array([0.75, 0.15, 0.64])
CAMERA_DM = 34.0
EYE_LEVEL_DM = 5.0


class Camera:
    """Where a point of the body appears."""

    def __init__(self, body: Body, margin_top: float = 34, margin_bottom: float = 30):
        used = body.vertices[np.unique(body.mesh.quads[body.mesh.faces_of("body")])]
        self.feet, self.top = used[:, 1].min(), used[:, 1].max()
        self.scale = (HEIGHT - margin_top - margin_bottom) / (self.top - self.feet) / 1.005
        self.offset = margin_top + 3

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """Pixels of the final picture, with depth as the third column."""
        points = np.atleast_2d(points)
        near = CAMERA_DM / (CAMERA_DM - points[:, 2])
        x = WIDTH / 2 + points[:, 0] * near * self.scale
        y = self.offset + (self.top - EYE_LEVEL_DM - (points[:, 1] - EYE_LEVEL_DM) * near) * self.scale
        return np.stack([x, y, points[:, 2] * self.scale], 1)


class Layer:
    def __init__(self, scene: "Scene", vertices: np.ndarray, quads: np.ndarray, colour: str, extra: np.ndarray | None = None):
        self.scene = scene
        normal = normals_of(vertices, quads)
        seen = scene.camera(vertices)
        seen[:, :2] *= ZOOM
        channels = [vertices, normal, scene.body.rest]
        corner = np.concatenate([c[quads] for c in channels] + ([extra[quads]] if extra is not None else []), axis=2)
        self.depth, out, self.cover = rasterise(seen, quads, corner, BIG)
        self.position, self.normal, self.rest, self.extra = out[..., 0:3], out[..., 3:6], out[..., 6:9], out[..., 9:]
        self.mask = self.cover.astype(np.float32)
        self.albedo = np.broadcast_to(linear(colour).astype(np.float32), (*BIG, 3)).copy()
        self.height = np.zeros(BIG, np.float32)
        self.dark = np.ones(BIG, np.float32)
        self.gloss = 0.0
        self.colour = colour

    def cut(self, keep: np.ndarray) -> "Layer":
        """Keeps the part of the layer where `keep` (a soft mask or a condition) holds."""
        self.mask = self.mask * keep.astype(np.float32)
        return self

    def weave(self, pattern, angle: float = 0) -> "Layer":
        y, x = (g.astype(np.float32) / ZOOM for g in np.mgrid[0 : BIG[0], 0 : BIG[1]])
        c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
        height, bright = pattern(self.scene.rng, x * c + y * s, -x * s + y * c)
        self.height += 0.7 * height.astype(np.float32)
        self.albedo *= bright[..., None].astype(np.float32)
        return self

    def crease(self, folds: Folds) -> "Layer":
        self.height += cv2.resize(folds.height, (BIG[1], BIG[0]), interpolation=cv2.INTER_CUBIC)
        return self

    def seam(self, line: np.ndarray, width: float = 1.8, depth: float = 1.0, dark: float = 0.25) -> "Layer":
        w = around(line, width + 6)
        soft = cv2.GaussianBlur(raster(line, False, width)[w], (0, 0), 0.7 * ZOOM)
        self.height[w] -= depth * soft
        self.dark[w] *= 1 - dark * soft
        return self

    def stitch(self, line: np.ndarray, colour: str | None = None, strength: float = 0.5, width: float = 1.0) -> "Layer":
        w = around(line, 4)
        thread = raster(line, False, width, (3.0, 1.8))[w][..., None] * strength
        tone = linear(colour) if colour else np.minimum(linear(self.colour) * 1.3 + 0.01, 0.9)
        self.albedo[w] = self.albedo[w] * (1 - thread) + tone.astype(np.float32) * thread
        return self

    def patch(self, outline: np.ndarray, thick: float = 1.6, edge: float = 2.5, shadow: float = 0.4, reach: float = 5, colour: str | None = None, rim: float = 0.18) -> "Layer":
        """A piece sewn on top: pocket, lapel, collar leaf, cuff."""
        w = around(outline, 4 * reach + 6)
        mask = raster(outline, True)[w]
        inside = cv2.distanceTransform((mask > 0.5).astype(np.uint8), cv2.DIST_L2, 5) / ZOOM
        cast = cv2.warpAffine(cv2.GaussianBlur(mask, (0, 0), reach * ZOOM * 0.6), np.float32([[1, 0, reach * 0.5], [0, 1, reach * 0.9]]), mask.shape[::-1])
        self.dark[w] *= 1 - shadow * cast * (1 - mask)
        self.dark[w] = self.dark[w] * (1 - mask) + mask * (1 - rim * np.exp(-inside / 2.2))
        self.height[w] = self.height[w] * (1 - 0.5 * mask) + mask * thick * (1 - np.exp(-inside / edge))
        if colour:
            self.albedo[w] = self.albedo[w] * (1 - mask[..., None]) + linear(colour).astype(np.float32) * mask[..., None]
        return self

    def button(self, x: float, y: float, radius: float, colour: str) -> "Layer":
        angles = np.linspace(0, 2 * np.pi, 28, endpoint=False)
        ring = lambda r: np.stack([x + r * np.cos(angles), y + r * np.sin(angles)], 1)
        self.patch(ring(radius), 1.2, 1.0, 0.5, 2.5, colour, 0.25)
        return self.patch(ring(radius * 0.6), -0.5, 0.8, 0, 1, None, 0.15)

    def hem_edge(self, amount: float = 0.25, reach: float = 2.5) -> "Layer":
        """Cloth has a thickness: edges turn away and darken."""
        inside = cv2.distanceTransform((self.mask > 0.5).astype(np.uint8), cv2.DIST_L2, 5) / ZOOM
        self.height += 1.8 * (1 - np.exp(-inside / reach))
        self.dark *= 1 - amount * np.exp(-inside / reach)
        return self


def raster(line: np.ndarray, closed: bool, stroke: float = 0, dash: tuple | None = None) -> np.ndarray:
    line = np.asarray(line, float)
    out = np.zeros(BIG, np.float32)
    pad = stroke + 2
    left, top = (max(int(v), 0) for v in np.floor((line.min(0) - pad) * ZOOM))
    right, bottom = (min(int(v), limit) for v, limit in zip(np.ceil((line.max(0) + pad) * ZOOM), BIG[::-1]))
    if right <= left or bottom <= top:
        return out
    surface = skia.Surface(right - left, bottom - top)
    with surface as canvas:
        canvas.translate(-left, -top)
        canvas.scale(ZOOM, ZOOM)
        paint = skia.Paint(AntiAlias=True, Color=skia.ColorWHITE)
        if stroke:
            paint.setStyle(skia.Paint.kStroke_Style)
            paint.setStrokeWidth(stroke)
            if dash:
                paint.setPathEffect(skia.DashPathEffect.Make(list(dash), 0.0))
        canvas.drawPath(skia_path(line, closed), paint)
    out[top:bottom, left:right] = surface.makeImageSnapshot().toarray()[..., 3].astype(np.float32) / 255
    return out


def around(line: np.ndarray, pad: float) -> tuple[slice, slice]:
    """The window of the large canvas that holds `line` and `pad` pixels about it."""
    low, high = (line.min(0) - pad) * ZOOM, (line.max(0) + pad) * ZOOM
    return slice(max(int(low[1]), 0), max(int(high[1]), 1)), slice(max(int(low[0]), 0), max(int(high[0]), 1))


class Scene:
    """Layers from back to front."""

    def __init__(self, body: Body, seed: int):
        self.body, self.camera, self.rng = body, Camera(body), np.random.default_rng(seed)
        self.light = np.zeros((*BIG, 3), np.float32)
        self.alpha = np.zeros(BIG, np.float32)
        self.depth = np.full(BIG, -1e4, np.float32)

    def at(self, joint: str) -> np.ndarray:
        return self.camera(self.body.posed_joints[joint])[0, :2]

    def folds(self) -> Folds:
        return Folds(self.rng, WIDTH, HEIGHT)

    def put(self, layer: Layer, skin: bool = False, gloss_power: float = 18, shadow: float = 0.38) -> None:
        """Shades a layer and lays it over the picture."""
        soft = cv2.GaussianBlur(layer.mask, (0, 0), 0.7)
        normal = bent(layer.normal, layer.height)
        light = skin_light(normal) if skin else cloth_light(normal)
        depth = np.where(layer.mask > 0.3, layer.depth + layer.height * ZOOM * 0.5, -1e4)
        merged = np.maximum(self.depth, depth)
        light = light * occlusion(merged, depth)[..., None] * (1 - shadow * key_shadow(merged, depth))[..., None]
        color = layer.albedo * light * layer.dark[..., None]
        if layer.gloss:
            half = (KEY + [0, 0, 1]) / np.linalg.norm(KEY + [0, 0, 1])
            color += layer.gloss * (np.clip(normal @ half, 0, 1) ** gloss_power)[..., None]
        # Contact shadow on what lies below.
        below = cv2.GaussianBlur(layer.mask, (0, 0), 5 * ZOOM)
        below = cv2.warpAffine(below, np.float32([[1, 0, 3], [0, 1, 6]]), (BIG[1], BIG[0]))
        self.light *= 1 - 0.42 * np.clip(below, 0, 1)[..., None]
        self.light = self.light * (1 - soft[..., None]) + color * soft[..., None]
        self.alpha = np.maximum(self.alpha, soft)
        self.depth = merged

    def paint(self, rgb: np.ndarray, mask: np.ndarray, multiply: bool = False) -> None:
        """Straight paint, linear light, over what is there; it adds to the silhouette where it reaches outside."""
        m = mask[..., None]
        self.light = self.light * (1 - m + m * rgb) if multiply else self.light * (1 - m) + rgb * m
        if not multiply:
            self.alpha = np.maximum(self.alpha, mask)

    def picture(self) -> np.ndarray:
        light = np.where(self.light < 0.72, self.light, 0.72 + 0.28 * (1 - np.exp(-(self.light - 0.72) / 0.28)))
        alpha = cv2.resize(self.alpha, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
        small = cv2.resize(light * self.alpha[..., None], (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
        rgb = to_srgb(small / np.maximum(alpha, 1e-4)[..., None])
        return (np.dstack([rgb, alpha]) * 255).round().astype(np.uint8)


def bent(normal: np.ndarray, height: np.ndarray) -> np.ndarray:
    gx = cv2.Sobel(height, cv2.CV_32F, 1, 0, scale=1 / 8) * ZOOM
    gy = cv2.Sobel(height, cv2.CV_32F, 0, 1, scale=1 / 8) * ZOOM
    out = normal + np.stack([-gx, gy, np.zeros_like(gx)], 2) * np.clip(normal[..., 2:3], 0.15, 1)
    return out / (np.linalg.norm(out, axis=2, keepdims=True) + 1e-6)


def cloth_light(normal: np.ndarray) -> np.ndarray:
    key = np.clip(normal @ KEY * 0.9 + 0.1, 0, 1)[..., None] * np.array([1.0, 0.97, 0.92])
    fill = np.clip(normal @ FILL, 0, 1)[..., None] * np.array([0.16, 0.17, 0.19])
    sky = (0.5 + 0.5 * normal[..., 1:2]) * np.array([0.21, 0.21, 0.22]) + 0.10
    return (0.80 * key + fill + sky).astype(np.float32)


def skin_light(normal: np.ndarray) -> np.ndarray:
    """Light bleeds under skin: red goes furthest round the edge."""
    facing = normal @ KEY
    key = np.stack([np.clip((facing + w) / (1 + w), 0, 1) for w in (0.38, 0.20, 0.14)], 2) * np.array([1.0, 0.965, 0.92])
    fill = np.clip(normal @ FILL, 0, 1)[..., None] * np.array([0.17, 0.16, 0.17])
    sky = (0.5 + 0.5 * normal[..., 1:2]) * np.array([0.20, 0.20, 0.21]) + np.array([0.12, 0.09, 0.08])
    return (0.80 * key + fill + sky).astype(np.float32)


def halved(depth: np.ndarray) -> np.ndarray:
    return cv2.resize(depth, (BIG[1] // 2, BIG[0] // 2), interpolation=cv2.INTER_NEAREST)


def whole(field: np.ndarray) -> np.ndarray:
    return cv2.resize(field, (BIG[1], BIG[0]), interpolation=cv2.INTER_LINEAR)


def occlusion(scene: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Screen-space: darker where the surroundings stand nearer."""
    scene, own = halved(scene), halved(own)
    out = np.ones(scene.shape, np.float32)
    valid = scene > -1e3
    for sigma, amount, reach in ((3, 0.16, 12), (11, 0.26, 40)):
        weight = cv2.GaussianBlur(valid.astype(np.float32), (0, 0), sigma)
        mean = cv2.GaussianBlur(np.where(valid, scene, 0).astype(np.float32), (0, 0), sigma) / np.maximum(weight, 1e-3)
        out -= amount * np.clip((mean - own) / reach, 0, 1) * (own > -1e3)
    return whole(out)


def key_shadow(scene: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Marches from each pixel towards the key light through the depth picture."""
    scene, own = halved(scene), halved(own)
    shadow = np.zeros(scene.shape, np.float32)
    for step in range(2, 22):
        distance = step * 3.4
        moved = cv2.warpAffine(scene, np.float32([[1, 0, -KEY[0] * distance], [0, 1, KEY[1] * distance]]), scene.shape[::-1], flags=cv2.INTER_NEAREST, borderValue=-1e4)
        needed = own + KEY[2] * distance * 2 / ZOOM
        blocked = (moved > needed + 5) & (moved < needed + 60) & (own > -1e3)
        shadow = np.maximum(shadow, blocked * (1 - step / 26))
    return whole(cv2.GaussianBlur(shadow.astype(np.float32), (0, 0), 4.5))
