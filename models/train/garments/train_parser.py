#!/usr/bin/env python3
"""Trains the garment parser and the head for worn garments, all of it in one run.

It goes on from an earlier parser (int8 ONNX), on the views that `make_views.py` made: of photographs with pixel labels and,
six of every 16, of those that `label_photos.py` labelled. The encoder's early half stays as it is.
What is kept is the moving average of the weights at the end of the run, no best step.
"""

import argparse
import copy
import math
import time
from pathlib import Path

import numpy as np
import torch

import losses
from ccp import class_table, worn_table
from parser_net import Parser
from recover import start_from

BATCH = 16
AVERAGE = 0.99
# Photographs of a batch whose labels come from a net.
TAUGHT = 6


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="what prepare_ccp.py wrote")
    parser.add_argument("--start", type=Path, required=True, help="the parser that make_views.py was given")
    parser.add_argument("--views", type=Path, required=True, help="what make_views.py wrote")
    parser.add_argument("--out", type=Path, required=True, help="weights (.pt)")
    parser.add_argument("--steps", type=int, default=339)
    parser.add_argument("--minutes", type=float, default=1e9, help="where this is up sooner, the schedule follows the clock")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    np.random.seed(options.seed)
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    names = list(np.load(options.data / "names.npy"))
    net = fit(Views(options.views, "labelled"), Views(options.views, "taught"), class_table(names), worn_table(names), options)
    torch.save(net.state_dict(), options.out)


def fit(labelled, taught, class_of, worn_of, options):
    net = start_from(Parser(), options.start).to(memory_format=torch.channels_last)
    fresh = [p for name, p in net.named_parameters() if ".kind" in name or name.startswith("worn.")]
    decoder = [p for name, p in net.named_parameters() if name.startswith("decoder.") and ".kind" not in name]
    encoder = [p for p in net.encoder.parameters() if p.requires_grad]
    groups = [(encoder, 3e-4), (decoder, 1e-3), (fresh, 2e-3)]
    optimiser = torch.optim.AdamW([{"params": p, "peak": lr} for p, lr in groups], weight_decay=1e-3)
    average = copy.deepcopy(net).eval().requires_grad_(False)
    step, done, mean, started = 0, 0.0, 0.0, time.monotonic()
    while done < 1:
        pairs = zip(labelled.draw(BATCH - TAUGHT), taught.draw(TAUGHT))
        f4, f8, tags = (np.concatenate(pair) for pair in pairs)
        loss = losses.total(net, as_tensor(f4), as_tensor(f8), tags, class_of, worn_of)
        for group in optimiser.param_groups:
            group["lr"] = group["peak"] * rate(done)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        follow(average, net, min(AVERAGE, (step + 1) / (step + 10)))
        mean += (float(loss.detach()) - mean) / min(step + 1, 50)
        if step % 50 == 0:
            print(f"step {step} done {done:.3f} loss {mean:.3f} cpu {time.process_time():.0f} s", flush=True)
            torch.save(average.state_dict(), options.out)
        step += 1
        done = max(step / options.steps, (time.monotonic() - started) / 60 / options.minutes)
    print(f"{step} steps, loss {mean:.3f}, cpu {time.process_time():.0f} s")
    return average


def rate(done):
    """Share of the peak rate: up in the first tenth, then down along a cosine."""
    return 0.04 + 0.96 * done / 0.1 if done < 0.1 else (1 + math.cos(math.pi * (done - 0.1) / 0.9)) / 2


class Views:
    """Views in random order, each once before any comes again."""

    def __init__(self, folder, name):
        self.arrays = [np.load(folder / f"{name}_{what}.npy", mmap_mode="r") for what in ("f4", "f8", "tags")]
        self.left = np.zeros(0, int)

    def draw(self, count):
        if len(self.left) < count:
            self.left = np.random.permutation(len(self.arrays[0]))
        chosen, self.left = np.sort(self.left[:count]), self.left[count:]
        return [array[chosen] for array in self.arrays]


def as_tensor(maps):
    return torch.from_numpy(maps.astype(np.float32)).contiguous(memory_format=torch.channels_last)


@torch.no_grad()
def follow(average, net, keep):
    for old, new in zip(average.state_dict().values(), net.state_dict().values()):
        if old.dtype.is_floating_point:
            old.lerp_(new, 1 - keep)
        else:
            old.copy_(new)


if __name__ == "__main__":
    main()
