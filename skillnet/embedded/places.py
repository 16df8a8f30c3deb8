"""Accounts and folders: who runs an engine, where its files and its socket live, and who may enter.

No folder that exists is ever opened further. Sockets live in a short private folder (0700), because a
unix socket path holds at most 107 bytes while a checkout may lie deep.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import stat
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from skillnet.embedded.errors import EngineError

UNPRIVILEGED = ("postgres", "nobody")
SOCKET_BYTES = 107


@dataclass(frozen=True)
class Account:
    """A user of this machine."""

    uid: int
    gid: int
    name: str

    @property
    def is_current(self) -> bool:
        """Whether this process runs as the account already."""
        return self.uid == os.geteuid()


def say(message: str) -> None:
    """Tell the person at the terminal; standard output stays free for data."""
    print(f"skillnet: {message}", file=sys.stderr, flush=True)


def account_of(uid: int) -> Account:
    """The account with this number, with or without an entry in the user database."""
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        return Account(uid, os.getegid(), str(uid))
    return Account(uid, entry.pw_gid, entry.pw_name)


def owner_of(root: Path) -> Account:
    """Who the engines of this root belong to.

    Root that works in the checkout of an ordinary user serves that user: the same engines, files that the
    user can still write afterwards.
    """
    if os.geteuid() != 0:
        return account_of(os.geteuid())
    for folder in (root, *root.parents):
        if folder.exists():  # the root itself is not there before the first start
            return account_of(folder.stat().st_uid)
    raise EngineError(f"{root} is no absolute path. Name the folder from / on.")


def unprivileged_account() -> Account:
    """An account that PostgreSQL may run as when we are root; none is ever created.

    Raises EngineError when the machine has none.
    """
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(entry.pw_uid, entry.pw_gid, name)
    raise EngineError(
        "PostgreSQL refuses to run as root and this machine has no user postgres or nobody. "
        "Run the command as an ordinary user, or set DATABASE_URL to a server of your own."
    )


def make_folder(path: Path, mode: int, owner: Account) -> None:
    """Create a folder with exactly this mode and owner. One that exists is left as it is.

    Raises EngineError when it cannot be created.
    """
    if path.is_dir():
        return
    try:
        path.mkdir()
    except FileExistsError:
        if path.is_dir():
            return
        raise EngineError(f"{path} is in the way: it is not a folder. Move it aside.") from None
    except OSError as error:
        raise explain(error, path) from error
    path.chmod(mode)
    give(path, owner)


def give(path: Path, owner: Account) -> None:
    """Make `owner` the owner of one path that we just created; links are not followed."""
    if not owner.is_current:
        os.chown(path, owner.uid, owner.gid, follow_symlinks=False)


def explain(error: OSError, path: Path) -> EngineError:
    """An operating system error in words that say what to do."""
    if isinstance(error, PermissionError):
        remedy = f"This user may not write there; the checkout belongs to user {_owner_name(path)}. Work as that user or in a checkout of your own."  # noqa: E501
    elif error.errno in {28, 122}:
        remedy = "The disk is full. Free some space and start again; nothing is lost."
    elif error.errno == 30:
        remedy = "The file system is read-only. Use a checkout on a writable one."
    else:
        remedy = "Correct that and start again."
    return EngineError(f"{path}: {error.strerror}. {remedy}")


def _owner_name(path: Path) -> str:
    for candidate in (path, *path.parents):
        try:
            return account_of(candidate.stat().st_uid).name
        except OSError:
            continue
    return "unknown"


def require_space(path: Path, needed: int) -> None:
    """Raise EngineError unless the disk of `path` has `needed` bytes free."""
    free = shutil.disk_usage(path).free
    if free < needed:
        raise EngineError(
            f"The disk is full: {free // 2**20} MB free where {path} lies and the database needs "
            f"{needed // 2**20} MB. Free some space and start again; nothing is lost."
        )


def can_enter(path: Path, account: Account) -> bool:
    """Whether `account` may pass through this folder and all folders above it, by their mode bits."""
    return all(_may(folder.stat(), account, 0o1) for folder in (path, *path.parents))


def can_run(path: Path, account: Account) -> bool:
    """Whether `account` may reach, read and run this program, by the mode bits."""
    return can_enter(path.parent, account) and all(_may(path.stat(), account, bit) for bit in (0o4, 0o1))


def _may(status: os.stat_result, account: Account, bit: int) -> bool:
    if account.uid == 0:
        return True
    if status.st_uid == account.uid:
        bit <<= 6
    elif status.st_gid == account.gid:
        bit <<= 3
    return bool(status.st_mode & bit)


def socket_folder(root: Path, engine: str, account: Account) -> Path:
    """The private folder (0700) of one engine's socket: per checkout and per user, short, verified.

    Raises EngineError when somebody else made a folder of that name or the path would be too long.
    """
    folder = socket_path_of(root, engine, account)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        pass
    except OSError as error:
        raise explain(error, folder) from error
    status = folder.lstat()
    ours = status.st_uid in {account.uid, os.geteuid()}
    if not stat.S_ISDIR(status.st_mode) or not ours or status.st_mode & 0o077:
        raise EngineError(
            f"{folder} is not a private folder of user {account.name}: somebody else made it or opened it. "
            "Remove it, or name another short folder in SKILLNET_EMBEDDED_SOCKETS."
        )
    if status.st_uid != account.uid:
        give(folder, account)
    return folder


def socket_path_of(root: Path, engine: str, account: Account) -> Path:
    """Where `socket_folder` would be; touches nothing."""
    digest = hashlib.sha256(os.fsencode(root.resolve())).hexdigest()[:12]
    folder = _socket_base() / f"skillnet-{account.uid}-{digest}-{engine}"
    if len(os.fsencode(folder)) + len("/.s.PGSQL.5432.lock") > SOCKET_BYTES:
        raise EngineError(
            f"{folder} is too long for a socket ({SOCKET_BYTES} bytes at most). "
            "Name a shorter folder in SKILLNET_EMBEDDED_SOCKETS."
        )
    return folder


def _socket_base() -> Path:
    """The same for every process of a user: a session's own runtime folder goes when the session ends."""
    named = os.environ.get("SKILLNET_EMBEDDED_SOCKETS")
    if named:
        return Path(named).resolve()
    common = Path("/tmp")  # noqa: S108 - the folder made below it is private and verified
    return common if os.access(common, os.W_OK | os.X_OK) else Path(tempfile.gettempdir()).resolve()
