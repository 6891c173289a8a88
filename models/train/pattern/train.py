"""Trains the pattern classifier on what `cloth-check` prints, and writes its weights as Rust; prints the check half's figures.

    python train.py --out ../../../crates/perception/src/organs/pattern/weights.rs rendered.csv flatlay.csv
"""
import argparse
import csv

import numpy as np
from sklearn.metrics import confusion_matrix
from sklearn.neural_network import MLPClassifier

PATTERNS = ["plain", "striped", "checked", "print"]
HIDDEN = 16
FLATLAY_COPIES = 3
NEIGHBOURS = [
    ("black", "charcoal"), ("black", "navy"), ("charcoal", "grey"), ("charcoal", "navy"), ("grey", "white"), ("white", "cream"),
    ("cream", "beige"), ("cream", "yellow"), ("beige", "brown"), ("beige", "grey"), ("brown", "bordeaux"), ("brown", "olive"), ("brown", "orange"),
    ("red", "bordeaux"), ("red", "orange"), ("red", "pink"), ("bordeaux", "purple"), ("orange", "yellow"), ("yellow", "olive"),
    ("olive", "green"), ("green", "teal"), ("teal", "blue"), ("teal", "light_blue"), ("light_blue", "blue"), ("light_blue", "grey"), ("light_blue", "white"),
    ("blue", "navy"), ("blue", "purple"), ("navy", "purple"), ("purple", "pink"),
]


def load(paths):
    rows = []
    for path in paths:
        with open(path) as file:
            rows += [r for r in csv.DictReader(file) if r.get("name")]
    return rows


def colour_table(rows):
    near = {frozenset(pair) for pair in NEIGHBOURS}
    hit = lambda a, b: a == b
    close = lambda a, b: a == b or frozenset((a, b)) in near
    rows = [r for r in rows if r["colour"] and r["half"] == "check"]
    groups = {"all rendered": lambda r: r["room"] != "flatlay", "flat-lays": lambda r: r["room"] == "flatlay"}
    for kelvin in sorted({r["kelvin"] for r in rows} - {"0"}):
        groups[f"{kelvin} K"] = lambda r, k=kelvin: r["kelvin"] == k
    for left in sorted({r["left"] for r in rows} - {"0"}):
        groups[f"camera leaves {left}"] = lambda r, k=left: r["left"] == k
    for room in ("neutral", "tinted", "coloured"):
        groups[f"{room} room"] = lambda r, k=room: r["room"] == k
    print("group, N, exact as seen, exact with light, neighbour as seen, neighbour with light")
    for group, belongs in groups.items():
        some = [r for r in rows if belongs(r)]
        share = lambda which, test: np.mean([test(r["colour"], r[which]) for r in some])
        print(group, len(some), *[f"{share(w, t):.3f}" for t in (hit, close) for w in ("plain_name", "name")], sep=", ")


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--out", required=True)
    args.add_argument("csv", nargs="+")
    args = args.parse_args()
    rows = load(args.csv)
    colour_table(rows)
    rows = [r for r in rows if r["features"]]
    x = np.array([[float(v) for v in r["features"].split()] for r in rows])
    y = np.array([PATTERNS.index(r["pattern"]) for r in rows])
    tune = np.array([r["half"] == "tune" for r in rows])
    flat = np.array([r["room"] == "flatlay" for r in rows])
    means, scales = x[tune].mean(0), x[tune].std(0) + 1e-3
    z = ((x - means) / scales).clip(-6, 6)
    at = np.concatenate([np.where(tune & ~flat)[0]] + [np.where(tune & flat)[0]] * FLATLAY_COPIES)
    net = MLPClassifier((HIDDEN,), alpha=30.0, solver="lbfgs", max_iter=800, random_state=3).fit(z[at], y[at])
    p = net.predict_proba(z)
    for name, some in (("rendered", ~tune & ~flat), ("flat-lays", ~tune & flat)):
        if not some.any():
            continue
        best, sure = p[some].argmax(1), p[some].max(1)
        right = best == y[some]
        bins = np.minimum((sure * 10).astype(int), 9)
        ece = sum(abs(right[bins == b].mean() - sure[bins == b].mean()) * (bins == b).mean() for b in set(bins))
        print(name, f"N {some.sum()} accuracy {right.mean():.3f} ECE {ece:.3f} balanced", f"{np.mean([right[y[some] == k].mean() for k in range(4)]):.3f}")
        print(confusion_matrix(y[some], best, labels=range(4)))
    hidden = np.vstack([net.intercepts_[0], net.coefs_[0]]).T
    output = np.vstack([net.intercepts_[1], net.coefs_[1]]).T
    numbers = lambda v: ", ".join(f"{n:.5}" if "." in f"{n:.5}" or "e" in f"{n:.5}" else f"{n:.1f}" for n in map(float, v))
    matrix = lambda m: "".join(f"    [{numbers(row)}],\n" for row in m)
    text = "//! Trained by `models/train/pattern/train.py`; a row is a bias and the weights after it. Not to be edited by hand.\n\n"
    text += "use super::features::FEATURES;\n\n#[rustfmt::skip]\nmod numbers {\nuse super::FEATURES;\n"
    text += f"pub(in super::super) const HIDDEN: usize = {HIDDEN};\n"
    text += f"pub(in super::super) const MEANS: [f32; FEATURES] = [{numbers(means)}];\npub(in super::super) const SCALES: [f32; FEATURES] = [{numbers(scales)}];\n"
    text += f"pub(in super::super) const HIDDEN_WEIGHTS: [[f32; FEATURES + 1]; HIDDEN] = [\n{matrix(hidden)}];\n"
    text += f"pub(in super::super) const OUTPUT_WEIGHTS: [[f32; HIDDEN + 1]; {len(PATTERNS)}] = [\n{matrix(output)}];\n}}\npub(super) use numbers::{{HIDDEN, HIDDEN_WEIGHTS, MEANS, OUTPUT_WEIGHTS, SCALES}};\n"
    with open(args.out, "w") as file:
        file.write(text)


if __name__ == "__main__":
    main()
