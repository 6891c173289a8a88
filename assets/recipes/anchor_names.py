"""Draws docs/images/anchors.png: garments of the demo shop, and plain shapes for what it does not sell, with their anchors named."""
import tomllib
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).parents[2]
GARMENTS = ROOT / "assets/demo-pack/garments"
FONT = ImageFont.truetype(ROOT / "assets/fonts/Manrope-SemiBold.ttf", 21)
TITLE = ImageFont.truetype(ROOT / "assets/fonts/EBGaramond-Medium.ttf", 34)
INK, PAPER, ACCENT, CLOTH = "#17130F", "#F7F2EB", "#E8562A", "#D9C7AE"
CELL, HEIGHT, SMALL = (760, 720, 460)
LINE = 27

# Shapes in shares of a square, and their anchors.
HAT = (["pieslice", (0.2, 0.2, 0.8, 1.0), 180, 360], ["ellipse", (0.1, 0.55, 0.9, 0.68)]), {"crown": (0.5, 0.2), "brim_left": (0.9, 0.615), "brim_right": (0.1, 0.615)}
GLASSES = (["lens", (0.1, 0.36, 0.44, 0.64)], ["lens", (0.56, 0.36, 0.9, 0.64)], ["line", (0.44, 0.46, 0.56, 0.46)]), {"bridge": (0.5, 0.46), "temple_left": (0.9, 0.43), "temple_right": (0.1, 0.43)}
SCARF = (["ring", (0.28, 0.12, 0.72, 0.48)], ["line", (0.44, 0.44, 0.4, 0.92)], ["line", (0.56, 0.44, 0.6, 0.92)]), {"wrap_top": (0.5, 0.12), "neck_left": (0.72, 0.3), "neck_right": (0.28, 0.3), "neck_front": (0.5, 0.47), "hem_left": (0.6, 0.94), "hem_right": (0.4, 0.94)}


def named(draw: ImageDraw.ImageDraw, box: tuple, places: dict) -> None:
    """Dots at the anchors; names beside the picture: the wearer's left on the right, what lies in the middle on the left."""
    left, top, side = box
    at = lambda word: (left + places[word][0] * side, top + places[word][1] * side)
    for words, is_left in (([w for w in places if not w.endswith(("_left", "_right"))], True), ([w for w in places if w.endswith("_left")], False)):
        words.sort(key=lambda w: places[w][1])
        heights = []
        for word in words:
            heights.append(max(at(word)[1], heights[-1] + LINE if heights else 0))
        edge = left - 6 if is_left else left + side + 6
        for word, y in zip(words, heights):
            draw.line([(edge, y), at(word)], fill=ACCENT, width=2)
            draw.text((edge + (-6 if is_left else 6), y), word, fill=INK, font=FONT, anchor="rm" if is_left else "lm")
    for word in places:
        x, y = at(word)
        draw.ellipse((x - 9, y - 9, x + 9, y + 9), fill=PAPER)
        draw.ellipse((x - 6, y - 6, x + 6, y + 6), fill=ACCENT)


def shape(draw: ImageDraw.ImageDraw, box: tuple, parts: tuple) -> None:
    left, top, side = box
    for kind, place, *more in parts:
        xy = [left + v * side if i % 2 == 0 else top + v * side for i, v in enumerate(place)]
        if kind == "line":
            draw.line(xy, fill=CLOTH, width=side // 9 if side * 0.3 < abs(xy[3] - xy[1]) else side // 26)
        elif kind == "ring":
            draw.ellipse(xy, outline=CLOTH, width=side // 9)
        elif kind == "lens":
            draw.ellipse(xy, outline=CLOTH, width=side // 26)
        else:
            getattr(draw, kind)(xy, *more, fill=CLOTH)


def main() -> None:
    sheet = Image.new("RGB", (3 * CELL, HEIGHT + SMALL), PAPER)
    draw = ImageDraw.Draw(sheet)
    for i, (sku, title) in enumerate((("shirt-oxford", "tops, coats; dresses also have hip"), ("jeans-indigo", "trousers; shorts without knee"), ("skirt-plum", "skirts"))):
        picture = Image.open(GARMENTS / f"{sku}.png").convert("RGBA")
        side = 560
        box = (i * CELL + (CELL - side) // 2 + (10 if i == 0 else 0), 90, side)
        picture.thumbnail((side, side), Image.Resampling.LANCZOS)
        sheet.paste(picture, box[:2], picture)
        inner = (box[0] + int(0.11 * side), box[1], side - 2 * int(0.11 * side)) if i else (box[0] + 25, box[1], side - 50)
        places = tomllib.loads((GARMENTS / f"{sku}.fit.toml").read_text())["anchors"]
        # Names start where the garment ends, not where its picture does.
        moved = {w: ((x * side + box[0] - inner[0]) / inner[2], y * side / inner[2]) for w, (x, y) in places.items()}
        named(draw, inner, moved)
        draw.text((i * CELL + CELL // 2, 44), title, fill=INK, font=TITLE, anchor="mm")
    for i, ((parts, places), title) in enumerate(((HAT, "hat"), (GLASSES, "glasses"), (SCARF, "scarf"))):
        side = 330
        box = (i * CELL + (CELL - side) // 2, HEIGHT + 76, side)
        shape(draw, box, parts)
        named(draw, box, places)
        draw.text((i * CELL + CELL // 2, HEIGHT + 44), title, fill=INK, font=TITLE, anchor="mm")
    sheet.quantize(96).save(ROOT / "docs/images/anchors.png", optimize=True)


if __name__ == "__main__":
    main()
