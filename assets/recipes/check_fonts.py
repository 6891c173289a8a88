"""Lists the characters of the kiosk's languages that a packaged font lacks."""
from pathlib import Path

from fontTools.ttLib import TTFont

FONTS = Path(__file__).resolve().parents[1] / "fonts"
NEEDED = {
    "Latin": "".join(map(chr, range(0x20, 0x7F))) + "".join(map(chr, range(0xC0, 0x100))),
    "Polish": "ĄĆĘŁŃÓŚŹŻąćęłńóśźż",
    "Ukrainian": "АБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЬЮЯабвгґдеєжзиіїйклмнопрстуфхцчшщьюя’ʼ",
    "Russian": "ЁЪЫЭёъыэ",
    "signs": "€₴№–—·×•…“”„«»°",
    "arrows": "↓→←",
    "drawn as icons": "♡♥✓",
}


def main() -> None:
    for path in sorted(FONTS.glob("*.ttf")):
        known = TTFont(path).getBestCmap()
        for name, text in NEEDED.items():
            missing = "".join(c for c in text if ord(c) not in known)
            print(f"{path.name:26} {name:15} {'missing ' + missing if missing else 'complete'}")


if __name__ == "__main__":
    main()
