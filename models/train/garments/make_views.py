#!/usr/bin/env python3
"""Random views of the training photographs, and the encoder's early maps of them, which training does not change.

Writes into --out, for `labelled` and `taught` photographs each: `f4` [n, 24, 64, 48] and `f8` [n, 40, 32, 24] (float16),
`tags` [n, 64, 48]. A net's step then costs a third. The last 100 photographs with pixel labels are left out.
"""

import argparse
import random
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
import torch

from nets import session
from parser_net import HEIGHT, WIDTH, Parser
from recover import start_from
from views import view

LABELLED, TEST = 1004, 100
BATCH = 8


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="what prepare_ccp.py and label_photos.py wrote")
    parser.add_argument("--start", type=Path, required=True, help="the parser that training goes on from (int8 ONNX)")
    parser.add_argument("--backdrops", type=Path, required=True, help="folder of pictures without people, two levels deep")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--labelled", type=int, default=3, help="views per photograph with pixel labels")
    parser.add_argument("--taught", type=int, default=1, help="views per photograph labelled by a net")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    photos = {h: [np.load(options.data / f"{what}_{h}.npy", mmap_mode="c") for what in ("pictures", "tags")] for h in (352, 528)}
    for height, (_, tags) in photos.items():
        for index, taught in enumerate(np.load(options.data / "taught_352.npy"), start=LABELLED):
            tags[index] = cv2.resize(taught, (tags.shape[2], height), interpolation=cv2.INTER_NEAREST)
    backdrops = [small(cv2.imread(str(f))) for f in sorted(options.backdrops.glob("*/*.jpg"))[::8]]
    early = early_maps(options.start)
    options.out.mkdir(parents=True, exist_ok=True)
    total = len(photos[352][0])
    for seed, (name, indices) in enumerate((("labelled", list(range(LABELLED - TEST)) * options.labelled),
                                            ("taught", list(range(LABELLED, total)) * options.taught)), start=options.seed):
        random.seed(seed)
        np.random.seed(seed)
        write(options.out, name, photos, indices, backdrops, early)


def small(picture):
    return cv2.cvtColor(cv2.resize(picture, (160, 160), interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2RGB)


def early_maps(start):
    class Early(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = start_from(Parser(), start).encoder.eval()

        def forward(self, pictures):
            return self.encoder.early(pictures)

    with TemporaryDirectory() as scratch:
        path = Path(scratch) / "early.onnx"
        torch.onnx.export(Early(), torch.zeros(1, 3, HEIGHT, WIDTH), str(path), opset_version=13, dynamo=False,
                          input_names=["x"], output_names=["f4", "f8"], dynamic_axes={k: {0: "n"} for k in ("x", "f4", "f8")})
        return session(path)


def write(out, name, photos, indices, backdrops, early):
    count = len(indices)
    f4 = np.lib.format.open_memmap(out / f"{name}_f4.npy", "w+", np.float16, (count, 24, HEIGHT // 4, WIDTH // 4))
    f8 = np.lib.format.open_memmap(out / f"{name}_f8.npy", "w+", np.float16, (count, 40, HEIGHT // 8, WIDTH // 8))
    tags = np.lib.format.open_memmap(out / f"{name}_tags.npy", "w+", np.uint8, (count, HEIGHT // 4, WIDTH // 4))
    for at in range(0, count, BATCH):
        views = [view(photos, index, backdrops) for index in indices[at : at + BATCH]]
        f4[at : at + BATCH], f8[at : at + BATCH] = early.run(None, {"x": np.stack([x for x, _ in views])})
        tags[at : at + BATCH] = [t for _, t in views]


if __name__ == "__main__":
    main()
