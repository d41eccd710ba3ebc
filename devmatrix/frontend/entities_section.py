"""``## Entities``: headings, tables and bullets to declarations."""

import re
from collections.abc import Iterator

from devmatrix.diagnostics.findings import Findings, write_instead
from devmatrix.diagnostics.fragment import Fragment
from devmatrix.expressions.parse import foreign_character
from devmatrix.frontend.declarations import (
    EntityDeclaration,
    FieldDeclaration,
    OptionDeclaration,
    PlacedRule,
    PlacedType,
)
from devmatrix.frontend.language.pieces import HeadingPiece, Word
from devmatrix.frontend.language.reading import read_declared, read_piece, read_rules
from devmatrix.frontend.markdown.document import Block, Bullet, Bullets, Part, Section, Table

OPTIONS = ("key", "path", "table", "schema", "unique", "rule", "states", "timestamps", "sorted by")
COLUMNS = ("field", "type", "rules")
MAX_NAME = 50
_GRAMMARS = {"key": "names", "unique": "names", "rule": "guard", "states": "states", "sorted by": "sorting"}
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def read_entities(section: Section, findings: Findings) -> tuple[EntityDeclaration, ...]:
    """Every entity whose heading can be read."""
    reject_blocks(section.blocks, "write '### Name' above it", findings)
    found = (_read_entity(part, findings) for part in section.parts)
    return tuple(entity for entity in found if entity is not None)


def reject_blocks(blocks: tuple[Block, ...], fix: str, findings: Findings) -> None:
    """Tables and bullets that belong to nothing."""
    for block in blocks:
        if isinstance(block, Table):
            findings.add("DM018", block.line.span(), "this table belongs to nothing", fix)
        elif isinstance(block, Bullets) and block.items:
            findings.add("DM018", block.items[0].text.span(), "this list belongs to nothing", fix)


def _read_entity(part: Part, findings: Findings) -> EntityDeclaration | None:
    heading = read_piece("heading", "DM101", part.heading, findings) or _salvage(part.heading)
    fields: list[FieldDeclaration] = []
    options: list[OptionDeclaration] = []
    for block in part.blocks:
        if isinstance(block, Table):
            fields.extend(_read_table(block, findings))
        elif isinstance(block, Bullets):
            for bullet in block.items:
                declared = _read_bullet(bullet, findings)
                if isinstance(declared, FieldDeclaration):
                    fields.append(declared)
                elif declared is not None:
                    options.append(declared)
    if heading is None:
        return None
    if not fields and not _attempts(part.blocks):
        at = part.heading.part(*heading.name.at).span()
        findings.add("DM105", at, f"'{heading.name.text}' has no fields", "write a table '| field | type | rules |'")
    return EntityDeclaration(heading, part.heading, tuple(fields), tuple(options), part.documentation)


def _attempts(blocks: tuple[Block, ...]) -> bool:
    """Whether anything was meant to be a field, even if it could not be read."""
    bullets = [bullet.text.text for block in blocks if isinstance(block, Bullets) for bullet in block.items]
    return any(isinstance(block, Table) for block in blocks) or any(
        " ".join(text.partition(":")[0].split()).lower() not in OPTIONS for text in bullets
    )


def _salvage(heading: Fragment) -> HeadingPiece | None:
    """The name of a heading with a finding, so that nobody complains that the entity is not there."""
    match = _NAME.match(heading.text)
    return None if match is None else HeadingPiece(Word(match.group(), match.span()))


def columns_of(
    table: Table, known: tuple[str, ...], needed: tuple[str, ...], findings: Findings
) -> dict[str, int] | None:
    """Where each column stands; None after a finding."""
    places: dict[str, int] = {}
    before = findings.count
    for index, cell in enumerate(table.head):
        name = cell.text.lower()
        at = cell.span() if cell.text else table.line.span()
        if name not in known:
            findings.add("DM115", at, f"there is no column '{cell.text}'", write_instead(name, known))
        elif name in places:
            findings.add("DM115", at, f"the column '{name}' stands there twice")
        else:
            places[name] = index
    if findings.count == before:
        for name in needed:
            if name not in places:
                fix = "write the head '| " + " | ".join(known) + " |'"
                findings.add("DM115", table.line.span(), f"this table has no column '{name}'", fix)
    return places if findings.count == before else None


