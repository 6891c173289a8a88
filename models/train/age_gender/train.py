#!/usr/bin/env python3
"""Fine-tunes EfficientNet-Lite0 on FairFace for age bin and gender, with the disturbances of a kiosk (blur, low light, tilt)."""

import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as functional

from net import AGE_CENTRES, SIDE, AgeGender

BATCH = 48
CENTRES = torch.tensor(AGE_CENTRES)
# A label counts for its neighbours too, with this spread in years.
AGE_SPREAD = 7.0
EMA = 0.99
EMA_EVERY = 4


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="what prepare.py wrote")
    parser.add_argument("--out", type=Path, required=True, help="weights (.pt), averaged over steps")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    np.random.seed(options.seed)
    train, val = load(options.data / "train"), load(options.data / "val")
    averaged = fit(train, val, options.epochs)
    torch.save(averaged, options.out)


def load(folder: Path):
    labels = np.load(folder / "labels.npz")
    pictures = torch.from_numpy(np.load(folder / "pictures.npy")).permute(0, 3, 1, 2)
    return pictures, torch.from_numpy(labels["age"]), torch.from_numpy(labels["female"]).float()


def fit(train, val, epochs):
    pictures, age, female = train
    steps = epochs * (len(pictures) // BATCH)
    net = AgeGender()
    optimiser = torch.optim.AdamW(
        [{"params": net.encoder.parameters(), "lr": 1e-3}, {"params": net.head.parameters(), "lr": 4e-3}], weight_decay=0.02
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, [1e-3, 4e-3], total_steps=steps, pct_start=0.15)
    weights = bin_weights(age)
    averaged = {key: value.clone() for key, value in net.state_dict().items()}
    step = 0
    for epoch in range(epochs):
        net.train()
        order = torch.randperm(len(pictures))
        for start in range(0, len(pictures) - BATCH + 1, BATCH):
            chosen = order[start : start + BATCH]
            loss = loss_of(net, disturbed(pictures[chosen].float()), age[chosen], female[chosen], weights)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 2.0)
            optimiser.step()
            schedule.step()
            step += 1
            if step % EMA_EVERY == 0:
                average(averaged, net)
        print("epoch", epoch, evaluate(averaged, val), flush=True)
    return averaged


def loss_of(net, pictures, age, female, weights):
    age_logits, gender_logit = net(pictures)
    soft = soft_labels()[age]
    by_bin = -(soft * age_logits.log_softmax(1)).sum(1)
    expected = (age_logits.softmax(1) * CENTRES).sum(1)
    by_year = (expected - CENTRES[age]).abs()
    gender = functional.binary_cross_entropy_with_logits(gender_logit, female * 0.96 + 0.02, reduction="none")
    # The gender of small children cannot be seen; it must not teach the net to guess.
    certainty = torch.where(age <= 1, 0.4, 1.0)
    return (weights[age] * by_bin).mean() + 0.02 * (weights[age] * by_year).mean() + 1.2 * (certainty * gender).mean()


def soft_labels():
    soft = torch.stack([torch.exp(-(((CENTRES - c) / AGE_SPREAD) ** 2) / 2) for c in CENTRES])
    return soft / soft.sum(1, keepdim=True)


def bin_weights(age):
    counts = torch.bincount(age, minlength=len(AGE_CENTRES)).float()
    weights = (len(age) / counts).sqrt()
    return weights / weights[age].mean()


def average(averaged, net):
    with torch.no_grad():
        for key, value in net.state_dict().items():
            if value.is_floating_point():
                averaged[key].mul_(EMA).add_(value, alpha=1 - EMA)
            else:
                averaged[key] = value.clone()


def disturbed(pictures):
    """Turned, scaled, shifted, mirrored; sometimes blurred; darker or lighter, off-colour, noisy. Normalised."""
    count = len(pictures)
    angle = torch.randn(count) * 0.14
    scale = torch.empty(count).uniform_(0.72, 1.02)
    mirror = (torch.rand(count) < 0.5).float() * 2 - 1
    cos, sin = torch.cos(angle) * scale, torch.sin(angle) * scale
    affine = torch.zeros(count, 2, 3)
    affine[:, 0, 0], affine[:, 0, 1] = cos * mirror, -sin
    affine[:, 1, 0], affine[:, 1, 1] = sin * mirror, cos
    affine[:, :, 2] = torch.randn(count, 2) * 0.05
    grid = functional.affine_grid(affine, (count, 3, SIDE, SIDE), align_corners=False)
    x = functional.grid_sample(pictures, grid, mode="bilinear", padding_mode="border", align_corners=False)
    blurred = torch.rand(count) < 0.3
    if blurred.any():
        side = int(np.random.choice([24, 32, 40, 56]))
        small = functional.interpolate(x[blurred], size=(side, side), mode="area")
        x[blurred] = functional.interpolate(small, size=(SIDE, SIDE), mode="bilinear", align_corners=False)
    brightness = torch.empty(count, 1, 1, 1).uniform_(0.6, 1.35)
    tint = torch.empty(count, 3, 1, 1).uniform_(0.9, 1.1)
    contrast = torch.empty(count, 1, 1, 1).uniform_(0.7, 1.25)
    noise = torch.randn_like(x) * torch.empty(count, 1, 1, 1).uniform_(0, 6.0)
    mean = x.mean((1, 2, 3), keepdim=True)
    return normalised(((x - mean) * contrast + mean) * brightness * tint + noise)


def normalised(pictures):
    return (pictures.clamp(0, 255) - 127) / 128


def evaluate(weights, val):
    pictures, age, female = val
    net = AgeGender()
    net.load_state_dict(weights)
    net.eval()
    ages, females = [], []
    with torch.no_grad():
        for start in range(0, len(pictures), 128):
            middle = pictures[start : start + 128, :, 4:124, 4:124].float()
            x = normalised(functional.interpolate(middle, size=(SIDE, SIDE), mode="bilinear", align_corners=False))
            a, g = net(x)
            ages.append(a.softmax(1))
            females.append(g.sigmoid())
    ages, females = torch.cat(ages), torch.cat(females)
    right = (females > 0.5) == (female > 0)
    return {
        "age_mae": float(((ages * CENTRES).sum(1) - CENTRES[age]).abs().mean()),
        "gender": float(right.float().mean()),
        "gender_20": float(right[age >= 3].float().mean()),
        "bin": float((ages.argmax(1) == age).float().mean()),
        "one_off": float(((ages.argmax(1) - age).abs() <= 1).float().mean()),
    }


if __name__ == "__main__":
    main()
