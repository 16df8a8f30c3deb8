"""The training itself: in-batch contrastive learning of one table of vectors."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from matching.embedder.text import ngram_rows, words
from matching.embedder.training.config import TrainingConfig
from matching.embedder.training.sources import Corpus

Ints = NDArray[np.int64]
Progress = Callable[[str], None]
_M_TRIM_THRESHOLD, _M_MMAP_MAX = -1, -4


@dataclass(frozen=True, slots=True)
class Ragged:
    """Lists of numbers of unlike length, end to end."""

    flat: Ints
    start: Ints
    size: Ints

    @classmethod
    def of(cls, lists: list[list[int]]) -> Ragged:
        size = np.array([len(item) for item in lists], dtype=np.int64)
        flat = np.fromiter((number for item in lists for number in item), np.int64, int(size.sum()))
        return cls(flat, np.concatenate([[0], np.cumsum(size)[:-1]]).astype(np.int64), size)

    def take(self, which: Ints) -> tuple[Ints, Ints]:
        """The chosen lists end to end, and which of the choices each number belongs to."""
        size = self.size[which]
        owner = np.repeat(np.arange(len(which)), size)
        inside = np.arange(int(size.sum())) - np.repeat(np.cumsum(size) - size, size)
        return self.flat[np.repeat(self.start[which], size) + inside], owner


class Lexicon:
    """Every word of the corpora with its rows, every text with its words."""

    def __init__(self, corpora: list[Corpus], tokenizer: Tokenizer, config: TrainingConfig) -> None:
        number: dict[str, int] = {}
        self.texts = Ragged.of(
            [
                [number.setdefault(word, len(number)) for word in words(text)]
                for corpus in corpora
                for text in corpus.texts
            ]
        )
        names = list(number)
        pieces = [code.ids for code in tokenizer.encode_batch(names, add_special_tokens=False)]
        self.pieces = Ragged.of(pieces)
        self.ngrams = Ragged.of(
            [
                [
                    config.pieces + row
                    for row in ngram_rows(
                        word, shortest=config.shortest, longest=config.longest, buckets=config.buckets
                    )
                ]
                for word in names
            ]
        )


class Table(torch.nn.Module):
    """The vectors; a text is the sum of its words', a word the sum of its pieces and mean-like n-grams."""

    def __init__(self, lexicon: Lexicon, config: TrainingConfig, generator: np.random.Generator) -> None:
        super().__init__()
        self.lexicon = lexicon
        self.config = config
        self.random = generator
        rows = config.pieces + config.buckets
        start = generator.standard_normal((rows, config.dimensions), dtype=np.float32) * config.spread
        self.vectors = torch.nn.Parameter(torch.from_numpy(start))

    def forward(self, which: Ints) -> torch.Tensor:
        """Vectors of length one for the chosen texts, with this step's drop-out."""
        config, texts = self.config, self.lexicon.texts
        word, owner = texts.take(which)
        keep = self.random.random(len(word)) >= config.drop_words
        # A text of one or two words keeps them: with its only word dropped it would mean nothing.
        keep |= np.repeat(texts.size[which] <= 2, texts.size[which])
        word, owner = word[keep], owner[keep]
        unique, inverse = np.unique(word, return_inverse=True)
        meaning = self._words(unique)
        sums = torch.zeros(len(which), config.dimensions)
        sums = sums.index_add(0, torch.from_numpy(owner), meaning[torch.from_numpy(inverse)])
        return torch.nn.functional.normalize(sums, dim=1)

    def _words(self, unique: Ints) -> torch.Tensor:
        config = self.config
        luck = self.random.random(len(unique))
        pieces, piece_owner = self.lexicon.pieces.take(unique)
        ngrams, ngram_owner = self.lexicon.ngrams.take(unique)
        counts = np.maximum(self.lexicon.ngrams.size[unique], 1)
        share = (config.ngram_weight / np.sqrt(counts))[ngram_owner]
        without_ngrams = (luck > 1 - config.drop_pieces / 2)[ngram_owner]
        piece_weight = np.where((luck < config.drop_pieces)[piece_owner], 0.0, 1.0)
        ngram_weight = np.where(without_ngrams, 0.0, share)
        rows = np.concatenate([pieces, ngrams])
        owner = np.concatenate([piece_owner, ngram_owner])
        weight = np.concatenate([piece_weight, ngram_weight]).astype(np.float32)
        keep = (self.random.random(len(rows)) >= config.drop_rows) & (weight > 0)
        rows, owner, weight = rows[keep], owner[keep], weight[keep]
        order = np.argsort(owner, kind="stable")
        offsets = np.searchsorted(owner[order], np.arange(len(unique)))
        return torch.nn.functional.embedding_bag(
            torch.from_numpy(rows[order]),
            self.vectors,
            torch.from_numpy(offsets),
            mode="sum",
            per_sample_weights=torch.from_numpy(weight[order]),
        )


