"""``kebien user add``: a person, an appointment and a log-in, all or nothing."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from inventory.base import clock
from inventory.base.errors import Unauthenticated
from service.auth.commands import log_in
from service.cli.main import main
from service.database import Database
from service.postgres.launcher import EmbeddedServer
from service.settings import Settings

PASSWORD = "một mật khẩu dài"


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("data")
    yield folder
    EmbeddedServer(folder).stop()


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> None:
    monkeypatch.delenv("KEBIEN_DATABASE_URL", raising=False)
    monkeypatch.setenv("KEBIEN_DATA_DIR", str(data_dir))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def add(login: str, *, office: str = "01", role: str = "inspector", text: str = PASSWORD) -> Result:
    words = ["user", "add", login, "--name", "Nguyễn Thị Hoà", "--office", office, "--role", role]
    return CliRunner().invoke(main, [*words, "--password-stdin", "--json"], input=f"{text}\n")


def test_on_a_fresh_folder_the_person_can_log_in_with_the_role_given(data_dir: Path) -> None:
    added = add("Hoa")
    at = clock.now() + timedelta(seconds=1)

    database = Database(Settings.from_env())
    opened = log_in(database, "hoa", PASSWORD, "127.0.0.1", at=at)
    with pytest.raises(Unauthenticated):
        log_in(database, "hoa", "another password", "127.0.0.1", at=at)
    database.close()

    assert added.exit_code == 0, added.output
    assert json.loads(added.stdout) == {
        "login": "hoa",
        "staff": "Hoa",
        "office": "01",
        "role": "inspector",
    }
    assert opened.actor.name == "Nguyễn Thị Hoà"
    assert opened.actor.may("reviews.conclude")
    assert not opened.actor.may("accounts.manage")


@pytest.mark.parametrize(
    ("login", "office", "text", "reason"),
    [
        ("binh", "no such", PASSWORD, "no such"),
        ("dung", "01", "short", "at least"),
    ],
)
def test_what_is_refused_leaves_nothing_behind(
    login: str, office: str, text: str, reason: str
) -> None:
    refused = add(login, office=office, text=text)
    mended = add(login)

    assert refused.exit_code == 1
    assert reason in refused.stderr
    assert refused.stdout == ""
    assert mended.exit_code == 0, mended.stderr


def test_a_log_in_needs_a_name() -> None:
    refused = add("")

    assert refused.exit_code == 1
    assert "required" in refused.stderr


def test_a_log_in_is_given_once() -> None:
    assert add("lan").exit_code == 0

    again = add("lan")

    assert again.exit_code == 1
    assert "already" in again.stderr


def test_an_unknown_role_is_wrong_usage() -> None:
    assert add("minh", role="king").exit_code == 2


def test_without_a_terminal_the_password_must_come_from_standard_input() -> None:
    words = ["user", "add", "x", "--name", "X Y", "--office", "01", "--role", "head"]

    done = CliRunner().invoke(main, words, input="")

    assert done.exit_code == 2
    assert "--password-stdin" in done.stderr
