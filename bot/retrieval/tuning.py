"""Tuning: training an adapter of the packaged encoder on lines that belong to owners and assert premises.

All layers, or only the upper ones, learn low-rank updates; what stays as it is is computed once. Two losses are summed: the
cross-entropy of a line's own owner among all owners by scaled cosines (Wang et al. 2018, arXiv 1801.05599, without margin), and
the binary cross-entropy of every premise.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import faiss
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from bot.retrieval.adapter import Adapter
from bot.retrieval.encoder import packaged_weights, plain_text, verified
from bot.retrieval.lines import Line, digest

Progress = Callable[[str, int, int], None]
STEP = "adapter"
CENTRES = 4
# What an update counts, as is usual with LoRA: twice its product.
ALPHA = 2.0


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train; the defaults were chosen on the development splits of the gold speeches."""

    first: int = 0
    rank: int = 16
    passes: int = 3
    batch: int = 64
    rate: float = 1e-3
    warm_up: float = 0.06
    scale: float = 20.0
    smoothing: float = 0.05
    dropout: float = 0.1
    asserted_weight: float = 5.0
    most_tokens: int = 96
    seed: int = 0


BEST = Recipe()


class _Updated(nn.Module):
    """A frozen linear layer plus its low-rank update."""

    def __init__(self, layer: nn.Linear, rank: int) -> None:
        super().__init__()
        self.layer = layer
        self.down = nn.Parameter(torch.randn(rank, layer.in_features) / math.sqrt(layer.in_features))
        self.up = nn.Parameter(torch.zeros(layer.out_features, rank))

    def forward(self, inputs: Tensor) -> Tensor:
        return self.layer(inputs) + ALPHA * (inputs @ self.down.T @ self.up.T)  # type: ignore[no-any-return]


