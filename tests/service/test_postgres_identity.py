"""As whom the embedded database runs: an ordinary user, or root by either of its two ways."""

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from inventory.base.errors import Conflict, Unavailable
from service.postgres import identity
from service.postgres.binaries import find_binaries, version_of
from service.postgres.identity import Mode
from service.postgres.launcher import EmbeddedServer

DEBIAN = Path("/usr/lib/postgresql")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has another identity to lend")

TURN = """
import sys
from pathlib import Path
from inventory.base.errors import DomainError
from service.postgres.launcher import EmbeddedServer
try:
    server = EmbeddedServer(Path(sys.argv[1])).ensure()
    print(server.status().mode, flush=True)
    server.stop()
except DomainError as refusal:
    sys.exit(f"refused: {refusal}")
"""


def namespaces_work() -> bool:
    words = ["unshare", "--user", "--map-user=1", "true"]
    return (
        shutil.which("unshare") is not None and subprocess.run(words, check=False).returncode == 0
    )


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    data_dir = tmp_path / "data"
    yield data_dir
    EmbeddedServer(data_dir).stop()


def as_ordinary_user(folder: Path) -> subprocess.CompletedProcess[str]:
    """Start and stop as ``nobody``, who may walk to where this Python is."""
    nobody = pwd.getpwnam("nobody")
    walk = "-all,+dac_override"
    lend = [
        "setpriv",
        f"--reuid={nobody.pw_uid}",
        f"--regid={nobody.pw_gid}",
        "--clear-groups",
        f"--inh-caps={walk}",
        f"--ambient-caps={walk}",
        "--securebits=+no_setuid_fixup",
    ]
    words = [*lend, sys.executable, "-c", TURN, str(folder)]
    return subprocess.run(words, check=False, capture_output=True, text=True, timeout=60)


def start_and_stop_twice(folder: Path, mode: Mode) -> EmbeddedServer:
    server = EmbeddedServer(folder, mode=mode)
    for _turn in range(2):
        server.ensure()
        assert server.status().mode is mode
        assert server.stop()
    return server


@as_root
@pytest.mark.skipif(not namespaces_work(), reason="this machine has no user namespaces")
def test_root_runs_it_in_a_user_namespace_and_the_files_stay_roots(folder: Path) -> None:
    server = start_and_stop_twice(folder, Mode.NAMESPACE)

    assert {path.stat().st_uid for path in server.folder.rglob("*")} == {0}
    assert EmbeddedServer(folder).ensure().status().mode is Mode.NAMESPACE


@as_root
def test_root_runs_it_as_another_account_that_may_walk_through_roots_folders(folder: Path) -> None:
    folder.mkdir(mode=0o700)

    server = start_and_stop_twice(folder, Mode.ACCOUNT)

    assert folder.stat().st_uid == 0
    assert folder.stat().st_mode & 0o077 == 0
    assert server.folder.stat().st_uid != 0
    assert EmbeddedServer(folder).ensure().status().mode is Mode.ACCOUNT


@as_root
def test_without_namespaces_root_takes_the_other_way_by_itself(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "_namespaces_work", lambda: False)

    assert EmbeddedServer(folder).ensure().status().mode is Mode.ACCOUNT


@as_root
def test_a_root_folder_on_a_machine_without_namespaces_is_refused_with_the_remedy(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "postgres").mkdir(parents=True)
    monkeypatch.setattr(identity, "_namespaces_work", lambda: False)

    with pytest.raises(Unavailable, match=r"chown -R \w+: .*/postgres"):
        EmbeddedServer(folder).ensure()


@as_root
def test_an_ordinary_users_folder_is_his_again_after_root_used_it(folder: Path) -> None:
    folder.mkdir()
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    first = as_ordinary_user(folder)

    server = EmbeddedServer(folder).ensure()
    mode = server.status().mode
    server.stop()

    assert first.stdout == "user\n", first.stderr
    assert mode is Mode.ACCOUNT
    assert as_ordinary_user(folder).stdout == "user\n"
    assert {path.stat().st_uid for path in folder.rglob("*")} == {nobody.pw_uid}


@as_root
def test_another_users_folder_is_refused(folder: Path) -> None:
    (folder / "postgres").mkdir(parents=True)

    refused = as_ordinary_user(folder)

    assert refused.returncode == 1
    assert "belongs to another user" in refused.stderr


@as_root
def test_a_namespace_is_refused_for_a_folder_that_is_not_roots(folder: Path) -> None:
    (folder / "postgres").mkdir(parents=True)
    os.chown(folder / "postgres", 1, 1)

    with pytest.raises(Conflict, match="another user"):
        EmbeddedServer(folder, mode=Mode.NAMESPACE).ensure()


@pytest.mark.skipif(not any(DEBIAN.glob("*/bin/postgres")), reason="no PostgreSQL of Debian here")
def test_a_folder_keeps_the_version_it_was_made_with(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    debian = next(DEBIAN.glob("*/bin"))
    monkeypatch.setenv("KEBIEN_PG_BIN", str(debian))
    EmbeddedServer(folder).ensure().stop()
    monkeypatch.delenv("KEBIEN_PG_BIN")

    server = EmbeddedServer(folder).ensure()

    assert server.status().version == version_of(debian).split(".")[0]


def test_a_version_this_machine_lacks_is_named() -> None:
    with pytest.raises(Unavailable, match="PostgreSQL 9"):
        find_binaries("9")


def test_a_folder_of_programs_that_holds_none_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEBIEN_PG_BIN", str(tmp_path))

    with pytest.raises(Unavailable, match="KEBIEN_PG_BIN"):
        find_binaries()
