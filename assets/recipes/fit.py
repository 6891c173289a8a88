"""Where a drawn garment meets a body: the anchors of <sku>.fit.toml, the rules they obey, and a picture to check them by.

Patterns call `mark_*` with the measures they are cut from; `Sheet.laid` says where those come to lie. Left is the wearer's,
so of a front it is the right half of the picture. The words and the rules are those of `cheval_domain::anchors`.
"""
import tomllib
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw

import sizes

MIDDLE = 450
TORSO = ("neck", "shoulder", "armpit", "waist", "hem")
SLEEVE = ("cuff_outer", "cuff_inner", "elbow_outer", "elbow_inner")
TOPS = ("t_shirt", "shirt", "knitwear", "jacket", "coat")
NECKLINE_MOST = 64
SKIN = "#DDA98A"
# Cut: required in the middle, required pairs, optional pairs.
CUTS = {
    **{cut: (("neck_back", "neck_front"), TORSO, SLEEVE) for cut in TOPS},
    "dress": (("neck_back", "neck_front"), (*TORSO, "hip"), SLEEVE),
    "skirt": ((), ("waist", "hip", "hem"), ()),
    "trousers": (("crotch",), ("waist", "hip", "hem_outer", "hem_inner"), ("knee_outer", "knee_inner")),
    "shorts": (("crotch",), ("waist", "hip", "hem_outer", "hem_inner"), ()),
    "scarf": (("wrap_top", "neck_front"), ("neck", "hem"), ()),
    "hat": (("crown",), ("brim",), ()),
    "glasses": (("bridge",), ("temple",), ()),
}
# Upper before lower; a word without a side stands for both sides.
ORDER = [
    ("wrap_top", "neck_front"), ("neck", "armpit"), ("shoulder", "armpit"), ("armpit", "waist"), ("armpit", "hem"), ("neck", "hem"),
    ("waist", "hem"), ("waist", "hip"), ("hip", "hem"), ("waist", "crotch"), ("hip", "hem_outer"), ("hip", "knee_outer"),
    ("knee_outer", "hem_outer"), ("crotch", "hem_inner"), ("crown", "brim"),
]
APART = 0.005
HEAD = "# Where this garment meets a body; written by assets/recipes/garments.py. Shares of the picture; left is the wearer's.\n"


# Places of an outline -------------------------------------------------------------------------------------------------


def across(outline: np.ndarray, at, along) -> tuple[np.ndarray, np.ndarray]:
    """Where the line through `at` in direction `along` leaves the closed outline: the nearest places behind and ahead."""
    at, along = np.asarray(at, float), np.asarray(along, float) / np.hypot(*along)
    a, b = outline, np.roll(outline, -1, 0)
    normal = np.array([-along[1], along[0]])
    da, db = (a - at) @ normal, (b - at) @ normal
    hit = (da > 0) != (db > 0)
    t = da[hit] / (da[hit] - db[hit])
    places = a[hit] + t[:, None] * (b[hit] - a[hit])
    reach = (places - at) @ along
    return at + along * reach[reach < 0].max(), at + along * reach[reach > 0].min()


def half_at(outline: np.ndarray, y: float) -> float:
    """How far from the middle line the outline's right side lies at height `y`."""
    return across(outline, (MIDDLE, y), (1, 0))[1][0] - MIDDLE


# Marks ---------------------------------------------------------------------------------------------------------------


def mark_torso(sheet, b, outline: np.ndarray, *, back: float, front: float, neck: tuple | None = None, hem: tuple | None = None, hip: float | None = None) -> None:
    """Anchors of a top or a dress cut from block `b`; `back` and `front` are the heights of the neckline in the middle."""
    sheet.mark("neck_back", MIDDLE, back)
    sheet.mark("neck_front", MIDDLE, front)
    sheet.mark_pair("neck", *(neck or (b.neck, b.neck_y)))
    sheet.mark_pair("shoulder", b.shoulder, b.shoulder_y)
    sheet.mark_pair("armpit", b.armpit, b.armpit_y)
    sheet.mark_pair("waist", half_at(outline, b.waist_y), b.waist_y)
    sheet.mark_pair("hem", *(hem or (b.hem, b.hem_y)))
    if hip is not None:
        sheet.mark_pair("hip", half_at(outline, hip), hip)


def mark_sleeves(sheet, b, *, elbow: float | None = None, beyond: float = 0) -> None:
    """Cuffs, and elbows at the share `elbow` of the sleeve's length; the cuff reaches `beyond` the sleeve."""
    sleeve = b.sleeve(False)
    d, n = sleeve["d"], sleeve["n"]
    cuff = {"cuff_outer": sleeve["outer"] + beyond * d, "cuff_inner": sleeve["inner"] + beyond * d}
    if elbow is not None:
        top = np.array([MIDDLE + b.shoulder, b.shoulder_y])
        middle = top + elbow * b.sleeve_length * d + 0.5 * b.cuff * n
        cuff["elbow_inner"], cuff["elbow_outer"] = across(sleeve["outline"], middle, -n)
    for word, (x, y) in cuff.items():
        sheet.mark_pair(word, x - MIDDLE, y)


