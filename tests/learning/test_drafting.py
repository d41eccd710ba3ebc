"""A proved repair teaches a lesson for each thing that was told, as wide as what was proved."""

from devmatrix.artifacts.diagnosis import Suspect
from devmatrix.artifacts.plan import Binding
from devmatrix.artifacts.steering import Exclusion, Rewrite, SlotChoice, Steering
from devmatrix.learning.drafting import Taught, draft
from patternbank.lessons.records import Avoid, Require, RewriteCode
from patternbank.patterns.fit import Fit
from patternbank.values import digest


def binding(task: str, version: str = "1.1.0", pattern: str = "p") -> Binding:
    """A version bound to a task."""
    return Binding(
        task=f"a:{task}",
        capability="a",
        node=task,
        pattern=pattern,
        version=version,
        digest=digest(f"{pattern}@{version}"),
        score=1.0,
    )


def place(fragment: str, pattern: str = "p", version: str = "1.1.0") -> Suspect:
    """A place at fault."""
    return Suspect(file="a.py", line=1, pattern=pattern, version=version, fragment=fragment, proved=True)


def taught(
    steering: Steering, blamed: tuple[Suspect, ...] = (), kinds: dict[str, tuple[str, ...]] | None = None
) -> Taught:
    """What was shown by a repair that bound 1.0.0 in place of 1.1.0 at two nodes."""
    given = kinds if kinds is not None else {"x": ("flow", "bulk"), "y": ("flow",), "z": ("entity",)}
    return Taught(
        steering=steering,
        before=(binding("x"), binding("y"), binding("z", pattern="q")),
        after=(binding("x", "1.0.0"), binding("y", "1.0.0"), binding("z", pattern="q")),
        blamed=blamed,
        kinds=tuple(given.items()),
        cause="MISSING_SIDE_EFFECT",
        family=digest("family"),
        structure=digest("structure"),
    )


OUT = Steering(exclusions=(Exclusion(reference="p@1.1.0"),))


def test_an_exclusion_teaches_to_avoid() -> None:
    """The lesson is about the contents that were bound, and tells what was proved in their place."""
    (found,) = draft(taught(OUT))
    assert (found.against, found.digest, found.action) == ("p@1.1.0", digest("p@1.1.0"), Avoid(instead="p@1.0.0"))
    assert (found.cause, found.family, found.learnt_in) == (
        "MISSING_SIDE_EFFECT",
        digest("family"),
        digest("structure"),
    )


def test_the_predicate_is_what_all_nodes_have_in_common() -> None:
    """It is no narrower and no wider; nodes of no known kind ask for nothing."""
    assert draft(taught(OUT))[0].when == Fit(has=("flow",))
    assert draft(taught(OUT, kinds={"x": ("flow",), "y": ("entity",)}))[0].when == Fit()
    assert draft(taught(OUT, kinds={}))[0].when == Fit()


def test_the_fragment_is_named_where_there_is_one() -> None:
    """Two fragments of the version at fault are no one; those of others count nowhere."""
    others = place("other", "q"), place("older", "p", "1.0.0")
    assert draft(taught(OUT, (place("f"), place("f"), *others)))[0].fragment == "f"
    assert draft(taught(OUT, (place("f"), place("g"))))[0].fragment == ""
    assert draft(taught(OUT, others))[0].fragment == ""


def test_slots_and_rewrites_teach_as_they_were_told() -> None:
    """Each is a lesson of its own."""
    told = Steering(
        slots=(SlotChoice(reference="p@1.1.0", slot="s", value="true"),),
        rewrites=(Rewrite(reference="q@1.1.0", fragment="f", find="a", put="b"),),
    )
    found = draft(taught(told))
    assert [(one.against, one.action) for one in found] == [
        ("p@1.1.0", Require(slot="s", value="true")),
        ("q@1.1.0", RewriteCode(fragment="f", find="a", put="b")),
    ]


def test_what_was_not_bound_at_first_teaches_nothing() -> None:
    """A later step of a repair was told of it; nor does what was only forgotten."""
    assert draft(taught(Steering(exclusions=(Exclusion(reference="p@1.0.0"),)))) == ()
    assert draft(taught(Steering(ignored=("l",)))) == ()


def test_a_lesson_holds_no_word_of_the_application() -> None:
    """Nodes and tasks are called x, y and z here, and stand nowhere in it."""
    (found,) = draft(taught(OUT, kinds={"x": ("flow",), "y": ("flow",)}))
    said = found.model_dump_json(exclude={"digest", "family", "learnt_in"})
    assert [word for word in ('"x"', '"y"', "a:x", "a:y") if word in said] == []
