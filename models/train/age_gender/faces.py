"""Our face detector as the kiosk runs it, for preparing pictures: letterbox, decode, key points, aligned crop."""

import cv2
import numpy as np
import onnxruntime

SIDE = 256
GRIDS = ((16, 2), (8, 6))
MIN_SCORE = 0.5
# Where the eyes, the nose tip and the mouth centre lie in the crop the net reads (fractions of its side): the medians
# over FairFace's own pictures, so that the net sees as much around a face as the people who labelled them.
TEMPLATE = np.array([[0.3155, 0.3000], [0.6845, 0.3000], [0.5000, 0.5367], [0.5000, 0.7076]], np.float32)


class FaceDetector:
    def __init__(self, path):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(path), options)
        cells = [
            [(x + 0.5) / n, (y + 0.5) / n] for n, per_cell in GRIDS for y in range(n) for x in range(n) for _ in range(per_cell)
        ]
        self.anchors = np.array(cells, np.float32) * SIDE

    def key_points(self, picture):
        """Eyes, nose tip, mouth centre of the face nearest the middle, in pixels of `picture`; None without a face."""
        height, width = picture.shape[:2]
        ratio = SIDE / max(height, width)
        size = (round(width * ratio), round(height * ratio))
        left, top = (SIDE - size[0]) // 2, (SIDE - size[1]) // 2
        canvas = np.zeros((SIDE, SIDE, 3), np.float32)
        canvas[top : top + size[1], left : left + size[0]] = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        out = self.session.run(None, {"input": (canvas / 127.5 - 1)[None]})
        logits, values = np.concatenate(out[:2], 1)[0, :, 0], np.concatenate(out[2:], 1)[0]
        sure = np.flatnonzero(1 / (1 + np.exp(-np.clip(logits, -80, 80))) > MIN_SCORE)
        if len(sure) == 0:
            return None
        centres = values[sure, :2] + self.anchors[sure]
        nearest = sure[np.argmin(((centres - SIDE / 2) ** 2).sum(1) - 1e3 * logits[sure])]
        points = values[nearest, 4:12].reshape(4, 2) + self.anchors[nearest]
        return (points - (left, top)) / ratio


def aligned(picture, points, side, zoom=1.0):
    """The crop in which the key points lie as in TEMPLATE, `zoom` times as wide as what the net reads."""
    to = ((TEMPLATE - 0.5) / zoom + 0.5) * side
    matrix, _ = cv2.estimateAffinePartial2D(points.astype(np.float32), to, method=cv2.LMEDS)
    if matrix is None:
        return None
    scale = np.sqrt(abs(np.linalg.det(matrix[:, :2])))
    source = picture if scale > 0.6 else cv2.GaussianBlur(picture, (0, 0), 0.4 / scale)
    return cv2.warpAffine(source, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
