"""The settings: what the environment says, what it may not say, and what the README says of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hit_maternity.settings import Settings, SettingsError, unknown_variables, variables

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("HIT_"):
            monkeypatch.delenv(name)


def test_an_empty_environment_gives_an_embedded_database_on_loopback():
    settings = Settings.from_environment()
    assert settings.database.database_url == "sqlite:///var/hit.db"
    assert (settings.door.host, settings.door.port, settings.door.workers, settings.door.access) == ("127.0.0.1", 8080, 1, "helseid")
    assert settings.door.cors_origins == ()
    assert settings.log.log_level == "info"


def test_the_environment_counts_and_a_given_value_counts_before_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HIT_PORT", "9000")
    monkeypatch.setenv("HIT_LOG_LEVEL", "WARNING")
    assert Settings.from_environment().door.port == 9000
    assert Settings.from_environment(port=9001).door.port == 9001
    assert Settings.from_environment(port=None).door.port == 9000
    assert Settings.from_environment().log.log_level == "warning"


def test_an_empty_variable_counts_as_none(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HIT_PORT", "")
    assert Settings.from_environment().door.port == 8080


@pytest.mark.parametrize(
    ("given", "origins"),
    [("*", ("*",)), ("none", ()), ("https://a.example, https://b.example/", ("https://a.example", "https://b.example"))],
)
def test_origins_are_a_list_with_commas(monkeypatch: pytest.MonkeyPatch, given: str, origins: tuple[str, ...]):
    monkeypatch.setenv("HIT_CORS_ORIGINS", given)
    assert Settings.from_environment().door.cors_origins == origins


@pytest.mark.parametrize("url", ["sqlite:///var/x.db", "sqlite:////tmp/x.db", "postgresql://u@h/d", "postgresql+psycopg://u:p@h:5432/d"])
def test_these_databases_can_be_named(url: str):
    assert Settings.from_environment(database_url=url).database.database_url == url


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "mysql://u@h/d", "var/x.db", "oracle:secret-word"])
def test_another_database_is_refused_without_repeating_what_may_be_a_password(url: str):
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment(database_url=url)
    assert "HIT_DATABASE_URL" in str(refused.value)
    assert "postgresql://user@host/database" in str(refused.value)
    assert "secret-word" not in str(refused.value)


def test_every_fault_is_told_at_once(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HIT_PORT", "many")
    monkeypatch.setenv("HIT_ACCESS", "closed")
    monkeypatch.setenv("HIT_LOG_FORMAT", "yaml")
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment()
    assert all(name in str(refused.value) for name in ("HIT_PORT", "HIT_ACCESS", "HIT_LOG_FORMAT"))


@pytest.mark.parametrize("address", ["record.example.no", "ftp://record.example.no", "https://u:p@record.example.no", "https://x/?a=b"])
def test_a_public_address_needs_scheme_and_host_and_nothing_more(address: str):
    with pytest.raises(SettingsError, match="HIT_PUBLIC_BASE_URL"):
        Settings.from_environment(public_base_url=address)


def test_the_public_address_loses_its_last_slash():
    assert Settings.from_environment(public_base_url="https://record.example.no/").door.public_base_url == "https://record.example.no"


def test_a_misspelt_variable_is_told_with_the_one_that_was_meant(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HIT_DATABASE_URI", "sqlite:///var/x.db")
    monkeypatch.setenv("HIT_TEST_POSTGRES_URL", "postgresql://u@h/d")
    assert unknown_variables() == ["HIT_DATABASE_URI is no setting; did you mean HIT_DATABASE_URL?"]


def test_the_readme_lists_every_setting_as_it_is():
    table = "\n".join(f"| `{name}` | {f'`{default}`' if default else ''} | {meaning} |" for name, default, meaning in variables())
    assert table in (ROOT / "README.md").read_text(encoding="utf-8")
