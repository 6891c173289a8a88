"""Draws the demo shop's garments as flat-lay product pictures, demo-pack/garments/<sku>.png, and writes where each meets a
body and what it measures in each size, <sku>.fit.toml.

    python garments.py [SKU...]
    python garments.py --check DIR [SKU...]
"""
import argparse
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import imagequant
import numpy as np
from PIL import Image

from cloth import SIZE, Sheet, cable, jersey, linen, oxford, poplin, stockinette, wool
from fit import neckline, problems, sheet_of, worn_sheet, written
from pattern_accessories import beanie, fedora, glasses_dark, glasses_tortoise, glasses_wire, scarf_checked, scarf_ribbed, straw_hat
from pattern_bottoms import shorts, skirt_pleated, skirt_satin, trousers
from pattern_casual import shorts_drawstring, skirt_denim, sunrise, tank
from pattern_dresses import dress_shirt, dress_slip, dress_wrap
from pattern_open import blazer_open, coat_open
from pattern_outerwear import blazer, coat, raincoat, trucker
from pattern_tops import knit, shirt, t_shirt
from prints import NORDIC, checked, motif, striped
from sizes import chart, written as written_chart

PACK = Path(__file__).resolve().parents[1] / "demo-pack"
GARMENTS = PACK / "garments"
SIZE_CAP_BYTES = 250_000


@dataclass(frozen=True)
class Design:
    """How a garment is drawn, what it is when put on, how loosely it sits and how far its cloth gives (shares of a width)."""

    pattern: Callable[[Sheet, str], None]
    cut: str
    ease: float = 0.1
    open: bool = False
    stretch: float = 0.02


# Colour, pitch, start, width of the stripes of the flannel shirt.
FLANNEL = [("#1F2A44", 74, 0, 26), ("#7A1C24", 74, 26, 9), ("#E9DFC8", 74, 52, 3), ("#1F2A44", 74, 60, 5)]

DESIGNS = {
    "tee-saffron": Design(t_shirt, "t_shirt", 0.12, stretch=0.18),
    "tee-oyster": Design(partial(t_shirt, boxy=True, pocket=True), "t_shirt", 0.22, stretch=0.18),
    "tee-iris": Design(partial(t_shirt, neck="v"), "t_shirt", 0.12, stretch=0.18),
    "tee-navy": Design(partial(t_shirt, stripe="#EFE6D3"), "t_shirt", 0.1, stretch=0.18),
    "tee-ember": Design(partial(t_shirt, neck="scoop", slim=True), "t_shirt", 0.03, stretch=0.25),
    "shirt-poplin": Design(partial(shirt, weave=poplin), "shirt", 0.12),
    "shirt-oxford": Design(partial(shirt, weave=oxford, pocket=True, button_down=True), "shirt", 0.12),
    "shirt-linen": Design(partial(shirt, weave=linen, camp=True), "shirt", 0.18),
    "knit-charcoal": Design(partial(knit, weave=stockinette(5.2)), "knitwear", 0.12, stretch=0.25),
    "knit-bordeaux": Design(partial(knit, weave=stockinette(5.0), neck="v"), "knitwear", 0.12, stretch=0.25),
    "knit-cream": Design(partial(knit, weave=cable, neck="roll", chunky=True), "knitwear", 0.2, stretch=0.3),
    "top-teal": Design(partial(knit, weave=jersey, neck="boat", slim=True), "t_shirt", 0.02, stretch=0.35),
    "jacket-navy": Design(blazer, "jacket", 0.14),
    "coat-camel": Design(coat, "coat", 0.18),
    "jacket-cognac": Design(trucker, "jacket", 0.16),
    "raincoat-red": Design(raincoat, "coat", 0.22),
    "dress-rouge": Design(dress_wrap, "dress", 0.06),
    "dress-night": Design(dress_slip, "dress", 0.05, stretch=0.06),
    "dress-fern": Design(dress_shirt, "dress", 0.08),
    "trousers-grey": Design(trousers, "trousers", 0.1),
    "jeans-indigo": Design(partial(trousers, jeans=True), "trousers", 0.08, stretch=0.03),
    "shorts-sand": Design(shorts, "shorts", 0.14),
    "skirt-plum": Design(skirt_pleated, "skirt", 0.06),
    "skirt-rose": Design(skirt_satin, "skirt", 0.06),
    "tee-sunrise": Design(partial(t_shirt, ink=sunrise()), "t_shirt", 0.14, stretch=0.18),
    "tee-breton": Design(partial(t_shirt, weave=striped(jersey, "#F1EDE2", "#26395E", 27, 11, 17)), "t_shirt", 0.1, stretch=0.18),
    "top-blush": Design(tank, "t_shirt", 0.02, stretch=0.35),
    "shirt-check": Design(partial(shirt, weave=checked(wool, "#A32B30", FLANNEL), pocket=True), "shirt", 0.16),
    "knit-nordic": Design(partial(knit, weave=motif(8.0, "#35506E", {"a": "#EFE6D3", "b": "#A9402F", "c": "#D9A441"}, NORDIC)), "knitwear", 0.16, stretch=0.25),
    "jacket-sand": Design(blazer_open, "jacket", 0.16, open=True),
    "coat-slate": Design(coat_open, "coat", 0.2, open=True),
    "skirt-denim": Design(skirt_denim, "skirt", 0.06),
    "scarf-highland": Design(scarf_checked, "scarf", 0.2, stretch=0.05),
    "scarf-lagoon": Design(scarf_ribbed, "scarf", 0.25, stretch=0.3),
    "hat-fedora": Design(fedora, "hat", 0.08, stretch=0.0),
    "hat-beanie": Design(beanie, "hat", 0.04, stretch=0.4),
    "hat-straw": Design(straw_hat, "hat", 0.08, stretch=0.0),
    "glasses-noir": Design(glasses_dark, "glasses", 0.05, stretch=0.0),
    "glasses-amber": Design(glasses_tortoise, "glasses", 0.05, stretch=0.0),
    "glasses-aviator": Design(glasses_wire, "glasses", 0.05, stretch=0.0),
    "shorts-sage": Design(shorts_drawstring, "shorts", 0.18, stretch=0.1),
}


