"""Draws frames of the stand-in film by the rules of standin/README.md, to look at and to run the models on.

    python compose_standin.py OUT_FOLDER [--wide] [SECONDS...]
"""
import sys
import tomllib
from pathlib import Path

import numpy as np
from PIL import Image

FOLDER = Path(__file__).resolve().parents[1] / "standin"


def pose(actor: dict, index: int, t: float) -> tuple[float, float, float] | None:
    keys = actor["keyframes"]
    for a, b in zip(keys, keys[1:]):
        if a["t_secs"] <= t <= b["t_secs"]:
            u = (t - a["t_secs"]) / (b["t_secs"] - a["t_secs"])
            ease = u * u * (3 - 2 * u)
            x, y, height = (a[k] + (b[k] - a[k]) * ease for k in ("x", "y", "height"))
            if abs(b["x"] - a["x"]) / (b["t_secs"] - a["t_secs"]) > 0.05:
                y -= 0.010 * height * abs(np.sin(2 * np.pi * 0.95 * t)) * 4 * u * (1 - u)
            x += 0.004 * height * np.sin(2 * np.pi * t / 5.3 + 2.3 * index)
            return x, y, height * (1 + 0.004 * np.sin(2 * np.pi * t / 4.2 + 1.7 * index))
    return None


def frame(film: dict, t: float, size: tuple[int, int]) -> Image.Image:
    width, height = size
    picture = Image.open(FOLDER / film["background_wide" if width > height else "background"]).convert("RGB").resize(size)
    present = [(pose(actor, i, t % film["loop_secs"]), actor) for i, actor in enumerate(film["actor"])]
    for (x, y, tall), actor in sorted((p for p in present if p[0]), key=lambda p: p[0][1]):
        sprite = Image.open(FOLDER / actor["picture"]).convert("RGBA")
        if actor.get("flip"):
            sprite = sprite.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        scale = tall * height / sprite.height
        sprite = sprite.resize((round(sprite.width * scale), round(sprite.height * scale)), Image.Resampling.BILINEAR)
        picture.paste(sprite, (round(x * width - sprite.width / 2), round(y * height - sprite.height)), sprite)
    return picture


def main() -> None:
    arguments = [a for a in sys.argv[1:] if a != "--wide"]
    size = (1280, 720) if "--wide" in sys.argv else (720, 1280)
    film = tomllib.loads((FOLDER / "standin.toml").read_text())
    target = Path(arguments[0])
    target.mkdir(parents=True, exist_ok=True)
    for t in [float(a) for a in arguments[1:]] or np.arange(0, film["loop_secs"], 3):
        frame(film, t, size).save(target / f"{t:05.1f}.png")


if __name__ == "__main__":
    main()
