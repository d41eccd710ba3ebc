"""Give the server an unprivileged account and a private folder: PostgreSQL refuses to run as root."""

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from devmatrix.errors import ServerUnavailable

SUITABLE = ("postgres", "nobody")
OWN_ACCOUNT = "devmatrix"
PLACES = (Path("/var/lib"), Path("/var/tmp"))  # noqa: S108


class Lodging(BaseModel):
    """Where a server lives and as whom: ``account`` is (uid, gid), None for ourselves."""

    model_config = ConfigDict(frozen=True)

    folder: Path
    account: tuple[int, int] | None


def find_lodging(control: Path) -> Lodging:
    """A private folder for the server: ``control`` itself, or, as root, one outside every home that is keyed by it."""
    if os.geteuid() != 0:
        make_private(control, None)
        return Lodging(folder=control, account=None)
    name = "devmatrix-" + hashlib.sha256(os.fsencode(control.resolve())).hexdigest()[:12]
    place = next((place for place in PLACES if os.access(place, os.W_OK)), None)
    if place is None:
        raise ServerUnavailable(
            f"neither of {', '.join(map(str, PLACES))} can be written", hint="run as a user other than root"
        )
    account = owner_of(place / name) or find_account()
    make_private(place / name, account)
    return Lodging(folder=place / name, account=account)


def owner_of(folder: Path) -> tuple[int, int] | None:
    """The account that a lodging was made for, if it is one that we would take; None when there is no lodging."""
    try:
        found = folder.lstat()
        name = pwd.getpwuid(found.st_uid).pw_name
    except (FileNotFoundError, KeyError):
        return None
    return (found.st_uid, found.st_gid) if name in (*SUITABLE, OWN_ACCOUNT) else None


def find_account() -> tuple[int, int]:
    """The first suitable account that exists, else one of our own, made now."""
    for name in (*SUITABLE, OWN_ACCOUNT):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    adder = shutil.which("useradd") or shutil.which("adduser")
    if adder is None:
        raise ServerUnavailable("root needs another account to run PostgreSQL", hint="run as a user other than root")
    how = ["--system", "--no-create-home"] if adder.endswith("useradd") else ["-S", "-H"]
    subprocess.run([adder, *how, OWN_ACCOUNT], check=True, capture_output=True)  # noqa: S603
    entry = pwd.getpwnam(OWN_ACCOUNT)
    return entry.pw_uid, entry.pw_gid


def make_private(folder: Path, account: tuple[int, int] | None) -> None:
    """Make ``folder`` for nobody but ``account``; raises ServerUnavailable when it belongs to somebody else."""
    owner = os.geteuid() if account is None else account[0]
    if not folder.exists():
        folder.mkdir(mode=0o700, parents=True)
        if account is not None:
            os.chown(folder, *account)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {owner, os.geteuid()}:
        raise ServerUnavailable(f"{folder} is not ours", hint="move it away, or set DEVMATRIX_HOME to another folder")
    if account is not None and found.st_uid != owner:  # made, but killed before it was given away
        os.chown(folder, *account)
    if stat.S_IMODE(found.st_mode) != 0o700:
        folder.chmod(0o700)
