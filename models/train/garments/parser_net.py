"""The garment parser: EfficientNet-Lite0 and a small pyramid decoder, ten classes at a quarter of the input's size."""

import sys
from pathlib import Path

import torch.nn as nn
import torch.nn.functional as functional

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from backbone import backbone, stages  # noqa: E402

CLASSES = 10
HEIGHT, WIDTH = 256, 192


def conv(inputs, outputs, size):
    return nn.Sequential(nn.Conv2d(inputs, outputs, size, padding=size // 2, bias=False), nn.BatchNorm2d(outputs), nn.ReLU())


def doubled(x):
    return functional.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)


class Decoder(nn.Module):
    def __init__(self, wide=64, middle=48, narrow=32):
        super().__init__()
        self.context = nn.Conv2d(320, wide, 1)
        self.from32 = nn.Conv2d(320, wide, 1)
        self.from16 = nn.Conv2d(112, wide, 1)
        self.from8 = nn.Conv2d(40, middle, 1)
        self.from4 = nn.Conv2d(24, narrow, 1)
        self.at16 = conv(wide, wide, 3)
        self.to8 = nn.Conv2d(wide, middle, 1)
        self.at8 = conv(middle, middle, 3)
        self.to4 = nn.Conv2d(middle, narrow, 1)
        self.at4 = conv(narrow, narrow, 3)
        self.head = nn.Conv2d(narrow, CLASSES, 1)

    def forward(self, f4, f8, f16, f32):
        whole = self.from32(f32) + self.context(f32.mean((2, 3), keepdim=True))
        x = self.at16(doubled(whole) + self.from16(f16))
        x = self.at8(doubled(self.to8(x)) + self.from8(f8))
        x = self.at4(doubled(self.to4(x)) + self.from4(f4))
        return self.head(x)


class Parser(nn.Module):
    def __init__(self):
        super().__init__()
        net = backbone()
        self.stem, self.norm, self.blocks = net._conv_stem, net._bn0, net._blocks
        self.decoder = Decoder()

    def logits(self, pictures):
        return self.decoder(*stages((self.stem, self.norm), self.blocks, pictures))

    def forward(self, pictures):
        return self.logits(pictures).softmax(1)
