"""Manifests, folders and predicates."""

import os
from pathlib import Path

import pytest

from patternbank.embeddings import Graph
from patternbank.errors import ManifestError
from patternbank.patterns import Fit, PatternManifest, Subject, misfits, read_pattern, read_patterns
from tests.patternbank.shelf_texts import write_shelf
from tests.patternbank.shelves import pattern, shelf, star


def test_a_folder_is_read_whole(tmp_path: Path) -> None:
    """What is read from folders is what the texts say."""
    found = read_patterns(write_shelf(tmp_path))
    assert [one.name for one in found] == ["service.create", "service.module"]
    assert {one.name: one for one in found} == shelf()


def test_the_digest_knows_contents_alone(tmp_path: Path) -> None:
    """Times, order, remarks and state do not count; a letter does."""
    write_shelf(tmp_path)
    folder = tmp_path / "service.create"
    before = read_pattern(folder).digest
    for path in folder.rglob("*"):
        os.utime(path, (1, 1))
    manifest = folder / "pattern.yaml"
    text = manifest.read_text()
    manifest.write_text("# remark\n" + text.replace("status: golden", "status: draft"))
    assert read_pattern(folder).digest == before
    manifest.write_text(text.replace("Create one row", "Create a row"))
    assert read_pattern(folder).digest != before
    manifest.write_text(text)
    (folder / "files/src/extra.py").write_text("")
    with pytest.raises(ManifestError, match=r"files/src/extra\.py is not named"):
        read_pattern(folder)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("name: Service", "name"),
        ("version: 1.0", "version"),
        ("version: 1.0.0.0", "version"),
        ("colour: red", "colour"),
        ("when: {hsa: [a]}", "hsa"),
        ("files: [{template: ../x}]", "plain relative path"),
        ("files: [{template: /etc/passwd}]", "plain relative path"),
        ("files: [{template: a, path: b/../../c}]", "plain relative path"),
        ("files: [{template: absent}]", "absent is named in the manifest and not there"),
        ("files: [{template: a, into: X}]", "goes into no class"),
        ("features: {nodes: [[a, b]], edges: [[a, b, c]]}", "joins no known nodes"),
        ("slots: {A-b: 1}", "no name for a slot"),
        ("status: best", "status"),
        ("name: [", "pattern.yaml"),
    ],
)
def test_a_wrong_manifest_is_refused_with_its_place(tmp_path: Path, line: str, message: str) -> None:
    """The message names the file and what is wrong in it."""
    folder = tmp_path / "a"
    folder.mkdir()
    lines = ["name: a", "version: 1.0.0", "title: t", "category: c", "capability: do", "view: v"]
    kept = [other for other in lines if other.split(":")[0] != line.split(":")[0]]
    (folder / "pattern.yaml").write_text("\n".join([*kept, line]))
    with pytest.raises(ManifestError, match=message) as caught:
        read_pattern(folder)
    assert caught.value.hint
    assert str(tmp_path) in str(caught.value)


def test_links_and_binaries_are_refused(tmp_path: Path) -> None:
    """A pattern holds plain texts, and nothing from elsewhere."""
    write_shelf(tmp_path)
    link = tmp_path / "service.module/files/link.py"
    link.symlink_to("/etc/passwd")
    with pytest.raises(ManifestError, match="is a link"):
        read_pattern(tmp_path / "service.module")
    link.unlink()
    link.write_bytes(b"\xff\xfe")
    with pytest.raises(ManifestError, match="not UTF-8"):
        read_pattern(tmp_path / "service.module")


def test_short_forms_of_the_manifest() -> None:
    """Slots, stack and words like 'on' are read as a person means them."""
    given = pattern(slots={"a": 1, "b": {"default": None, "description": "d"}}, stack="x").manifest
    assert [(slot.name, slot.default, slot.description) for slot in given.slots] == [("a", 1, ""), ("b", None, "d")]
    assert given.stack == ("x",)
    assert ("effect.insert", "on", "entity") in shelf()["service.create"].manifest.features.triples


def test_a_manifest_goes_through_json() -> None:
    """Nothing is lost on the way out and in."""
    manifest = shelf()["service.create"].manifest
    text = manifest.model_dump_json(by_alias=True, exclude_defaults=True)
    assert PatternManifest.model_validate_json(text) == manifest


GRAPH: Graph = star("operation", "guard", "guard", "effect")


@pytest.mark.parametrize(
    ("when", "reason"),
    [
        ({}, None),
        ({"has": ["guard", "fact"]}, None),
        ({"has": ["loop"]}, "needs loop"),
        ({"lacks": ["loop"]}, None),
        ({"lacks": ["guard"]}, "does not go with guard"),
        ({"edges": [["operation", "has", "guard"]]}, None),
        ({"edges": [["guard", "has", "operation"]]}, "needs guard has operation"),
        ({"count": {"guard": {"min": 2, "max": 2}}}, None),
        ({"count": {"guard": {"max": 1}}}, "guard occurs 2 times"),
        ({"count": {"loop": {"min": 1}}}, "loop occurs 0 times"),
        ({"setting": {"locking": "pessimistic"}}, None),
        ({"setting": {"locking": ["optimistic", None]}}, "the setting locking is 'pessimistic'"),
        ({"setting": {"absent": [None, 1]}}, None),
        ({"setting": {"one": True}}, "the setting one is 1"),
        ({"any": [{"has": ["loop"]}, {"has": ["guard"]}]}, None),
        (
            {"any": [{"has": ["loop"]}, {"lacks": ["guard"]}]},
            "none of the alternatives holds: needs loop; does not go with guard",
        ),
        ({"not": {"has": ["loop"]}}, None),
        ({"not": {"has": ["guard"]}}, "the excluded case holds"),
    ],
)
def test_predicates(when: dict[str, object], reason: str | None) -> None:
    """Each part of the language holds and fails as it says."""
    subject = Subject(GRAPH, ("fact",), (("locking", "pessimistic"), ("one", 1)))
    assert next(misfits(Fit.model_validate(when), subject), None) == reason
