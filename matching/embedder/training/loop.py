"""The training itself: in-batch contrastive learning of one table of vectors."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from tokenizers import Tokenizer

from matching.embedder.text import ngram_rows, words_to_learn
from matching.embedder.training.config import TrainingConfig
from matching.embedder.training.misspelling import misspell
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
                [number.setdefault(word, len(number)) for word in words_to_learn(text)]
                for corpus in corpora
                for text in corpus.texts
            ]
        )
        names = list(number)
        self.misspelt = self._add_misspellings(names, number, config)
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

    @staticmethod
    def _add_misspellings(names: list[str], number: dict[str, int], config: TrainingConfig) -> Ints:
        """For each word the numbers of its misspellings, which join the names; shape words x misspellings."""
        random = np.random.default_rng(config.seed)
        chosen = [
            [misspell(word, random) for _ in range(config.misspellings)] if config.typo_share else [word]
            for word in tuple(names)
        ]
        numbers = np.array(
            [[number.setdefault(word, len(number)) for word in row] for row in chosen], np.int64
        )
        names[:] = number
        return numbers


class _SumOfRows(torch.autograd.Function):
    """texts x words x table, both factors sparse; torch's own ops zero and sort far more than they touch."""

    @staticmethod
    def forward(
        ctx: Any, table: torch.Tensor, words_of_texts: csr_matrix, rows_of_words: csr_matrix
    ) -> torch.Tensor:
        ctx.factors = words_of_texts, rows_of_words
        return torch.from_numpy(words_of_texts @ (rows_of_words @ table.detach().numpy()))

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor) -> tuple[torch.Tensor, None, None]:
        words_of_texts, rows_of_words = ctx.factors
        return torch.from_numpy(rows_of_words.T @ (words_of_texts.T @ grad.numpy())), None, None


class Table(torch.nn.Module):
    """The vectors; a text is the sum of its words', a word the sum of its pieces' and its n-grams'."""

    def __init__(
        self, lexicon: Lexicon, config: TrainingConfig, generator: np.random.Generator, noise_until: int
    ) -> None:
        super().__init__()
        self.lexicon = lexicon
        self.config = config
        self.random = generator
        self.rows = config.pieces + config.buckets
        self.noise_until = noise_until
        start = generator.standard_normal((self.rows, config.dimensions), dtype=np.float32) * config.spread
        self.vectors = torch.nn.Parameter(torch.from_numpy(start))

    def forward(self, which: Ints) -> torch.Tensor:
        """Vectors of length one for the chosen texts, with this step's drop-out."""
        texts = self.lexicon.texts
        word, owner = texts.take(which)
        keep = self.random.random(len(word)) >= self.config.drop_words
        # A text of one or two words keeps them: with its only word dropped it would mean nothing.
        keep |= texts.size[which][owner] <= 2
        word, owner = word[keep], owner[keep]
        word = self._with_typos(word)
        word, owner = self._with_noise(word, owner, len(which))
        unique, inverse = np.unique(word, return_inverse=True)
        words_of_texts = csr_matrix(
            (np.ones(len(word), np.float32), (owner, inverse)), shape=(len(which), len(unique))
        )
        rows = self._rows_of(unique)
        sums = _SumOfRows.apply(self.vectors, words_of_texts, rows)  # type: ignore[no-untyped-call]
        return torch.nn.functional.normalize(sums, dim=1)

    def _with_typos(self, word: Ints) -> Ints:
        if not self.config.typo_share:
            return word
        misspelt = self.lexicon.misspelt
        column = self.random.integers(0, misspelt.shape[1], len(word))
        wrong = self.random.random(len(word)) < self.config.typo_share
        return np.where(wrong, misspelt[word, column], word)

    def _with_noise(self, word: Ints, owner: Ints, count: int) -> tuple[Ints, Ints]:
        """Some texts get words from anywhere: a gap is written with many that say nothing about it."""
        config, random = self.config, self.random
        chosen = np.flatnonzero(random.random(count) < config.noise_share)
        size = random.integers(1, config.noise_words + 1, len(chosen))
        flat = self.lexicon.texts.flat[: self.noise_until]
        noise = flat[random.integers(0, len(flat), int(size.sum()))]
        return np.concatenate([word, noise]), np.concatenate([owner, np.repeat(chosen, size)])

    def _rows_of(self, unique: Ints) -> csr_matrix:
        config = self.config
        luck = self.random.random(len(unique))
        pieces, piece_owner = self.lexicon.pieces.take(unique)
        ngrams, ngram_owner = self.lexicon.ngrams.take(unique)
        share = config.ngram_weight / np.sqrt(np.maximum(self.lexicon.ngrams.size[unique], 1))
        piece_weight = np.where(luck < config.drop_pieces, 0.0, 1.0)[piece_owner]
        ngram_weight = np.where(luck > 1 - config.drop_pieces / 2, 0.0, share)[ngram_owner]
        rows = np.concatenate([pieces, ngrams])
        owner = np.concatenate([piece_owner, ngram_owner])
        weight = np.concatenate([piece_weight, ngram_weight]).astype(np.float32)
        keep = (self.random.random(len(rows)) >= config.drop_rows) & (weight > 0)
        return csr_matrix(
            (weight[keep], (owner[keep], rows[keep])), shape=(len(unique), self.rows), dtype=np.float32
        )


