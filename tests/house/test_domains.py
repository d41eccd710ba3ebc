"""The compiler knows no domain: no word of an example stands in its code."""

import re
from functools import cache

from devmatrix.naming import plural, snake_name, table_name
from tests.house.sources import ROOT, literals, modules, shown

OUR_WORDS = frozenset(
    re.findall(
        r"\w+",
        "author completed confidence description draft due email endpoint explicit field finding limit message name"
        " normal note order position priority public reject seconds session source status summary task text title topic"
        " total track weight",
    )
)
"""Words that some example uses for its own things and that the compiler uses for its: paging has a total, a message an
author, a diagnostic a position, a list an order."""


EVERYDAY = ("ecommerce_api", "playlists_api", "simple_task_api", "tech_spec_api")
"""Examples whose plain words are looked for too; of the others, which borrow words of programming on purpose, only
names of several words."""


def names_in(text: str) -> set[str]:
    """Names of entities, fields, members and flows of a spec, in every spelling."""
    found = set(re.findall(r"^\| ([a-z_]+) +\|", text, re.MULTILINE))
    for heading in re.findall(r"^### ([^(\n]+)", text, re.MULTILINE):
        name = heading.strip()
        found |= {name, snake_name(name), table_name(name), plural(name)}
    for members in re.findall(r"one of ([A-Z_, ]+)", text):
        found |= {member.strip() for member in members.split(",")}
    return found


@cache
def domain_words() -> frozenset[str]:
    """All words that the shipped examples use for their own things."""
    found: set[str] = set()
    for spec in sorted((ROOT / "seeds" / "specs").glob("*.md")):
        names = names_in(spec.read_text(encoding="utf-8"))
        found |= {name for name in names if spec.stem in EVERYDAY or re.search(r"\w[ _]\w|[a-z][A-Z]", name)}
    ours = OUR_WORDS | {plural(word) for word in OUR_WORDS}
    return frozenset(word for word in found if word and word.lower() not in ours)


def test_no_domain_word_stands_in_the_code() -> None:
    """No string literal of the compiler or the bank is, or contains as a whole word, a name of an example's domain."""
    words = domain_words()
    assert {"Cart", "unit_price", "PENDING", "checkout"} <= words
    found = [
        f"{shown(path)}:{line} {word!r}"
        for path in modules()
        for line, text in literals(path)
        for word in sorted(set(re.findall(r"\w+", text)) & words | ({text} & words))
    ]
    assert found == []
