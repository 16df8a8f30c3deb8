"""What was measured as a table: each target met or not, each peer as a ratio, and how time grows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

from tests.load import imports

POOLED_LIMIT_S = 60
"""For 50 000 gaps."""
STAGES = ("retrieve", "score", "store")
Measured = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table; `ratio` is ours divided by the peer's, below one when ours takes less."""

    what: str
    value: str
    target: str = ""
    met: bool | None = None
    ratio: float | None = None


def growth(sizes: Sequence[Measured]) -> dict[str, Any]:
    """Time as a power of the number of pairs, fitted by least squares over these sizes.

    1 is linear in gaps times offers; what is linear in gaps alone comes out at a half where both grow
    alike. Below that, fixed costs still weigh.
    """

    def fitted(value: Callable[[Measured], float]) -> float | None:
        return exponent([(m["gaps"] * m["offers"], value(m)) for m in sizes])

    return {
        "sizes": [f"{m['gaps']} x {m['offers']}" for m in sizes],
        "exponent": fitted(lambda m: m["ours_s"]),
        "cpu_exponent": fitted(lambda m: m["ours_cpu_s"]),
        "server_cpu_exponent": fitted(lambda m: m["server_cpu_s"]),
        "faiss_exponent": fitted(lambda m: m["faiss_flat_s"]),
        "stages": {stage: fitted(lambda m, s=stage: m["steps_s"].get(s, 0.0)) for stage in STAGES},
        "memory_exponent": fitted(lambda m: m["peak_mb"]),
    }


def exponent(points: Sequence[tuple[float, float]]) -> float | None:
    """Slope of the logarithms by least squares; None where fewer than two points say anything."""
    logs = [(log(x), log(y)) for x, y in points if x > 0 and y > 0]
    if len({x for x, _ in logs}) < 2:
        return None
    middle_x = sum(x for x, _ in logs) / len(logs)
    middle_y = sum(y for _, y in logs) / len(logs)
    rise = sum((x - middle_x) * (y - middle_y) for x, y in logs)
    return round(rise / sum((x - middle_x) ** 2 for x, _ in logs), 2)


def speed_up(r: Measured) -> float:
    """How many times as fast the whole match is with its workers as with one."""
    return round(float(r["one_worker"]["ours_s"]) / float(r["match"]["ours_s"]), 2)


def lines(r: Measured) -> list[Line]:
    """The targets of the design, each met or not, and every peer."""
    return [
        *_import_lines(r.get("import")),
        *_embed_lines(r["embed"]),
        *_match_lines(r),
        *_growth_lines(r.get("growth")),
        *_peer_lines(r),
        *_recall_lines(r),
        *_one_gap_lines(r),
        *_pool_lines(r["pool"], full=r["scale"] == "full"),
        *_assembly_lines(r["assembly"]),
        *_page_lines(r),
    ]


def _import_lines(measured: Measured | None) -> list[Line]:
    """Putting a catalogue in; measured at full scale only."""
    if measured is None:
        return []
    seconds, peak = measured["seconds"], measured["peak_mb"]
    what = f"import of {measured['offers']} offers"
    return [
        Line(what, f"{seconds:.0f} s", "<= 180 s", seconds <= imports.SPEED_LIMIT_S),
        Line("import, memory", f"{peak:.0f} MB", "<= 500 MB", peak <= imports.MEMORY_LIMIT_MB),
    ]


def _embed_lines(embed: Measured) -> list[Line]:
    return [
        Line("embedding against MiniLM", f"{embed['ratio']:.0f} x", ">= 100 x", embed["ratio"] >= 100),
        Line("the same, texts all new", f"{embed['fresh_ratio']:.0f} x"),
        Line("texts a second, all new", f"{embed['ours_fresh_texts_per_s']}"),
    ]


def _match_lines(r: Measured) -> list[Line]:
    m, full = r["match"], r["scale"] == "full"
    return [
        Line(f"match {m['gaps']} x {m['offers']}, stored", f"{m['ours_s']:.1f} s"),
        Line(
            "FAISS flat, bare search",
            f"{m['faiss_flat_s']:.1f} s",
            "<= 1.5",
            m["ratio"] <= 1.5 if full else None,
            m["ratio"],
        ),
        Line("the same, processor", f"{m['faiss_flat_cpu_s']:.1f} s", ratio=m["cpu_ratio"]),
        Line("the same, without storing", f"{m['faiss_flat_s']:.1f} s", ratio=m["ratio_without_storing"]),
        Line(f"speed-up of {m['workers']} workers", f"{speed_up(r):.2f} x"),
    ]