class _Learner(nn.Module):
    """The encoder with its updates and heads."""

    def __init__(self, recipe: Recipe, owners: int, premises: int) -> None:
        from transformers import BertModel
        from transformers.utils import logging

        super().__init__()
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        self.bert: Any = BertModel.from_pretrained(packaged_weights(), hidden_dropout_prob=recipe.dropout)
        self.bert.requires_grad_(False)
        self.first = recipe.first
        layers: Any = self.bert.encoder.layer[recipe.first :]
        for layer in layers:
            for part in ("query", "key", "value"):
                setattr(layer.attention.self, part, _Updated(getattr(layer.attention.self, part), recipe.rank))
            for holder in (layer.attention.output, layer.intermediate, layer.output):
                holder.dense = _Updated(holder.dense, recipe.rank)
        width = self.bert.config.hidden_size
        self.proxies = nn.Parameter(torch.zeros(owners, width))
        self.places = nn.Parameter(torch.randn(premises, width) * 0.02)
        self.readings = nn.Parameter(torch.randn(premises, width) * 0.02)
        self.bias = nn.Parameter(torch.full((premises,), -3.0))

    @torch.no_grad()
    def lower(self, ids: Tensor, mask: Tensor) -> Tensor:
        """The hidden states of the layers that stay as they are."""
        self.bert.eval()
        return self._through(self.bert.embeddings(input_ids=ids), mask, 0, self.first)

    def forward(self, hidden: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Unit vectors (n, d) and the premises' logits (n, premises) from the hidden states of `lower`."""
        hidden = self._through(hidden, mask, self.first, len(self.bert.encoder.layer))
        there = mask[:, :, None].to(hidden.dtype)
        vectors = functional.normalize((hidden * there).sum(1) / there.sum(1), dim=1)
        places = (hidden @ self.places.T).masked_fill(mask[:, :, None] == 0, -1e4).softmax(1)
        read = torch.einsum("btp,btd->bpd", places, hidden)
        return vectors, (read * self.readings).sum(-1) + self.bias

    def _through(self, hidden: Tensor, mask: Tensor, first: int, past: int) -> Tensor:
        hides = (1.0 - mask[:, None, None, :].to(hidden.dtype)) * -1e4
        for layer in self.bert.encoder.layer[first:past]:
            given = layer(hidden, hides)
            hidden = given[0] if isinstance(given, tuple) else given
        return hidden


def train(lines: Sequence[Line], threads: int = 2, recipe: Recipe = BEST, progress: Progress | None = None) -> Adapter:
    """An adapter that learnt `lines`, by `threads` of torch; takes minutes. The same lines give the same on the same machine."""
    verified(packaged_weights())
    torch.set_num_threads(threads)
    torch.manual_seed(recipe.seed)
    step = progress or (lambda _name, _done, _total: None)
    owners = sorted({line.owner for line in lines if line.owner is not None})
    premises = sorted({key for line in lines for key in line.premises})
    learner = _Learner(recipe, len(owners), len(premises))
    batches = list(_batches(lines, owners, premises, recipe))
    total = len(batches) * (recipe.passes + 1)
    hidden = []
    for done, batch in enumerate(batches):
        hidden.append(learner.lower(batch.ids, batch.mask))
        step(STEP, done, total)
    _start_at_means(learner, batches, hidden)
    _learn(learner, batches, hidden, recipe, lambda done: step(STEP, len(batches) + done, total))
    return replace(_adapter(learner, batches, hidden, owners, premises), learnt=digest(lines))


@dataclass(frozen=True, slots=True)
class _Batch:
    ids: Tensor
    mask: Tensor
    owners: Tensor
    asserted: Tensor


def _batches(lines: Sequence[Line], owners: Sequence[str], premises: Sequence[str], recipe: Recipe) -> Iterator[_Batch]:
    """The lines in batches of about one length."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(packaged_weights())
    encoded = [tokenizer(plain_text(line.text), truncation=True, max_length=recipe.most_tokens)["input_ids"] for line in lines]
    number = {owner: i for i, owner in enumerate(owners)}
    order = sorted(range(len(lines)), key=lambda i: len(encoded[i]))
    for start in range(0, len(order), recipe.batch):
        rows = order[start : start + recipe.batch]
        ids = nn.utils.rnn.pad_sequence([torch.tensor(encoded[i]) for i in rows], batch_first=True)
        lengths = torch.tensor([len(encoded[i]) for i in rows])
        mask = (torch.arange(ids.shape[1])[None, :] < lengths[:, None]).long()
        asserted = torch.tensor([[float(key in lines[i].premises) for key in premises] for i in rows])
        yield _Batch(ids, mask, torch.tensor([number.get(lines[i].owner or "", -1) for i in rows]), asserted)


@torch.no_grad()
def _start_at_means(learner: _Learner, batches: Sequence[_Batch], hidden: Sequence[Tensor]) -> None:
    """Let every owner's proxy start as the mean of its lines."""
    learner.eval()
    for batch, states in zip(batches, hidden, strict=True):
        vectors, _ = learner(states, batch.mask)
        owned = batch.owners >= 0
        learner.proxies.index_add_(0, batch.owners[owned], vectors[owned])
    learner.proxies.copy_(functional.normalize(learner.proxies, dim=1))


def _learn(
    learner: _Learner, batches: Sequence[_Batch], hidden: Sequence[Tensor], recipe: Recipe, step: Callable[[int], None]
) -> None:
    steps = recipe.passes * len(batches)
    learnt = [parameter for parameter in learner.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(learnt, lr=recipe.rate, weight_decay=0.01)
    plan = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda now: min(1.0, now / (recipe.warm_up * steps)) * max(0.0, 1.0 - now / steps)
    )
    shuffled = random.Random(recipe.seed)
    learner.train()
    for done in range(steps):
        if done % len(batches) == 0:
            order = shuffled.sample(range(len(batches)), len(batches))
        at = order[done % len(batches)]
        optimizer.zero_grad()
        loss = _loss(learner, batches[at], hidden[at], recipe)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(learnt, 1.0)
        optimizer.step()
        plan.step()
        step(done + 1)


def _loss(learner: _Learner, batch: _Batch, hidden: Tensor, recipe: Recipe) -> Tensor:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        vectors, logits = learner(hidden, batch.mask)
    vectors, logits = vectors.float(), logits.float()
    owned = batch.owners >= 0
    cosines = vectors[owned] @ functional.normalize(learner.proxies, dim=1).T
    own = functional.cross_entropy(recipe.scale * cosines, batch.owners[owned], label_smoothing=recipe.smoothing, reduction="sum")
    weights = 1.0 + (recipe.asserted_weight - 1.0) * batch.asserted
    each = functional.binary_cross_entropy_with_logits(logits, batch.asserted, weights, reduction="none")
    return own / max(1, int(owned.sum())) + each.sum(1).mean()


@torch.no_grad()
def _adapter(
    learner: _Learner, batches: Sequence[_Batch], hidden: Sequence[Tensor], owners: Sequence[str], premises: Sequence[str]
) -> Adapter:
    learner.eval()
    down, up = {}, {}
    for name, module in learner.bert.named_modules():
        if isinstance(module, _Updated):
            down[f"{name}.weight"], up[f"{name}.weight"] = _array(module.down), _array(ALPHA * module.up)
    vectors = torch.cat([learner(states, batch.mask)[0] for batch, states in zip(batches, hidden, strict=True)])
    rows = torch.cat([batch.owners for batch in batches])
    centres = np.stack([_centres(_array(vectors[rows == i])) for i in range(len(owners))])
    return Adapter(
        down=down,
        up=up,
        owners=tuple(owners),
        proxies=_array(functional.normalize(learner.proxies, dim=1)),
        centres=centres,
        premises=tuple(premises),
        places=_array(learner.places),
        readings=_array(learner.readings),
        bias=_array(learner.bias),
    )


def _array(values: Tensor) -> NDArray[np.float32]:
    return values.detach().numpy().astype(np.float32)


def _centres(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The unit middles, (CENTRES, d), of groups of unit vectors by spherical k-means; the mean of all where there are few."""
    if len(vectors) < 4 * CENTRES:
        mean = vectors.mean(axis=0)
        return np.repeat((mean / np.linalg.norm(mean))[None], CENTRES, axis=0)
    means = faiss.Kmeans(vectors.shape[1], CENTRES, niter=15, spherical=True, min_points_per_centroid=1, seed=1)
    means.train(vectors)
    return np.asarray(means.centroids, dtype=np.float32)
