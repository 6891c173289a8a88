"""Renders shaded heads of known pose from the CC0 MakeHuman mesh, in the face detector's own picture size.

Pose: the direction the head points, seen from the camera; yaw positive towards the right edge of the picture, pitch
positive upwards, degrees. The mesh at rest looks level and straight ahead: that is the zero.
"""
import sys
from pathlib import Path

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT / "assets/recipes"), str(ROOT / "models/train/figure")]
from bodies import Human, Shape  # noqa: E402
from raster import rasterise  # noqa: E402

SIDE = 256
ZOOM = 2
NOSE_TIP = 297
SKINS = ["#F0CDB4", "#E3B596", "#D9A583", "#C58C65", "#A8704C", "#8D5A3B", "#6B4230", "#4A2E22"]
HAIRS = ["#1A1310", "#2E241D", "#4A2E1E", "#7A5230", "#A07A46", "#8A8680", "#C9C4BB"]
LIPS = np.array([0.72, 0.42, 0.40])


def linear(colour: str) -> np.ndarray:
    return (np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255) ** 2.2


class HeadStudio:
    """What is the same for all heads: which quads, where lips and ears are."""

    def __init__(self, human: Human):
        self.human = human
        bust = human.mesh.vertices[:, 1] > human.joints_of(human.mesh.vertices)["neck"][1] - 2.5
        body = human.mesh.faces_of("body") & bust[human.mesh.quads].all(1)
        self.body_quads, self.body_uv = human.mesh.quads[body], human.uvs[human.mesh.quad_uvs[body]]
        eyes = human.mesh.faces_of("helper-l-eye", "helper-r-eye") & ~human.mesh.faces_of("helper-l-eyelashes", "helper-r-eyelashes")
        self.eye_quads = human.mesh.quads[eyes]
        self.eyes = {side: np.unique(human.mesh.quads[human.mesh.faces_of(f"helper-{side}-eye") & ~human.mesh.faces_of(f"helper-{side}-eyelashes")]) for side in "lr"}
        self.lips = cv2.imread(str(human.data / "mpfb2/textures/mpfb_lips.jpg"), 0).astype(np.float32) / 255
        lip_values = self.lip_at(self.body_uv)
        corners = np.unique(self.body_quads[lip_values > 0.5])
        self.lip_vertices = corners[human.mesh.vertices[corners, 2] > 1.3] if (human.mesh.vertices[corners, 2] > 1.3).any() else corners
        base = human.mesh.vertices
        self.tragion = {side: human.skin[np.argmin(np.linalg.norm(base[human.skin] - (base[human.cubes[f"{side}-eye"]].mean(0) + (sign * 0.46, -0.17, -0.70)), axis=1))] for side, sign in (("l", 1), ("r", -1))}

    def lip_at(self, uv: np.ndarray) -> np.ndarray:
        h, w = self.lips.shape
        x, y = np.clip(uv[..., 0] * (w - 1), 0, w - 1).astype(int), np.clip((1 - uv[..., 1]) * (h - 1), 0, h - 1).astype(int)
        return self.lips[y, x]

    def landmarks(self, rest: np.ndarray) -> np.ndarray:
        """Image-left eye, image-right eye, nose tip, mouth centre, image-left and image-right tragion; decimetres."""
        eye = lambda side: rest[self.eyes[side]].mean(0) + (0, 0, 0.9 * (rest[self.eyes[side], 2].max() - rest[self.eyes[side], 2].mean()))
        return np.array([eye("r"), eye("l"), rest[NOSE_TIP], rest[self.lip_vertices].mean(0), rest[self.tragion["r"]], rest[self.tragion["l"]]])


def rotation(yaw: float, pitch: float, roll: float) -> np.ndarray:
    """Roll about the line of sight first, then pitch, then yaw; the mesh's axes (x right, y up, z to the viewer)."""
    y, p, r = np.radians([yaw, pitch, roll])
    ry = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    rx = np.array([[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]])
    rz = np.array([[np.cos(r), -np.sin(r), 0], [np.sin(r), np.cos(r), 0], [0, 0, 1]])
    return ry @ rx.T @ rz