def mark_legs(sheet, outline: np.ndarray, *, waist: tuple, hip: float, crotch: float, outer: tuple, inner: tuple, knee: bool) -> None:
    sheet.mark_pair("waist", *waist)
    sheet.mark_pair("hip", half_at(outline, hip), hip)
    sheet.mark("crotch", MIDDLE, crotch)
    sheet.mark_pair("hem_outer", *outer)
    sheet.mark_pair("hem_inner", *inner)
    if knee:
        y = crotch + 0.45 * (outer[1] - crotch)
        inside, outside = across(outline, (MIDDLE + (outer[0] + inner[0]) / 2, y), (1, 0))
        sheet.mark_pair("knee_outer", outside[0] - MIDDLE, y)
        sheet.mark_pair("knee_inner", inside[0] - MIDDLE, y)


def mark_skirt(sheet, outline: np.ndarray, *, waist: tuple, hip: float, hem: tuple) -> None:
    sheet.mark_pair("waist", *waist)
    sheet.mark_pair("hip", half_at(outline, hip), hip)
    sheet.mark_pair("hem", *hem)


# Neckline ------------------------------------------------------------------------------------------------------------


def neckline(sheet, limit: float, fine: float = 0.9) -> list[np.ndarray]:
    """The front's upper edge, from left to right, as shares of the picture; empty where no inside of a back shows.

    Read from where the patterns' fronts, collars and plackets came to lie over the inside of the back: under every column
    in which that shows, the line runs on the cloth that covers it. Between the fronts of an open garment it goes down to
    `limit`, a share of the picture. It never runs back, so each place of the picture is clearly above or below it.
    """
    pixels = len(sheet.inside)
    count, labels, found, _ = cv2.connectedComponentsWithStats((sheet.inside > 0.2).astype(np.uint8), connectivity=8)
    if count < 2:
        return []
    # The opening is the largest; a little of the back shines through elsewhere, where pieces meet.
    opening = (labels == 1 + np.argmax(found[1:, cv2.CC_STAT_AREA])).astype(np.uint8)
    # Half a pixel of the picture into the front, where its smoothed edge is cloth alone.
    shows = cv2.dilate(opening, np.ones((3, 3), np.uint8)) > 0
    cloth = sheet.alpha > 0.5
    line = []
    for x in np.flatnonzero(shows.any(0)):
        low = np.flatnonzero(shows[:, x])[-1] + 1
        under = np.flatnonzero(cloth[low:, x])
        hollow = under[0] if len(under) else pixels
        # A gap of a few pixels is the smoothed edge, not the space between two fronts.
        line.append((x + 0.5, low if hollow < 4 else max(low, min(low + hollow, limit * pixels))))
    line[0], line[-1] = (line[0][0] - 0.5, line[0][1]), (line[-1][0] + 0.5, line[-1][1])
    while len(kept := cv2.approxPolyDP(np.array(line, np.float32)[:, None], fine, False)[:, 0]) > NECKLINE_MOST:
        fine *= 1.2
    return list(kept / pixels)


# Files ---------------------------------------------------------------------------------------------------------------


def written(cut: str, open_front: bool, ease: float, stretch: float, anchors: dict, line: list, chart: str) -> str:
    """The file, anchors in the order of the tables above, then the size chart."""
    middle, pairs, optional = CUTS[cut]
    words = [*middle, *(f"{word}_{side}" for word in (*pairs, *optional) for side in ("left", "right"))]
    words = [w for w in words if w in anchors] + sorted(set(anchors) - set(words))
    lines = [f"{w} = [{round(float(anchors[w][0]), 4)}, {round(float(anchors[w][1]), 4)}]\n" for w in words]
    places = ", ".join(f"[{round(float(x), 4)}, {round(float(y), 4)}]" for x, y in line)
    edge = f"neckline = [{places}]\n" if places else ""
    return f'{HEAD}cut = "{cut}"\naspect = 1.0\nopen = {str(open_front).lower()}\nease = {ease}\nstretch = {stretch}\n{edge}\n[anchors]\n{"".join(lines)}{chart}'


