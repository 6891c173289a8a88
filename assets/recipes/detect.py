"""Runs the kiosk's own face and pose models on pictures, to prove that stand-in people count as people.

    python detect.py --models DIR PICTURE...

DIR holds `blazeface-back.onnx`, `blazepose-detector.onnx`, `blazepose-lite.onnx`, `selfie.onnx` as the models recipe
builds them. Decoding follows MediaPipe's SSD anchors.
"""
import argparse
from pathlib import Path

import numpy as np
import onnxruntime as ort
from PIL import Image


def session(path: Path) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return ort.InferenceSession(str(path), options)


def letterbox(picture: Image.Image, side: int) -> tuple[np.ndarray, float, float, float]:
    scale = side / max(picture.size)
    width, height = (round(v * scale) for v in picture.size)
    left, top = (side - width) // 2, (side - height) // 2
    canvas = Image.new("RGB", (side, side))
    canvas.paste(picture.resize((width, height), Image.Resampling.BOX), (left, top))
    return np.asarray(canvas, np.float32), scale, left, top


def anchors(layers: list[tuple[int, int]]) -> np.ndarray:
    return np.array([((x + 0.5) / n, (y + 0.5) / n) for n, per_cell in layers for y in range(n) for x in range(n) for _ in range(per_cell)])


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-np.clip(x, -80, 80)))


def suppress(boxes: np.ndarray, scores: np.ndarray, overlap: float = 0.3) -> list[int]:
    order, kept = list(np.argsort(-scores)), []
    while order:
        best = order.pop(0)
        kept.append(best)
        order = [i for i in order if intersection_over_union(boxes[best], boxes[i]) < overlap]
    return kept


def intersection_over_union(a: np.ndarray, b: np.ndarray) -> float:
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    shared = max(width, 0) * max(height, 0)
    area = lambda q: (q[2] - q[0]) * (q[3] - q[1])
    return shared / (area(a) + area(b) - shared + 1e-9)


class FaceDetector:
    ANCHORS = anchors([(16, 2), (8, 6)]) * 256

    def __init__(self, models: Path):
        self.net = session(models / "blazeface-back.onnx")

    def __call__(self, picture: Image.Image, threshold: float = 0.3) -> list[tuple[float, np.ndarray, np.ndarray]]:
        """Score, box and six key points of each face, in picture pixels."""
        pixels, scale, left, top = letterbox(picture, 256)
        fine_boxes, coarse_boxes, fine, coarse = self.run(pixels)
        scores = sigmoid(np.concatenate([fine, coarse])[:, 0])
        raw = np.concatenate([fine_boxes, coarse_boxes])
        centre = raw[:, :2] + self.ANCHORS
        boxes = np.hstack([centre - raw[:, 2:4] / 2, centre + raw[:, 2:4] / 2])
        points = raw[:, 4:16].reshape(-1, 6, 2) + self.ANCHORS[:, None]
        sure = np.flatnonzero(scores > threshold)
        kept = sure[suppress(boxes[sure], scores[sure])] if len(sure) else []
        offset = np.array([left, top])
        return [(float(scores[i]), (boxes[i].reshape(2, 2) - offset).ravel() / scale, (points[i] - offset) / scale) for i in kept]

    def run(self, pixels: np.ndarray):
        outputs = {o.shape[1:]: o[0] for o in self.net.run(None, {"input": (pixels / 127.5 - 1)[None]})}
        return outputs[(512, 16)], outputs[(384, 16)], outputs[(512, 1)], outputs[(384, 1)]


class PoseDetector:
    ANCHORS = anchors([(28, 2), (14, 2), (7, 6)]) * 224

    def __init__(self, models: Path):
        self.detector = session(models / "blazepose-detector.onnx")
        self.landmarks = session(models / "blazepose-lite.onnx")

    def __call__(self, picture: Image.Image) -> tuple[float, float, np.ndarray]:
        """Detector score, landmark score and the 33 points (x, y, z, visibility) of the surest person."""
        pixels, scale, left, top = letterbox(picture, 224)
        raw = self.detector.run(None, {"input": (pixels / 127.5 - 1)[None]})[0][0]
        best = int(raw[:, 0].argmax())
        points = (raw[best, 5:].reshape(4, 2) + self.ANCHORS[best] - [left, top]) / scale
        hips, top_point = points[0], points[1]
        radius = 1.25 * np.linalg.norm(top_point - hips)
        crop = picture.crop(tuple(np.round([hips[0] - radius, hips[1] - radius, hips[0] + radius, hips[1] + radius]).astype(int)))
        x = np.asarray(crop.resize((256, 256), Image.Resampling.BILINEAR), np.float32)[None] / 255
        outputs = {o.shape: o for o in self.landmarks.run(None, {"input_1": x})}
        marks = outputs[(1, 195)].reshape(39, 5)[:33].copy()
        marks[:, :2] = marks[:, :2] / 256 * 2 * radius + hips - radius
        marks[:, 3] = sigmoid(marks[:, 3])
        return float(sigmoid(raw[best, 0])), float(outputs[(1, 1)].ravel()[0]), marks[:, :4]


def person_mask(models: Path, picture: Image.Image) -> np.ndarray:
    x = np.asarray(picture.convert("RGB").resize((256, 256), Image.Resampling.BILINEAR), np.float32)[None] / 255
    mask = session(models / "selfie.onnx").run(None, {"input_1": x})[0][0, ..., 0]
    return np.asarray(Image.fromarray(mask).resize(picture.size, Image.Resampling.BICUBIC))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("pictures", type=Path, nargs="+")
    arguments = parser.parse_args()
    faces, poses = FaceDetector(arguments.models), PoseDetector(arguments.models)
    for path in arguments.pictures:
        picture = Image.open(path).convert("RGB")
        found = ", ".join(f"{score:.2f} ({box[2] - box[0]:.0f} px)" for score, box, _ in faces(picture)) or "none"
        detector, landmark, marks = poses(picture)
        print(f"{path.name}: faces {found}; person {detector:.2f}, pose {landmark:.2f}, hips visible {marks[23:25, 3].min():.2f}")


if __name__ == "__main__":
    main()
