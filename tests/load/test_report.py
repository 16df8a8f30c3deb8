"""The table of `make bench`: what it says of figures that are known."""

from typing import Any

import pytest

from tests.factories import make_offer
from tests.load.measuring import stored_title
from tests.load.report import exponent, growth, lines, show, speed_up


def sized(gaps: int, offers: int, seconds: float) -> dict[str, Any]:
    return {
        "gaps": gaps, "offers": offers, "ours_s": seconds, "ours_cpu_s": seconds / 2, "server_cpu_s": 1.0,
        "faiss_flat_s": seconds, "faiss_flat_cpu_s": seconds, "peak_mb": 300, "workers": 2, "ratio": 1.0,
        "cpu_ratio": 0.5, "ratio_without_storing": 0.9,
        "steps_s": {"retrieve": seconds, "score": seconds**0.5, "store": 0.0},
    }  # fmt: skip


def measured(**other: Any) -> dict[str, Any]:
    search = {"ms": 2.0, "recall": 1.0}
    peers = {
        "faiss_hnsw": search, "sentence_transformers": {"ms": 2.0}, "python_loop": {"ms": 40_000.0},
        "pgvector_exact": search, "pgvector_hnsw": {**search, "ef_search": 400},
        "pgvector_index": {"build_s": 60.0, "mb": 87},
    }  # fmt: skip
    return {
        "scale": "full",
        "embed": {"ratio": 190.0, "fresh_ratio": 80.0, "ours_fresh_texts_per_s": 2_000},
        "match": sized(10_000, 100_000, 40.0),
        "one_worker": {"ours_s": 72.0},
        "growth": growth([sized(1_000, 10_000, 1), sized(3_000, 30_000, 9), sized(10_000, 100_000, 100)]),
        "peers": peers,
        "peers_full": peers,
        "one_gap": {"p95_ms": 160.0},
        "one_gap_hnsw": {"p95_ms": 90.0},
        "pool": {"engine_gaps": 50_000, "engine_s": 50.0, "gaps": 10_000, "again_s": 12.0},
        "assembly": {"bound": 100.0, "value": 99.5, "greedy": 90.0, "seconds": 9.0},
        "pages": {"p95_ms": 160.0, "max_queries": 12},
        "pages_hnsw": {"p95_ms": 100.0},
        "memory": {"web_mb": 180.0, "worker_mb": 850.0},
    } | other


def test_growth_is_the_power_that_made_the_figures_and_silent_stages_say_nothing() -> None:
    assert exponent([(10, 3), (100, 30), (1_000, 300)]) == 1.0
    assert exponent([(10, 3), (100, 30), (1_000, 30)]) == 0.5
    assert exponent([(10, 3), (10, 4)]) is exponent([]) is None
    found = growth([sized(1_000, 10_000, 1), sized(3_000, 30_000, 9), sized(10_000, 100_000, 100)])
    assert found["exponent"] == 1.0
    assert found["stages"] == {"retrieve": 1.0, "score": 0.5, "store": None}


def test_each_peer_is_a_ratio_and_each_target_is_met_or_not() -> None:
    r = measured()
    rows = {row.what: row for row in lines(r)}
    assert speed_up(r) == 1.8
    assert rows["speed-up of 2 workers"].value == "1.80 x"
    assert rows["pgvector HNSW, a gap"].ratio == 2.0, "4 ms of ours against 2 ms"
    assert rows["Python loop over SQL, a gap"].ratio == 1e-4
    assert rows["one gap, p95"].met is False
    assert rows["one gap, p95 with HNSW"].met is True
    assert [what for what, row in rows.items() if row.met is False] == [
        "one gap, p95",
        "pages, p95 at 20 users",
    ]
    assert rows["pages, p95 where searches use HNSW"].met is True


@pytest.mark.parametrize(("key", "what"), [("pgvector_exact", "default"), ("pgvector_hnsw", "HNSW 400")])
def test_recall_is_the_least_of_all_sizes(key: str, what: str) -> None:
    r = measured()
    r["peers"] = {**r["peers"], key: {**r["peers"][key], "recall": 0.98}}
    assert {row.what: row.met for row in lines(r)}[f"recall at 20, {what}"] is False


def test_the_table_shows_small_ratios_too(capsys: pytest.CaptureFixture[str]) -> None:
    show(lines(measured(growth=None)))
    said = capsys.readouterr().out
    assert "0.0001" in said
    assert "growth" not in said


@pytest.mark.django_db
def test_volume_of_an_earlier_version_is_recognised_by_its_first_offer() -> None:
    assert stored_title() == ""
    make_offer(title="Vroeger gemaakt")
    make_offer(title="Later gemaakt")
    assert stored_title() == "Vroeger gemaakt"
