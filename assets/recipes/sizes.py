"""Size charts of the drawn garments: what each measures in every size it is sold in, centimetres of the finished garment.

The size shown is scaled so that it fits a body of that size with the design's ease; its other measures are read off the
picture. Other sizes follow in the steps of EN 13402-3, where a letter stands for 8 cm of girth. Round measures are twice the
breadth laid flat. The words and the rules are those of `cheval_domain::size_chart`.
"""
import math
import re

MEASURES = ("chest", "waist", "hip", "head", "breadth", "length")
TOPS = ("t_shirt", "shirt", "knitwear", "jacket", "coat")
BOTTOMS = ("skirt", "trousers", "shorts")
# Cut: needed, further. The first is the one by which it is sized.
NEEDS = {
    **{cut: (("chest", "length"), ("waist", "hip")) for cut in TOPS},
    "dress": (("chest", "waist", "hip", "length"), ()),
    **{cut: (("hip", "waist", "length"), ()) for cut in BOTTOMS},
    "scarf": (("breadth", "length"), ()),
    "hat": (("head",), ()),
    "glasses": (("breadth",), ()),
}
SANE = {"chest": (50, 220), "waist": (40, 220), "hip": (50, 240), "head": (45, 70), "breadth": (8, 120), "length": (15, 260)}
# Girths of the body that an M is made for.
BODY = {"chest": {"female": 92, None: 98}, "hip": {"female": 100, None: 102}}
GIRTH_STEP = 8
# The drawings are slimmer than cloth laid flat: a T-shirt of 54 cm across is 73 cm long.
SLIM = 0.85
LENGTH_STEP = {"dress": 2, "skirt": 1, "trousers": 1, "shorts": 1}
LETTERS = ["XS", "S", "M", "L", "XL"]
# Inches of the waist on the label: each is 2.54 cm of girth. A 31 is about an M.
INCHES_M = 31
# Of glasses the label is the breadth of a lens in millimetres; bridge and hinges add so much.
BESIDE_LENSES_MM = 28


def steps(size: str) -> float:
    """How many letters a size is above M."""
    return LETTERS.index(size) - LETTERS.index("M") if size in LETTERS else (int(size) - INCHES_M) * 2.54 / GIRTH_STEP


def shown_of(sizes: list[str]) -> str:
    """The size in the picture: M where there is one, else the middle one."""
    return "M" if "M" in sizes else sizes[(len(sizes) - 1) // 2]


def half_cm(value: float) -> float:
    return math.floor(value * 2 + 0.5) / 2


def on_label(cut: str, size: str) -> dict:
    """What the label of a scarf, a hat or glasses says."""
    numbers = [float(n) for n in re.findall(r"\d+", size)]
    if cut == "scarf":
        return {"length": numbers[0], "breadth": numbers[1]}
    if cut == "hat":
        return {"head": sum(numbers) / len(numbers)}
    return {"breadth": (2 * numbers[0] + BESIDE_LENSES_MM) / 10}


def in_picture(cut: str, ease: float, places: dict, body: float) -> dict:
    """Measures of the garment as drawn, when its leading one goes round `body` with the design's ease."""
    across = lambda word: places[f"{word}_left"][0] - places[f"{word}_right"][0]
    down = lambda upper, lower: places[f"{lower}_left"][1] - places[f"{upper}_left"][1]
    leading = "hip" if cut in BOTTOMS else "armpit"
    scale = body * (1 + ease) / (2 * across(leading))
    found = {"chest": 2 * across("armpit")} if "armpit_left" in places else {}
    found |= {word: 2 * across(word) for word in ("waist", "hip") if f"{word}_left" in places}
    found["length"] = down("waist", "hem_outer" if "hem_outer_left" in places else "hem") if cut in BOTTOMS else down("neck", "hem")
    found["length"] *= SLIM
    return {word: value * scale for word, value in found.items()}


def chart(cut: str, ease: float, anchors: dict, sizes: list[str], cut_for: str | None) -> tuple[str, list[dict]]:
    """The size shown, and a row for each size."""
    shown = shown_of(sizes)
    if cut in ("scarf", "hat", "glasses"):
        return shown, [{"size": size, **on_label(cut, size)} for size in sizes]
    body = BODY["hip" if cut in BOTTOMS else "chest"].get(cut_for, BODY["hip" if cut in BOTTOMS else "chest"][None])
    # Rounded as in the file, so that a chart can be told from the file alone.
    places = {word: [round(float(n), 4) for n in place] for word, place in anchors.items()}
    drawn = in_picture(cut, ease, places, body + steps(shown) * GIRTH_STEP)
    rows = []
    for size in sizes:
        more = steps(size) - steps(shown)
        row = {word: value + more * (LENGTH_STEP.get(cut, 2) if word == "length" else GIRTH_STEP) for word, value in drawn.items()}
        rows.append({"size": size, **{word: half_cm(row[word]) for word in MEASURES if word in row}})
    return shown, rows


def written(shown: str, rows: list[dict]) -> str:
    """The table `chart` of a fit."""
    lines = [
        f'  {{ size = "{row["size"]}", ' + ", ".join(f"{word} = {float(row[word])}" for word in MEASURES if word in row) + " },\n" for row in rows
    ]
    return f'\n[chart]\nshown = "{shown}"\nsizes = [\n{"".join(lines)}]\n'


def problems(cut: str, found: dict) -> list[str]:
    """The rules of `SizeChart::problems`."""
    wrong, rows, (needed, further) = [], found["sizes"], NEEDS[cut]
    names = [row["size"] for row in rows]
    if found["shown"] not in names or len(set(names)) < len(names):
        wrong.append("the size shown is not in the chart, or a size is there twice")
    for before, row in zip([None, *rows], rows):
        wrong += [f"size {row['size']} has no {word}" for word in needed if word not in row]
        for word, cm in ((w, v) for w, v in row.items() if w != "size"):
            if word not in (*needed, *further) or not SANE[word][0] <= cm <= SANE[word][1]:
                wrong.append(f"size {row['size']}: {word} = {cm} is foreign or absurd")
            if before and cm < before.get(word, 0):
                wrong.append(f"size {row['size']}: {word} is smaller than in the size before")
    return wrong
