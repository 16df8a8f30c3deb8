"""Every choice of the training in one place; docs/adr/0003 has what each was worth."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """What `train_embedder` runs with when told nothing else."""

    seed: int = 20260
    pieces: int = 32_000
    buckets: int = 65_536
    shortest: int = 4
    longest: int = 6
    dimensions: int = 288
    ngram_weight: float = 1.0
    """Share of a word's n-grams together, beside its pieces."""

    steps: int = 3_600
    batch: int = 2_048
    learning_rate: float = 0.015
    scale: float = 12.0
    spread: float = 0.05
    """Standard deviation of the numbers that training starts from."""

    drop_rows: float = 0.0
    drop_words: float = 0.0
    drop_pieces: float = 0.0
    """Chance that a word must do without all its pieces, so that n-grams learn to carry unknown words."""

    typo_share: float = 0.07
    """Chance that a word of five letters or more is met with a typing error."""

    misspellings: int = 3
    """Misspellings of each word that are met at all."""

    noise_share: float = 0.0
    noise_words: int = 6
    """So many texts get from one to so many words that have nothing to do with them."""

    dictionary_share: float = 0.0
    """Part of each batch from dictionaries and WordNet; at 0 they only help to learn the pieces."""

    large_dictionary: int = 120_000
    """Entries taken of the German dictionaries, which have nearly a million."""

    language_weights: tuple[float, float, float, float] = (3.0, 2.0, 1.0, 1.5)
    """How often a Dutch, French, English, German text of ESCO is an anchor, beside the others."""

    family_share: float = 0.0
    """Part of the anchors drawn from a few families of concepts, so that a batch holds near misses."""

    family_size: int = 16
    """Anchors of one family together."""

    description_share: float = 0.25
    """Chance that a partner may be a description where the concept has one."""

    competent_folds: int = 5
    """Competent's links to ESCO are learned but for one fold in so many, on which they are measured."""
