"""From the folders of open data to a model folder."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matching.embedder.training.config import TrainingConfig
from matching.embedder.training.export import export_model
from matching.embedder.training.loop import Progress, train
from matching.embedder.training.sources import (
    DICTIONARIES,
    LARGE_DICTIONARIES,
    Corpus,
    add_competent,
    read_competent,
    read_dictionaries,
    read_esco,
    read_synsets,
)
from matching.embedder.training.tokenizer import learn_pieces

NAME = "skillnet-static"


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the data is; only ESCO is needed."""

    esco: Path
    competent: Path | None = None
    dictionaries: Path | None = None
    wordnet: Path | None = None


def build_model(sources: Sources, config: TrainingConfig, out: Path, say: Progress) -> None:
    """Read, learn the pieces, train, write `out`. Raises FileNotFoundError where a source is missing."""
    started = time.monotonic()
    random = np.random.default_rng(config.seed)
    corpora = list(_corpora(sources, config, random))
    say(f"read {sum(len(corpus.texts) for corpus, _, _ in corpora)} texts")
    tokenizer = learn_pieces(_for_pieces([corpus for corpus, _, _ in corpora], random), config.pieces)
    say(f"learned {tokenizer.get_vocab_size()} pieces in {time.monotonic() - started:.0f} s")
    used = [part for part in corpora if part[2] > 0]
    vectors = train(used, tokenizer, config, say)
    export_model(out, vectors, tokenizer, config, NAME)
    say(f"wrote {out} after {time.monotonic() - started:.0f} s")


def _corpora(
    sources: Sources, config: TrainingConfig, random: np.random.Generator
) -> Iterator[tuple[Corpus, NDArray[np.float64], float]]:
    groups = read_esco(sources.esco)
    if sources.competent:
        add_competent(groups, read_competent(sources.competent), config.competent_folds)
    others = [(part, share) for part, share in _dictionaries(sources, config, random) if len(part.texts)]
    total = sum(share for _, share in others) or 1.0
    used = config.dictionary_share if others else 0.0
    main = Corpus.of(groups.values())
    yield main, anchor_weights(main, config), 1 - used
    for part, share in others:
        yield part, np.ones(len(part.texts)), used * share / total


def _dictionaries(
    sources: Sources, config: TrainingConfig, random: np.random.Generator
) -> Iterator[tuple[Corpus, float]]:
    """Dictionaries and their part of the batches that are theirs."""
    if sources.dictionaries:
        yield Corpus.of(read_dictionaries(sources.dictionaries, DICTIONARIES)), 0.4
        large = list(read_dictionaries(sources.dictionaries, LARGE_DICTIONARIES))
        # Half a million German entries would teach more German than anything else.
        chosen = random.permutation(len(large))[: config.large_dictionary]
        yield Corpus.of([large[number] for number in chosen]), 0.4
    if sources.wordnet:
        yield Corpus.of(read_synsets(sources.wordnet)), 0.2


def anchor_weights(corpus: Corpus, config: TrainingConfig) -> NDArray[np.float64]:
    """How often each text is an anchor: scarce languages more, descriptions less, and a concept with forty
    labels not forty times as often as one with one."""
    language = np.array(config.language_weights)
    weights: NDArray[np.float64] = language[corpus.language] * np.where(corpus.described, 0.5, 1.0)
    return weights / np.sqrt(corpus.size[corpus.group])


def _for_pieces(corpora: list[Corpus], random: np.random.Generator) -> Iterator[str]:
    first, *others = corpora
    sampled = (
        corpus.texts[number]
        for corpus in others
        for number in random.permutation(len(corpus.texts))[:150_000]
    )
    return chain(first.texts, sampled)
