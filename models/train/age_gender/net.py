"""The age and gender net: EfficientNet-Lite0 with nine age logits and one gender logit."""

import sys
from pathlib import Path

import torch.nn as nn

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from backbone import backbone, pooled_features  # noqa: E402

AGE_CENTRES = [1.0, 6.0, 14.5, 24.5, 34.5, 44.5, 54.5, 64.5, 75.0]
SIDE = 112


class AgeGender(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = backbone()
        self.drop = nn.Dropout(0.2)
        self.head = nn.Linear(1280, len(AGE_CENTRES) + 1)
        nn.init.normal_(self.head.weight, std=0.01)
        nn.init.zeros_(self.head.bias)

    def forward(self, pictures):
        out = self.head(self.drop(pooled_features(self.encoder, pictures)))
        return out[:, :-1], out[:, -1]


class AgeGenderProbabilities(nn.Module):
    """What is exported."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, pictures):
        age, female = self.net(pictures)
        return age.softmax(1), female.sigmoid()
