"""Head pose from the six key points of the face detector: fits and measures what `crates/perception/src/organs/head.rs` does.

    python fit.py --heads heads.csv --landmarks landmarks.csv [--golden golden.csv]

The even bodies calibrate, the odd ones are measured. A weak-perspective fit (the first step of POSIT, DeMenthon and Davis
1995) of the mean landmarks gives a direction; a straight line per angle, fitted on the even bodies, takes out what the
detector always does (it draws hidden ears and a turned nose towards the middle).
"""
import argparse
import csv
from pathlib import Path

import numpy as np

BANDS = [(0, 10), (10, 20), (20, 30), (30, 45), (45, 60)]


def direction(points: np.ndarray, model: np.ndarray) -> tuple[float, float]:
    """Yaw and pitch in degrees; points in picture pixels (y down), the model with y up and z towards the viewer."""
    p = (points - points.mean(0)) * (1, -1)
    m = model - model.mean(0)
    a = p.T @ m @ np.linalg.inv(m.T @ m)
    u, _, vt = np.linalg.svd(a, full_matrices=False)
    i, j = u @ vt
    k = np.cross(i, j)
    return float(np.degrees(np.arctan2(i[2], k[2]))), float(np.degrees(np.arcsin(np.clip(j[2], -1, 1))))


def read(path: Path):
    rows = [row for row in csv.DictReader(path.open())]
    found = [row for row in rows if row["score"]]
    points = np.array([[float(v) for v in list(row.values())[8:20]] for row in found]).reshape(-1, 6, 2)
    column = lambda name: np.array([float(row[name]) for row in found])
    return rows, found, points, column


def line(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    slope, offset = np.polyfit(x, y, 1)
    return float(slope), float(offset)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--heads", type=Path, required=True)
    parser.add_argument("--landmarks", type=Path, required=True)
    parser.add_argument("--golden", type=Path)
    options = parser.parse_args()
    model = np.loadtxt(options.landmarks, delimiter=",")
    model = (model + model[[1, 0, 2, 3, 5, 4]] * (-1, 1, 1)) / 2
    rows, found, points, column = read(options.heads)
    body, yaw, pitch = column("body"), column("yaw"), column("pitch")
    raw = np.array([direction(p, model) for p in points])
    # The ends are where the detector gives up: they would bend the line that the middle needs.
    even = (body % 2 == 0) & (np.abs(yaw) <= 45) & (np.abs(pitch) <= 30)
    (yaw_gain, yaw_offset), (pitch_gain, pitch_offset) = line(raw[even, 0], yaw[even]), line(raw[even, 1], pitch[even])
    print("model (eye distances, y up, z to the viewer)\n", model.round(3))
    print(f"yaw = {yaw_gain:.3f} raw {yaw_offset:+.2f}; pitch = {pitch_gain:.3f} raw {pitch_offset:+.2f}")
    said = np.stack([raw[:, 0] * yaw_gain, raw[:, 1] * pitch_gain + pitch_offset], 1)
    odd = body % 2 == 1
    error = np.abs(said - np.stack([yaw, pitch], 1))
    report(rows, found, odd, yaw, pitch, error)
    facing = lambda y, p: (np.abs(y) < 25) & (np.abs(p) < 22)
    truth, answer = facing(yaw, pitch)[odd], facing(said[:, 0], said[:, 1])[odd]
    print(f"facing (25, 22 degrees): right {np.mean(truth == answer):.3f}, precision {truth[answer].mean():.3f}, recall {answer[truth].mean():.3f}")
    if options.golden:
        picked = np.flatnonzero(odd)[:: max(int(odd.sum() / 60), 1)]
        with options.golden.open("w", newline="") as file:
            out = csv.writer(file)
            out.writerow(["yaw_degrees", "pitch_degrees", "fitted_yaw", "fitted_pitch", *list(found[0])[8:20]])
            for n in picked:
                out.writerow([f"{yaw[n]:.2f}", f"{pitch[n]:.2f}", f"{said[n, 0]:.3f}", f"{said[n, 1]:.3f}", *(f"{v:.2f}" for v in points[n].ravel())])


def report(rows, found, odd, yaw, pitch, error) -> None:
    count = lambda pick: sum(1 for row in rows if int(row["body"]) % 2 == 1 and pick(float(row["yaw"]), float(row["pitch"])))
    print(f"held-out bodies: {len(set(r['body'] for r in rows if int(r['body']) % 2))}, heads {count(lambda y, p: True)}, found {int(odd.sum())}")
    for name, angle, k in (("yaw", yaw, 0), ("pitch", pitch, 1)):
        for low, high in BANDS:
            in_band = odd & (np.abs(angle) >= low) & (np.abs(angle) < high)
            if in_band.any():
                shown = count(lambda y, p: low <= abs((y, p)[k]) < high)
                print(f"|{name}| {low:2}-{high}: found {in_band.sum()}/{shown}, MAE yaw {error[in_band, 0].mean():.1f}, pitch {error[in_band, 1].mean():.1f}")
    near = odd & (np.abs(yaw) < 30) & (np.abs(pitch) < 30)
    print(f"within 30 degrees both ways: N {near.sum()}, MAE yaw {error[near, 0].mean():.2f}, pitch {error[near, 1].mean():.2f}; 90th percentile {np.percentile(error[near], 90, axis=0).round(1)}")


if __name__ == "__main__":
    main()