def _read_table(table: Table, findings: Findings) -> Iterator[FieldDeclaration]:
    places = columns_of(table, COLUMNS, ("field", "type"), findings)
    if places is None:
        return
    for row in table.rows:
        name = row.cells[places["field"]]
        type_cell = row.cells[places["type"]]
        if not _check_name(name if name.text else row.line, findings):
            continue
        declared = None
        if type_cell.text:
            declared = read_declared(type_cell, findings)
        else:
            findings.add("DM112", name.span(), f"the field '{name.text}' has no type")
        if declared is not None and declared.rules:
            rule = declared.rules[0]
            fix = "move it to the column 'rules', or quote a member that is spelled like a rule"
            findings.add("DM115", type_cell.span(*rule.at), "a rule stands in the column of types", fix)
        rules_cell = row.cells[places["rules"]] if "rules" in places else None
        rules = () if rules_cell is None else read_rules(rules_cell, findings)
        placed = tuple(PlacedRule(rules_cell, rule) for rule in rules if rules_cell is not None)
        type_ = None if declared is None or declared.type is None else PlacedType(type_cell, declared.type)
        yield FieldDeclaration(name, type_, placed)


def _check_name(name: Fragment, findings: Findings) -> bool:
    if _NAME.fullmatch(name.text) is None:
        fix = "write letters, digits and '_', a letter first"
        foreign = foreign_character(name.text)
        why = f": {foreign} is no letter of the ASCII alphabet" if foreign else ""
        findings.add("DM110", name.span(), f"'{name.text[:60]}' is no name of a field{why}", fix)
        return False
    if len(name.text) > MAX_NAME:
        findings.add("DM110", name.span(), f"a name has at most {MAX_NAME} characters")
        return False
    return True


def _read_bullet(bullet: Bullet, findings: Findings) -> FieldDeclaration | OptionDeclaration | None:
    if bullet.children:
        findings.add("DM018", bullet.children[0].text.span(), "bullets inside a bullet mean nothing here")
    name, colon, _ = bullet.text.text.partition(":")
    key = " ".join(name.split())
    before, value = bullet.text.part(0, len(name)).strip(), bullet.text.part(len(name) + len(colon)).strip()
    if not colon:
        message = f"'{bullet.text.text[:60]}' is neither a field nor an option"
        findings.add("DM106", bullet.text.span(), message, "write '- name: type, rules', or prose without a bullet")
        return None
    if key in OPTIONS:
        return _read_option(key, before, value, findings)
    if key.lower() in OPTIONS:
        findings.add("DM106", before.span(), f"there is no option '{key}'", f"write '{key.lower()}'")
        return None
    if " " in key:
        findings.add(
            "DM106", before.span(), f"'{key[:60]}' is neither a field nor an option", write_instead(key, OPTIONS)
        )
        return None
    if not _check_name(before, findings):
        return None
    declared = read_declared(value, findings)
    if declared is None or declared.type is None:
        return FieldDeclaration(before, None, ())
    rules = tuple(PlacedRule(value, rule) for rule in declared.rules)
    return FieldDeclaration(before, PlacedType(value, declared.type), rules)


def _read_option(key: str, name: Fragment, value: Fragment, findings: Findings) -> OptionDeclaration | None:
    if not value.text:
        findings.add("DM107", name.span(), f"the option '{key}' has no value")
        return None
    piece = None
    if (grammar := _GRAMMARS.get(key)) is not None:
        piece = read_piece(grammar, "DM107", value, findings)
        if piece is None:
            return None
    return OptionDeclaration(key, name, value, piece)
