"""A very small model of our own kind, trained in a second, for tests of what surrounds it."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from matching.embedder.training.config import TrainingConfig
from matching.embedder.training.export import export_model
from matching.embedder.training.loop import train
from matching.embedder.training.sources import Corpus, Group
from matching.embedder.training.tokenizer import learn_pieces

CONCEPTS = (
    (("lassen", "nl"), ("welding", "en"), ("soudage", "fr"), ("schweißen", "de")),
    (("boekhouden", "nl"), ("accounting", "en"), ("comptabilité", "fr"), ("Buchhaltung", "de")),
    (("heftruck besturen", "nl"), ("drive a forklift", "en"), ("conduire un chariot", "fr")),
    (("wonden verzorgen", "nl"), ("wound care", "en"), ("soins des plaies", "fr")),
    (("programmeren in Python", "nl"), ("Python programming", "en"), ("programmer en Python", "fr")),
    (("zonnepanelen plaatsen", "nl"), ("install solar panels", "en"), ("poser des panneaux solaires", "fr")),
)
CONFIG = TrainingConfig(
    seed=7, pieces=300, buckets=512, dimensions=24, steps=60, batch=16, learning_rate=0.05, typo_share=0.1
)


def small_corpus() -> Corpus:
    return Corpus.of([Group(labels=list(texts)) for texts in CONCEPTS])


@cache
def _home() -> "TemporaryDirectory[str]":
    """Where the small models of a run are; gone when it ends."""
    return TemporaryDirectory(prefix="skillnet-small-model-")


@cache
def small_model(seed: int = 7) -> Path:
    corpus = small_corpus()
    tokenizer = learn_pieces(corpus.texts, CONFIG.pieces)
    config = TrainingConfig(**{**_fields(), "seed": seed})
    vectors = train([(corpus, np.ones(len(corpus.texts)), 1.0)], tokenizer, config, lambda line: None)
    folder = Path(_home().name) / str(seed)
    export_model(folder, vectors, tokenizer, config, "small")
    return folder


def _fields() -> dict:
    return {name: getattr(CONFIG, name) for name in CONFIG.__slots__}
