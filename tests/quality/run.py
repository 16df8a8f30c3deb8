"""`make quality`: every set, our model beside its peers, as a table and as `.local/quality.json`.

ESCO's labels, which are the answers of the MELO, Competent and sentence sets, were seen when our model was
trained; the questions were not, nor were the links of Competent's evaluated fold. The peers saw neither.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from matching.embedder import Embedder, load_embedder  # noqa: E402
from matching.embedder.linking import SkillLinker, WordEmbedder  # noqa: E402
from matching.embedder.retrieval import (  # noqa: E402
    Ranker,
    Task,
    by_characters,
    by_meaning,
    by_words,
    hybrid,
    measure,
)
from tests.quality import sets  # noqa: E402

PEER = "all-MiniLM-L6-v2"
EXACT, NEAR = ("exactMatch",), ("exactMatch", "closeMatch")
OPENAI = {  # text-embedding-3-large, as MELO's authors published it
    "nld_q_nl_c_nl": 0.572,
    "nld_q_nl_c_en": 0.451,
    "fra_q_fr_c_fr": 0.872,
    "fra_q_fr_c_en": 0.616,
    "deu_q_de_c_de": 0.678,
    "deu_q_de_c_en": 0.552,
}
SHOWN = ("mrr", "hit@1", "hit@10", "recall@10", "ndcg@10")
Report = dict[str, dict[str, dict[str, float]]]


def tasks(*, reference: bool) -> dict[str, Callable[[], Task]]:
    """Every set by name; those of the reference data only where it is there."""
    out: dict[str, Callable[[], Task]] = {"own report": lambda: sets.own("report")}
    for language in ("nl", "fr", "en", "de"):
        out[f"own report {language}"] = lambda language=language: sets.own("report", language)
    if not reference:
        return out
    for name in sets.MELO:
        out[f"melo {name}"] = lambda name=name: sets.melo(name)
    for source in ("nl", "fr"):
        for target in ("en", "nl"):
            out[f"competent exact {source}-{target}"] = lambda s=source, t=target: sets.competent(s, t, EXACT)
            out[f"competent near {source}-{target}"] = lambda s=source, t=target: sets.competent(s, t, NEAR)
    out["skill sentences"] = sets.skill_sentences
    return out


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", help="another model in the place of the bundled one")
    parser.add_argument("--peer", choices=("own", "all", "none"), default="all", help="sets MiniLM is run on")
    parser.add_argument("--out", type=Path, default=ROOT / ".local" / "quality.json")
    options = parser.parse_args()
    ours = load_embedder(options.model)
    peer = Remembering(load_embedder(PEER)) if options.peer != "none" else None
    reference = sets.DATA.exists()
    if not reference:
        print(f"Public sets left out: {sets.NO_DATA}.")
    report: Report = {}
    for name, read in tasks(reference=reference).items():
        with_peer = peer if options.peer == "all" or name.startswith("own") else None
        report[name] = measure_systems(read(), ours, with_peer)
        _print_set(name, report[name])
    extras = {"model": ours.revision, **forms(ours, reference), **linking(ours, reference)}
    if peer is not None:
        extras["speed"] = speed(ours, peer.inner)
    targets = judge(report, extras)
    for line in targets:
        print(("met      " if line["met"] else "NOT MET  ") + f"{line['target']}: {line['figure']}")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps({"sets": report, **extras, "targets": targets}, indent=1) + "\n")
    print(f"Written to {options.out}. ESCO's labels were seen in training (see the top of this file).")


class Remembering:
    """A slow model that reads no text twice: MELO's sets share most of their corpus."""

    def __init__(self, inner: Embedder) -> None:
        self.inner = inner
        self._known: dict[str, NDArray[np.float32]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As the model, which has no prompts."""
        return self.encode_documents(texts)

    def encode_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As the model; what is new is encoded, in order of length."""
        new = sorted({text for text in texts if text not in self._known}, key=len)
        self._known.update(zip(new, self.inner.encode_documents(new), strict=True))
        return np.array([self._known[text] for text in texts])


def measure_systems(task: Task, ours: Embedder, peer: Embedder | None) -> dict[str, dict[str, float]]:
    """The systems on one set, each set's figures by system."""
    systems: dict[str, Ranker] = {
        "ours": by_meaning(ours),
        "char TF-IDF": by_characters,
        "BM25": by_words,
    }
    if len(task.corpus) < 5_000:
        systems["hybrid ours"] = hybrid(by_meaning(ours), by_words)
    if peer is not None:
        systems[PEER] = by_meaning(peer)
        if len(task.corpus) < 5_000:
            systems[f"hybrid {PEER}"] = hybrid(by_meaning(peer), by_words)
    return {name: measure(task, ranker) for name, ranker in systems.items()}


def _print_set(name: str, figures: dict[str, dict[str, float]]) -> None:
    first = next(iter(figures.values()))
    print(f"\n{name}: {first['queries']} queries, {first['corpus']} texts")
    for system, row in figures.items():
        shown = "  ".join(f"{key} {row[key]:.3f}" for key in SHOWN)
        print(f"  {system:<26}{shown}", flush=True)


def forms(ours: Embedder, reference: bool) -> dict[str, dict[str, float]]:
    """Cosines of a man's and a woman's form, and of a label with and without one typing error."""
    if not reference:
        return {}
    out = {}
    for name, pairs in (("gender", sets.gender_pairs()), ("typo", sets.typo_pairs())):
        left, right = (ours.encode_documents([pair[side] for pair in pairs]) for side in (0, 1))
        cosines = (left * right).sum(axis=1)
        out[name] = {
            "pairs": len(pairs),
            "median": float(np.median(cosines)),
            "tenth": float(np.quantile(cosines, 0.1)),
        }
        print(f"\n{name}: median cosine {out[name]['median']:.3f}, a tenth below {out[name]['tenth']:.3f}")
    return out


def linking(ours: Embedder, reference: bool) -> dict[str, dict[str, float]]:
    """Skills found in the vacancy sentences, beside the nearest labels to the whole sentence."""
    if not reference or not isinstance(ours, WordEmbedder):
        return {}
    task = sets.skill_sentences()
    uris = [str(number) for number in range(len(task.corpus))]
    linker = SkillLinker(uris, {"en": task.corpus}, ours)
    linker.link("warm up", "en")
    recalls, precisions, started = [], [], time.perf_counter()
    for text, relevant in zip(task.queries, task.relevant, strict=True):
        found = {int(skill.uri) for skill in linker.link(text, "en", 10)}
        recalls.append(len(found & set(relevant)) / len(relevant))
        precisions.append(len(found & set(relevant)) / len(found) if found else 0.0)
    seconds = (time.perf_counter() - started) / len(task.queries)
    figures = {
        "recall@10": float(np.mean(recalls)),
        "precision": float(np.mean(precisions)),
        "ms_a_text": 1000 * seconds,
    }
    print(f"\nskill linking: {figures}")
    return {"linking": figures}


def speed(ours: Embedder, peer: Embedder) -> dict[str, float]:
    """Texts a second on texts as long as real offers: titles with content of the own set, five together."""
    offers = sets.own("report").corpus
    texts = [" ".join(offers[at : at + 5]) for at in range(0, len(offers) - 5, 5)]
    rates = []
    for embedder, repeats in ((ours, 20), (peer, 1)):
        embedder.encode_documents(texts[:8])
        started = time.perf_counter()
        for _ in range(repeats):
            embedder.encode_documents(texts)
        rates.append(len(texts) * repeats / (time.perf_counter() - started))
    figures = {
        "words_a_text": float(np.mean([len(text.split()) for text in texts])),
        "ours_texts_per_s": rates[0],
        "minilm_texts_per_s": rates[1],
        "ratio": rates[0] / rates[1],
    }
    print(f"\nspeed: {figures}")
    return figures


def judge(report: Report, extras: dict) -> list[dict]:
    """Each target with its figure and whether it is met; what was not measured is not met."""

    def figure(name: str, system: str = "ours", key: str = "mrr") -> float:
        return report.get(name, {}).get(system, {}).get(key, float("nan"))

    melo = {name: figure(f"melo {name}") for name in sets.MELO}
    across = {name: melo[name] for name in sets.MELO if name.endswith("_en")}
    ndcg = figure("own report", key="ndcg@10")
    peers = {name: figure("own report", name, "ndcg@10") for name in (PEER, f"hybrid {PEER}")}
    mean = float(np.mean(list(melo.values())))
    lines: list[tuple[str, float | str, bool]] = [
        ("mean MRR over six MELO sets at least .65", mean, mean >= 0.65),
        *(
            (f"{name} above OpenAI's {OPENAI[name]}", value, value > OPENAI[name])
            for name, value in across.items()
        ),
        ("Competent exact nl-en at least .75", nl := figure("competent exact nl-en"), nl >= 0.75),
        ("Competent exact fr-en at least .70", fr := figure("competent exact fr-en"), fr >= 0.70),
        *(
            (f"own set, nDCG@10 at least .15 above {name} ({value:.3f})", ndcg, ndcg >= value + 0.15)
            for name, value in peers.items()
        ),
        (
            "100 times the throughput of MiniLM",
            ratio := extras.get("speed", {}).get("ratio", float("nan")),
            ratio >= 100,
        ),
        ("gender: median cosine at least .95", g := _median(extras, "gender"), g >= 0.95),
        ("typing error: median cosine at least .8", t := _median(extras, "typo"), t >= 0.8),
    ]
    print()
    return [
        {"target": target, "figure": round(float(value), 4), "met": bool(met)} for target, value, met in lines
    ]


def _median(extras: dict, name: str) -> float:
    return float(extras.get(name, {}).get("median", float("nan")))


if __name__ == "__main__":
    main()
