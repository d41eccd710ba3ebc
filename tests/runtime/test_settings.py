from pathlib import Path

import pytest

from devmatrix.errors import DevMatrixError
from devmatrix.settings import read_settings


def test_home_is_named_or_derived() -> None:
    """The named folder wins, then the desktop's, then the usual one."""
    given = {"HOME": "/h", "XDG_DATA_HOME": "/x", "DEVMATRIX_HOME": "/d"}
    assert read_settings(given).home == Path("/d")
    assert read_settings({"HOME": "/h", "XDG_DATA_HOME": "/x"}).home == Path("/x/devmatrix")
    assert read_settings({"HOME": "/h"}).home == Path("/h/.local/share/devmatrix")


def test_no_home_is_told() -> None:
    """Without any home there is a way out."""
    with pytest.raises(DevMatrixError) as caught:
        read_settings({})
    assert "DEVMATRIX_HOME" in caught.value.hint


def test_empty_database_url_is_none() -> None:
    """A variable that is set to nothing is not set."""
    assert read_settings({"HOME": "/h", "DATABASE_URL": ""}).database_url is None


def test_time_limits_are_numbers() -> None:
    """A limit is taken from the environment, and a bad one is named."""
    assert read_settings({"HOME": "/h", "DEVMATRIX_TIMEOUT_READY": "2.5"}).timeouts.ready == 2.5
    with pytest.raises(DevMatrixError, match="DEVMATRIX_TIMEOUT_READY"):
        read_settings({"HOME": "/h", "DEVMATRIX_TIMEOUT_READY": "soon"})
