"""A pack is the same every time, comes in as drafts, and a hostile one does not come in at all."""

import hashlib
import io
import json
import random
import stat
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patternbank.bank import Bank
from patternbank.errors import PackError, PatternBankError, VersionConflictError
from patternbank.lifecycle import Change, Scores
from patternbank.opening import open_bank
from patternbank.packs import Pack, export_pack, import_pack, open_pack, read_pack
from patternbank.packs.archive import read_archive, write_archive
from patternbank.packs.names import check_name
from patternbank.patterns import Status
from tests.patternbank.commanding import runner
from tests.patternbank.past import proofs
from tests.patternbank.shelves import pattern, shelf

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
BY = Change(by="ann", why="a reason", at=NOON)
Files = dict[str, bytes]


@pytest.fixture
def bank() -> Iterator[Bank]:
    """A bank of three patterns, one of them with scores, evidence and two versions."""
    with open_bank(":memory:", shipped=False) as opened:
        newer = pattern("a.pattern", {"größe.txt.j2": "{{ x }}\n"}, version="1.1.0")
        opened.store.add([*shelf().values(), pattern(), newer], BY)
        opened.store.add_evidence(proofs(newer, "a", "b"))
        opened.store.rate("a.pattern", "1.1.0", Scores(readiness=1, coverage=0.5, security=1, reliability=0.25), BY)
        yield opened


@pytest.fixture
def other() -> Iterator[Bank]:
    """An empty bank."""
    with open_bank(":memory:", shipped=False) as opened:
        yield opened


@pytest.fixture
def files(bank: Bank) -> Files:
    """What an honest pack holds."""
    return read_archive(export_pack(bank))


