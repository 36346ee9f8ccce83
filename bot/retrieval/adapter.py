"""The adapter: what training added to the packaged encoder so that it tells this brief's arguments apart.

Low-rank updates of some of its matrices (LoRA, Hu et al. 2022, arXiv 2106.09685), and two heads on its last layer. One gives
the meaning of a text among the brief's owners; the other reads for each false premise the tokens that speak of it (label-wise
attention, Mullenbach et al. 2018, arXiv 1802.05695) and says how surely the text asserts it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.errors import UserError
from bot.retrieval.encoder import PACKAGE_SHA256

FILE = "adapter.safetensors"
FORMAT = "1"
MEND = "take it from the release, or run `debatebot knowledge train`"
_HEADS = ("proxies", "centres", "places", "readings", "bias")
Arrays = Mapping[str, NDArray[np.float32]]


class AdapterError(UserError):
    """An adapter cannot be used."""


@dataclass(frozen=True, slots=True, eq=False)
class Adapter:
    """A trained adapter of the packaged encoder.

    `down` (rank, in) and `up` (out, rank) belong to the matrix of the same name, which becomes itself plus `up @ down`.
    `proxies` (owners, d) are unit vectors, one for each of `owners`; `centres` (owners, n, d) are more of them, the middles of n
    groups of the owner's lines. For premise i of `premises` the tokens are weighed by
    `places[i]` and read by `readings[i]`, both (d,), plus `bias[i]`. `learnt` identifies the lines it was trained on.
    `fingerprint` changes with its content.
    """

    down: Arrays
    up: Arrays
    owners: tuple[str, ...]
    proxies: NDArray[np.float32]
    centres: NDArray[np.float32]
    premises: tuple[str, ...]
    places: NDArray[np.float32]
    readings: NDArray[np.float32]
    bias: NDArray[np.float32]
    learnt: str = ""
    fingerprint: str = ""

    def likeness(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """How like each owner the texts with these unit vectors (n, d) are, (n, owners): between the proxy's cosine and the
        nearest centre's."""
        owners, groups, width = self.centres.shape
        nearest = (vectors @ self.centres.reshape(-1, width).T).reshape(len(vectors), owners, groups).max(axis=2)
        return np.asarray((vectors @ self.proxies.T + nearest) / 2, dtype=np.float32)

    def merged(self, weights: Arrays) -> dict[str, NDArray[np.float32]]:
        """The encoder's `weights` with the updates added; a matrix that is missing or of another shape is an `AdapterError`."""
        new = dict(weights)
        for name, down in self.down.items():
            change = self.up[name] @ down
            if name not in weights or weights[name].shape != change.shape:
                raise AdapterError(
                    f"the adapter belongs to another encoder: it changes `{name}`, run `debatebot knowledge train`"
                )
            new[name] = weights[name] + change
        return new


def read_adapter(file: Path) -> Adapter | None:
    """The adapter in `file`, None where there is none; one that is damaged or made for another encoder is an `AdapterError`."""
    from safetensors import SafetensorError, safe_open

    try:
        raw = file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise AdapterError(f"{file} cannot be read: {error.strerror}") from error
    try:
        with safe_open(file, framework="numpy") as opened:
            about = opened.metadata() or {}
            arrays = {name: opened.get_tensor(name).astype(np.float32) for name in opened.keys()}  # noqa: SIM118
        return _adapter(about, arrays, sha256(raw).hexdigest())
    except (SafetensorError, KeyError, ValueError) as error:
        raise AdapterError(
            f"{file} is no adapter or is damaged: take it from the release, or run `debatebot knowledge train`"
        ) from error


def _adapter(about: Mapping[str, str], arrays: Arrays, fingerprint: str) -> Adapter:
    if about["format"] != FORMAT or about["encoder"] != PACKAGE_SHA256:
        raise AdapterError(f"the adapter was made for another encoder or by another version: {MEND}")
    down = {name.removesuffix(".down"): value for name, value in arrays.items() if name.endswith(".down")}
    owners, premises = tuple(json.loads(about["owners"])), tuple(json.loads(about["premises"]))
    proxies, centres, places, readings, bias = (arrays[name] for name in _HEADS)
    if not len(proxies) == len(centres) == len(owners) or not len(places) == len(readings) == len(bias) == len(premises):
        raise ValueError("the heads do not fit their names")
    up = {name: arrays[f"{name}.up"] for name in down}
    return Adapter(down, up, owners, proxies, centres, premises, places, readings, bias, about["learnt"], fingerprint)


def write_adapter(file: Path, adapter: Adapter) -> None:
    """Put `adapter` into `file`, in half precision, whole or not at all."""
    from safetensors.numpy import save

    arrays = {f"{name}.down": value for name, value in adapter.down.items()}
    arrays |= {f"{name}.up": value for name, value in adapter.up.items()}
    arrays |= {name: getattr(adapter, name) for name in _HEADS}
    about = {
        "format": FORMAT,
        "encoder": PACKAGE_SHA256,
        "owners": json.dumps(adapter.owners),
        "premises": json.dumps(adapter.premises),
        "learnt": adapter.learnt,
    }
    halves = {name: np.ascontiguousarray(value, dtype=np.float16) for name, value in sorted(arrays.items())}
    beside = file.with_suffix(".new")
    beside.write_bytes(save(halves, about))
    beside.replace(file)
