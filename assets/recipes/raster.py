"""A small software rasteriser: triangles into depth and attribute buffers, nearest wins."""
import numpy as np
from numba import njit


@njit(cache=True)
def fill(points, attributes, triangles, depth, out, cover):
    height, width = depth.shape
    channels = attributes.shape[2]
    for t in range(triangles.shape[0]):
        x0, y0, z0 = points[triangles[t, 0]]
        x1, y1, z1 = points[triangles[t, 1]]
        x2, y2, z2 = points[triangles[t, 2]]
        area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        if abs(area) < 1e-9:
            continue
        left, right = max(int(np.floor(min(x0, x1, x2))), 0), min(int(np.ceil(max(x0, x1, x2))), width - 1)
        top, bottom = max(int(np.floor(min(y0, y1, y2))), 0), min(int(np.ceil(max(y0, y1, y2))), height - 1)
        for y in range(top, bottom + 1):
            for x in range(left, right + 1):
                px, py = x + 0.5, y + 0.5
                w0 = ((x1 - px) * (y2 - py) - (x2 - px) * (y1 - py)) / area
                w1 = ((x2 - px) * (y0 - py) - (x0 - px) * (y2 - py)) / area
                w2 = 1.0 - w0 - w1
                if w0 < -1e-6 or w1 < -1e-6 or w2 < -1e-6:
                    continue
                z = w0 * z0 + w1 * z1 + w2 * z2
                if z > depth[y, x]:
                    depth[y, x] = z
                    cover[y, x] = 1
                    for c in range(channels):
                        out[y, x, c] = w0 * attributes[t, 0, c] + w1 * attributes[t, 1, c] + w2 * attributes[t, 2, c]


def rasterise(points: np.ndarray, quads: np.ndarray, corner_attributes: np.ndarray, size: tuple[int, int], depth: np.ndarray | None = None):
    """Depth, attribute buffer and cover of quads. `points` are (x px, y px, depth: larger is nearer)."""
    height, width = size
    triangles = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]).astype(np.int64)
    attributes = np.concatenate([corner_attributes[:, [0, 1, 2]], corner_attributes[:, [0, 2, 3]]]).astype(np.float32)
    depth = np.full((height, width), -1e9, np.float32) if depth is None else depth
    out = np.zeros((height, width, attributes.shape[2]), np.float32)
    cover = np.zeros((height, width), np.uint8)
    fill(points.astype(np.float64), attributes, triangles, depth, out, cover)
    return depth, out, cover > 0
