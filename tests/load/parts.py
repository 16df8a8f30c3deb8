"""One measurement in a process of its own: `python -m tests.load.parts NAME --gaps G --offers M`, JSON on stdout."""

import argparse
import csv
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.load.measuring import prepare, setup_django, spending

REAL = Path(__file__).resolve().parents[3] / "shared/data/real/offers_open_catalogues.csv"
PEER = "all-MiniLM-L6-v2"
PEER_TEXTS = 64
FRESH_TEXTS = 8_000
"""Distinct texts at least: more words than the model keeps."""
AT_ONCE = 512
"""Texts that the worker embeds at once."""
ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """What one part is asked to measure."""

    gaps: int
    offers: int
    workers: int
    index: str = "exact"


def say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)


def fill(asked: Asked) -> dict[str, Any]:
    """Fill the database of this size; `stale` when it holds what an earlier version made up."""
    setup_django()
    return {} if prepare(asked.gaps, asked.offers, say) else {"stale": True}


def forget(_asked: Asked) -> dict[str, Any]:
    """Drop the database of this size."""
    setup_django()
    from django.conf import settings
    from django.db import connection

    name = settings.EMBEDDED_DATABASE
    if not name.startswith("skillnet_bench"):
        raise SystemExit(f"{name} is no database of the benchmark.")
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    return {}


def embed(asked: Asked) -> dict[str, Any]:
    """Texts per second: of a catalogue that repeats real offers twenty times, and of texts never seen before.

    Each by a model that was just loaded. `ours_cold_texts_per_s` is the first round of the real ones, when no
    word is known yet; `fresh` are distinct made-up offers, each as long as a real one and read once.
    """
    from matching.embedder import load_embedder

    texts, fresh = offer_texts(), fresh_texts(max(FRESH_TEXTS, asked.offers))
    cold, ours, new = [], [], []
    for _ in range(2):
        model = load_embedder()
        model.encode_documents(texts[:1])
        with spending() as first:
            model.encode_documents(texts)
        with spending() as others:
            for _ in range(ROUNDS - 1):
                model.encode_documents(texts)
        cold.append(len(texts) / first.wall)
        ours.append(ROUNDS * len(texts) / (first.wall + others.wall))
        new.append(_texts_per_s(load_embedder(), fresh))
    minilm = load_embedder(PEER)
    minilm.encode_documents(texts[:2])
    peer = max(_texts_per_s(minilm, texts[:PEER_TEXTS]) for _ in range(2))
    peer_fresh = max(_texts_per_s(minilm, fresh[:PEER_TEXTS]) for _ in range(2))
    return {
        "ours_texts_per_s": round(max(ours)),
        "ours_cold_texts_per_s": round(max(cold)),
        "minilm_texts_per_s": round(peer, 1),
        "ratio": round(max(ours) / peer, 1),
        "texts": len(texts),
        "mean_characters": _mean_length(texts),
        "ours_fresh_texts_per_s": round(max(new)),
        "minilm_fresh_texts_per_s": round(peer_fresh, 1),
        "fresh_ratio": round(max(new) / peer_fresh, 1),
        "fresh_texts": len(fresh),
        "fresh_mean_characters": _mean_length(fresh),
    }


def _texts_per_s(model: Any, texts: Sequence[str]) -> float:
    with spending() as spent:
        for start in range(0, len(texts), AT_ONCE):
            model.encode_documents(texts[start : start + AT_ONCE])
    return len(texts) / spent.wall


def _mean_length(texts: Sequence[str]) -> int:
    return round(sum(map(len, texts)) / len(texts))


def fresh_texts(count: int) -> list[str]:
    """So many distinct made-up offers."""
    from datetime import date

    from matching.engine.load import generate_offers

    found: dict[str, None] = {}
    for offer in generate_offers(count + count // 10, 7, date(2026, 1, 1)):
        found[f"{offer.title}. {offer.description}"] = None
    return list(found)[:count]


def offer_texts() -> list[str]:
    """Real offers where the checkout has them, else made-up ones."""
    if not REAL.exists():
        say("no real offers beside the checkout: measured on made-up texts")
        return fresh_texts(2_000)
    with REAL.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [". ".join(filter(None, (r["title"], r["description"], r["outcomes"]))) for r in rows]


def assembly(_asked: Asked) -> dict[str, Any]:
    """300 pools by 3 000 candidate editions, with the limits that runs use."""
    from datetime import date

    from matching.engine.assembly import assemble, solve_greedy
    from matching.engine.load import generate_problem

    problem = generate_problem(300, 3_000, 1, date(2026, 3, 2))
    greedy = solve_greedy(problem)
    with spending() as spent:
        best = assemble(problem)
    return {
        "value": round(best.terms.value, 3),
        "bound": round(best.bound, 3),
        "greedy": round(greedy.terms.value, 3),
        "seconds": round(spent.wall, 2),
        "cpu_seconds": round(spent.cpu, 2),
        "greedy_seconds": round(greedy.seconds, 2),
    }


def parts() -> dict[str, Callable[[Asked], dict[str, Any]]]:
    from tests.load import imports, matching_parts, pages, peers, pooling

    return {
        "prepare": fill,
        "forget": forget,
        "embed": embed,
        "assembly": assembly,
        "match": matching_parts.match,
        "one_gap": matching_parts.one_gap,
        "pool": pooling.pool,
        "peers": peers.peers,
        "pages": pages.pages,
        "import": imports.import_file,
    }


def main() -> int:
    known = parts()
    parser = argparse.ArgumentParser(prog="python -m tests.load.parts", description=__doc__)
    parser.add_argument("part", choices=sorted(known))
    parser.add_argument("--gaps", type=int, default=1_000)
    parser.add_argument("--offers", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--index", choices=("exact", "hnsw"), default="exact", help="for one_gap and pages")
    options = parser.parse_args()
    measured = known[options.part](Asked(options.gaps, options.offers, options.workers, options.index))
    print(json.dumps(measured))
    return 0


if __name__ == "__main__":
    sys.exit(main())
