"""Renders people in garments of known colour and pattern under known light: frames, masks and a manifest.

    python render.py --out DIR [--count 1400] [--seed 11]

The colours are the words of colour_words.csv (the xkcd colour survey, CC0): its `tune` words appear in the tuning half
only, its `check` words in the check half only. Nothing here uses the anchors of the program.
"""
import argparse
import csv
import os

import cv2
import numpy as np

WIDTH, HEIGHT = 480, 640
HERE = os.path.dirname(os.path.abspath(__file__))
PATTERNS = ["plain", "striped", "checked", "print"]
LIGHTS_K = [2700, 3200, 4000, 5000, 6500]


def to_linear(srgb):
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def to_srgb(linear):
    linear = np.clip(linear, 0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def lab_of(linear):
    m = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]])
    t = m @ linear / np.array([0.95047, 1, 1.08883])
    f = np.where(t > 216 / 24389, np.cbrt(t), (24389 / 27 * t + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def cloth(hex_text):
    """Cloth reflects between 1.5 % and 82 %; a word's screen colour is laid into that span."""
    rgb = np.array([int(hex_text[k:k + 2], 16) for k in (1, 3, 5)]) / 255
    return 0.015 + 0.805 * to_linear(rgb)


def light_of(kelvin):
    """Linear sRGB of a black body (below 4000 K) or daylight, green = 1 (Kim et al. 2002; CIE daylight locus)."""
    t = float(kelvin)
    if t < 4000:
        x = -0.2661239e9 / t**3 - 0.2343589e6 / t**2 + 0.8776956e3 / t + 0.17991
        y = -0.9549476 * x**3 - 1.37418593 * x**2 + 2.09137015 * x - 0.16748867
    else:
        x = -4.607e9 / t**3 + 2.9678e6 / t**2 + 0.09911e3 / t + 0.244063
        y = -3.0 * x**2 + 2.87 * x - 0.275
    xyz = np.array([x / y, 1, (1 - x - y) / y])
    m = np.array([[3.2404542, -1.5371385, -0.4985314], [-0.969266, 1.8760108, 0.041556], [0.0556434, -0.2040259, 1.0572252]])
    rgb = np.maximum(m @ xyz, 0.02)
    return rgb / rgb[1]


def smooth_noise(rng, sigma, shape=(HEIGHT, WIDTH), squeeze=1.0):
    small = rng.standard_normal((max(4, int(shape[0] / sigma)), max(4, int(shape[1] / sigma * squeeze))))
    out = cv2.resize(small.astype(np.float32), (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return out / (out.std() + 1e-6)


def paint(base, other, cover):
    return base + (other - base) * cover[..., None]


def wave(t, duty, soft):
    """1 on a share `duty` of each period of `t`, with soft edges."""
    d = np.abs((t % 1.0) - 0.5)
    return np.clip((duty / 2 - d) / soft + 0.5, 0, 1)


def striped(rng, u, v, base, others):
    angle = rng.choice([90, 0, rng.uniform(20, 70)], p=[0.6, 0.32, 0.08]) + rng.normal(0, 2)
    t = u * np.cos(np.radians(angle)) + v * np.sin(np.radians(angle))
    period = np.exp(rng.uniform(np.log(1 / 34), np.log(1 / 4)))
    duty = rng.uniform(0.15, 0.6)
    out = paint(base, others[0], wave(t / period, duty, 0.04))
    if rng.random() < 0.3:
        out = np.where((wave(t / period + 0.5, rng.uniform(0.1, 0.3), 0.04) > 0.5)[..., None], others[1], out)
    return out, duty < 0.4


def checked(rng, u, v, base, others):
    angle = np.radians(rng.choice([0, 45], p=[0.92, 0.08]) + rng.normal(0, 2))
    s, t = u * np.cos(angle) + v * np.sin(angle), -u * np.sin(angle) + v * np.cos(angle)
    kind = rng.choice(["gingham", "tartan", "windowpane"])
    if kind == "gingham":
        period = np.exp(rng.uniform(np.log(1 / 26), np.log(1 / 5)))
        a, b = wave(s / period, 0.5, 0.05), wave(t / period, 0.5, 0.05)
        return paint(base, others[0], (a + b) / 2), False
    if kind == "windowpane":
        period, duty = np.exp(rng.uniform(np.log(1 / 14), np.log(1 / 4))), rng.uniform(0.06, 0.18)
        lines = np.maximum(wave(s / period, duty, 0.03), wave(t / period, duty, 0.03))
        return paint(base, others[0], lines), True
    period = np.exp(rng.uniform(np.log(1 / 9), np.log(1 / 2.5)))
    out = np.broadcast_to(base, u.shape + (3,)).copy()
    bands = [(rng.uniform(0, 1), rng.uniform(0.04, 0.35), rng.integers(0, 3)) for _ in range(rng.integers(2, 5))]
    for axis in (s, t):
        for at, duty, which in bands:
            out = paint(out, others[which], 0.55 * wave(axis / period + at, duty, 0.02))
    return out, False


def print_on(rng, u, v, base, others, where):
    kind = rng.choice(["dots", "flowers", "letters", "logo", "blotches", "figures"], p=[0.14, 0.18, 0.14, 0.28, 0.14, 0.12])
    sheet = np.zeros((900, 900, 3), np.float32)
    cover = np.zeros((900, 900), np.float32)

    def stamp(draw, colour):
        one = np.zeros((900, 900), np.uint8)
        draw(one)
        on = one > 0
        sheet[on] = colour
        cover[on] = 1

    fonts = [cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_TRIPLEX, cv2.FONT_HERSHEY_SCRIPT_COMPLEX]
    word = "".join(rng.choice(list("ABCDEFGHKLMNOPRSTUVWXYZaeiou0123456789"), rng.integers(3, 8)))
    if kind == "dots":
        step, part = rng.integers(26, 110), rng.uniform(0.18, 0.36)
        for j, y in enumerate(range(0, 900, step)):
            for x in range(0, 900, step):
                x2 = x + (step // 2 if j % 2 else 0)
                stamp_at = (int(x2), int(y))
                cv2.circle(cover, stamp_at, max(2, int(step * part)), 1.0, -1)
        sheet[:] = others[0]
    elif kind == "flowers":
        for _ in range(rng.integers(25, 110)):
            c, r, petals = rng.integers(0, 900, 2), rng.integers(10, 60), rng.integers(4, 8)
            colour = others[rng.integers(0, 3)]
            def flower(img, c=c, r=r, petals=petals):
                for k in range(petals):
                    a = 2 * np.pi * k / petals
                    p = (int(c[0] + r * 0.6 * np.cos(a)), int(c[1] + r * 0.6 * np.sin(a)))
                    cv2.ellipse(img, p, (max(2, r // 2), max(2, r // 3)), float(np.degrees(a)), 0, 360, 255, -1)
            stamp(flower, colour)
    elif kind == "letters":
        for y in range(30, 900, int(rng.integers(50, 140))):
            stamp(lambda img, y=y: cv2.putText(img, word * 3, (int(rng.integers(-80, 20)), y), int(rng.choice(fonts)), float(rng.uniform(1, 2.4)), 255, int(rng.integers(2, 6))), others[rng.integers(0, 2)])
    elif kind == "logo":
        cx, cy, r = 450 + int(rng.normal(0, 40)), int(rng.uniform(250, 400)), int(rng.uniform(70, 190))
        shape = rng.choice(["text", "disc", "box", "scribble"])
        if shape == "disc":
            stamp(lambda img: cv2.circle(img, (cx, cy), r, 255, -1), others[0])
        if shape == "box":
            stamp(lambda img: cv2.rectangle(img, (cx - r, cy - r // 2), (cx + r, cy + r // 2), 255, -1), others[0])
        if shape == "scribble":
            for _ in range(rng.integers(5, 14)):
                p = rng.integers(-r, r, (5, 2)) + [cx, cy]
                stamp(lambda img, p=p: cv2.fillPoly(img, [p.astype(np.int32)], 255), others[rng.integers(0, 3)])
        else:
            scale = r / (19.0 * len(word)) * 2.0
            for line in range(rng.integers(1, 4)):
                stamp(lambda img, line=line: cv2.putText(img, word, (cx - r, cy + int(line * 34 * scale)), int(rng.choice(fonts)), scale, 255, max(2, int(4 * scale))), others[1 if shape in ("disc", "box") else 0])
    elif kind == "blotches":
        n = smooth_noise(rng, rng.uniform(18, 70), (900, 900), rng.choice([1.0, 1.0, 0.4]))
        sheet[:] = others[0]
        cover[n > rng.uniform(-0.2, 0.7)] = 1
        on = smooth_noise(rng, 40, (900, 900)) > 0.9
        sheet[on] = others[1]
    else:
        step = int(rng.integers(60, 160))
        for y in range(0, 900, step):
            for x in range(0, 900, step):
                p = (rng.integers(-step // 3, step // 3 + 1, (int(rng.integers(3, 6)), 2)) + [x, y]).astype(np.int32)
                stamp(lambda img, p=p: cv2.fillPoly(img, [p], 255), others[rng.integers(0, 2)])
    x, y = (u + 0.5) * 899, (v + 0.05) * 899
    x, y = np.mod(x, 899).astype(np.float32), np.mod(y, 899).astype(np.float32)
    cov = cv2.remap(cover, x, y, cv2.INTER_LINEAR)
    ink = cv2.remap(sheet, x, y, cv2.INTER_LINEAR)
    ink = np.where(cov[..., None] > 0.01, ink / np.maximum(cov[..., None], 0.01) if kind not in ("dots", "blotches") else ink, base)
    share = cov[where].mean()
    return paint(base, ink, np.clip(cov, 0, 1)), share < 0.3, share


def silhouette(rng):
    """Masks of garment and skin and other cloth, torso width in pixels, and the person's box."""
    width = rng.uniform(130, 250)
    cx, top = WIDTH / 2 + rng.normal(0, 40), rng.uniform(120, 200)
    long = width * rng.uniform(1.15, 1.6)
    sleeve = rng.uniform(0.2, 1.25) * width
    part = lambda: np.zeros((HEIGHT, WIDTH), np.uint8)
    at = lambda points: np.array([[cx + x * width, top + y * width] for x, y in points], np.int32)
    garment, skin, other = part(), part(), part()
    lean = rng.uniform(0.02, 0.35)
    for side in (-1, 1):
        a, b = at([(side * 0.46, 0.12)])[0], at([(side * (0.5 + lean), 0.12 + 1.25)])[0]
        end = (a + (b - a) * min(1.0, sleeve / (1.25 * width))).astype(int)
        cv2.line(skin, tuple(map(int, a)), tuple(map(int, b)), 255, int(width * 0.15))
        cv2.line(garment, tuple(map(int, a)), tuple(map(int, end)), 255, int(width * 0.24))
    flare = rng.uniform(-0.05, 0.1)
    cv2.fillPoly(garment, [at([(-0.2, -0.02), (0.2, -0.02), (0.5, 0.08), (0.5 + flare * 0.5, 0.6), (0.46 + flare, long / width), (-0.46 - flare, long / width), (-0.5 - flare * 0.5, 0.6), (-0.5, 0.08)])], 255)
    neck = at([(0, -0.03)])[0]
    cv2.ellipse(garment, tuple(map(int, neck)), (int(width * 0.17), int(width * rng.uniform(0.08, 0.25))), 0, 0, 360, 0, -1)
    cv2.ellipse(skin, tuple(map(int, at([(0, -0.02)])[0])), (int(width * 0.17), int(width * 0.25)), 0, 0, 360, 255, -1)
    cv2.ellipse(skin, tuple(map(int, at([(0, -0.42)])[0])), (int(width * 0.22), int(width * 0.3)), 0, 0, 360, 255, -1)
    cv2.rectangle(other, tuple(map(int, at([(-0.44, long / width - 0.05)])[0])), tuple(map(int, at([(0.44, 5)])[0])), 255, -1)
    box = (int(cx - 1.0 * width), int(top - 0.75 * width), int(cx + 1.0 * width), HEIGHT)
    return garment > 0, skin > 0, other > 0, width, cx, top, box


def room(rng, words):
    """Linear reflectance of what is behind: walls, floor, furniture, often something white."""
    any_cloth = lambda: cloth(words[rng.integers(0, len(words))]["hex"])
    style = rng.choice(["neutral", "tinted", "coloured"], p=[0.6, 0.28, 0.12])
    grey = rng.uniform(0.12, 0.8)
    strength = {"neutral": 0.05, "tinted": 0.3, "coloured": 0.95}[style]
    hue = any_cloth()
    wall = grey * (1 - strength) + hue * strength
    out = np.broadcast_to(wall, (HEIGHT, WIDTH, 3)).copy()
    floor = int(rng.uniform(430, 620))
    out[floor:] = any_cloth() * 0.5 + rng.uniform(0.05, 0.4) * 0.5
    for _ in range(rng.integers(2, 12)):
        w, h = rng.integers(20, 180, 2)
        x, y = rng.integers(-40, WIDTH), rng.integers(-40, HEIGHT)
        out[max(0, y):y + h, max(0, x):x + w] = any_cloth() if rng.random() < 0.6 else rng.uniform(0.03, 0.8)
    if rng.random() < 0.6:
        x, y = rng.integers(0, WIDTH - 60), rng.integers(0, 300)
        out[y:y + rng.integers(20, 120), x:x + rng.integers(20, 160)] = rng.uniform(0.72, 0.88)
    return out, style


def shade(rng, garment_scale):
    folds = 0.10 * smooth_noise(rng, garment_scale * 0.25, squeeze=1.8) + 0.07 * smooth_noise(rng, garment_scale * 0.11, squeeze=1.6)
    sharp = smooth_noise(rng, garment_scale * 0.16, squeeze=rng.choice([0.6, 1.0, 2.0]))
    folds += rng.uniform(0, 0.14) * -np.exp(-(sharp / 0.25) ** 2)
    return np.exp(folds * rng.uniform(0.5, 1.6))


def one(rng, words, pattern):
    garment, skin, other, width, cx, top, box = silhouette(rng)
    pick = words[rng.integers(0, len(words))]
    names = sorted({w["name"] for w in words})
    name = names[rng.integers(0, len(names))]
    pick = [w for w in words if w["name"] == name][rng.integers(0, sum(w["name"] == name for w in words))]
    base = cloth(pick["hex"])
    apart = [cloth(w["hex"]) for w in words]
    apart = [c for c in apart if np.linalg.norm(lab_of(c) - lab_of(base)) > 22]
    others = [apart[k] for k in rng.integers(0, len(apart), 3)]
    yy, xx = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    warp = width * 0.012 * rng.uniform(0.3, 1.8)
    xx2, yy2 = xx + warp * smooth_noise(rng, width * 0.2), yy + warp * smooth_noise(rng, width * 0.2)
    turn = np.radians(rng.normal(0, 3))
    u = ((xx2 - cx) * np.cos(turn) + (yy2 - top) * np.sin(turn)) / width
    v = (-(xx2 - cx) * np.sin(turn) + (yy2 - top) * np.cos(turn)) / width
    named, share = True, 1.0
    if pattern == "striped":
        look, named = striped(rng, u, v, base, others)
    elif pattern == "checked":
        look, named = checked(rng, u, v, base, others)
    elif pattern == "print":
        look, named, share = print_on(rng, u, v, base, others, garment)
        if share < 0.01:
            return None
    else:
        look = np.broadcast_to(base, (HEIGHT, WIDTH, 3)).copy()
        if rng.random() < 0.35:  # knit or melange
            look = look * (1 + rng.uniform(0.02, 0.12) * smooth_noise(rng, rng.uniform(1.2, 3)))[..., None]
        if rng.random() < 0.4:  # a placket or zip, buttons, a pocket
            x = int(cx)
            look[:, x - 1:x + 1] *= rng.uniform(0.5, 0.9)
            for y in range(int(top), int(top + 1.4 * width), int(width * 0.18)):
                cv2.circle(look, (x + 3, y), 2, tuple(float(c) for c in np.full(3, rng.uniform(0.1, 0.8))), -1)
            if rng.random() < 0.5:
                p, q = (int(cx + width * 0.1), int(top + width * 0.3)), (int(cx + width * 0.36), int(top + width * 0.58))
                cv2.rectangle(look, p, q, tuple(float(c) for c in base * 0.7), 1)
    back, style = room(rng, words)
    scene = back * (1 + 0.25 * smooth_noise(rng, 300)[..., None] * 0.5).clip(0.4, 1.6)
    skin_tone = np.array([0.55, 0.33, 0.24]) * rng.uniform(0.2, 1.0)
    scene[other] = cloth(words[rng.integers(0, len(words))]["hex"])
    scene[skin] = skin_tone
    scene[garment] = look[garment]
    body = garment | skin | other
    scene[body] *= shade(rng, width)[body][..., None]
    kelvin = int(rng.choice(LIGHTS_K))
    left = float(rng.choice([0.35, 0.6, 1.0], p=[0.45, 0.35, 0.2]))
    tint = rng.normal(0, 0.06)
    light = light_of(kelvin) ** left * np.array([1, 2.0**tint, 1])
    lit = scene * light
    luma = lit @ np.array([0.2126, 0.7152, 0.0722])
    target = rng.choice([0.06, 0.11, 0.18, 0.25], p=[0.15, 0.25, 0.4, 0.2])
    gain = target / luma.mean()
    lit = cv2.GaussianBlur((lit * gain).astype(np.float32), (0, 0), rng.uniform(0.4, 1.3))
    lit = lit + rng.standard_normal(lit.shape) * np.sqrt(np.maximum(lit, 0) * rng.uniform(0.00002, 0.0006) + 1e-6)
    picture = (to_srgb(lit) * 255).round().astype(np.uint8)
    mask = garment.astype(np.uint8) * 255
    n = int(rng.integers(-3, 4))
    kernel = np.ones((2 * abs(n) + 1,) * 2, np.uint8)
    mask = cv2.dilate(mask, kernel) if n > 0 else cv2.erode(mask, kernel)
    mask = cv2.GaussianBlur(mask, (0, 0), 3)
    row = {
        "colour": name if named else "", "pattern": pattern, "kelvin": kelvin, "left": left, "room": style, "exposure": target,
        "light_r": round(float(light[0] / light[1]), 4), "light_b": round(float(light[2] / light[1]), 4),
        "x0": box[0], "y0": box[1], "x1": box[2], "y1": box[3],
    }
    return picture, mask, int(rng.integers(55, 93)), row


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--out", required=True)
    args.add_argument("--count", type=int, default=1400)
    args.add_argument("--seed", type=int, default=11)
    args = args.parse_args()
    cv2.setNumThreads(1)
    os.makedirs(args.out, exist_ok=True)
    with open(os.path.join(HERE, "colour_words.csv")) as file:
        words = list(csv.DictReader(file))
    rows = []
    for k in range(args.count):
        rng = np.random.default_rng([args.seed, k])
        half = "tune" if k % 2 == 0 else "check"
        made = one(rng, [w for w in words if w["half"] == half], PATTERNS[(k // 2) % 4])
        if made is None:
            continue
        picture, mask, quality, row = made
        cv2.imwrite(os.path.join(args.out, f"{k:05}.jpg"), picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
        cv2.imwrite(os.path.join(args.out, f"{k:05}.png"), mask)
        rows.append({"picture": f"{k:05}.jpg", "mask": f"{k:05}.png", "half": half, **row})
    with open(os.path.join(args.out, "manifest.csv"), "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(len(rows), "frames")


if __name__ == "__main__":
    main()
