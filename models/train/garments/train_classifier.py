#!/usr/bin/env python3
"""Logistic regression on EfficientNet-Lite0 features of clothing-dataset-small, written as one ONNX net.

`x` [n, 3, 224, 224] → `probs` [n, 10], classes in alphabetical order of the data's folders.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
from PIL import Image
from sklearn.linear_model import LogisticRegression

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from backbone import backbone, pooled_features  # noqa: E402

SIDE = 224


class Classifier(nn.Module):
    def __init__(self, encoder, head):
        super().__init__()
        self.encoder = encoder
        self.head = nn.Linear(head.coef_.shape[1], head.coef_.shape[0])
        self.head.weight.data = torch.from_numpy(head.coef_.astype(np.float32))
        self.head.bias.data = torch.from_numpy(head.intercept_.astype(np.float32))

    def forward(self, pictures):
        return self.head(pooled_features(self.encoder, pictures)).softmax(1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and test/, one folder per class")
    parser.add_argument("--out", type=Path, required=True, help="the ONNX file")
    parser.add_argument("--calibration", type=Path, help="writes pictures for quantise.py here (.npy)")
    options = parser.parse_args()
    classes = sorted(folder.name for folder in (options.data / "train").iterdir() if folder.is_dir())
    encoder = backbone().eval()
    train, labels = features(encoder, options.data / "train", classes)
    head = LogisticRegression(C=0.05, max_iter=300).fit(train, labels)
    test, truth = features(encoder, options.data / "test", classes)
    print(classes, "top-1 on the test set:", head.score(test, truth))
    torch.onnx.export(
        Classifier(encoder, head).eval(), torch.zeros(1, 3, SIDE, SIDE), str(options.out), opset_version=13,
        input_names=["x"], output_names=["probs"], dynamic_axes={"x": {0: "n"}, "probs": {0: "n"}},
    )
    if options.calibration:
        chosen = sorted((options.data / "train").glob("*/*"))[::45]
        np.save(options.calibration, np.stack([picture(path) for path in chosen]))


def features(encoder, folder: Path, classes):
    rows, labels = [], []
    for index, name in enumerate(classes):
        for path in sorted((folder / name).glob("*")):
            x = ((picture(path).astype(np.float32) - 127) / 128).transpose(2, 0, 1)[None]
            with torch.no_grad():
                rows.append(pooled_features(encoder, torch.from_numpy(x))[0].numpy())
            labels.append(index)
    return np.array(rows), np.array(labels)


def picture(path: Path):
    return np.asarray(Image.open(path).convert("RGB").resize((SIDE, SIDE), Image.BILINEAR))


if __name__ == "__main__":
    main()
