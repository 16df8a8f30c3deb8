"""`make bench`: speed and memory beside the peers, as a table and in `.local/bench.json`.

Each part runs in a process of its own, so that one's memory and threads do not weigh on another. The volume
lives in databases of its own in the embedded PostgreSQL, which stay for the next time; `--fresh` makes them
again.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.load import imports
from tests.load.measuring import load_average

ROOT = Path(__file__).resolve().parents[2]
TARGET_FILE = ROOT / ".local" / "bench.json"
SMALL, FULL = (1_000, 10_000), (10_000, 100_000)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table."""

    what: str
    value: str
    target: str
    met: bool | None


def run_part(name: str, size: tuple[int, int] = SMALL, *options: str, database: str = "") -> dict[str, Any]:
    """Run `tests.load.parts` on the database of that size and return what it measured."""
    print(f"… {name} {size[0]} x {size[1]} (load average {load_average()})", file=sys.stderr, flush=True)
    environment = {
        **os.environ,
        "SKILLNET_EMBEDDED_DATABASE": database or database_of(size),
        "SKILLNET_LOG_LEVEL": "WARNING",
    }
    environment.pop("DATABASE_URL", None)
    command = [
        sys.executable,
        "-m",
        "tests.load.parts",
        name,
        "--gaps",
        str(size[0]),
        "--offers",
        str(size[1]),
    ]
    ran = subprocess.run([*command, *options], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    if ran.returncode:
        raise SystemExit(f"bench: the part {name} failed; see above.")
    measured: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return {**measured, "load_average": load_average()}


def database_of(size: tuple[int, int]) -> str:
    return "skillnet_bench" if size == SMALL else f"skillnet_bench_{size[1]}"


def measure(scale: str) -> dict[str, Any]:
    """Everything of this scale, by part."""
    largest = FULL if scale == "full" else SMALL
    result: dict[str, Any] = {"scale": scale, "cores": os.cpu_count()}
    for size in dict.fromkeys((SMALL, largest)):
        run_part("prepare", size)
    result["embed"] = run_part("embed")
    result["match_small"] = run_part("match")
    result["peers"] = run_part("peers")
    result["match"] = run_part("match", FULL) if scale == "full" else result["match_small"]
    if scale == "full":
        result["growth"] = growth(result["match_small"], result["match"])
        result["one_worker"] = run_part("match", FULL, "--workers", "1")
        result["peers_full"] = run_part("hnsw", FULL)
        result["import"] = run_part("import", FULL, database=imports.DATABASE)
    result["one_gap"] = run_part("one_gap", largest)
    result["assembly"] = run_part("assembly")
    result["pages"] = run_part("pages", largest)
    result["memory"] = {"web_mb": result["pages"].pop("web_mb"), "worker_mb": result["match"]["peak_mb"]}
    return result


def growth(small: dict[str, Any], full: dict[str, Any]) -> dict[str, float]:
    """Seconds as a power of the number of pairs: 1 is linear, below it fixed costs still weigh."""
    from math import log

    pairs = log((full["gaps"] * full["offers"]) / (small["gaps"] * small["offers"]))
    return {
        "exponent": round(log(full["ours_s"] / small["ours_s"]) / pairs, 2),
        "faiss_exponent": round(log(full["faiss_flat_s"] / small["faiss_flat_s"]) / pairs, 2),
    }


def lines(r: dict[str, Any]) -> list[Line]:
    """The targets of the design, each met or not."""
    m, a, p = r["match"], r["assembly"], r["pages"]
    size = f"{m['gaps']} x {m['offers']}"
    within = (a["bound"] - a["value"]) / a["bound"] if a["bound"] else 0.0
    full = r["scale"] == "full"
    embed = r["embed"]
    return [
        *_import_lines(r.get("import")),
        Line("embedding against MiniLM", f"{embed['ratio']:.0f} x", ">= 100 x", embed["ratio"] >= 100),
        Line(f"match {size}, stored", f"{m['ours_s']:.1f} s", "", None),
        Line("FAISS flat, bare search", f"{m['faiss_flat_s']:.1f} s", "", None),
        Line("ratio, time", f"{m['ratio']:.2f}", "<= 1.5", m["ratio"] <= 1.5 if full else None),
        Line("ratio, processor", f"{m['cpu_ratio']:.2f}", "", None),
        Line("ratio without storing", f"{m['ratio_without_storing']:.2f}", "", None),
        Line("one gap, p95", f"{r['one_gap']['p95_ms']:.0f} ms", "<= 150 ms", r["one_gap"]["p95_ms"] <= 150),
        Line("assembly below its bound", f"{within:.2%}", "<= 1 %", within <= 0.01),
        Line("assembly, time", f"{a['seconds']:.1f} s", "<= 10 s", a["seconds"] <= 10),
        Line(
            "assembly against greedy",
            f"{a['value']:.1f} / {a['greedy']:.1f}",
            ">= 1",
            a["value"] >= a["greedy"],
        ),
        Line("pages, p95 at 20 users", f"{p['p95_ms']:.0f} ms", "<= 150 ms", p["p95_ms"] <= 150),
        Line("pages, queries", str(p["max_queries"]), "<= 12", p["max_queries"] <= 12),
        Line("web process", f"{r['memory']['web_mb']:.0f} MB", "<= 200 MB", r["memory"]["web_mb"] <= 200),
        Line("worker", f"{r['memory']['worker_mb']:.0f} MB", "<= 1500 MB", r["memory"]["worker_mb"] <= 1500),
    ]


def _import_lines(measured: dict[str, Any] | None) -> list[Line]:
    """Putting a catalogue in; measured at full scale only."""
    if measured is None:
        return []
    seconds, peak = measured["seconds"], measured["peak_mb"]
    what = f"import of {measured['offers']} offers"
    return [
        Line(what, f"{seconds:.0f} s", "<= 180 s", seconds <= imports.SPEED_LIMIT_S),
        Line("import, memory", f"{peak:.0f} MB", "<= 500 MB", peak <= imports.MEMORY_LIMIT_MB),
    ]


def show(rows: Sequence[Line]) -> None:
    print(f"\n{'what':<28} {'measured':>16} {'target':>12}  met")
    for row in rows:
        met = "" if row.met is None else "yes" if row.met else "NO"
        print(f"{row.what:<28} {row.value:>16} {row.target:>12}  {met}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, write; exit status 0 whether targets are met or not."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.bench", description=__doc__)
    parser.add_argument("--scale", choices=("small", "full"), default="small")
    parser.add_argument("--fresh", action="store_true", help="make the databases again")
    options = parser.parse_args(arguments)
    if options.fresh:
        for size in (SMALL, FULL):
            run_part("forget", size)
    result = measure(options.scale)
    rows = lines(result)
    result["targets"] = {row.what: {"value": row.value, "target": row.target, "met": row.met} for row in rows}
    TARGET_FILE.parent.mkdir(exist_ok=True)
    TARGET_FILE.write_text(json.dumps(result, indent=1) + "\n")
    show(rows)
    print(
        f"\nload average at the end {load_average()} on {os.cpu_count()} cores; everything in {TARGET_FILE}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
