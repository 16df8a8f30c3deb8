"""The vocabulary of pieces that words are cut into."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator

from tokenizers import Tokenizer, models, trainers

from matching.embedder.text import words_to_learn

UNKNOWN = "[UNK]"


def learn_pieces(texts: Iterable[str], size: int) -> Tokenizer:
    """A unigram vocabulary of folded words. Words bear no mark of their start, so that "lasser" is one piece
    on its own and at the end of "booglasser"."""
    counts = Counter(word for text in texts for word in words_to_learn(text))
    tokenizer = Tokenizer(models.Unigram())
    trainer = trainers.UnigramTrainer(
        vocab_size=size, special_tokens=[UNKNOWN], unk_token=UNKNOWN, max_piece_length=20, show_progress=False
    )
    tokenizer.train_from_iterator(_flattened(counts), trainer=trainer)
    return _in_order(tokenizer)


def _in_order(tokenizer: Tokenizer) -> Tokenizer:
    """The same pieces, numbered by the alphabet: the trainer adds up in any order, and where two pieces are
    as likely as each other it numbers them as it comes. Then the same seed would give other vectors."""
    known = json.loads(tokenizer.to_str())
    pieces = {piece: round(score, 3) for piece, score in known["model"]["vocab"] if piece != UNKNOWN}
    known["model"]["vocab"] = [[UNKNOWN, 0.0], *([piece, pieces[piece]] for piece in sorted(pieces))]
    known["model"]["unk_id"] = 0
    return Tokenizer.from_str(json.dumps(known))


def _flattened(counts: Counter[str]) -> Iterator[str]:
    # A word that stands in every description needs no thousand votes to become a piece.
    for word, count in sorted(counts.items()):
        for _ in range(min(count, 50)):
            yield word
