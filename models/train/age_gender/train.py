#!/usr/bin/env python3
"""Fine-tunes the net on FairFace for age bin, gender and minor, with the disturbances of a kiosk (blur, JPEG, low light,
tilt, a crop that is a little off). Stops in time: the learning rate falls over `--minutes` of wall time or `--epochs`."""

import argparse
import time
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as functional

from net import AGE_CENTRES, MEAN, SCALE, SIDE, AgeGender, started

BATCH = 64
CENTRES = torch.tensor(AGE_CENTRES)
# A label counts for its neighbours too, with this spread in years.
AGE_SPREAD = 6.0
EMA = 0.995
MINOR_BINS = 3
WARM_UP = 0.04
EVALUATE_EVERY = 2


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="what prepare.py wrote")
    parser.add_argument("--start", type=Path, required=True, help="folder `model` of npm @vladmandic/face-api 1.7.15")
    parser.add_argument("--weights", type=Path, help="weights (.pt) of an earlier run to go on from")
    parser.add_argument("--out", type=Path, required=True, help="weights (.pt), averaged over steps")
    parser.add_argument("--epochs", type=float, default=8)
    parser.add_argument("--minutes", type=float, default=1e9)
    parser.add_argument("--rate", type=float, default=4e-4)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    np.random.seed(options.seed)
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    fit(load(options.data / "train"), load(options.data / "val"), options)


def load(folder: Path):
    labels = np.load(folder / "labels.npz")
    pictures = np.load(folder / "pictures.npy", mmap_mode="r")
    return pictures, torch.from_numpy(labels["age"]), torch.from_numpy(labels["female"]).float()


def fit(train, val, options):
    pictures, age, female = train
    net = started(options.start)
    if options.weights:
        net.load_state_dict(torch.load(options.weights))
    net = net.to(memory_format=torch.channels_last)
    for part in net.frozen():
        part.requires_grad_(False)
    decay = [p for p in net.parameters() if p.requires_grad and p.ndim > 1]
    flat = [p for p in net.parameters() if p.requires_grad and p.ndim == 1]
    optimiser = torch.optim.AdamW([{"params": decay, "weight_decay": 0.05}, {"params": flat, "weight_decay": 0.0}], lr=options.rate)
    averaged = {key: value.clone() for key, value in net.state_dict().items()}
    weights = bin_weights(age)
    begun, seen, step, shown = time.time(), 0, 0, 0
    while True:
        for chosen in np.array_split(np.random.permutation(len(pictures)), len(pictures) // BATCH):
            done = max(seen / len(pictures) / options.epochs, (time.time() - begun) / 60 / options.minutes)
            if done >= 1:
                torch.save(averaged, options.out)
                print("end", f"{seen / len(pictures):.2f} epochs", evaluate(averaged, val), flush=True)
                return
            for group in optimiser.param_groups:
                group["lr"] = options.rate * min(done / WARM_UP, 0.5 * (1 + np.cos(np.pi * done))) + 1e-7
            net.train()
            batch = tensor(disturb(canvas) for canvas in pictures[np.sort(chosen)])
            chosen = torch.from_numpy(np.sort(chosen))
            loss = loss_of(net, batch, age[chosen], female[chosen], weights)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 2.0)
            optimiser.step()
            seen, step = seen + len(chosen), step + 1
            average(averaged, net, step)
            if step % 50 == 0:
                print(step, f"{seen / len(pictures):.2f} epochs {done:.3f} loss {loss.item():.3f} {time.time() - begun:.0f} s", flush=True)
            if seen / len(pictures) >= shown + EVALUATE_EVERY:
                shown += EVALUATE_EVERY
                torch.save(averaged, options.out)
                print("epoch", shown, evaluate(averaged, val), flush=True)


def loss_of(net, pictures, age, female, weights):
    age_logits, gender, minor = net(pictures)
    by_bin = -(soft_labels()[age] * age_logits.log_softmax(1)).sum(1)
    by_year = ((age_logits.softmax(1) * CENTRES).sum(1) - CENTRES[age]).abs()
    gender = functional.binary_cross_entropy_with_logits(gender, female * 0.96 + 0.02, reduction="none")
    minor = functional.binary_cross_entropy_with_logits(minor, (age < MINOR_BINS).float(), reduction="none")
    # The gender of toddlers cannot be seen; it must not teach the net to guess.
    certainty = torch.where(age == 0, 0.4, torch.where(age == 1, 0.8, 1.0))
    return (weights[age] * (by_bin + 0.02 * by_year)).mean() + 1.2 * (certainty * gender).mean() + 0.5 * minor.mean()