def _growth_lines(measured: Measured | None) -> list[Line]:
    """Measured at full scale only."""
    if measured is None:
        return []
    stages = {f"growth, {stage}": value for stage, value in measured["stages"].items()}
    found = {
        "growth with pairs": measured["exponent"],
        "growth, processor": measured["cpu_exponent"],
        **stages,
        "growth of FAISS flat": measured["faiss_exponent"],
    }
    return [Line(what, f"^{value:.2f}") for what, value in found.items() if value is not None]


def _peer_lines(r: Measured) -> list[Line]:
    """Milliseconds a gap of each peer's bare search; ours is the whole match, stored, shared by its gaps."""
    p, m = r["peers_full"], r["match"]
    ours = m["ours_s"] / m["gaps"] * 1000
    names = {
        "faiss_hnsw": "FAISS HNSW",
        "sentence_transformers": "semantic_search",
        "pgvector_exact": "pgvector exact",
        "pgvector_hnsw": "pgvector HNSW",
        "python_loop": "Python loop over SQL",
    }
    return [
        Line("ours, a gap of the match", f"{ours:.2f} ms"),
        *(
            Line(f"{name}, a gap", f"{p[key]['ms']:.4g} ms", ratio=ours / p[key]["ms"])
            for key, name in names.items()
        ),
    ]


def _recall_lines(r: Measured) -> list[Line]:
    """Against a product of all vectors, under the facts of each gap; the least of the sizes measured."""
    sizes = (r["peers"], r["peers_full"])
    exact, index = (min(p[key]["recall"] for p in sizes) for key in ("pgvector_exact", "pgvector_hnsw"))
    effort, built = r["peers_full"]["pgvector_hnsw"]["ef_search"], r["peers_full"]["pgvector_index"]
    return [
        Line("recall at 20, default", f"{exact:.4f}", "1", exact >= 1),
        Line(f"recall at 20, HNSW {effort}", f"{index:.4f}", ">= .99", index >= 0.99),
        Line("HNSW, building and size", f"{built['build_s']:.0f} s, {built['mb']} MB"),
    ]


def _one_gap_lines(r: Measured) -> list[Line]:
    exact, index = r["one_gap"]["p95_ms"], r["one_gap_hnsw"]["p95_ms"]
    return [
        Line("one gap, p95", f"{exact:.0f} ms", "<= 150 ms", exact <= 150),
        Line("one gap, p95 with HNSW", f"{index:.0f} ms", "<= 150 ms", index <= 150),
    ]


def _pool_lines(p: Measured, *, full: bool) -> list[Line]:
    return [
        Line(
            f"pooling {p['engine_gaps']} gaps",
            f"{p['engine_s']:.1f} s",
            f"<= {POOLED_LIMIT_S} s",
            p["engine_s"] <= POOLED_LIMIT_S if full else None,
        ),
        Line(f"pooling {p['gaps']}, stored", f"{p['again_s']:.1f} s"),
    ]


def _assembly_lines(a: Measured) -> list[Line]:
    within = (a["bound"] - a["value"]) / a["bound"] if a["bound"] else 0.0
    return [
        Line("assembly below its bound", f"{within:.2%}", "<= 1 %", within <= 0.01),
        Line("assembly, time", f"{a['seconds']:.1f} s", "<= 10 s", a["seconds"] <= 10),
        Line(
            "assembly against greedy",
            f"{a['value']:.1f} / {a['greedy']:.1f}",
            ">= 1",
            a["value"] >= a["greedy"],
            a["value"] / a["greedy"] if a["greedy"] else None,
        ),
    ]


def _page_lines(r: Measured) -> list[Line]:
    p, index, memory = r["pages"], r["pages_hnsw"], r["memory"]
    return [
        Line("pages, p95 at 20 users", f"{p['p95_ms']:.0f} ms", "<= 150 ms", p["p95_ms"] <= 150),
        Line(
            "pages, p95 where searches use HNSW",
            f"{index['p95_ms']:.0f} ms",
            "<= 150 ms",
            index["p95_ms"] <= 150,
        ),
        Line("pages, queries", str(p["max_queries"]), "<= 12", p["max_queries"] <= 12),
        Line("web process", f"{memory['web_mb']:.0f} MB", "<= 200 MB", memory["web_mb"] <= 200),
        Line("worker", f"{memory['worker_mb']:.0f} MB", "<= 1500 MB", memory["worker_mb"] <= 1500),
    ]


def show(rows: Sequence[Line]) -> None:
    """Print the table."""
    print(f"\n{'what':<32} {'measured':>18} {'ours / it':>10} {'target':>10}  met")
    for row in rows:
        met = "" if row.met is None else "yes" if row.met else "NO"
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}" if row.ratio >= 0.01 else f"{row.ratio:.1g}"
        print(f"{row.what:<32} {row.value:>18} {ratio:>10} {row.target:>10}  {met}".rstrip())
