"""Read YAML in which ``on``, ``off``, ``yes`` and ``no`` are words."""

import yaml

from patternbank.errors import ManifestError


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """A safe loader, in C where there is one."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool" or first in "tTfF"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_yaml(text: str, place: str) -> object:
    """Read one document; raise ``ManifestError`` that names the place."""
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a subclass of the safe loader
    except yaml.YAMLError as error:
        raise ManifestError(f"{place}: {error}", "correct the YAML") from error
