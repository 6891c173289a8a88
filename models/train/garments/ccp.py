"""What Clothing Co-Parsing's 59 tags mean to us.

A tag map is a picture of bytes: 0..58 CCP's own tag, `CLASS_ONLY` + class where only our class is known, 255 nothing known.
"""

from pathlib import Path

import numpy as np
import scipy.io

CLASSES = ["background", "hair", "skin", "upper", "outer", "legs", "skirt", "dress", "shoes", "accessories"]
UPPER, OUTER, LEGS, SKIRT, DRESS, SHOES, ACCESSORIES = range(3, 10)
CLOTHING, TORSO, LOWER = [UPPER, OUTER, LEGS, SKIRT, DRESS, SHOES], [UPPER, OUTER, DRESS], [LEGS, SKIRT]
WORN = ["dress", "hat", "longsleeve", "outwear", "pants", "shirt", "shoes", "shorts", "skirt", "t-shirt"]
NO_LABEL, CLASS_ONLY = 255, 64

TAGS_OF_CLASS = {
    "hair": ["hair"],
    "skin": ["skin"],
    "upper": ["blouse", "cardigan", "hoodie", "jumper", "shirt", "sweater", "sweatshirt", "t-shirt", "top", "vest",
              "bodysuit", "bra", "intimate"],
    "outer": ["blazer", "cape", "coat", "jacket", "suit"],
    "legs": ["jeans", "leggings", "pants", "shorts", "tights", "stockings", "panties"],
    "skirt": ["skirt"],
    "dress": ["dress", "romper", "swimwear"],
    "shoes": ["boots", "clogs", "flats", "heels", "loafers", "pumps", "sandals", "shoes", "sneakers", "wedges", "socks"],
    "accessories": ["accessories", "bag", "belt", "bracelet", "earrings", "glasses", "gloves", "hat", "necklace", "purse",
                    "ring", "scarf", "sunglasses", "tie", "wallet", "watch"],
}
TAGS_OF_WORN = {
    "dress": ["dress", "romper"],
    "hat": ["hat"],
    "longsleeve": ["cardigan", "hoodie", "sweater", "sweatshirt", "jumper"],
    "outwear": ["blazer", "coat", "jacket", "cape"],
    "pants": ["jeans", "pants", "leggings"],
    "shirt": ["shirt", "blouse"],
    "shoes": ["shoes", "sneakers", "heels", "boots", "flats", "pumps", "loafers"],
    "shorts": ["shorts"],
    "skirt": ["skirt"],
    "t-shirt": ["t-shirt", "top"],
}


def tag_names(ccp: Path):
    return [str(entry[0]) for entry in scipy.io.loadmat(ccp / "label_list.mat")["label_list"][0]]


def class_table(names):
    """Tag map value to class, 255 = nothing known. Tags of no class are background."""
    table = np.full(256, NO_LABEL, np.uint8)
    table[: len(names)] = 0
    fill(table, names, CLASSES, TAGS_OF_CLASS)
    table[CLASS_ONLY : CLASS_ONLY + len(CLASSES)] = np.arange(len(CLASSES))
    return table


def worn_table(names):
    """Tag map value to worn class, 255 = none of the ten."""
    table = np.full(256, NO_LABEL, np.uint8)
    fill(table, names, WORN, TAGS_OF_WORN)
    return table


def fill(table, names, order, groups):
    for group, tags in groups.items():
        for tag in tags:
            table[names.index(tag)] = order.index(group)
