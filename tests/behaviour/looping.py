"""The command line as a program of its own, with trees that a test has proved, and a death at a call of its choice.

``LOOP_PROVED`` names a file with digests of trees that are green, ``LOOP_NEAR`` the only applications on which lessons
are replayed, ``LOOP_KILL`` the call (``module:name:number``) before which the process kills itself.
"""

import json
import os
import signal
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from devmatrix.interfaces.cli.main import main
from devmatrix.pipeline import corpus, neighbours

PROVED, NEAR, KILL = "LOOP_PROVED", "LOOP_NEAR", "LOOP_KILL"


def prepare() -> None:
    """Put in place what the environment asks for."""
    if proved := os.environ.get(PROVED):
        known = json.loads(Path(proved).read_text())
        for place in (neighbours, corpus):
            vars(place)["proved_trees"] = lambda: known
    if near := os.environ.get(NEAR):
        vars(neighbours)["shipped_names"] = lambda: tuple(near.split(","))
    if kill := os.environ.get(KILL):
        module, _, rest = kill.partition(":")
        name, _, number = rest.partition(":")
        part_of: Any = import_module(module)
        *outer, last = name.split(".")
        for part in outer:
            part_of = getattr(part_of, part)
        setattr(part_of, last, mortal(getattr(part_of, last), int(number)))


def mortal(call: Callable[..., Any], number: int) -> Callable[..., Any]:
    """The same call; before it is done for the nth time everything ends."""
    left = [number]

    def called(*args: Any, **kwargs: Any) -> Any:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*args, **kwargs)

    called.__dict__.update(getattr(call, "__dict__", {}))
    return called


if __name__ == "__main__":
    prepare()
    main()