def declared(files: Files, change: Callable[[dict[str, Any]], None] = lambda _: None) -> bytes:
    """A pack whose manifest declares what it holds, as a forger would make it."""
    manifest = json.loads(files["manifest.json"])
    others = {path: content for path, content in files.items() if path != "manifest.json"}
    manifest["files"] = [
        {"path": path, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for path, content in sorted(others.items())
    ]
    change(manifest)
    return write_archive({**others, "manifest.json": json.dumps(manifest).encode()})


def zipped(*entries: tuple[str, bytes, int], compressed: int = zipfile.ZIP_STORED) -> bytes:
    """An archive of (name, content, mode) as any tool may write it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compressed) as archive:
        for name, content, mode in entries:
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.external_attr, entry.create_system = compressed, mode << 16, 3
            archive.writestr(entry, content)
    return made.getvalue()


def refused(content: bytes, saying: str) -> None:
    """Refused with these words, and with a way out."""
    with pytest.raises(PackError) as caught:
        read_pack(content, "foreign")
    assert saying in str(caught.value)
    assert caught.value.hint


def test_a_pack_is_the_same_every_time(bank: Bank, tmp_path: Path) -> None:
    """Of one bank twice, and of a copy of it."""
    from patternbank.indexing.sync import sync

    first = export_pack(bank)
    assert export_pack(bank) == first
    with open_bank(tmp_path / "copy.sqlite", shipped=False) as copy:
        sync(bank.store, copy.store)
        assert export_pack(copy) == first
    assert export_pack(bank, ["a.pattern@1.1.0", "a.pattern"]) == export_pack(bank, ["a.pattern"]) != first


def test_what_comes_in_is_a_draft(bank: Bank, other: Bank) -> None:
    """The contents are the same; state, scores and evidence are claims, and the history says where it is from."""
    pack = read_pack(export_pack(bank), "team")
    done = import_pack(other, pack, BY)
    assert done.added == tuple(entry.reference for entry in bank.entries())
    for entry in other.entries():
        assert (entry.status, entry.origin, entry.scores) == (Status.DRAFT, "pack:team", None)
        assert other.contents(entry.digest) == bank.contents(entry.digest).with_status(Status.DRAFT)
        assert other.store.evidence(entry.reference) == ()
    (added,) = other.store.history("a.pattern", "1.1.0")
    assert pack.sha256 in added.change.why
    claims = {one.reference: one.claims for one in pack.manifest.patterns}["a.pattern@1.1.0"]
    assert (claims.status, claims.scores is not None, len(claims.evidence), len(claims.history)) == (
        "golden",
        True,
        4,
        2,
    )
    assert import_pack(other, pack, BY).added == ()


def test_a_dry_run_changes_nothing(bank: Bank, other: Bank) -> None:
    """It says what would be added."""
    done = import_pack(other, read_pack(export_pack(bank), "team"), BY, dry_run=True)
    assert len(done.added) == 4
    assert other.size() == 0


def test_all_or_nothing(bank: Bank, other: Bank) -> None:
    """One version that is here with other contents, and none comes in."""
    other.store.add([pattern("service.module", {"other.txt": "x"})], BY)
    pack = read_pack(export_pack(bank), "team")
    for dry_run in (True, False):
        with pytest.raises(VersionConflictError, match="nothing of the pack"):
            import_pack(other, pack, BY, dry_run=dry_run)
    assert other.size() == 1


def test_an_import_can_be_taken_over_by_nobody(bank: Bank, other: Bank) -> None:
    """A pack that is called like what is shipped is still a pack."""
    import_pack(other, read_pack(export_pack(bank), "shipped"), BY)
    assert {entry.origin for entry in other.entries()} == {"pack:shipped"}


@pytest.mark.parametrize(
    "path",
    [
        "../evil",
        "patterns/../../evil",
        "/etc/passwd",
        "//server/share",
        "C:/evil",
        "c:evil",
        "patterns\\evil",
        "..\\evil",
        "a/./b",
        "a//b",
        "a/",
        "",
        "patterns/x\x00.txt",
        "patterns/x\n.txt",
        "patterns/\u202etxt.py",
        "patterns/x\u200b.txt",
        "patterns/\uff0e\uff0e/evil",
        "patterns/\u2025/evil",
        "patterns\uff0fevil",
        "patterns/cafe\u0301.txt",
        "patterns/nul.txt",
        "patterns/COM1",
        "patterns/x ",
        "patterns/ x",
        "patterns/x.",
        "patterns/a:b",
        "patterns/a*",
        "p" * 500,
        "patterns/\ud800",
    ],
)
def test_paths_stay_in_the_pack(path: str) -> None:
    """Whatever leaves it, or is another path on some system, is refused."""
    with pytest.raises(PackError) as caught:
        check_name(path)
    assert caught.value.hint
    if "\x00" not in path and "\ud800" not in path and path:
        refused(zipped((path, b"x", 0o100644)), "the path")


def test_archives_hold_plain_files_only(files: Files) -> None:
    """No links, devices, folders, pipes, encryption or compression."""
    refused(zipped(("a", b"/etc/passwd", stat.S_IFLNK | 0o777)), "is a link")
    for kind in (stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFSOCK, stat.S_IFDIR):
        refused(zipped(("a", b"", kind | 0o644)), "no plain file")
    refused(zipped(("a", b"0" * 500_000, 0o100644), compressed=zipfile.ZIP_DEFLATED), "compressed")
    plain = zipped(("a", b"x", 0o100644))
    refused(plain.replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"), "encrypted")
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = zipped(("a", b"x", 0o100644), ("a", b"y", 0o100644))
    refused(twice, "one file")
    refused(zipped(("a/B", b"x", 0o100644), ("A/b", b"y", 0o100644)), "one file")
    refused(zipped(("a", b"x", 0o100644), ("a/b", b"y", 0o100644)), "is a file and the folder")


def test_archives_hold_nothing_beside_their_files(files: Files) -> None:
    """Bytes before, between and after the files, comments, modes and times are refused."""
    honest = write_archive(files)
    assert read_archive(honest) == files
    for content in (b"#!/bin/sh\n" + honest, honest + b"x", honest[:-2] + b"\x01\x00x"):
        refused(content, "")
    refused(zipped(*((path, content, 0o100755) for path, content in sorted(files.items()))), "belong to none")
    refused(
        zipped(*((path, content, 0o100644) for path, content in sorted(files.items(), reverse=True))), "belong to none"
    )
    for content in (b"", b"no pack", honest[: len(honest) // 2], honest[100:]):
        refused(content, "")


def test_sizes_are_bounded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A file, a pack and the number of files have a limit, and what only says that it is small is refused too."""
    refused(zipped(("a", b"x" * 1_000_001, 0o100644)), "larger than 1000000 bytes")
    refused(zipped(*((f"f{number}", b"", 0o100644) for number in range(20_001))), "more than 20000 files")
    small = zipped(("a", b"x" * 5000, 0o100644))
    refused(small.replace((5000).to_bytes(4, "little"), (50).to_bytes(4, "little")), "")
    large = tmp_path / "large.zip"
    with large.open("wb") as file:
        file.truncate(100_000_001)
    with pytest.raises(PackError, match="larger than 100000000"):
        open_pack(large)
    with pytest.raises(PackError, match="cannot be read"):
        open_pack(tmp_path / "absent.zip")
    with pytest.raises(PackError, match="no file"):
        open_pack(tmp_path)


def test_everything_is_declared(files: Files) -> None:
    """A file too many, one too few, one that is another, or one of no version is refused."""
    some = next(path for path in files if path.endswith("view.json"))
    refused(write_archive({**files, "patterns/readme.txt": b"x"}), "not declared")
    refused(write_archive({path: content for path, content in files.items() if path != some}), "not in the pack")
    refused(write_archive({**files, some: files[some] + b" "}), "not what the manifest declares")
    refused(declared({**files, some: files[some] + b" "}), "another is declared")
    refused(declared({**files, "patterns/readme.txt": b"x"}), "belongs to no version")
    refused(declared({**files, "patterns/a.pattern@9.9.9/pattern.json": b"{}"}), "belongs to no version")
    refused(write_archive({path: content for path, content in files.items() if path != "manifest.json"}), "holds no")


def test_the_manifest_is_read_strictly(files: Files) -> None:
    """Formats of the future, unknown words, doubles, endless numbers and depths are refused."""
    refused(declared(files, lambda manifest: manifest.update(format=2)), "format 2")
    refused(declared(files, lambda manifest: manifest.update(format="1")), "format")
    refused(declared(files, lambda manifest: manifest.update(more=1)), "more")
    refused(declared(files, lambda manifest: manifest["patterns"].append(manifest["patterns"][0])), "a version twice")
    refused(declared(files, lambda manifest: manifest["files"].append(manifest["files"][0])), "a file twice")
    refused(declared(files, lambda manifest: manifest["patterns"][0].update(reference="../../x@1.0.0")), "holds no")
    for text in (b'{"a": 1, "a": 2}', b"[" * 100_000, b"1" * 10_000, b"NaN", b"\xff", b"", b"[]"):
        refused(write_archive({**files, "manifest.json": text}), "manifest.json")
    own = "patterns/a.pattern@1.0.0/pattern.json"
    for text in (b'{"name": "a", "name": "b"}', b"{", b"[]", b'{"name": "other"}', b"[" * 100_000):
        refused(declared({**files, own: text}), "a.pattern@1.0.0")
    wrong = json.loads(files[own])
    refused(declared({**files, own: json.dumps({**wrong, "version": "2.0.0"}).encode()}), "holds a.pattern@2.0.0")
    refused(declared({**files, "patterns/a.pattern@1.0.0/files/b": b"\xff\xfe"}), "no UTF-8")


@pytest.mark.parametrize(
    "template",
    [
        "{{ x.__class__ }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ self._TemplateReference__context }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ x | attr('y') }}",
        "{% include '/etc/passwd' %}",
        "{{ 'a' * 1000000000 }}",
        "{% if %}",
        "{{ " + "(" * 5000 + "x" + ")" * 5000 + " }}",
    ],
)
def test_templates_are_judged_before_they_run(template: str) -> None:
    """A pack whose hashes are right, with a template that reaches for what it may not have."""
    with open_bank(":memory:", shipped=False) as giver:
        giver.store.add([pattern("evil", {"a.txt.j2": template})], BY)
        refused(export_pack(giver), "evil@1.0.0")


def test_a_pattern_is_whole() -> None:
    """A template that the manifest names and that is not there is refused, and one that it does not name."""
    missing = pattern("evil", {"a.txt": "x"}, files=[{"template": "b.txt"}])
    with open_bank(":memory:", shipped=False) as giver:
        giver.store.add([missing], BY)
        refused(export_pack(giver), "not there")


def test_what_no_import_takes_is_not_exported(bank: Bank) -> None:
    """A pattern whose file is called like a device says so when it is given away."""
    bank.store.add([pattern("odd", {"nul.txt": "x"})], BY)
    with pytest.raises(PackError, match="device"):
        export_pack(bank)
    with pytest.raises(PatternBankError, match="holds no absent"):
        export_pack(bank, ["absent"])


@settings(max_examples=150)
@given(seed=st.integers(0, 2**32))
def test_no_damage_goes_unseen(seed: int) -> None:
    """A pack with any bytes changed, cut, doubled or put in is refused, with words, and never taken in otherwise."""
    dice = random.Random(seed)
    content = bytearray(_honest())
    for _ in range(dice.randint(1, 3)):
        place = dice.randrange(len(content))
        match dice.randrange(4):
            case 0:
                content[place] ^= 1 << dice.randrange(8)
            case 1:
                del content[place : place + dice.randint(1, 40)]
            case 2:
                content[place:place] = dice.randbytes(dice.randint(1, 40))
            case _:
                content[place:place] = content[place : place + dice.randint(1, 400)]
    if bytes(content) != _honest():
        refused(bytes(content), "")


_MADE: list[bytes] = []


def _honest() -> bytes:
    if not _MADE:
        with open_bank(":memory:", shipped=False) as giver:
            giver.store.add(list(shelf().values()), BY)
            _MADE.append(export_pack(giver))
    return _MADE[0]


def test_the_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Export, look, import; a file that is there is not replaced by accident."""
    giver, taker, out = tmp_path / "giver.sqlite", tmp_path / "taker.sqlite", tmp_path / "team.zip"
    with open_bank(giver, shipped=False) as opened:
        opened.store.add([*shelf().values(), pattern()], BY)
    give, take = runner(str(giver), monkeypatch, capsys), runner(str(taker), monkeypatch, capsys)
    assert give("export", "--out", str(out), "--dry-run")[0] == 0
    assert not out.exists()
    code, said, _ = give("export", "--out", str(out), "--json")
    assert (code, len(json.loads(said)["patterns"])) == (0, 3)
    assert json.loads(said)["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert give("export", "--out", str(out))[0] == 0
    code, _, wrong = give("export", "a.pattern", "--out", str(out))
    assert (code, "--replace" in wrong) == (2, True)
    who = ("--by", "bob", "--why", "trial")
    code, said, _ = take("import", str(out), *who, "--dry-run")
    assert (code, "would add a.pattern@1.0.0 as draft (it claims to be golden)" in said) == (0, True)
    assert "added a.pattern@1.0.0 as draft" in take("import", str(out), *who)[1]
    assert json.loads(take("import", str(out), *who, "--json")[1])["added"] == []
    assert [one["status"] for one in json.loads(take("list", "--json")[1])["patterns"]] == ["draft"] * 3
    out.write_bytes(out.read_bytes()[:-30])
    code, _, wrong = take("import", str(out), *who)
    assert (code, "hint: " in wrong) == (2, True)


def test_a_pack_is_a_value(bank: Bank) -> None:
    """What was read of a pack can be told in JSON and read again."""
    pack = read_pack(export_pack(bank), "team")
    assert Pack.model_validate_json(pack.model_dump_json(by_alias=True)) == pack
