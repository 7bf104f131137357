"""The reader of printed signs at work: what glyphs that are not Arabic say."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import softmax

from rasm.nets.sign_net import SignNet
from rasm.nets.weights import load_network, read_card


@dataclass(frozen=True)
class SignReader:
    """A trained SignNet at its temperature."""

    network: SignNet
    temperature: float

    @classmethod
    def load(cls, folder: Path, baseline: str) -> "SignReader":
        """Read a folder of weights. Raises ValueError where it is of another baseline's features.

        `baseline` is the SHA-256 of that network's weights.
        """
        card = read_card(folder)
        if card["baseline"] != baseline:
            raise ValueError(f"{folder} was trained on another baseline: run `dvc repro`")
        return cls(load_network(folder, SignNet), float(card["temperature"]))

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """What the K signs say, without the first, which is none."""
        return self.network.texts[1:]

    def read(self, features: NDArray[np.float32], cues: NDArray[np.float32]) -> NDArray[np.float64]:
        """P (N, 1 + K) of features (N, F) and size cues (N, 4): none of the signs, and each."""
        with torch.inference_mode():
            logits = self.network(torch.from_numpy(features), torch.from_numpy(cues)).numpy()
        return np.asarray(softmax(logits.astype(np.float64) / self.temperature, axis=1))