def render(studio: HeadStudio, shape: Shape, pose: tuple, look: dict, rng: np.random.Generator) -> np.ndarray:
    """A SIDE x SIDE RGB picture. `pose`: yaw, pitch, roll; `look`: skin, hair, long, face_px."""
    human, rest = studio.human, shape.rest.copy()
    eye = (shape.joints["l-eye"] + shape.joints["r-eye"]) / 2
    gap = shape.joints["l-eye"][0] - shape.joints["r-eye"][0]
    pivot = np.array([0, eye[1] - 0.9, eye[2] - 0.9])
    share = np.clip((rest[:, 1] - (eye[1] - 2.0)) / 0.9, 0, 1)
    helper = np.zeros(len(rest), bool)
    helper[np.unique(studio.eye_quads)] = True
    share[helper] = 1
    hairy = hair_of(rest, eye, gap, look["long"])
    shown = rest + vertex_normals(rest, studio.body_quads) * (hairy * look["volume"])[:, None]
    matrix = rotation(*pose)
    turned = (shown - pivot) @ matrix.T + pivot
    posed = shown + share[:, None] * (turned - shown)
    distance = look["distance_dm"]
    scale = look["face_px"] / (2.35 * gap) * ZOOM
    near = distance / (distance - (posed[:, 2] - pivot[2]))
    centre = np.array(look["centre"]) * ZOOM
    seen = np.stack([centre[0] + (posed[:, 0] - pivot[0]) * near * scale, centre[1] - (posed[:, 1] - eye[1] + 0.5) * near * scale, posed[:, 2]], 1)
    size = (SIDE * ZOOM, SIDE * ZOOM)
    normal = vertex_normals(posed, studio.body_quads)
    corner = np.concatenate([normal[studio.body_quads], rest[studio.body_quads], hairy[studio.body_quads][..., None], studio.body_uv], 2)
    depth, out, cover = rasterise(seen, studio.body_quads, corner, size)
    n, at, hair, uv = out[..., :3], out[..., 3:6], out[..., 6], out[..., 7:9]
    albedo = skin_colours(studio, at, uv, hair, eye, gap, look)
    light = shade(n, look)
    picture = background(look, rng)
    picture[cover] = (albedo * light)[cover]
    eye_normal = np.zeros_like(posed)
    for side in "lr":
        index = studio.eyes[side]
        away = posed[index] - posed[index].mean(0)
        eye_normal[index] = away / (np.linalg.norm(away, axis=1, keepdims=True) + 1e-9)
    corner = np.concatenate([eye_normal[studio.eye_quads], rest[studio.eye_quads]], 2)
    _, out, eye_cover = rasterise(seen, studio.eye_quads, corner, size, depth.copy())
    picture[eye_cover] = (eye_colours(studio, out[..., 3:6], rest, look) * shade(out[..., :3], look))[eye_cover]
    small = cv2.resize(np.clip(picture, 0, 1).astype(np.float32), (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), look["blur"])
    noisy = small ** (1 / 2.2) * 255 + rng.normal(0, look["noise"], small.shape)
    return np.clip(noisy, 0, 255).round().astype(np.uint8)


def vertex_normals(vertices: np.ndarray, quads: np.ndarray) -> np.ndarray:
    from silhouettes import normals

    return normals(vertices, quads)


def hair_of(rest: np.ndarray, eye: np.ndarray, gap: float, long: bool) -> np.ndarray:
    """1 where hair grows: above a line that falls from the forehead to the nape."""
    back = (eye[2] - rest[:, 2]) / gap
    line = eye[1] + gap * (1.15 - 0.62 * np.clip(back - 0.2, 0, 2.6))
    if long:
        line = np.where(back > 1.55, eye[1] - 2.2 * gap, line)
    return np.clip((rest[:, 1] - line) / (0.12 * gap), 0, 1)


