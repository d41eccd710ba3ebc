"""Where an edit of a rendered tree applies: the first file like a path, the first match in it."""

import re
from fnmatch import fnmatchcase

from devmatrix.artifacts.tree import FileTree


def check_expression(text: str) -> None:
    """Refuse what is no regular expression, as ValueError."""
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"{text!r} is no regular expression: {error}") from error


def check_replacement(expression: str, replacement: str) -> None:
    """Refuse a template of a replacement that does not go with its expression, as ValueError."""
    try:
        re.compile(f"(?:{expression})|").sub(replacement, "")
    except (re.error, IndexError) as error:
        raise ValueError(f"{replacement!r} does not go with {expression!r}: {error}") from error


def edit_tree(tree: FileTree, path: str, expression: str, replacement: str) -> FileTree | None:
    """The tree with the first match replaced; None where nothing matches."""
    for place, file in enumerate(tree.files):
        if not fnmatchcase(file.path, path):
            continue
        text, times = re.subn(expression, replacement, file.text, count=1, flags=re.MULTILINE)
        if times:
            changed = file.model_copy(update={"text": text})
            return FileTree(files=(*tree.files[:place], changed, *tree.files[place + 1 :]))
    return None
