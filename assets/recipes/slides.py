"""Composes the attract pictures: demo-pack/slides/<id>.png, 1200 x 1400, transparent ground with soft shadows.

    python slides.py [ID...]

The garments are drawn anew at the size they are shown, with `garments.draw`.
"""
import sys
import tomllib
from functools import cache

import numpy as np
from PIL import Image, ImageFilter

from garments import PACK, draw, save

WIDTH, HEIGHT = 1200, 1400
SIZE_CAP_BYTES = 600_000
SHADOW = (23, 19, 15)

# Per slide, from back to front: SKU, centre x, centre y, side of the garment's square in pixels, turn in degrees (clockwise).
LAYOUTS = {
    "saffron-season": [("tee-saffron", 600, 690, 1420, 8)],
    "navy-all-week": [("shirt-oxford", 770, 650, 1080, 9), ("jacket-navy", 510, 750, 1120, -6)],
    "knit-weather": [("knit-bordeaux", 740, 600, 1040, 11), ("knit-cream", 510, 780, 1090, -8)],
    "rain-ready": [("raincoat-red", 600, 700, 1440, -4)],
    "rouge-evening": [("dress-night", 830, 700, 1330, 8), ("dress-rouge", 440, 710, 1370, -6)],
    "mirror-tries-it-on": [
        ("tee-oyster", 300, 560, 860, -22),
        ("tee-navy", 440, 510, 880, -11),
        ("tee-iris", 600, 500, 900, 0),
        ("tee-ember", 790, 600, 900, 12),
        ("tee-saffron", 600, 860, 1060, -5),
    ],
}


@cache
def colours() -> dict[str, str]:
    return {g["sku"]: g["swatch"] for g in tomllib.loads((PACK / "pack.toml").read_text())["garments"]}


def place(canvas: Image.Image, sku: str, x: int, y: int, side: int, turn: float) -> Image.Image:
    garment = Image.fromarray(draw(sku, colours()[sku], min(side, 1800))).resize((side, side), Image.Resampling.LANCZOS)
    garment = garment.rotate(-turn, Image.Resampling.BICUBIC, expand=True)
    layer = Image.new("RGBA", canvas.size)
    layer.paste(garment, (x - garment.width // 2, y - garment.height // 2))
    for blur, drop, strength in ((46, 44, 0.34), (12, 10, 0.26)):
        alpha = np.asarray(layer.getchannel("A").filter(ImageFilter.GaussianBlur(blur)), np.float32)
        alpha = np.roll(alpha, (drop, drop // 3), (0, 1))
        alpha[:drop] = 0
        alpha[:, : drop // 3] = 0
        shadow = Image.new("RGBA", canvas.size, (*SHADOW, 0))
        shadow.putalpha(Image.fromarray((alpha * strength).astype(np.uint8)))
        canvas = Image.alpha_composite(canvas, shadow)
    return Image.alpha_composite(canvas, layer)


def main() -> None:
    target = PACK / "slides"
    target.mkdir(exist_ok=True)
    for name in sys.argv[1:] or LAYOUTS:
        canvas = Image.new("RGBA", (WIDTH, HEIGHT), (*SHADOW, 0))
        for item in LAYOUTS[name]:
            canvas = place(canvas, *item)
        path = target / f"{name}.png"
        save(np.asarray(canvas), path, SIZE_CAP_BYTES)
        print(f"{path.name:24} {path.stat().st_size / 1000:.0f} kB", flush=True)


if __name__ == "__main__":
    main()