def laid_out(sku: str, colour: str) -> Sheet:
    sheet = Sheet(seed=sum(sku.encode()) * 7919)
    DESIGNS[sku].pattern(sheet, colour)
    return sheet


def draw(sku: str, colour: str, size: int = SIZE) -> np.ndarray:
    return laid_out(sku, colour).picture(size)


def save(pixels: np.ndarray, path: Path, cap_bytes: int) -> None:
    """A palette PNG with as many colours as fit under the cap."""
    picture = Image.fromarray(pixels)
    for colours in (256, 192, 128, 96, 64, 48):
        imagequant.quantize_pil_image(picture, dithering_level=0.6, max_colors=colours).save(path, optimize=True)
        if path.stat().st_size <= cap_bytes:
            return
    raise SystemExit(f"{path.name} stays above {cap_bytes} bytes")


def check(skus: list[str], folder: Path) -> None:
    """Holds every fit to the rules, draws the anchors over the pictures, six a sheet, and what is left of those with a neckline
    when it is cut along it."""
    folder.mkdir(parents=True, exist_ok=True)
    fits = {sku: tomllib.loads((GARMENTS / f"{sku}.fit.toml").read_text()) for sku in skus}
    wrong = [f"{sku}: {p}" for sku, fit in fits.items() for p in problems(fit)]
    pictures = [GARMENTS / f"{sku}.png" for sku in skus]
    for i in range(0, len(pictures), 6):
        sheet_of(pictures[i : i + 6]).save(folder / f"anchors-{i // 6 + 1}.png")
    worn = [path for path, fit in zip(pictures, fits.values()) if fit.get("neckline")]
    for i in range(0, len(worn), 6):
        worn_sheet(worn[i : i + 6]).save(folder / f"neckline-{i // 6 + 1}.png")
    raise SystemExit("\n".join(wrong) or None)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("skus", nargs="*", metavar="SKU")
    arguments.add_argument("--check", type=Path, metavar="DIR", help="draw nothing anew; hold the fits to their rules, picture anchors and cut necklines in DIR")
    given = arguments.parse_args()
    garments = {g["sku"]: g for g in tomllib.loads((PACK / "pack.toml").read_text())["garments"]}
    skus = given.skus or list(garments)
    if given.check:
        check(skus, given.check)
    for sku in skus:
        design, sheet = DESIGNS[sku], laid_out(sku, garments[sku]["swatch"])
        path = GARMENTS / f"{sku}.png"
        save(sheet.picture(), path, SIZE_CAP_BYTES)
        edge = neckline(sheet, sheet.anchors["neck_front"][1]) if "neck_back" in sheet.anchors else []
        sizes = written_chart(*chart(design.cut, design.ease, sheet.anchors, [row["size"] for row in garments[sku]["sizes"]], garments[sku].get("cut_for")))
        path.with_suffix(".fit.toml").write_text(written(design.cut, design.open, design.ease, design.stretch, sheet.anchors, edge, sizes))
        print(f"{path.name:22} {path.stat().st_size / 1000:.0f} kB", flush=True)


if __name__ == "__main__":
    main()