def problems(fit: dict) -> list[str]:
    """The rules of `Fit::problems`, and that everything with a neck has a neckline that never runs back."""
    found = []
    anchors, (middle, pairs, optional) = fit["anchors"], CUTS[fit["cut"]]
    sides = lambda words: {f"{word}_{side}" for word in words for side in ("left", "right")}
    required = {*middle, *sides(pairs)}
    if not 0 <= fit["ease"] <= 1 or not 0.1 <= fit["aspect"] <= 10:
        found.append("ease or aspect out of range")
    if not 0 <= fit["stretch"] <= 1:
        found.append("stretch out of range")
    found += sizes.problems(fit["cut"], fit["chart"])
    found += [f"{w} outside the picture" for w, place in anchors.items() if not all(0 <= p <= 1 for p in place)]
    line = fit.get("neckline", [])
    if (len(line) < 2) == ("neck_back" in required):
        found.append("the neckline is missing" if "neck_back" in required else "the neckline is foreign")
    if len(line) > NECKLINE_MOST or not all(0 <= p <= 1 for place in line for p in place) or any(b[0] < a[0] for a, b in zip(line, line[1:])):
        found.append("the neckline leaves the picture, has too many places or runs back")
    found += [f"{w} is missing" for w in sorted(required - set(anchors))]
    found += [f"{w} is foreign" for w in sorted(set(anchors) - required - sides(optional))]
    for a, b, both in (("cuff_outer", "cuff_inner", True), ("elbow_outer", "elbow_inner", True), ("elbow_outer", "cuff_outer", False), ("knee_outer", "knee_inner", True)):
        for side in ("left", "right"):
            has_a, has_b = f"{a}_{side}" in anchors, f"{b}_{side}" in anchors
            if (has_a and not has_b) or (has_b and not has_a and both):
                found.append(f"{a}_{side} and {b}_{side}: one is there without the other")
    for word, (x, _) in anchors.items():
        if word.endswith("_left") and x <= anchors.get(word[:-4] + "right", (-1, 0))[0]:
            found.append(f"{word} and its mirror are exchanged")
    for upper, lower in ORDER:
        for side in ("", "_left", "_right"):
            tops, lows = ([w for w in (word, word + side) if w in anchors] for word in (upper, lower))
            found += [f"{u} must lie above {l}" for u in tops for l in lows if anchors[u][1] + APART > anchors[l][1]]
    return sorted(set(found))


def sheet_of(pictures: list[Path], cell: int = 800, columns: int = 3) -> Image.Image:
    """The pictures with their anchors drawn on, names beside them."""
    canvas = Image.new("RGB", (columns * cell, -(-len(pictures) // columns) * cell), "#EDE4D8")
    for i, path in enumerate(pictures):
        x0, y0 = i % columns * cell, i // columns * cell
        picture = Image.open(path).convert("RGBA").resize((cell, cell), Image.Resampling.LANCZOS)
        canvas.paste(picture, (x0, y0), picture)
        fit = tomllib.loads(path.with_suffix(".fit.toml").read_text())
        draw = ImageDraw.Draw(canvas)
        draw.text((x0 + 8, y0 + 6), f"{path.stem}  {fit['cut']}  ease {fit['ease']}{'  open' if fit['open'] else ''}", fill="#000000")
        for word, (x, y) in fit["anchors"].items():
            px, py = x0 + x * cell, y0 + y * cell
            colour = "#00A0FF" if word.endswith("_left") else "#FF00C8" if word.endswith("_right") else "#00E040"
            draw.line((px - 9, py, px + 9, py), fill=colour, width=2)
            draw.line((px, py - 9, px, py + 9), fill=colour, width=2)
            draw.text((px + 6, py + 3) if x < 0.85 else (px - 70, py + 3), word, fill="#000000")
    return canvas


def worn_sheet(pictures: list[Path], cell: int = 800, columns: int = 3) -> Image.Image:
    """The upper parts of the pictures over skin, with everything above the neckline cut away."""
    canvas = Image.new("RGB", (columns * cell, -(-len(pictures) // columns) * cell), SKIN)
    draw = ImageDraw.Draw(canvas)
    for i, path in enumerate(pictures):
        line = tomllib.loads(path.with_suffix(".fit.toml").read_text())["neckline"]
        picture = Image.open(path).convert("RGBA")
        # Four times as fine, so that the cut itself adds no steps.
        fine = [4 * n for n in picture.size]
        mask = Image.new("L", fine, 255)
        ring = [(line[0][0], 0), *line, (line[-1][0], 0)]
        ImageDraw.Draw(mask).polygon([(x * fine[0], y * fine[1]) for x, y in ring], fill=0)
        alpha = np.minimum(picture.getchannel("A"), mask.resize(picture.size, Image.Resampling.BOX))
        picture.putalpha(Image.fromarray(alpha))
        x, y = np.array(line).T
        side = max(np.ptp(x), np.ptp(y)) + 0.16
        left, top = (x.min() + x.max() - side) / 2, (y.min() + y.max() - side) / 2
        box = tuple(int(n * picture.width) for n in (left, top, left + side, top + side))
        shown = picture.crop(box).resize((cell, cell), Image.Resampling.LANCZOS)
        at = i % columns * cell, i // columns * cell
        canvas.paste(shown, at, shown)
        draw.text((at[0] + 8, at[1] + 6), f"{path.stem}  {len(line)} places", fill="#000000")
    return canvas
