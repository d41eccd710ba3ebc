"""A server that is given is asked before it is believed in."""

import json
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import pytest

from devmatrix.interfaces.cli.main import run_command
from devmatrix.runtime.postgres import PostgresServer
from devmatrix.runtime.sql import connected, explain, hide_password, quote_name
from devmatrix.settings import Settings

ROLE, SECRET = "devmatrix_test_of_rights", "s3cret-of-the-test"


@pytest.fixture(autouse=True)
def own_places(monkeypatch: pytest.MonkeyPatch, runtime_settings: Settings) -> None:
    """A home of the tests, and a bank that keeps nothing."""
    monkeypatch.setenv("PATTERNBANK_PATH", ":memory:")
    monkeypatch.setenv("DEVMATRIX_HOME", str(runtime_settings.home))


@pytest.fixture
def plain_role(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of the server for a role that may log in and nothing else."""
    with connected(postgres_server.url) as session:
        session.execute(f"DROP ROLE IF EXISTS {quote_name(ROLE)}")
        session.execute(f"CREATE ROLE {quote_name(ROLE)} LOGIN PASSWORD '{SECRET}'")
    parts = urlsplit(postgres_server.url)
    yield urlunsplit(parts._replace(netloc=f"{ROLE}:{SECRET}@{parts.netloc.rpartition('@')[2]}"))
    with connected(postgres_server.url) as session:
        session.execute(f"DROP ROLE {quote_name(ROLE)}")


def ask_doctor(capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, object]]:
    """The exit code, and what is said of PostgreSQL."""
    capsys.readouterr()
    code = run_command(["doctor", "--json"])
    parts = {part["name"]: part for part in json.loads(capsys.readouterr().out)}
    return code, parts["PostgreSQL"]


@pytest.mark.needs_server
def test_doctor_asks_the_given_server(
    postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its version and that it lets us make databases, without the password and without ``--start``."""
    monkeypatch.setenv("DATABASE_URL", postgres_server.url)
    code, part = ask_doctor(capsys)
    assert (code, part["here"]) == (0, True)
    assert "answers and lets us make databases" in str(part["found"])
    assert str(urlsplit(postgres_server.url).password) not in str(part)


@pytest.mark.needs_server
def test_doctor_says_which_right_is_missing_for_what(
    plain_role: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A role that may not create databases: the right, how it is given, and what needs it."""
    monkeypatch.setenv("DATABASE_URL", plain_role)
    code, part = ask_doctor(capsys)
    assert (code, part["here"], part["purpose"]) == (2, False, "run, smoke, up")
    assert f"the role {ROLE} may not create databases" in str(part["found"])
    assert "CREATEDB" in str(part["found"])
    assert SECRET not in str(part)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "no address of a PostgreSQL server"),
        (f"postgresql://u:{SECRET}@[bad", "no address of a PostgreSQL server"),
        (f"postgresql://u:{SECRET}@h:port/db", "no address of a PostgreSQL server"),
        (f"mysql://u:{SECRET}@127.0.0.1/db", "no address of a PostgreSQL server"),
        (f"postgresql://u:{SECRET}@127.0.0.1:1/db", "connection refused"),
        (f"postgresql://localhost:1/db?user=u&password={SECRET}", "onnect"),
        (f"postgresql://u:{SECRET}@host.invalid/db", "not known"),
    ],
)
def test_an_address_that_leads_nowhere_is_explained(
    url: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In words, with a way out, without the password, and the same from the doctor as from a run."""
    monkeypatch.setenv("DATABASE_URL", url)
    code, part = ask_doctor(capsys)
    found = str(part["found"])
    assert (code, part["here"]) == (2, False)
    assert said in found
    assert "check DATABASE_URL" in found
    assert not any(word in found for word in (SECRET, "Errno", "Error", "int()"))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://u:p@h:5/d", "postgresql://u:***@h:5/d"),
        ("postgresql://u:a@b:c@h/d", "postgresql://u:***@h/d"),
        ("postgresql://h/d?password=p&x=1", "postgresql://h/d?password=***&x=1"),
        ("postgresql://u@h/d", "postgresql://u@h/d"),
        ("postgresql://u:p@[bad", "postgresql://u:***@[bad"),
    ],
)
def test_a_password_is_never_shown(url: str, shown: str) -> None:
    """Wherever it stands in the address."""
    assert hide_password(url) == shown


def test_silence_has_words() -> None:
    """A time that ran out says so, although its exception says nothing."""
    assert explain(TimeoutError()) == "no answer in time"
