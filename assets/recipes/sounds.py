"""Synthesises the interface sounds: sounds/*.wav, mono, 48 kHz, 16 bit.

    python sounds.py

Struck-wood and felt-mallet tones: a few decaying partials, a soft attack, a short room. No samples are used.
"""
import wave
from pathlib import Path

import numpy as np

RATE = 48_000
TARGET = Path(__file__).resolve().parents[1] / "sounds"
LONGEST_SECS = 0.62
PEAK = 0.5  # -6 dBFS, so that two cues at once do not clip

# Notes in Hz, equal temperament, A4 = 440.
G3, C4, D4, E4, G4, A4, B4, C5, D5, E5, G5, A5 = (440 * 2 ** (n / 12) for n in (-14, -9, -7, -5, -2, 0, 2, 3, 5, 7, 10, 12))


def mallet(pitch: float, secs: float, warmth: float = 1.0, attack_secs: float = 0.006) -> np.ndarray:
    """A marimba-like tone: fundamental, double octave and a trace of the tenth partial, each decaying at its own pace."""
    t = np.arange(int(secs * RATE)) / RATE
    tone = np.zeros_like(t)
    for ratio, level, decay in ((1, 1.0, 3.2), (2.0, 0.10 / warmth, 6.0), (3.98, 0.16 / warmth, 13.0), (9.8, 0.025 / warmth, 40.0)):
        tone += level * np.sin(2 * np.pi * pitch * ratio * t) * np.exp(-t * decay * (pitch / 440) ** 0.35 / secs * 1.9)
    attack = np.clip(t / attack_secs, 0, 1)
    release = np.clip((secs - t) / (0.35 * secs), 0, 1)
    return tone * np.sin(attack * np.pi / 2) ** 2 * np.sin(release * np.pi / 2) ** 2


def sequence(*notes: tuple[float, np.ndarray], tail_secs: float = 0.0) -> np.ndarray:
    """Tones laid over each other, each at its time in seconds."""
    length = max(int(at * RATE) + len(tone) for at, tone in notes) + int(tail_secs * RATE)
    out = np.zeros(length)
    for at, tone in notes:
        start = int(at * RATE)
        out[start : start + len(tone)] += tone
    return out


def room(dry: np.ndarray, secs: float = 0.16, wet: float = 0.14, seed: int = 7) -> np.ndarray:
    """A small warm room: decaying noise without treble."""
    rng = np.random.default_rng(seed)
    t = np.arange(int(secs * RATE)) / RATE
    impulse = rng.standard_normal(len(t)) * np.exp(-t * 6.9 / secs)
    kernel = np.hanning(25)
    impulse = np.convolve(impulse, kernel / kernel.sum(), "same")
    impulse /= np.sqrt((impulse**2).sum())
    out = np.convolve(dry, impulse) * wet
    out[: len(dry)] += dry
    return out


def breath(secs: float, seed: int = 3) -> np.ndarray:
    """A swell of soft air under the first sound, the step of someone who comes near."""
    rng = np.random.default_rng(seed)
    air = np.convolve(rng.standard_normal(int(secs * RATE)), np.hanning(181) / 90, "same")
    return 0.05 * air * np.sin(np.linspace(0, np.pi, len(air))) ** 2


CUES = {
    "noticed": lambda: sequence((0.0, 0.7 * mallet(G4, 0.36, 1.6, 0.012)), (0.10, mallet(D5, 0.42, 1.6, 0.012)), (0.0, breath(0.4))),
    "tap": lambda: sequence((0.0, mallet(E5, 0.09, 1.2, 0.003))),
    "engage": lambda: sequence((0.0, 0.8 * mallet(C5, 0.30)), (0.085, 0.9 * mallet(E5, 0.30)), (0.17, mallet(G5, 0.36))),
    "wear": lambda: sequence((0.0, 0.7 * mallet(A4, 0.26, 1.4)), (0.06, mallet(E5, 0.34, 1.4)), (0.0, 1.6 * breath(0.22, 5))),
    "warn": lambda: sequence((0.0, mallet(B4, 0.24, 2.0, 0.014)), (0.20, 0.85 * mallet(G4, 0.34, 2.0, 0.014))),
    "farewell": lambda: sequence((0.0, 0.9 * mallet(G5, 0.28, 1.5)), (0.11, 0.9 * mallet(E5, 0.28, 1.5)), (0.22, mallet(C5, 0.38, 1.6)), (0.22, 0.5 * mallet(C4, 0.38, 2.0, 0.015))),
}


def main() -> None:
    TARGET.mkdir(exist_ok=True)
    for name, make in CUES.items():
        sound = room(make())
        sound = sound[: int(LONGEST_SECS * RATE)]
        fade = len(sound) // 4
        sound[-fade:] *= np.cos(np.linspace(0, np.pi / 2, fade)) ** 2
        sound[0] = 0
        samples = (sound / np.abs(sound).max() * PEAK * (0.7 if name == "tap" else 1.0) * 32767).astype("<i2")
        path = TARGET / f"{name}.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(samples.tobytes())
        print(f"{path.name:14} {len(samples) / RATE:.2f} s {path.stat().st_size / 1000:.0f} kB, starts {samples[0]}, ends {samples[-1]}, largest step {np.abs(np.diff(samples.astype(int))).max()}")


if __name__ == "__main__":
    main()
