"""Puts the drawn garments (or any PNGs) on one sheet to look at: python contact_sheet.py OUT.png PICTURE..."""
import sys
from pathlib import Path

from PIL import Image

CELL = 420


def main() -> None:
    pictures = [Path(p) for p in sys.argv[2:]]
    columns = min(6, len(pictures))
    sheet = Image.new("RGB", (columns * CELL, -(-len(pictures) // columns) * CELL), "#EDE4D8")
    for i, path in enumerate(pictures):
        picture = Image.open(path).convert("RGBA")
        picture.thumbnail((CELL, CELL), Image.Resampling.LANCZOS)
        sheet.paste(picture, (i % columns * CELL + (CELL - picture.width) // 2, i // columns * CELL), picture)
    sheet.save(sys.argv[1])


if __name__ == "__main__":
    main()
