"""Draws the interface icons (icons/*.png, white on transparent, 96 x 96) and the product mark (brand/mark.png, 512 x 512).

    python icons.py

Drawn on a 24-unit grid with a stroke of 1.35 units (2.7 px where the screen shows them at 48 px).
"""
from pathlib import Path

import skia

TARGET = Path(__file__).resolve().parents[1] / "icons"
BRAND = TARGET.parent / "brand"
SIDE_PX = 96
STROKE = 1.35


def line(data: str) -> str:
    return f'<path d="{data}"/>'


def circle(x: float, y: float, r: float) -> str:
    return f'<circle cx="{x}" cy="{y}" r="{r}"/>'


CAMERA = "M4.2 8.2 C4.2 7.4 4.8 6.8 5.6 6.8 H7.9 L9.2 4.9 H14.8 L16.1 6.8 H18.4 C19.2 6.8 19.8 7.4 19.8 8.2 V17.2 C19.8 18 19.2 18.6 18.4 18.6 H5.6 C4.8 18.6 4.2 18 4.2 17.2 Z"
ICONS = {
    "arrow_down": [line("M12 4.5 V19 M5.8 12.9 L12 19.1 L18.2 12.9")],
    "heart": [line("M12 19.6 C7.2 15.9 3.9 12.9 3.9 9.3 C3.9 6.8 5.8 4.9 8.2 4.9 C9.8 4.9 11.2 5.8 12 7.2 C12.8 5.8 14.2 4.9 15.8 4.9 C18.2 4.9 20.1 6.8 20.1 9.3 C20.1 12.9 16.8 15.9 12 19.6 Z")],
    "eye": [line("M2.6 12 C4.9 7.9 8.2 5.8 12 5.8 C15.8 5.8 19.1 7.9 21.4 12 C19.1 16.1 15.8 18.2 12 18.2 C8.2 18.2 4.9 16.1 2.6 12 Z"), circle(12, 12, 3.1)],
    "camera": [line(CAMERA), circle(12, 12.6, 3.4)],
    "camera_off": [line("M8.3 6.3 L9.2 4.9 H14.8 L16.1 6.8 H18.4 C19.2 6.8 19.8 7.4 19.8 8.2 V16.9 M17.9 18.6 H5.6 C4.8 18.6 4.2 18 4.2 17.2 V8.2 C4.2 7.4 4.8 6.8 5.6 6.8 H6 M14.6 14.8 A3.4 3.4 0 0 1 9.7 10.1 M12.6 9.25 A3.4 3.4 0 0 1 15.35 12.1 M3.4 4 L20.4 20.8")],
    "back": [line("M19.4 12 H4.9 M11 5.8 L4.8 12 L11 18.2")],
    "close": [line("M5.6 5.6 L18.4 18.4 M18.4 5.6 L5.6 18.4")],
    "sparkle": [line("M11 3.8 C11.6 8.4 13 10 17.6 10.9 C13 11.8 11.6 13.4 11 18 C10.4 13.4 9 11.8 4.4 10.9 C9 10 10.4 8.4 11 3.8 Z"), line("M18.4 15.2 V20.4 M15.8 17.8 H21")],
    "check": [line("M4.6 12.6 L9.8 17.7 L19.6 6.9")],
    "globe": [circle(12, 12, 8.4), line("M3.6 12 H20.4 M12 3.6 C14.5 6 15.7 8.8 15.7 12 C15.7 15.2 14.5 18 12 20.4 C9.5 18 8.3 15.2 8.3 12 C8.3 8.8 9.5 6 12 3.6 Z")],
}


# Cheval's own mark: a cheval glass, an oval mirror that swings in its frame.
MARK = ['<ellipse cx="12" cy="10.4" rx="4.6" ry="7.2"/>', line("M5.2 7.2 V21.2 M18.8 7.2 V21.2 M5.2 10.4 H7.4 M16.6 10.4 H18.8 M3.4 21.2 H7 M17 21.2 H20.6 M5.2 19 H18.8 M10 8.2 L12.6 5.6 M10.4 11.6 L14 8")]


def main() -> None:
    TARGET.mkdir(exist_ok=True)
    BRAND.mkdir(exist_ok=True)
    style = f'fill="none" stroke="#fff" stroke-width="{STROKE}" stroke-linecap="round" stroke-linejoin="round"'
    for path, side, shapes in [(TARGET / f"{name}.png", SIDE_PX, shapes) for name, shapes in ICONS.items()] + [(BRAND / "mark.png", 512, MARK)]:
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="{side}" height="{side}"><g {style}>{"".join(shapes)}</g></svg>'
        surface = skia.Surface(side, side)
        skia.SVGDOM.MakeFromStream(skia.MemoryStream(svg.encode())).render(surface.getCanvas())
        surface.makeImageSnapshot().save(str(path), skia.kPNG)


if __name__ == "__main__":
    main()
