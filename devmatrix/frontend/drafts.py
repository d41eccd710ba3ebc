"""Entities while they are worked out: names, owners and storage first, then fields."""

from dataclasses import dataclass, field

from devmatrix import naming
from devmatrix.diagnostics.findings import Findings, write_instead
from devmatrix.diagnostics.fragment import Fragment
from devmatrix.frontend.declarations import EntityDeclaration, OptionDeclaration
from devmatrix.frontend.entities_section import MAX_NAME
from devmatrix.frontend.language.pieces import Clause, Word
from devmatrix.ir.domain import Field, Key, Relationship, Storage
from devmatrix.ir.infrastructure import StorageSettings

_RESERVED = frozenset({"true", "false", "null", "in", "self", "current_user"})
_IDENTIFIER_LENGTH = 63
MAX_OWNERS = 8
MAX_ENTITIES = 1_000


@dataclass
class EntityDraft:
    """An entity on its way to the IR."""

    declaration: EntityDeclaration
    name: str
    variable: str
    plural: str
    storage: Storage
    timestamps: bool
    owner: str | None = None
    collection: str | None = None
    path: str = ""
    key: Key = field(default_factory=lambda: Key(field="id", generated="uuid"))
    fields: list[Field] = field(default_factory=list)
    relationships: list[Relationship] = field(default_factory=list)
    children: list["EntityDraft"] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    """Names of fields whose type could not be read: nobody complains about them a second time."""

    @property
    def id(self) -> str:
        """The node of the entity."""
        return f"entity:{self.name}"

    @property
    def external(self) -> bool:
        """Whether another service owns the table."""
        return self.storage.external

    def field(self, name: str) -> Field | None:
        """A field by name."""
        return next((found for found in self.fields if found.name == name), None)


def draft_entities(
    declarations: tuple[EntityDeclaration, ...], settings: StorageSettings, findings: Findings
) -> dict[str, EntityDraft]:
    """Every entity with a name of its own, in the order of the spec."""
    drafts: dict[str, EntityDraft] = {}
    variables: dict[str, EntityDraft] = {}
    if len(declarations) > MAX_ENTITIES:
        at = declarations[MAX_ENTITIES].at.span()
        findings.add("DM005", at, f"an application has at most {MAX_ENTITIES} entities")
    for declaration in declarations[:MAX_ENTITIES]:
        if _check_name(declaration, variables, findings):
            draft = _draft(declaration, settings, findings)
            drafts[draft.name] = variables[draft.variable] = draft
    for draft in drafts.values():
        _own(draft, drafts, findings)
    _reject_circles(drafts, findings)
    for draft in drafts.values():
        if draft.owner is not None:
            drafts[draft.owner].children.append(draft)
    _reject_meetings(drafts, findings)
    return drafts


def _check_name(declaration: EntityDeclaration, variables: dict[str, EntityDraft], findings: Findings) -> bool:
    name, at = declaration.name, declaration.at.span()
    if not name[0].isupper() or "_" in name:
        fix = f"write '{naming.class_name(name)}'"
        findings.add("DM101", at, f"'{name}' is no name of an entity: a capital first, then letters and digits", fix)
    if len(name) > MAX_NAME:
        findings.add("DM101", at, f"a name has at most {MAX_NAME} characters")
        return False
    variable = naming.snake_name(name)
    if variable in _RESERVED:
        findings.add("DM101", at, f"the name '{name}' means something else in expressions", "choose another name")
        return False
    if (other := variables.get(variable)) is None:
        return True
    line = other.declaration.at.span().line
    if other.name == name:
        findings.add("DM103", at, f"the entity '{name}' stands in line {line} already")
    else:
        findings.add("DM109", at, f"'{name}' and '{other.name}' (line {line}) are both '{variable}' in expressions")
    return False


def _clause(declaration: EntityDeclaration, kind: str, findings: Findings) -> Clause | None:
    found = [clause for clause in declaration.heading.clauses if clause.kind == kind]
    for extra in found[1:]:
        findings.add("DM101", declaration.fragment.span(*extra.at), f"'{kind}' stands there twice")
    return found[0] if found else None


def _draft(declaration: EntityDeclaration, settings: StorageSettings, findings: Findings) -> EntityDraft:
    external = _clause(declaration, "external", findings) is not None
    for option in ("path", "table", "schema", "timestamps", "key"):
        for extra in declaration.all(option)[1:]:
            findings.add("DM107", extra.bullet.span(), f"the option '{option}' stands there twice")
    table = _storage_name(declaration, "table", naming.table_name(declaration.name), findings)
    schema = _storage_name(declaration, "schema", settings.schema_name, findings)
    *head, last = naming.words(declaration.name)
    timestamps = False if external else _timestamps(declaration, settings, findings)
    storage = Storage(schema_name=schema, table=table, external=external)
    variable, plural = naming.snake_name(declaration.name), "_".join((*head, naming.plural(last)))
    return EntityDraft(declaration, declaration.name, variable, plural, storage, timestamps)