def skin_colours(studio, at, uv, hair, eye, gap, look) -> np.ndarray:
    skin = linear(look["skin"])
    albedo = np.broadcast_to(skin, at.shape).copy()
    mix = lambda mask, colour: albedo.__iadd__(mask[..., None] * (colour - albedo))
    front = at[..., 2] > eye[2] - 0.9 * gap
    mix(studio.lip_at(uv) * 0.8, skin * LIPS)
    side = np.abs(at[..., 0] - eye[0])
    brow_y = eye[1] + gap * (0.33 + 0.10 * np.clip(1 - np.abs(side / gap - 0.55) / 0.35, 0, 1))
    brow = (np.abs(at[..., 1] - brow_y) < 0.055 * gap) & (side > 0.22 * gap) & (side < 0.88 * gap) & front
    mix(brow * 0.8, linear(look["hair"]) * 0.7)
    lid = np.exp(-(((side - 0.5 * gap) / (0.26 * gap)) ** 2) - ((at[..., 1] - eye[1] - 0.02 * gap) / (0.11 * gap)) ** 2) * front
    mix(lid * 0.35, skin * 0.5)
    nostril = np.exp(-(((side - 0.12 * gap) / (0.07 * gap)) ** 2) - ((at[..., 1] - eye[1] + 0.83 * gap) / (0.05 * gap)) ** 2) * front
    mix(nostril * 0.6, skin * 0.25)
    mix(np.clip(hair, 0, 1), linear(look["hair"]))
    shirt = at[..., 1] < eye[1] - 2.6 * gap
    mix(shirt.astype(float), linear(look["shirt"]))
    return albedo


def eye_colours(studio, at, rest, look) -> np.ndarray:
    out = np.broadcast_to(np.array([0.72, 0.68, 0.66]), at.shape).copy()
    for side in "lr":
        points = rest[studio.eyes[side]]
        centre, radius = points.mean(0), (points[:, 0].max() - points[:, 0].min()) / 2
        apart = np.hypot(at[..., 0] - centre[0], at[..., 1] - centre[1]) / radius
        front = (at[..., 2] > centre[2]) & (np.abs(at[..., 0] - centre[0]) < radius * 1.2)
        out[(apart < 0.5) & front] = linear(look["iris"])
        out[(apart < 0.22) & front] = 0.01
    return out


def shade(normal: np.ndarray, look: dict) -> np.ndarray:
    n = normal / (np.linalg.norm(normal, axis=-1, keepdims=True) + 1e-9)
    key = np.clip(n @ look["light"] * 0.8 + 0.2, 0, None)
    return (look["ambient"] * (0.75 + 0.25 * n[..., 1]) + look["key"] * key)[..., None]


def background(look: dict, rng: np.random.Generator) -> np.ndarray:
    coarse = rng.uniform(0.02, 0.6, (6, 6, 3)) * 0.5 + rng.uniform(0.05, 0.5)
    return cv2.resize(coarse.astype(np.float32), (SIDE * ZOOM, SIDE * ZOOM), interpolation=cv2.INTER_CUBIC)


def random_look(rng: np.random.Generator) -> dict:
    light = np.array([rng.uniform(-0.7, 0.7), rng.uniform(0.1, 0.9), rng.uniform(0.5, 1.0)])
    ambient = float(rng.uniform(0.25, 0.7))
    return {
        "skin": str(rng.choice(SKINS)),
        "hair": str(rng.choice(HAIRS)),
        "iris": str(rng.choice(["#5B4630", "#2E1F15", "#4C6478", "#5F7480"])),
        "shirt": str(rng.choice(["#C8C8C8", "#24344F", "#781E34", "#2E2E2E", "#E3A808", "#3E6B4F"])),
        "long": bool(rng.random() < 0.35),
        "volume": float(rng.uniform(0.05, 0.3)),
        "light": light / np.linalg.norm(light),
        "ambient": ambient,
        "key": float(rng.uniform(0.4, 1.1) * (1.2 - ambient)),
        "distance_dm": float(rng.uniform(8, 30)),
        "face_px": float(rng.uniform(20, 70)),
        "centre": (float(rng.uniform(90, 166)), float(rng.uniform(80, 150))),
        "blur": float(rng.uniform(0.3, 0.8)),
        "noise": float(rng.uniform(0, 5)),
    }
