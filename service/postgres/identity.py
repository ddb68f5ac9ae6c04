"""As whom the server runs. PostgreSQL refuses to run as root, so root lends it another identity.

An ordinary user runs it as himself. Root runs it in a user namespace, where the process is an
ordinary user inside and root outside, so that folders only root may enter need no change. Where
namespaces are forbidden (a container, a chroot) root switches to another account and leaves the
server one right, to walk through folders that are not its own.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from inventory.base.errors import Conflict, Unavailable
from inventory.base.messages import _

_ACCOUNTS = ("postgres", "nobody")
_WALK = "-all,+dac_override"


class Mode(StrEnum):
    """How the server gets an identity that is not root's."""

    USER = "user"
    NAMESPACE = "namespace"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Identity:
    """An account the server runs as; ``uid`` is who owns its files as seen from outside."""

    mode: Mode
    uid: int
    gid: int

    def command(
        self, command: Sequence[str | Path], *, dies_with_parent: bool = False
    ) -> list[str]:
        """The command that runs another one as this identity, in the same process."""
        rights: list[str] = []
        if self.mode is Mode.ACCOUNT:
            rights = [
                f"--reuid={self.uid}",
                f"--regid={self.gid}",
                "--clear-groups",
                f"--inh-caps={_WALK}",
                f"--ambient-caps={_WALK}",
                f"--bounding-set={_WALK}",
                # without it initdb takes its own programs for unreadable
                "--securebits=+no_setuid_fixup",
            ]
        if dies_with_parent:
            rights.append("--pdeathsig=INT")
        if rights and shutil.which("setpriv") is None:
            raise Unavailable(_("The program setpriv, of util-linux, is not on this machine."))
        return [
            *(_unshare() if self.mode is Mode.NAMESPACE else []),
            *(["setpriv", *rights, "--"] if rights else []),
            *map(str, command),
        ]

    def give(self, path: Path) -> None:
        """Hand a file or folder this process made to the server's account."""
        if self.mode is Mode.ACCOUNT:
            os.chown(path, self.uid, self.gid)


def choose_identity(data_dir: Path, cluster: Path, forced: Mode | None = None) -> Identity:
    """The identity that fits an existing database folder's owner, or the best one for a new.

    Raises Conflict where the folder is another user's, Unavailable where this machine cannot.
    """
    owner = (cluster if cluster.exists() else data_dir).stat().st_uid
    euid = os.geteuid()
    if euid != 0:
        if cluster.exists() and owner != euid:
            raise Conflict(_("The folder %(folder)s belongs to another user."), folder=str(cluster))
        return Identity(Mode.USER, euid, os.getegid())
    mode = forced or _mode_for_root(owner, new=not cluster.exists())
    if mode is Mode.NAMESPACE:
        _check_namespace(cluster, owner)
        return Identity(mode, 0, 0)
    account = _account(owner) if owner else _service_account()
    return Identity(mode, account.pw_uid, account.pw_gid)


def _mode_for_root(owner: int, *, new: bool) -> Mode:
    if owner != 0:
        return Mode.ACCOUNT
    if new:
        return Mode.NAMESPACE if _namespaces_work() else Mode.ACCOUNT
    return Mode.NAMESPACE


def _check_namespace(cluster: Path, owner: int) -> None:
    if owner != 0:
        raise Conflict(_("The folder %(folder)s belongs to another user."), folder=str(cluster))
    if not _namespaces_work():
        raise Unavailable(
            _("%(folder)s is root's and this machine has no user namespaces; run: %(command)s"),
            folder=str(cluster),
            command=f"chown -R {_service_account().pw_name}: {cluster}",
        )


def _account(uid: int) -> pwd.struct_passwd:
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        raise Unavailable(_("No account has the number %(uid)s."), uid=uid) from None


@cache
def _service_account() -> pwd.struct_passwd:
    accounts = {account.pw_name: account for account in pwd.getpwall()}
    for name in _ACCOUNTS:
        if name in accounts:
            return accounts[name]
    raise Unavailable(_("Root needs an account named postgres or nobody to run the database as."))


def _unshare() -> list[str]:
    account = _service_account()
    return [
        "unshare",
        "--user",
        f"--map-user={account.pw_uid}",
        f"--map-group={account.pw_gid}",
        "--",
    ]


@cache
def _namespaces_work() -> bool:
    if shutil.which("unshare") is None:
        return False
    tried = subprocess.run(  # noqa: S603 - constant words
        [*_unshare(), "true"], capture_output=True, check=False
    )
    return tried.returncode == 0