def draw_pairs(
    corpus: Corpus,
    weights: NDArray[np.float64],
    size: int,
    config: TrainingConfig,
    random: np.random.Generator,
) -> Iterator[tuple[Ints, Ints]]:
    """For ever: anchors by weight, and for each a partner of its group, of another language if it can.

    A share of the anchors comes from a few families of concepts each time (occupations of one ISCO group,
    skills under one broader skill), so that a batch holds what is easily mixed up.
    """
    draw_anchors = _anchor_drawer(corpus, weights, config, random)
    while True:
        anchor = draw_anchors(size)
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


def _anchor_drawer(
    corpus: Corpus, weights: NDArray[np.float64], config: TrainingConfig, random: np.random.Generator
) -> Callable[[int], Ints]:
    cumulative = np.cumsum(weights)
    family = corpus.family[corpus.group]
    members = np.flatnonzero(family >= 0)
    members = members[np.argsort(family[members], kind="stable")]
    bounds = np.flatnonzero(np.diff(family[members], prepend=-2, append=-2))
    within = np.cumsum(weights[members])

    def draw(size: int) -> Ints:
        hard = int(size * config.family_share) if len(bounds) > 1 else 0
        loose = np.searchsorted(cumulative, random.random(size - hard) * cumulative[-1])
        if not hard:
            alone: Ints = loose.astype(np.int64)
            return alone
        # Families by weight, a score of anchors of each: by picking one text, and others near it in order.
        seeds = np.searchsorted(within, random.random(-(-hard // config.family_size)) * within[-1])
        place = np.searchsorted(bounds, seeds, side="right")
        low, high = bounds[place - 1], bounds[place]
        spread = random.random((config.family_size, len(seeds)))
        base = np.where(low > 0, within[np.maximum(low - 1, 0)], 0.0)
        target = base + spread * (within[high - 1] - base)
        near = np.searchsorted(within, target.ravel()[:hard]).clip(0, len(members) - 1)
        both: Ints = np.concatenate([loose, members[near]]).astype(np.int64)
        return both

    return draw


class _Contrast(torch.autograd.Function):
    """Symmetric in-batch loss with one exponential for both directions; texts of one group are not held
    against each other. Exact: scores are bounded by the scale, so that no maximum need be subtracted."""

    @staticmethod
    def forward(
        ctx: Any, left: torch.Tensor, right: torch.Tensor, group: NDArray[np.int64], scale: float
    ) -> torch.Tensor:
        scores = left @ right.T
        right_scores = scores.diagonal().clone()
        chances = scores.sub_(1).mul_(scale).exp_()
        first, second = _pairs_of_one_group(group)
        chances[first, second] = 0
        by_row, by_column = chances.sum(dim=1), chances.sum(dim=0)
        ctx.save_for_backward(left, right, chances, by_row, by_column)
        ctx.scale = scale
        return (0.5 * (by_row.log() + by_column.log()) - scale * (right_scores - 1)).mean()

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, None, None]:
        left, right, chances, by_row, by_column = ctx.saved_tensors
        weights = chances.mul_((0.5 / by_row)[:, None] + (0.5 / by_column)[None, :])
        weights.diagonal().sub_(1)
        weights.mul_(grad * ctx.scale / len(left))
        return weights @ right, weights.T @ left, None, None


def _pairs_of_one_group(group: NDArray[np.int64]) -> tuple[torch.Tensor, torch.Tensor]:
    """Places off the diagonal where two pairs of a batch are of one group."""
    order = np.argsort(group, kind="stable")
    sorted_groups = group[order]
    first: list[NDArray[np.int64]] = []
    second: list[NDArray[np.int64]] = []
    for shift in range(1, len(group)):
        same = np.flatnonzero(sorted_groups[shift:] == sorted_groups[:-shift])
        if not len(same):
            break
        one, other = order[same], order[same + shift]
        first += [one, other]
        second += [other, one]
    empty = np.zeros(0, dtype=np.int64)
    return (
        torch.from_numpy(np.concatenate(first or [empty])),
        torch.from_numpy(np.concatenate(second or [empty])),
    )


def train(
    corpora: list[tuple[Corpus, NDArray[np.float64], float]],
    tokenizer: Tokenizer,
    config: TrainingConfig,
    say: Progress,
    lexicon: Lexicon | None = None,
) -> NDArray[np.float32]:
    """The table of vectors. `corpora`: texts, weight of each as an anchor, share of the batch."""
    torch.manual_seed(config.seed)
    random = np.random.default_rng(config.seed)
    started = time.monotonic()
    keep_memory()
    lexicon = lexicon or Lexicon([corpus for corpus, _, _ in corpora], tokenizer, config)
    # Noise is drawn from ESCO's texts, the first corpus: dictionaries hold words that nobody writes at work.
    noise_until = int(lexicon.texts.size[: len(corpora[0][0].texts)].sum())
    table = Table(lexicon, config, random, noise_until)
    say(f"{len(lexicon.pieces.size)} words, {len(lexicon.texts.size)} texts")
    pairs = _mixed(corpora, config, random)
    optimizer = torch.optim.Adam([table.vectors], lr=config.learning_rate, betas=(0.9, 0.99), fused=True)
    warm = max(1, config.steps // 20)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, max(0.01, 1 - step / config.steps))
    )
    for step in range(config.steps):
        texts, group = next(pairs)
        # One call for both sides: a word that both have is worked out once.
        left, right = table(texts).chunk(2)
        loss = _Contrast.apply(left, right, group, config.scale)  # type: ignore[no-untyped-call]
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
