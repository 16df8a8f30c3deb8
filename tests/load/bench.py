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
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.load import imports
from tests.load.measuring import load_average
from tests.load.report import growth, lines, show

ROOT = Path(__file__).resolve().parents[2]
TARGET_FILE = ROOT / ".local" / "bench.json"
SMALL, MIDDLE, FULL = (1_000, 10_000), (3_000, 30_000), (10_000, 100_000)


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
    full = scale == "full"
    largest = FULL if full else SMALL
    result: dict[str, Any] = {"scale": scale, "cores": os.cpu_count()}
    for size in (SMALL, MIDDLE, FULL) if full else (SMALL,):
        if run_part("prepare", size).get("stale"):
            run_part("forget", size)
            run_part("prepare", size)
    result["embed"] = run_part("embed")
    result["match_small"] = run_part("match")
    if full:
        result["match_middle"] = run_part("match", MIDDLE)
    result["match"] = run_part("match", FULL) if full else result["match_small"]
    result["one_worker"] = run_part("match", largest, "--workers", "1")
    result["peers"] = run_part("peers")
    result["peers_full"] = run_part("peers", FULL) if full else result["peers"]
    result["one_gap_hnsw"] = run_part("one_gap", largest, "--index", "hnsw")
    result["one_gap"] = run_part("one_gap", largest)
    if full:
        result["growth"] = growth([result[name] for name in ("match_small", "match_middle", "match")])
        result["import"] = run_part("import", FULL, database=imports.DATABASE)
    result["pool"] = run_part("pool", largest)
    result["assembly"] = run_part("assembly")
    result["pages_hnsw"] = run_part("pages", largest, "--index", "hnsw")
    result["pages"] = run_part("pages", largest)
    result["memory"] = {"web_mb": result["pages"].pop("web_mb"), "worker_mb": result["match"]["peak_mb"]}
    return result


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, write; exit status 0 whether targets are met or not."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.bench", description=__doc__)
    parser.add_argument("--scale", choices=("small", "full"), default="small")
    parser.add_argument("--fresh", action="store_true", help="make the databases again")
    options = parser.parse_args(arguments)
    if options.fresh:
        for size in (SMALL, MIDDLE, FULL):
            run_part("forget", size)
    result = measure(options.scale)
    rows = lines(result)
    result["targets"] = {row.what: asdict(row) for row in rows}
    TARGET_FILE.parent.mkdir(exist_ok=True)
    TARGET_FILE.write_text(json.dumps(result, indent=1) + "\n")
    show(rows)
    print(
        f"\nload average at the end {load_average()} on {os.cpu_count()} cores; everything in {TARGET_FILE}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
