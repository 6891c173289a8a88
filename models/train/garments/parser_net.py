"""The garment parser: EfficientNet-Lite0, a small pyramid decoder for ten classes at a quarter of the input's size, and
one feature map at a sixteenth that says what kind a garment is once it is averaged under the garment's mask.
"""

import sys
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as functional

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from folded import STAGE_CHANNELS, Encoder  # noqa: E402

from ccp import CLASSES, WORN  # noqa: E402

HEIGHT, WIDTH = 256, 192
ROWS, COLUMNS = HEIGHT // 4, WIDTH // 4
FEATURES = 128


def conv(inputs, outputs, size):
    return nn.Sequential(nn.Conv2d(inputs, outputs, size, padding=size // 2), nn.ReLU())


def doubled(x):
    return functional.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)


class Decoder(nn.Module):
    def __init__(self, wide=64, middle=48, narrow=32):
        super().__init__()
        c4, c8, c16, c32 = STAGE_CHANNELS
        self.context = nn.Conv2d(c32, wide, 1)
        self.from32 = nn.Conv2d(c32, wide, 1)
        self.from16 = nn.Conv2d(c16, wide, 1)
        self.from8 = nn.Conv2d(c8, middle, 1)
        self.from4 = nn.Conv2d(c4, narrow, 1)
        self.at16 = conv(wide, wide, 3)
        self.to8 = nn.Conv2d(wide, middle, 1)
        self.at8 = conv(middle, middle, 3)
        self.to4 = nn.Conv2d(middle, narrow, 1)
        self.at4 = conv(narrow, narrow, 3)
        self.head = nn.Conv2d(narrow, len(CLASSES), 1)
        self.kind16 = nn.Conv2d(c16, FEATURES, 1)
        self.kind32 = nn.Conv2d(c32, FEATURES, 1)
        self.kind_decoded = nn.Conv2d(wide, FEATURES, 1)

    def forward(self, f4, f8, f16, f32):
        whole = self.from32(f32) + self.context(f32.mean((2, 3), keepdim=True))
        x16 = self.at16(doubled(whole) + self.from16(f16))
        x = self.at8(doubled(self.to8(x16)) + self.from8(f8))
        x = self.at4(doubled(self.to4(x)) + self.from4(f4))
        kind = functional.relu(self.kind16(f16) + doubled(self.kind32(f32)) + self.kind_decoded(x16))
        return self.head(x), kind


class WornHead(nn.Module):
    """Features averaged under a garment's mask to the ten kinds of worn garment."""

    def __init__(self, hidden=64):
        super().__init__()
        self.hidden = nn.Linear(FEATURES, hidden)
        self.kinds = nn.Linear(hidden, len(WORN))

    def forward(self, pooled):
        return self.kinds(functional.relu(self.hidden(pooled)))


class Parser(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = Encoder()
        self.decoder = Decoder()
        self.worn = WornHead()

    def late(self, f4, f8):
        """Class logits [n, 10, 64, 48] and features [n, 128, 16, 12] from the encoder's early maps."""
        return self.decoder(f4, f8, *self.encoder.late(f8))

    def forward(self, pictures):
        logits, kind = self.late(*self.encoder.early(pictures))
        return logits.softmax(1), kind


def pooled(kind, masks):
    """Mean of features [128, 16, 12] under each mask [k, 64, 48]."""
    weights = functional.avg_pool2d(masks[:, None], 4)[:, 0].flatten(1)
    return weights @ kind.flatten(1).T / weights.sum(1, keepdim=True).clamp_min(1e-6)
