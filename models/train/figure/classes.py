"""Shape classes from ratios of breadths.

FFIT (Simmons, Istook and Devarajan 2004; the limits as printed by Lee, Istook, Nam and Park 2007) sorts bodies by
differences of girths: a bust or hip larger by 3.6 inches makes a triangle, a waist smaller than the hips by 10 inches an
hourglass. A camera in front sees breadths, not girths. So the differences are taken as parts of a hip girth of
40 inches (9 % and 25 %) and laid on breadths, the shoulder in the place of the bust; FFIT's nine classes become five.
`OVAL`, where FFIT compares several girths of the belly, is our own: a waist nearly as broad as the hips and shoulders.
"""
import numpy as np

CLASSES = ["hourglass", "triangle", "inverted_triangle", "rectangle", "oval"]
BALANCE = 0.09
WAISTED = 0.75
OVAL = 0.88


def classify(shoulder_to_hip: np.ndarray, waist_to_hip: np.ndarray) -> np.ndarray:
    """Index into `CLASSES`."""
    s, w = np.asarray(shoulder_to_hip), np.asarray(waist_to_hip)
    out = np.where(w <= WAISTED, 0, 3)
    out = np.where(s <= 1 - BALANCE, 1, out)
    out = np.where(s >= 1 + BALANCE, 2, out)
    return np.where(w >= OVAL * np.maximum(1.0, s), 4, out)