def draw_pairs(
    corpus: Corpus,
    weights: NDArray[np.float64],
    size: int,
    config: TrainingConfig,
    random: np.random.Generator,
) -> Iterator[tuple[Ints, Ints]]:
    """For ever: anchors by weight, and for each a partner of its group, of another language if it can."""
    cumulative = np.cumsum(weights)
    while True:
        anchor = np.searchsorted(cumulative, random.random(size) * cumulative[-1]).astype(np.int64)
        group = corpus.group[anchor]
        tries = (random.random((4, size)) * corpus.size[group]).astype(np.int64) + corpus.first[group]
        other = corpus.language[tries] != corpus.language[anchor]
        described = corpus.described[tries]
        wants_description = random.random(size) < config.description_share
        score = 2.0 * other + 1.5 * (described == wants_description) + random.random((4, size))
        score[tries == anchor] = -1
        best = np.argmax(score, axis=0)
        partner = tries[best, np.arange(size)]
        good = partner != anchor
        yield anchor[good], partner[good]


def contrast(left: torch.Tensor, right: torch.Tensor, same: torch.Tensor, scale: float) -> torch.Tensor:
    """Symmetric in-batch loss; texts of one group are not held against each other."""
    scores = scale * left @ right.T
    scores = scores.masked_fill(same, -1e4)
    target = torch.arange(len(left))
    return (
        torch.nn.functional.cross_entropy(scores, target)
        + torch.nn.functional.cross_entropy(scores.T, target)
    ) / 2


def train(
    corpora: list[tuple[Corpus, NDArray[np.float64], float]],
    tokenizer: Tokenizer,
    config: TrainingConfig,
    say: Progress,
) -> NDArray[np.float32]:
    """The table of vectors. `corpora`: texts, weight of each as an anchor, share of the batch."""
    torch.manual_seed(config.seed)
    random = np.random.default_rng(config.seed)
    started = time.monotonic()
    keep_memory()
    lexicon = Lexicon([corpus for corpus, _, _ in corpora], tokenizer, config)
    table = Table(lexicon, config, random)
    say(f"{len(lexicon.pieces.size)} words, {len(lexicon.texts.size)} texts")
    pairs = _mixed(corpora, config, random)
    optimizer = torch.optim.Adam([table.vectors], lr=config.learning_rate, betas=(0.9, 0.99), fused=True)
    warm = max(1, config.steps // 20)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, max(0.01, 1 - step / config.steps))
    )
    for step in range(config.steps):
        texts, group = next(pairs)
        label = torch.from_numpy(group)
        same = (label[:, None] == label[None, :]).fill_diagonal_(False)
        # One call for both sides: a word that both have is worked out once.
        left, right = table(texts).chunk(2)
        loss = contrast(left, right, same, config.scale)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % 100 == 99 or step == config.steps - 1:
            say(f"step {step + 1}/{config.steps}, loss {loss.item():.3f}, {time.monotonic() - started:.0f} s")
    out: NDArray[np.float32] = table.vectors.detach().numpy()
    return out


def _mixed(
    corpora: list[tuple[Corpus, NDArray[np.float64], float]],
    config: TrainingConfig,
    random: np.random.Generator,
) -> Iterator[tuple[Ints, Ints]]:
    """For ever: the texts of a batch (all anchors, then all partners) and the group of each pair."""
    total = sum(share for _, _, share in corpora)
    draws = [
        draw_pairs(corpus, weights, int(config.batch * share / total), config, random)
        for corpus, weights, share in corpora
    ]
    first_text = np.cumsum([0, *(len(corpus.texts) for corpus, _, _ in corpora)])
    first_group = np.cumsum([0, *(len(corpus.size) for corpus, _, _ in corpora)])
    while True:
        drawn = [next(draw) for draw in draws]
        anchors = [anchor + shift for (anchor, _), shift in zip(drawn, first_text, strict=False)]
        partners = [partner + shift for (_, partner), shift in zip(drawn, first_text, strict=False)]
        groups = [
            corpus.group[anchor] + shift
            for (anchor, _), (corpus, _, _), shift in zip(drawn, corpora, first_group, strict=False)
        ]
        yield np.concatenate(anchors + partners), np.concatenate(groups)


def keep_memory() -> None:
    """Let glibc keep freed memory: fresh pages for each step's gradients cost more than the step."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(_M_MMAP_MAX, 0)
        libc.mallopt(_M_TRIM_THRESHOLD, 2**31 - 1)
