"""What the parser is taught: each cell's class, the outline of all clothing, the kind of the whole piece, what is worn."""

import numpy as np
import torch
import torch.nn.functional as functional

from ccp import CLASSES, CLOTHING, LOWER, NO_LABEL, TORSO
from parser_net import pooled

CLASS_WEIGHTS = torch.tensor([0.7, 1.0, 1.2, 1.5, 1.5, 1.2, 1.5, 1.5, 1.5, 1.0])
OUTLINE, VOTE, WORN = 0.5, 0.2, 0.3
# Smaller garments (cells of 64 x 48) teach and count nothing.
MIN_CELLS = 24


def total(net, f4, f8, tags, class_of, worn_of):
    """Loss of a batch; `tags` is a numpy array [n, 64, 48] of tag map values."""
    logits, kind = net.late(f4, f8)
    truth = class_of[tags]
    y = torch.from_numpy(truth.astype(np.int64))
    probs = logits.softmax(1)
    loss = functional.cross_entropy(logits, y, weight=CLASS_WEIGHTS, ignore_index=NO_LABEL)
    loss = loss + OUTLINE * outline(probs, y) + VOTE * (vote(probs, truth, TORSO) + vote(probs, truth, LOWER))
    return loss + WORN * worn(net, probs.detach(), kind, tags, truth, worn_of)


def outline(probs, y):
    """1 - soft intersection over union of all clothing."""
    known = (y != NO_LABEL).float()
    p = probs[:, CLOTHING].sum(1) * known
    g = torch.isin(y, torch.tensor(CLOTHING)).float()
    both = (p * g).sum()
    return 1 - both / (p.sum() + g.sum() - both).clamp_min(1.0)


def vote(probs, truth, kinds):
    """Cross entropy of the kind that a whole picture's mass speaks for, as the program decides it."""
    areas = np.stack([(truth == kind).sum((1, 2)) for kind in kinds], 1)
    rows = np.flatnonzero(areas.max(1) >= MIN_CELLS)
    if len(rows) == 0:
        return probs.new_zeros(())
    known = torch.from_numpy((truth[rows] != NO_LABEL).astype(np.float32))[:, None]
    mass = (probs[rows][:, kinds] * known).sum((2, 3)) + 1.0
    return functional.nll_loss((mass / mass.sum(1, keepdim=True)).log(), torch.from_numpy(areas[rows].argmax(1)))


def worn(net, probs, kind, tags, truth, worn_of):
    features, labels = [], []
    for n in range(len(tags)):
        masks, kinds = regions(probs[n].numpy(), tags[n], truth[n], worn_of)
        if kinds:
            features.append(pooled(kind[n], torch.from_numpy(np.stack(masks))))
            labels += kinds
    if not labels:
        return probs.new_zeros(())
    return functional.cross_entropy(net.worn(torch.cat(features)), torch.tensor(labels))


def regions(probs, tags, truth, worn_of):
    """Masks [64, 48] and worn classes: each garment by its true mask, torso and legs by true and by parsed masks."""
    masks, kinds = [], []
    for tag, cells in zip(*np.unique(tags, return_counts=True)):
        if worn_of[tag] != NO_LABEL and cells >= MIN_CELLS:
            masks.append((tags == tag).astype(np.float32))
            kinds.append(int(worn_of[tag]))
    for group in (TORSO, LOWER):
        label = largest(tags, np.isin(truth, group), worn_of)
        if label is not None:
            masks += [np.isin(truth, group).astype(np.float32), probs[group].sum(0) * (truth != 0)]
            kinds += [label, label]
    return masks, kinds


def largest(tags, inside, worn_of):
    """Worn class of the tag that covers most of a region; `None` if it is none of the ten or too small."""
    found, cells = np.unique(tags[inside], return_counts=True)
    if len(found) == 0 or cells.max() < MIN_CELLS:
        return None
    label = worn_of[found[cells.argmax()]]
    return None if label == NO_LABEL else int(label)


assert len(CLASS_WEIGHTS) == len(CLASSES)
