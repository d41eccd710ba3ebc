"""Tracebacks in a log, plain or in JSON."""

from devmatrix.artifacts.tracing import exceptions_of, frames_of, fresh

PLAIN = """INFO before
Traceback (most recent call last):
  File "/app/src/a.py", line 3, in one
    two()
  File "/app/src/b.py", line 7, in two
    raise KeyError("x")
KeyError: 'x'

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/app/src/c.py", line 9, in three
    raise Broken from error
src.core.Broken
INFO after
"""


def test_frames_and_classes_are_read_in_their_order() -> None:
    """Files, lines and the class that ends each traceback, without its module and its message."""
    assert frames_of(PLAIN) == (("/app/src/a.py", 3), ("/app/src/b.py", 7), ("/app/src/c.py", 9))
    assert exceptions_of(PLAIN) == ("KeyError", "Broken")


def test_a_traceback_in_json_counts_like_any_other() -> None:
    """Hidden line ends and quotes are seen through."""
    packed = '{"exception": "' + PLAIN.replace('"', '\\"').replace("\n", "\\n") + '"}'
    assert frames_of(packed) == frames_of(PLAIN)
    assert exceptions_of(packed) == exceptions_of(PLAIN)


def test_a_log_without_traceback_names_nothing() -> None:
    """A line that looks like a class is none."""
    assert exceptions_of("KeyError: x\nINFO Broken") == ()
    assert frames_of("INFO") == ()


def test_only_what_came_since_is_fresh() -> None:
    """What an earlier tail ends with is found in the later one, which may have lost its beginning."""
    assert fresh("a\nb\nc\nd", "c\nd\ne\nf".replace("c", "b\nc")) == "e\nf"
    assert fresh("", "a\nb") == "a\nb"
    assert fresh("x\ny\nz", "all\nother") == "all\nother"


def test_a_file_that_lacks_a_name_is_where_an_import_fails() -> None:
    """The file that is imported from is the innermost place, not the line that imports."""
    line = "ImportError: cannot import name 'one' from 'src.b' (/app/src/b.py)"
    frame = '  File "/app/src/a.py", line 3, in <module>\n    from src.b import one'
    log = f"Traceback (most recent call last):\n{frame}\n{line}"
    assert frames_of(log) == (("/app/src/a.py", 3), ("/app/src/b.py", 1))
    assert exceptions_of(log) == ("ImportError",)
