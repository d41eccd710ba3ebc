"""Spoils specs by chance, but the same way for the same number: what a tired author, an editor or a crash might do."""

import random
from pathlib import Path

SPECS = Path(__file__).parents[1] / "seeds" / "specs"
PIECES = (
    *(
        "|",
        "`",
        "- ",
        "### ",
        "## ",
        "# ",
        "->",
        "one of",
        "(part of ",
        ")",
        ", ",
        "required",
        "unique",
        "default ",
        "\\|\\|",
    ),
    *(
        "{{ 7*7 }}",
        '"; DROP TABLE x; --',
        "__import__('os')",
        "class",
        "None",
        "id",
        "\u0430bc",
        "\u202e",
        "é",
        "\t",
        "\r\n",
    ),
    *(
        "99999999999999999999",
        "-1",
        "0.0000001",
        "old(",
        "sum(",
        "!",
        "&&",
        "?:",
        "[",
        "]",
        "..",
        "/((a+)+)$/",
        "\x00",
        "\ufeff",
    ),
)


def examples() -> tuple[str, ...]:
    """The texts of the shipped examples."""
    return tuple(path.read_text(encoding="utf-8") for path in sorted(SPECS.glob("*.md")))


def spoil(number: int, texts: tuple[str, ...]) -> str:
    """The ``number``-th spoilt spec: one to six changes to one of the texts."""
    chance = random.Random(number)
    text = chance.choice(texts)
    for _ in range(chance.randint(1, 6)):
        text = chance.choice(CHANGES)(text, chance)
    return text


def put_in(text: str, chance: random.Random) -> str:
    """A piece somewhere."""
    place = chance.randint(0, len(text))
    return text[:place] + chance.choice(PIECES) + text[place:]


def cut_out(text: str, chance: random.Random) -> str:
    """A few characters gone."""
    place = chance.randint(0, len(text))
    return text[:place] + text[place + chance.randint(1, 20) :]


def break_off(text: str, chance: random.Random) -> str:
    """The end gone, as after a crash."""
    return text[: chance.randint(len(text) // 4, len(text))]


def drop_line(text: str, chance: random.Random) -> str:
    """A line gone."""
    lines = text.split("\n")
    del lines[chance.randrange(len(lines))]
    return "\n".join(lines)


def double_line(text: str, chance: random.Random) -> str:
    """A line twice, the second time anywhere."""
    lines = text.split("\n")
    lines.insert(chance.randrange(len(lines)), chance.choice(lines))
    return "\n".join(lines)


def swap_words(text: str, chance: random.Random) -> str:
    """Two words of a line change places with others."""
    words = text.split(" ")
    first, second = chance.randrange(len(words)), chance.randrange(len(words))
    words[first], words[second] = words[second], words[first]
    return " ".join(words)


def indent_line(text: str, chance: random.Random) -> str:
    """A line deeper than it was."""
    lines = text.split("\n")
    place = chance.randrange(len(lines))
    lines[place] = "  " * chance.randint(1, 40) + lines[place]
    return "\n".join(lines)


CHANGES = (put_in, put_in, cut_out, break_off, drop_line, double_line, swap_words, indent_line)
