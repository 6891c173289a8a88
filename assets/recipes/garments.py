"""Draws the demo shop's garments as flat-lay product pictures: demo-pack/garments/<sku>.png.

    python garments.py [SKU...]
"""
import sys
import tomllib
from pathlib import Path

import imagequant
import numpy as np
from PIL import Image

from pattern_bottoms import shorts, skirt_pleated, skirt_satin, trousers
from pattern_dresses import dress_shirt, dress_slip, dress_wrap
from pattern_outerwear import blazer, coat, raincoat, trucker
from pattern_tops import knit, shirt, t_shirt
from cloth import SIZE, Sheet, cable, linen, oxford, poplin, stockinette, jersey

PACK = Path(__file__).resolve().parents[1] / "demo-pack"
SIZE_CAP_BYTES = 250_000

PATTERNS = {
    "tee-saffron": lambda s, c: t_shirt(s, c),
    "tee-oyster": lambda s, c: t_shirt(s, c, boxy=True, pocket=True),
    "tee-iris": lambda s, c: t_shirt(s, c, neck="v"),
    "tee-navy": lambda s, c: t_shirt(s, c, stripe="#EFE6D3"),
    "tee-ember": lambda s, c: t_shirt(s, c, neck="scoop", slim=True),
    "shirt-poplin": lambda s, c: shirt(s, c, poplin),
    "shirt-oxford": lambda s, c: shirt(s, c, oxford, pocket=True, button_down=True),
    "shirt-linen": lambda s, c: shirt(s, c, linen, camp=True),
    "knit-charcoal": lambda s, c: knit(s, c, stockinette(5.2)),
    "knit-bordeaux": lambda s, c: knit(s, c, stockinette(5.0), neck="v"),
    "knit-cream": lambda s, c: knit(s, c, cable, neck="roll", chunky=True),
    "top-teal": lambda s, c: knit(s, c, jersey, neck="boat", slim=True),
    "jacket-navy": blazer,
    "coat-camel": coat,
    "jacket-cognac": trucker,
    "raincoat-red": raincoat,
    "dress-rouge": dress_wrap,
    "dress-night": dress_slip,
    "dress-fern": dress_shirt,
    "trousers-grey": lambda s, c: trousers(s, c),
    "jeans-indigo": lambda s, c: trousers(s, c, jeans=True),
    "shorts-sand": shorts,
    "skirt-plum": skirt_pleated,
    "skirt-rose": skirt_satin,
}


def draw(sku: str, colour: str, size: int = SIZE) -> np.ndarray:
    sheet = Sheet(seed=sum(sku.encode()) * 7919)
    PATTERNS[sku](sheet, colour)
    return sheet.picture(size)


def save(pixels: np.ndarray, path: Path, cap_bytes: int) -> None:
    """A palette PNG with as many colours as fit under the cap."""
    picture = Image.fromarray(pixels)
    for colours in (256, 192, 128, 96, 64, 48):
        imagequant.quantize_pil_image(picture, dithering_level=0.6, max_colors=colours).save(path, optimize=True)
        if path.stat().st_size <= cap_bytes:
            return
    raise SystemExit(f"{path.name} stays above {cap_bytes} bytes")


def main() -> None:
    garments = {g["sku"]: g["swatch"] for g in tomllib.loads((PACK / "pack.toml").read_text())["garments"]}
    target = PACK / "garments"
    target.mkdir(exist_ok=True)
    for sku in sys.argv[1:] or garments:
        path = target / f"{sku}.png"
        save(draw(sku, garments[sku]), path, SIZE_CAP_BYTES)
        print(f"{path.name:22} {path.stat().st_size / 1000:.0f} kB", flush=True)


if __name__ == "__main__":
    main()
