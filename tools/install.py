"""Makes the virtual environment and installs what pyproject.toml names. Says what it is doing."""

import argparse
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SKIPPED = r"/tests?/|/transformers/models/"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--venv", type=Path, default=Path(".venv"))
    parser.add_argument("--no-dev", action="store_true", help="leave out what only tests and checks need")
    options = parser.parse_args()
    if not (3, 11) <= sys.version_info[:2] < (3, 14):
        found = ".".join(map(str, sys.version_info[:3]))
        print(f"Python 3.11, 3.12 or 3.13 is needed, this is {found}. Run: make PYTHON=python3.11 …")
        return 1
    python = options.venv / "bin" / "python"
    if not python.exists():
        print(f"Making {options.venv} …", flush=True)
        venv.create(options.venv, with_pip=True)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] + ([] if options.no_dev else project["optional-dependencies"]["dev"])
    print(
        f"Installing {len(wanted)} packages and what they need (the first time, some minutes) …", flush=True
    )
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    pip += ["--no-compile", *wanted]  # pip compiles on one core what compile_packages does on all
    done = subprocess.run(pip, check=False)  # noqa: S603  the names are our own
    if done.returncode:
        print(
            "Installing failed; pip's last lines say why. Often: no network, or a proxy that pip does not know."
        )
    else:
        compile_packages(python, options.venv)
    return done.returncode


def compile_packages(python: Path, folder: Path) -> None:
    """Compile what was installed on all cores, without the packages' own tests and the models of transformers,
    which nobody imports here.

    Some packages carry files for another Python, so one that does not compile is no error.
    """
    compiling = [str(python), "-m", "compileall", "-qq", "-j", "0", "-x", SKIPPED, str(folder / "lib")]
    subprocess.run(compiling, check=False)  # noqa: S603  the names are our own


if __name__ == "__main__":
    sys.exit(main())
