"""The age, gender and minor net: the CC0 dlib ResNet (29 convolutions, 5.6 M weights) with a new head.

The net began as a face recogniser. Fine-tuning replaces what it computes: the 128 numbers that tell people apart are cut
off, and what is exported gives probabilities of age bins, of appearing female and of being under 18, nothing else."""

import json
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as functional

AGE_CENTRES = [1.0, 6.0, 14.5, 24.5, 34.5, 44.5, 54.5, 64.5, 75.0]
SIDE = 150
MEAN, SCALE = [122.782, 117.001, 104.298], 256.0
# Name in the package, channels in, channels out, halves the picture.
BLOCKS = [
    ("conv32_1", 32, 32, False), ("conv32_2", 32, 32, False), ("conv32_3", 32, 32, False),
    ("conv64_down", 32, 64, True), ("conv64_1", 64, 64, False), ("conv64_2", 64, 64, False), ("conv64_3", 64, 64, False),
    ("conv128_down", 64, 128, True), ("conv128_1", 128, 128, False), ("conv128_2", 128, 128, False),
    ("conv256_down", 128, 256, True), ("conv256_1", 256, 256, False), ("conv256_2", 256, 256, False),
]
# Edges and spots need no second lesson; leaving them as they are saves a third of the training time.
FROZEN_BLOCKS = 3


class Block(nn.Module):
    def __init__(self, channels_in, channels_out, halves):
        super().__init__()
        self.halves, self.more = halves, channels_out - channels_in
        self.conv1 = nn.Conv2d(channels_in, channels_out, 3, stride=2 if halves else 1, padding=0 if halves else 1)
        self.conv2 = nn.Conv2d(channels_out, channels_out, 3, padding=1)

    def forward(self, x):
        y = self.conv2(functional.relu(self.conv1(x)))
        if self.halves:
            x = functional.pad(functional.avg_pool2d(x, 2), (0, 0, 0, 0, 0, self.more))
            missing = x.shape[2] - y.shape[2]
            y = functional.pad(y, (0, missing, 0, missing))
        return functional.relu(x + y)


class AgeGender(nn.Module):
    """Pictures (n, 3, 150, 150), normalised, to logits: nine age bins, female, minor."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 32, 7, stride=2)
        self.blocks = nn.ModuleList(Block(*block[1:]) for block in BLOCKS)
        self.drop = nn.Dropout(0.3)
        self.head = nn.Linear(256, len(AGE_CENTRES) + 2)
        nn.init.zeros_(self.head.bias)
        nn.init.normal_(self.head.weight, std=0.01)

    def frozen(self):
        return [self.stem, *self.blocks[:FROZEN_BLOCKS]]

    def forward(self, x):
        with torch.no_grad():
            x = functional.max_pool2d(functional.relu(self.stem(x)), 3, 2)
            for block in self.blocks[:FROZEN_BLOCKS]:
                x = block(x)
        for block in self.blocks[FROZEN_BLOCKS:]:
            x = block(x)
        out = self.head(self.drop(x.mean((2, 3))))
        return out[:, :-2], out[:, -2], out[:, -1]


class Probabilities(nn.Module):
    """What is exported; `calibration` holds what calibrate.py found."""

    def __init__(self, net, calibration):
        super().__init__()
        self.net, self.calibration = net, calibration

    def forward(self, x):
        age, female, minor = self.net(x)
        c = self.calibration
        p_minor = (minor * c["minor"][0] + c["minor"][1]).sigmoid()
        return (age / c["age"]).softmax(1), scaled_gender(female, p_minor, c["female"]).sigmoid(), p_minor


def scaled_gender(logit, p_minor, scale):
    """Slope for adults, offset, and what the slope gains for a certain minor."""
    return logit * (scale[0] + scale[2] * p_minor) + scale[1]


def started(folder: Path):
    """The net with the recogniser's weights: `face_recognition_model*` of npm @vladmandic/face-api 1.7.15."""
    tensors, net = package_tensors(folder), AgeGender()
    put(net.stem, tensors, "conv32_down")
    for block, (name, *_) in zip(net.blocks, BLOCKS):
        put(block.conv1, tensors, f"{name}/conv1")
        put(block.conv2, tensors, f"{name}/conv2")
    return net


def put(conv, tensors, name):
    """A convolution and the scale layer behind it become one convolution."""
    weights, bias = tensors[f"{name}/conv/filters"].transpose(3, 2, 0, 1), tensors[f"{name}/conv/bias"]
    scale, shift = tensors[f"{name}/scale/weights"], tensors[f"{name}/scale/biases"]
    conv.weight.data = torch.from_numpy(np.ascontiguousarray(weights * scale[:, None, None, None]))
    conv.bias.data = torch.from_numpy(bias * scale + shift)


def package_tensors(folder: Path):
    tensors = {}
    for group in json.loads((folder / "face_recognition_model-weights_manifest.json").read_text()):
        data = b"".join((folder / path).read_bytes() for path in group["paths"])
        at = 0
        for entry in group["weights"]:
            count = int(np.prod(entry["shape"]))
            kind = {"uint8": np.dtype("u1"), "float32": np.dtype("<f4")}[entry.get("quantization", entry)["dtype"]]
            values = np.frombuffer(data, kind, count, at).astype(np.float32)
            at += count * kind.itemsize
            if "quantization" in entry:
                values = values * entry["quantization"]["scale"] + entry["quantization"]["min"]
            tensors[entry["name"]] = values.reshape(entry["shape"]).astype(np.float32)
    return tensors
