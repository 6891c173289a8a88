"""Makes masks and a manifest of the hand-labelled flat-lays, in the form that render.py writes.

    python flatlay.py --data clothing-dataset-small --out DIR

The garment is cut out with GrabCut from a box in the middle; what is uncertain stays out.
"""
import argparse
import csv
import os

import cv2
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
SIDE = 640


def cut_out(picture):
    """The garment's mask, 0..255: GrabCut on a small copy, started from a box and a sure middle."""
    height, width = picture.shape[:2]
    scale = 200 / max(height, width)
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    h, w = small.shape[:2]
    mask = np.full((h, w), cv2.GC_PR_BGD, np.uint8)
    mask[int(h * 0.12):int(h * 0.9), int(w * 0.12):int(w * 0.88)] = cv2.GC_PR_FGD
    mask[int(h * 0.4):int(h * 0.65), int(w * 0.4):int(w * 0.6)] = cv2.GC_FGD
    edge = max(2, int(min(h, w) * 0.02))
    for part in (mask[:edge], mask[-edge:], mask[:, :edge], mask[:, -edge:]):
        part[:] = cv2.GC_BGD
    cv2.setRNGSeed(1)
    cv2.grabCut(small, mask, None, np.zeros((1, 65)), np.zeros((1, 65)), 4, cv2.GC_INIT_WITH_MASK)
    cloth = np.isin(mask, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
    cloth = cv2.morphologyEx(cloth, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    cloth = cv2.morphologyEx(cloth, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    count, parts = cv2.connectedComponents(cloth)
    middle = parts[int(h * 0.4):int(h * 0.65), int(w * 0.4):int(w * 0.6)]
    if count > 1 and (middle > 0).any():
        cloth = (parts == np.bincount(middle[middle > 0]).argmax()).astype(np.uint8)
    cloth = cv2.erode(cloth, np.ones((3, 3), np.uint8))
    return cv2.resize(cloth * 255, (width, height), interpolation=cv2.INTER_LINEAR)


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--data", required=True)
    args.add_argument("--out", required=True)
    args = args.parse_args()
    cv2.setNumThreads(1)
    os.makedirs(args.out, exist_ok=True)
    rows = []
    with open(os.path.join(HERE, "flatlay_labels.csv")) as file:
        labels = list(csv.DictReader(file))
    for k, label in enumerate(labels):
        picture = cv2.imread(os.path.join(args.data, label["file"]))
        scale = SIDE / max(picture.shape[:2])
        picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
        mask = cut_out(picture)
        ys, xs = np.where(mask > 128)
        cv2.imwrite(os.path.join(args.out, f"{k:05}.jpg"), picture, [cv2.IMWRITE_JPEG_QUALITY, 92])
        cv2.imwrite(os.path.join(args.out, f"{k:05}.png"), mask)
        rows.append({
            "picture": f"{k:05}.jpg", "mask": f"{k:05}.png", "half": label["half"], "colour": label["colour"], "pattern": label["pattern"],
            "kelvin": 0, "left": 0, "room": "flatlay", "exposure": 0, "light_r": 0, "light_b": 0, "x0": xs.min(), "y0": ys.min(), "x1": xs.max(), "y1": ys.max(),
        })
    with open(os.path.join(args.out, "manifest.csv"), "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(len(rows), "flat-lays")


if __name__ == "__main__":
    main()
