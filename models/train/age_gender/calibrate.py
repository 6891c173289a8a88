#!/usr/bin/env python3
"""Makes the net's probabilities true: temperature for age (Guo et al. 2017), Platt scaling for minor, and for gender with a
slope that depends on how likely a minor it is (children's gender is harder to see). Fitted on FairFace's validation set. What is printed is cross-fitted: each half is judged with what was fitted on the other."""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as functional

from net import AgeGender, scaled_gender
from train import MINOR_BINS, load, predict


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True, help="what prepare.py wrote")
    parser.add_argument("--out", type=Path, required=True, help="calibration (.json)")
    options = parser.parse_args()
    torch.set_num_threads(1)
    pictures, age, female = load(options.data / "val")
    net = AgeGender().to(memory_format=torch.channels_last)
    net.load_state_dict(torch.load(options.weights))
    logits = predict(net, pictures)
    minor = (age < MINOR_BINS).float()
    halves = np.random.default_rng(1).permutation(len(age)) % 2
    for fitted_on in (0, 1):
        on, judged = torch.from_numpy(halves == fitted_on), torch.from_numpy(halves != fitted_on)
        found = fit([part[on] for part in logits], age[on], female[on], minor[on])
        report(found, [part[judged] for part in logits], age[judged], female[judged], minor[judged])
    found = fit(logits, age, female, minor)
    options.out.write_text(json.dumps(found, indent=2) + "\n")
    print(found)


def fit(logits, age, female, minor):
    by_bin, gender, minors = logits
    temperature = optimum(lambda p: functional.cross_entropy(by_bin / p[0].exp(), age), [0.0])
    minor_scale = platt(minors, minor)
    p_minor = (minors * minor_scale[0] + minor_scale[1]).sigmoid()
    female_scale = optimum(lambda p: bce(scaled_gender(gender, p_minor, p), female), [1.0, 0.0, 0.0])
    return {"age": float(np.exp(temperature[0])), "female": female_scale, "minor": minor_scale}


def bce(logit, label):
    return functional.binary_cross_entropy_with_logits(logit, label)


def platt(logit, label):
    return optimum(lambda p: bce(logit * p[0] + p[1], label), [1.0, 0.0])


def optimum(loss, start):
    parameters = torch.tensor(start, requires_grad=True)
    optimiser = torch.optim.LBFGS([parameters], max_iter=100)

    def step():
        optimiser.zero_grad()
        value = loss(parameters)
        value.backward()
        return value

    optimiser.step(step)
    return [float(p) for p in parameters.detach()]


def report(found, logits, age, female, minor):
    by_bin = (logits[0] / found["age"]).softmax(1)
    p_minor = (logits[2] * found["minor"][0] + found["minor"][1]).sigmoid()
    p_female = scaled_gender(logits[1], p_minor, found["female"]).sigmoid()
    print({
        "ece_gender": ece(torch.maximum(p_female, 1 - p_female), (p_female > 0.5) == (female > 0)),
        "ece_age": ece(by_bin.max(1).values, by_bin.argmax(1) == age),
        "ece_minor": ece(torch.maximum(p_minor, 1 - p_minor), (p_minor > 0.5) == (minor > 0)),
    })


def ece(confidence, right, bins=15):
    """Expected calibration error over equally wide bins of confidence."""
    which = (confidence * bins).long().clamp(max=bins - 1)
    total = 0.0
    for k in range(bins):
        inside = which == k
        if inside.any():
            total += float(inside.float().mean() * (confidence[inside].mean() - right[inside].float().mean()).abs())
    return round(total, 4)


if __name__ == "__main__":
    main()
