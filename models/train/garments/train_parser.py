#!/usr/bin/env python3
"""Trains the garment parser: first the decoder on a frozen encoder, then the whole net with frozen batch norms.

The last 100 photographs are the test set and the 60 before them are kept aside; neither is trained on.
"""

import argparse
import random
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as functional

from parser_net import CLASSES, HEIGHT, WIDTH, Parser

BATCH = 16
TEST, KEPT_ASIDE = 100, 160
NO_LABEL = 255
GROUND = (114, 114, 114)
CLASS_WEIGHTS = torch.tensor([0.5, 1.0, 1.2, 1.5, 1.5, 1.2, 1.5, 1.5, 1.5, 1.0])
CLOTHING, TORSO = [3, 4, 5, 6, 7, 8], [3, 4, 7]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="what prepare_parser.py wrote")
    parser.add_argument("--out", type=Path, required=True, help="weights (.pt)")
    parser.add_argument("--decoder-steps", type=int, default=1000)
    parser.add_argument("--fine-tuning-steps", type=int, default=320)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    random.seed(options.seed)
    np.random.seed(options.seed)
    torch.manual_seed(options.seed)
    pictures = np.load(options.data / "pictures.npy", mmap_mode="r")
    labels = np.load(options.data / "labels.npy", mmap_mode="r")
    net = Parser()
    decoder = list(net.decoder.parameters())
    encoder = [p for name, p in net.named_parameters() if not name.startswith("decoder.")]
    fit(net, [(decoder, 3e-3)], pictures, labels, options.decoder_steps, train_norms=True)
    fit(net, [(encoder, 3e-4), (decoder, 1e-3)], pictures, labels, options.fine_tuning_steps, train_norms=False)
    torch.save(net.state_dict(), options.out)
    print(evaluate(net, pictures[-TEST:], labels[-TEST:]))


def fit(net, groups, pictures, labels, steps, train_norms):
    optimiser = torch.optim.AdamW([{"params": p, "lr": lr} for p, lr in groups], weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, [lr for _, lr in groups], total_steps=steps, pct_start=0.1)
    net.eval()
    net.decoder.train(train_norms)
    count = len(pictures) - KEPT_ASIDE
    for step in range(steps):
        views = [view(pictures[i], labels[i]) for i in np.random.randint(0, count, BATCH)]
        x = torch.from_numpy(np.stack([x for x, _ in views]))
        # Cell centres: the middle of each 4 x 4 block. Half a cell of shift costs two points of IoU.
        y = torch.from_numpy(np.stack([y[2::4, 2::4] for _, y in views]).astype(np.int64))
        loss = functional.cross_entropy(net.logits(x), y, weight=CLASS_WEIGHTS, ignore_index=NO_LABEL)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        schedule.step()
        if step % 20 == 0:
            print(step, float(loss), flush=True)


def view(picture, label):
    """A random crop, turn, mirror, and light of a photograph, as the net's input and its labels at the same size."""
    height, width = label.shape
    scale = random.uniform(0.4, 1.1)
    crop_h, crop_w = height * scale, width * scale * random.uniform(0.85, 1.18)
    top = random.uniform(0, max(1.0, height - crop_h))
    left = (width - crop_w) / 2 + random.uniform(-0.08, 0.08) * width
    turn = np.vstack([cv2.getRotationMatrix2D((left + crop_w / 2, top + crop_h / 2), random.uniform(-10, 10), 1), [0, 0, 1]])
    sx, sy = WIDTH / crop_w, HEIGHT / crop_h
    matrix = np.array([[sx, 0, -left * sx], [0, sy, -top * sy]]) @ turn
    if random.random() < 0.5:
        matrix[0] *= -1
        matrix[0, 2] += WIDTH - 1
    x = cv2.warpAffine(picture, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_AREA, borderValue=GROUND).astype(np.float32)
    y = cv2.warpAffine(label, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_NEAREST, borderValue=NO_LABEL)
    grey = x.mean(2, keepdims=True)
    x = grey + (x - grey) * random.uniform(0.6, 1.4)
    x = (x - 127) * random.uniform(0.75, 1.25) + 127 + random.uniform(-25, 25)
    return as_input(np.clip(x, 0, 255)), y


def as_input(picture):
    return np.ascontiguousarray(((picture.astype(np.float32) - 127) / 128).transpose(2, 0, 1))


def evaluate(net, pictures, labels):
    net.eval()
    confusion = np.zeros((CLASSES, CLASSES), np.int64)
    with torch.no_grad():
        for picture, label in zip(pictures, labels):
            x = as_input(cv2.resize(picture, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA))
            found = net.logits(torch.from_numpy(x[None])).argmax(1)[0].numpy()
            true = cv2.resize(label, (WIDTH, HEIGHT), interpolation=cv2.INTER_NEAREST)[2::4, 2::4]
            known = true != NO_LABEL
            confusion += np.bincount(true[known].astype(int) * CLASSES + found[known], minlength=CLASSES**2).reshape(CLASSES, CLASSES)
    return {"clothing_iou": joint_iou(confusion, CLOTHING), "torso_iou": joint_iou(confusion, TORSO)}


def joint_iou(confusion, classes):
    inside = np.isin(np.arange(CLASSES), classes)
    both = confusion[np.ix_(inside, inside)].sum()
    return float(both / (confusion[inside].sum() + confusion[:, inside].sum() - both))


if __name__ == "__main__":
    main()
