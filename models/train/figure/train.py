"""Trains the figure net on rendered silhouettes and reports it on bodies it never saw.

    python train.py --set DIR --out figure.bin [--report report.json]

Bodies are split by number: of every ten, seven train, one tunes the temperature and the limits, two test.
Outputs: log(shoulder/hip), log(waist/hip), logits of the five classes, logit of "can be measured" (no coat, not turned).
"""
import argparse
import json
from pathlib import Path

import numpy as np
import torch
from torch import nn

from classes import CLASSES, classify
from features import COUNT, features, mirrored
from silhouettes import ASPECT, LEVELS

SEED = 5
HIDDEN = (64, 32)
EPOCHS = 120
BATCH = 256
COAT = LEVELS.index("coat")
# What the limits must reach on the tuning bodies.
MIN_RIGHT = 0.90
MIN_PASSED = 0.97


def load(folder: Path) -> dict:
    parts = sorted(p.stem.split("-")[1] for p in folder.glob("mask-*.npy"))
    names = ["points", "body", "ratios", "level", "turned", "yaw", "height_m", "distance_m"]
    data = {name: np.concatenate([np.load(folder / f"{name}-{part}.npy") for part in parts]) for name in names}
    rows = []
    for part in parts:
        cached = folder / f"features-{part}.npy"
        if not cached.exists():
            masks, points = np.load(folder / f"mask-{part}.npy", mmap_mode="r"), np.load(folder / f"points-{part}.npy")
            found = [features(mask / np.float32(255), p, ASPECT) for mask, p in zip(masks, points)]
            np.save(cached, np.array([np.full(COUNT, np.nan, np.float32) if f is None else f for f in found]))
        rows.append(np.load(cached))
    data["x"] = np.concatenate(rows)
    data["class"] = classify(data["ratios"][:, 0], data["ratios"][:, 1])
    data["usable"] = (data["level"] != COAT) & ~data["turned"]
    keep = np.isfinite(data["x"]).all(1)
    return {name: values[keep] for name, values in data.items()}


class Net(nn.Module):
    def __init__(self, mean, deviation):
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean))
        self.register_buffer("deviation", torch.tensor(deviation))
        sizes = (COUNT, *HIDDEN, 2 + len(CLASSES) + 1)
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))

    def forward(self, x):
        x = (x - self.mean) / self.deviation
        for layer in self.layers[:-1]:
            x = torch.relu(layer(x))
        return self.layers[-1](x)