def _storage_name(declaration: EntityDeclaration, kind: str, default: str, findings: Findings) -> str:
    clause = _clause(declaration, kind, findings)
    option = declaration.one(kind)
    if clause is not None and option is not None:
        findings.add("DM107", option.bullet.span(), f"the heading names the {kind} already")
    if clause is not None:
        text, fragment = clause.words[0].text, declaration.fragment.part(*clause.words[0].at)
    elif option is not None:
        text, fragment = option.value.text.strip("`"), option.value
    else:
        return default
    plain = text.isascii() and text.replace("_", "a").isalnum() and (text[0].isalpha() or text[0] == "_")
    if not plain or text != text.lower() or len(text) > _IDENTIFIER_LENGTH - 13 or text.startswith("pg_"):
        fix = "write small letters, digits and '_', at most 50"
        findings.add("DM107", fragment.span(), f"'{text[:60]}' is no name of a {kind}", fix)
        return default
    return text


def _timestamps(declaration: EntityDeclaration, settings: StorageSettings, findings: Findings) -> bool:
    option = declaration.one("timestamps")
    if option is None:
        return settings.timestamps
    if option.value.text not in ("on", "none"):
        findings.add("DM107", option.value.span(), f"'{option.value.text[:40]}' is no value", "write 'on' or 'none'")
    return option.value.text != "none"


def _own(draft: EntityDraft, drafts: dict[str, EntityDraft], findings: Findings) -> None:
    declaration = draft.declaration
    clause = _clause(declaration, "part of", findings)
    draft.path = "/" + naming.path_segment(draft.name)
    if clause is not None:
        owner = clause.words[0]
        at = declaration.fragment.span(*owner.at)
        if owner.text not in drafts:
            findings.add("DM102", at, f"there is no entity '{owner.text}'", write_instead(owner.text, drafts))
        elif draft.external or drafts[owner.text].external:
            findings.add("DM108", at, "an external entity is nobody's part and has no parts", "refer to it with '->'")
        else:
            _place_under(draft, owner.text, clause.words[1] if len(clause.words) > 1 else None, findings)
    if (option := declaration.one("path")) is not None:
        draft.path = _read_path(option, draft.path, findings)


def _place_under(draft: EntityDraft, owner: str, word: Word | None, findings: Findings) -> None:
    draft.owner = owner
    draft.collection = draft.plural if word is None else word.text
    if word is None:
        return
    if len(word.text) > MAX_NAME or word.text in _RESERVED:
        at = draft.declaration.fragment.span(*word.at)
        findings.add("DM101", at, f"'{word.text[:60]}' is no name of a list", "choose another name")
    draft.path = "/" + naming.slug(word.text)


def _read_path(option: OptionDeclaration, default: str, findings: Findings) -> str:
    from devmatrix.frontend.operations_sections import check_path

    value: Fragment = option.value
    if value.text.startswith("`") and value.text.endswith("`"):
        value = value.part(1, len(value.text) - 1)
    if not value.text.startswith("/") or "{" in value.text:
        findings.add("DM107", value.span(), f"'{value.text[:60]}' is no path of a collection", "write '/name'")
        return default
    return value.text if check_path(value, findings) else default


def _reject_circles(drafts: dict[str, EntityDraft], findings: Findings) -> None:
    for draft in drafts.values():
        seen = [draft.name]
        while (owner := drafts[seen[-1]].owner) is not None and owner not in seen:
            seen.append(owner)
        at = draft.declaration.at.span()
        if owner == draft.name:
            findings.add("DM104", at, "these entities are part of each other: " + " in ".join([*seen, draft.name]))
        elif len(seen) > MAX_OWNERS:
            findings.add("DM104", at, f"entities nest deeper than {MAX_OWNERS} levels")
    in_circle = [draft for draft in drafts.values() if _circles(draft, drafts)]
    for draft in in_circle:
        draft.owner = draft.collection = None


def _circles(draft: EntityDraft, drafts: dict[str, EntityDraft]) -> bool:
    seen, name = set(), draft.name
    while (owner := drafts[name].owner) is not None:
        if owner in seen:
            return True
        seen.add(owner)
        name = owner
    return False


def _reject_meetings(drafts: dict[str, EntityDraft], findings: Findings) -> None:
    """Two entities that would share a table or a list of their owner."""
    tables: dict[tuple[str, str], EntityDraft] = {}
    lists: dict[tuple[str, str], EntityDraft] = {}
    for draft in drafts.values():
        at = draft.declaration.at.span()
        other = tables.setdefault((draft.storage.schema_name, draft.storage.table), draft)
        if other is not draft:
            message = f"'{draft.name}' and '{other.name}' share the table '{draft.storage.table}'"
            findings.add("DM109", at, message, "say '- table: name'")
        if draft.owner is None or draft.collection is None:
            continue
        _reject_own_names(draft, drafts[draft.owner], drafts, findings)
        other = lists.setdefault((draft.owner, draft.collection), draft)
        if other is not draft:
            message = f"'{draft.owner}' has a list '{draft.collection}' of '{other.name}' already"
            findings.add("DM109", at, message, f"say '(part of {draft.owner} as name)'")


def _reject_own_names(
    child: EntityDraft, owner: EntityDraft, drafts: dict[str, EntityDraft], findings: Findings
) -> None:
    """A list of children that is called like what every row of the owner has."""
    taken = {"id", "created_at", "updated_at"}
    if owner.owner is not None:
        taken.add(drafts[owner.owner].variable)
    if child.collection in taken:
        at = child.declaration.at.span()
        message = f"'{child.collection}' is a name of '{owner.name}' already"
        findings.add("DM109", at, message, f"say '(part of {owner.name} as name)'")
