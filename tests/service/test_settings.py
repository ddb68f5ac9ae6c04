"""What the environment decides."""

import threading
from pathlib import Path

import pytest

from inventory.base.errors import Invalid
from service.settings import Settings, postgres_environment


def test_an_empty_environment_gives_a_private_folder_and_a_loopback_address() -> None:
    settings = Settings.from_env(environ={})

    assert settings.data_dir == Path.home() / ".local/share/kebien"
    assert settings.database_url is None
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.cookie_secure
    assert not settings.demonstration


def test_a_folder_given_by_hand_wins_over_the_environment(tmp_path: Path) -> None:
    environ = {"KEBIEN_DATA_DIR": "/somewhere/else"}

    assert Settings.from_env(tmp_path, environ=environ).data_dir == tmp_path
    assert Settings.from_env(environ=environ).data_dir == Path("/somewhere/else")


def test_a_relative_folder_is_made_absolute_so_that_children_find_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert Settings.from_env(Path(".demo"), environ={}).data_dir == tmp_path / ".demo"


def test_settings_survive_the_way_to_a_child_process(tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path,
        database_url="postgresql+psycopg://app:pw@db/kebien",
        postgres_bin=Path("/usr/lib/postgresql/15/bin"),
        host="0.0.0.0",
        port=8100,
        workers=3,
        threads=5,
        demonstration=True,
        cookie_secure=False,
        secret="s",
    )

    assert Settings.from_env(environ=settings.variables()) == settings


def test_settings_are_handed_to_forked_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in Settings(data_dir=tmp_path).variables():
        monkeypatch.setenv(name, "1")

    Settings(data_dir=tmp_path, port=8123).export()

    assert Settings.from_env() == Settings(data_dir=tmp_path, port=8123)


@pytest.mark.parametrize(
    "written", ["postgresql://u@h/d", "postgres://u@h/d", "postgresql+psycopg://u@h/d"]
)
def test_every_usual_spelling_of_an_address_reaches_the_driver(written: str) -> None:
    settings = Settings.from_env(environ={"KEBIEN_DATABASE_URL": written})

    assert settings.database_url == "postgresql+psycopg://u@h/d"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KEBIEN_PORT", "eighty"),
        ("KEBIEN_PORT", "0"),
        ("KEBIEN_PORT", "65536"),
        ("KEBIEN_WORKERS", "-1"),
        ("KEBIEN_DEMONSTRATION", "perhaps"),
        ("KEBIEN_DATABASE_URL", "mysql://h/d"),
        ("KEBIEN_PUBLIC_URL", "kho.example.vn"),
        ("KEBIEN_PUBLIC_URL", "https://kho.example.vn/kebien"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(Invalid) as refusal:
        Settings.from_env(environ={name: value})

    assert name in str(refusal.value)
    assert name in refusal.value.fields


def test_a_demonstration_works_without_https_unless_told_otherwise() -> None:
    told = {"KEBIEN_DEMONSTRATION": "yes", "KEBIEN_COOKIE_SECURE": "1"}

    assert not Settings.from_env(environ={"KEBIEN_DEMONSTRATION": "yes"}).cookie_secure
    assert Settings.from_env(environ=told).cookie_secure


def test_a_command_may_bring_its_own_folder_and_be_a_demonstration(tmp_path: Path) -> None:
    environ = {"KEBIEN_DATA_DIR": "/chosen"}

    own = Settings.from_env(fallback=tmp_path, demonstration=True, environ={})
    chosen = Settings.from_env(fallback=tmp_path, environ=environ)

    assert (own.data_dir, own.demonstration, own.cookie_secure) == (tmp_path, True, False)
    assert (chosen.data_dir, chosen.demonstration) == (Path("/chosen"), False)


def test_passwords_do_not_show_when_settings_are_printed(tmp_path: Path) -> None:
    shown = repr(
        Settings(data_dir=tmp_path, database_url="postgresql://a:hidden@h/d", secret="hidden")
    )

    assert "hidden" not in shown


def test_processes_that_start_together_agree_on_one_signing_key(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "new")
    barrier = threading.Barrier(8)
    keys: list[bytes] = []

    def read() -> None:
        barrier.wait()
        keys.append(settings.signing_key())

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(keys) == 8
    assert len(set(keys)) == 1
    assert len(keys[0]) >= 43
    assert [path.name for path in settings.data_dir.iterdir()] == ["secret"]
    assert (settings.data_dir / "secret").stat().st_mode & 0o077 == 0


def test_a_secret_that_was_given_is_the_signing_key(tmp_path: Path) -> None:
    assert Settings(data_dir=tmp_path, secret="given").signing_key() == b"given"
    assert list(tmp_path.iterdir()) == []


def test_a_callers_client_settings_do_not_reach_the_database_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PGDATA", "/elsewhere")
    monkeypatch.setenv("PGPORT", "6000")

    environment = postgres_environment()

    assert not [name for name in environment if name.startswith("PG")]
    assert environment["TZ"] == "UTC"