def fit(data: dict, train: np.ndarray) -> Net:
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    x = data["x"][train]
    net = Net(x.mean(0), np.maximum(x.std(0), 1e-2).astype(np.float32))
    both = np.concatenate([x, mirrored(x)])
    double = lambda v: torch.tensor(np.concatenate([v[train]] * 2))
    x, ratios, classes = torch.tensor(both), double(np.log(data["ratios"]).astype(np.float32)), double(data["class"])
    usable, loose = double(data["usable"].astype(np.float32)), double(data["level"])
    weight = usable * torch.where(loose == LEVELS.index("loose"), 0.6, 1.0)
    optimiser = torch.optim.AdamW(net.parameters(), 3e-3, weight_decay=2e-2)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, EPOCHS)
    for _ in range(EPOCHS):
        net.train()
        for index in np.array_split(rng.permutation(len(x)), len(x) // BATCH):
            noise = torch.tensor(rng.normal(0, 0.004, (len(index), COUNT)).astype(np.float32))
            out = net(x[index] + noise)
            w = weight[index]
            regress = nn.functional.smooth_l1_loss(out[:, :2] * 20, ratios[index] * 20, reduction="none").mean(1)
            sort = nn.functional.cross_entropy(out[:, 2:7], classes[index], reduction="none", label_smoothing=0.02)
            loss = ((regress + sort) * w).sum() / w.sum() + 0.5 * nn.functional.binary_cross_entropy_with_logits(out[:, 7], usable[index])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        schedule.step()
    return net.eval()


def predict(net: Net, x: np.ndarray) -> np.ndarray:
    """Mean over the picture and its mirror image."""
    with torch.no_grad():
        return ((net(torch.tensor(x)) + net(torch.tensor(mirrored(x)))) / 2).numpy()


def softmax(logits: np.ndarray) -> np.ndarray:
    e = np.exp(logits - logits.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def temperature(logits: np.ndarray, truth: np.ndarray) -> float:
    loss = lambda t: -np.log(softmax(logits / t)[np.arange(len(truth)), truth] + 1e-9).mean()
    candidates = np.linspace(0.4, 3.0, 131)
    return float(candidates[np.argmin([loss(t) for t in candidates])])


def calibration_error(confidence: np.ndarray, right: np.ndarray, bins: int = 10) -> float:
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    return float(sum(abs(confidence[which == b].mean() - right[which == b].mean()) * (which == b).mean() for b in range(bins) if (which == b).any()))


def figures(out: np.ndarray, data: dict, pick: np.ndarray, limits: dict) -> dict:
    """How good the answers are for a group of pictures."""
    ratios, truth = np.exp(out[pick, :2]), data["ratios"][pick]
    error = np.abs(ratios / truth - 1) * 100
    p = softmax(out[pick, 2:7] / limits["temperature"])
    confidence, right = p.max(1), p.argmax(1) == data["class"][pick]
    measurable = 1 / (1 + np.exp(-out[pick, 7])) >= limits["measurable"]
    answered = measurable & (confidence >= limits["confidence"])
    mean = lambda values: float(values.mean()) if len(values) else None
    return {
        "pictures": int(pick.sum()),
        "bodies": int(len(np.unique(data["body"][pick]))),
        "shoulder_to_hip_error_percent": mean(error[:, 0]),
        "waist_to_hip_error_percent": mean(error[:, 1]),
        "shoulder_to_hip_p90_percent": float(np.percentile(error[:, 0], 90)),
        "waist_to_hip_p90_percent": float(np.percentile(error[:, 1], 90)),
        "class_right_all": mean(right),
        "measurable": mean(measurable),
        "answered": mean(answered),
        "class_right_answered": mean(right[answered]),
        "calibration_error": calibration_error(confidence, right),
    }


def curve(out: np.ndarray, data: dict, pick: np.ndarray, limits: dict) -> list:
    """Accuracy against share answered."""
    p = softmax(out[pick, 2:7] / limits["temperature"])
    confidence, right = p.max(1), p.argmax(1) == data["class"][pick]
    return [{"confidence": float(c), "answered": float((confidence >= c).mean()), "right": float(right[confidence >= c].mean())} for c in (0, 0.5, 0.6, 0.7, 0.8, 0.9) if (confidence >= c).any()]


def limits_of(out: np.ndarray, data: dict, tune: np.ndarray) -> dict:
    """From the tuning bodies in tight and regular clothes: confidence that means what it says; the least confidence at which
    MIN_RIGHT of the named classes are right; the limit that lets MIN_PASSED of these bodies through as measurable."""
    good = tune & data["usable"] & (data["level"] <= 1)
    heat = temperature(out[good, 2:7], data["class"][good])
    p = softmax(out[good, 2:7] / heat)
    confidence, right = p.max(1), p.argmax(1) == data["class"][good]
    enough = [c for c in np.arange(0.5, 0.95, 0.05) if right[confidence >= c].mean() >= MIN_RIGHT]
    measurable = np.quantile(1 / (1 + np.exp(-out[good, 7])), 1 - MIN_PASSED)
    return {"temperature": heat, "confidence": float(round(enough[0], 2)), "measurable": float(np.clip(np.floor(measurable * 100) / 100, 0.5, 0.95))}


def assess(out: np.ndarray, data: dict) -> tuple[dict, dict]:
    """Limits from the tuning bodies and figures from the test bodies."""
    train, tune, test = split(data)
    limits = limits_of(out, data, tune)
    level = lambda name: test & ~data["turned"] & (data["level"] == LEVELS.index(name))
    report = {name: figures(out, data, level(name), limits) for name in LEVELS}
    report["turned"] = figures(out, data, test & data["turned"], limits)
    report["limits"] = limits
    report["curve_tight"] = curve(out, data, level("tight"), limits)
    tight = level("tight")
    report["confusion_tight"] = [[int(((data["class"] == a) & (out[:, 2:7].argmax(1) == b) & tight).sum()) for b in range(5)] for a in range(5)]
    report["class_share"] = [float((data["class"][tight] == k).mean()) for k in range(5)]
    spread = lambda k: float(np.abs(data["ratios"][tight, k] / np.exp(np.log(data["ratios"][train, k]).mean()) - 1).mean() * 100)
    report["error_of_always_the_mean_percent"] = [spread(0), spread(1)]
    report["pictures"] = {"train": int(train.sum()), "tune": int(tune.sum()), "test": int(test.sum())}
    return limits, report


def split(data: dict) -> tuple:
    tenth = data["body"] % 10
    return tenth < 7, tenth == 7, tenth > 7


def write(net: Net, limits: dict, path: Path) -> None:
    """Little-endian: magic, limits (temperature, confidence, measurable), count of layers, mean, deviation; then every layer as
    inputs, outputs, weights by output, biases. Counts are u32, values f32."""
    f32 = lambda tensor: np.asarray(tensor.detach().numpy(), "<f4").tobytes()
    blob = b"CHEVALF1" + np.array([limits["temperature"], limits["confidence"], limits["measurable"]], "<f4").tobytes()
    blob += np.array([len(net.layers)], "<u4").tobytes() + f32(net.mean) + f32(net.deviation)
    for layer in net.layers:
        blob += np.array([layer.in_features, layer.out_features], "<u4").tobytes() + f32(layer.weight) + f32(layer.bias)
    path.write_bytes(blob)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--report", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    data = load(options.set)
    net = fit(data, split(data)[0])
    out = predict(net, data["x"])
    limits, report = assess(out, data)
    write(net, limits, options.out)
    text = json.dumps(report, indent=1)
    print(text)
    if options.report:
        options.report.write_text(text)


if __name__ == "__main__":
    main()