def soft_labels():
    soft = torch.stack([torch.exp(-(((CENTRES - c) / AGE_SPREAD) ** 2) / 2) for c in CENTRES])
    return soft / soft.sum(1, keepdim=True)


def bin_weights(age):
    counts = torch.bincount(age, minlength=len(AGE_CENTRES)).float()
    weights = (len(age) / counts).sqrt()
    return weights / weights[age].mean()


def average(averaged, net, step):
    keep = min(EMA, (1 + step) / (10 + step))
    with torch.no_grad():
        for key, value in net.state_dict().items():
            averaged[key].mul_(keep).add_(value, alpha=1 - keep)


def tensor(pictures):
    """Pictures (rows, columns, RGB) to a batch; rows, columns, channels stay as they lie in memory."""
    return torch.from_numpy(np.stack([normalised(picture) for picture in pictures])).permute(0, 3, 1, 2)


def disturb(canvas):
    """Turned, scaled, shifted, mirrored; sometimes blurred or JPEG-coded; darker or lighter, off-colour, noisy."""
    rng, middle = np.random.default_rng(np.random.randint(1 << 30)), canvas.shape[0] / 2
    matrix = cv2.getRotationMatrix2D((middle, middle), rng.standard_normal() * 6, np.exp(rng.standard_normal() * 0.06))
    matrix[:, 2] += SIDE / 2 - middle + rng.standard_normal(2) * 0.022 * SIDE
    if rng.random() < 0.5:
        matrix = np.array([[-1, 0, SIDE], [0, 1, 0]], float) @ np.vstack([matrix, [0, 0, 1]])
    x = cv2.warpAffine(canvas, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    kind = rng.random()
    if kind < 0.25:
        side = rng.integers(28, 90)
        x = cv2.resize(cv2.resize(x, (side, side), interpolation=cv2.INTER_AREA), (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)
    elif kind < 0.4:
        x = cv2.imdecode(cv2.imencode(".jpg", x, [cv2.IMWRITE_JPEG_QUALITY, rng.integers(25, 75)])[1], cv2.IMREAD_COLOR)
    x = x.astype(np.float32)
    if rng.random() < 0.05:
        x[:] = x.mean(2, keepdims=True)
    mean = x.mean()
    contrast, gain = rng.uniform(0.7, 1.25), rng.uniform(0.55, 1.35) * rng.uniform(0.9, 1.1, 3)
    x *= np.float32(contrast * gain)
    x += np.float32(mean * (1 - contrast) * gain)
    if rng.random() < 0.4:
        x += rng.standard_normal((SIDE, SIDE, 3), np.float32) * np.float32(rng.uniform(0, 7))
    if rng.random() < 0.15:
        left, top, side = rng.integers(0, SIDE), rng.integers(0, SIDE), rng.integers(15, 55)
        x[top : top + side, left : left + side] = rng.uniform(0, 255, 3)
    return x


def normalised(picture):
    np.clip(picture, 0, 255, out=picture)
    picture -= np.float32(MEAN)
    picture *= np.float32(1 / SCALE)
    return picture


def middle(canvases):
    edge = (canvases.shape[1] - SIDE) // 2
    return canvases[:, edge : edge + SIDE, edge : edge + SIDE].astype(np.float32)


def predict(net, canvases):
    """Logits over all pictures, one upright crop each."""
    net.eval()
    out = []
    with torch.no_grad():
        for start in range(0, len(canvases), 128):
            out.append(net(tensor(middle(canvases[start : start + 128]))))
    return [torch.cat(parts) for parts in zip(*out)]


def evaluate(weights, val):
    pictures, age, female = val
    net = AgeGender().to(memory_format=torch.channels_last)
    net.load_state_dict(weights)
    ages, gender, minor = predict(net, pictures)
    right = (gender > 0) == (female > 0)
    error = ((ages.softmax(1) * CENTRES).sum(1) - CENTRES[age]).abs()
    surest = gender.abs().argsort(descending=True)[: int(0.7 * len(gender))]
    cut = minor[age >= MINOR_BINS].quantile(0.83)
    return {
        "age_mae": round(float(error.mean()), 3),
        "worst_decade": round(max(float(error[age == k].mean()) for k in range(9)), 2),
        "gender": round(float(right.float().mean()), 4),
        "gender_20": round(float(right[age >= MINOR_BINS].float().mean()), 4),
        "gender_at_70": round(float(right[surest].float().mean()), 4),
        "minor_recall_under_10": round(float((minor[age < 2] > cut).float().mean()), 3),
        "minor_recall_10_19": round(float((minor[age == 2] > cut).float().mean()), 3),
    }


if __name__ == "__main__":
    main()
