"""The fields of each entity: key, declared ones, owner, timestamps, in the order of answers."""

from devmatrix.diagnostics.findings import Findings, write_instead
from devmatrix.expressions.variables import WORDS
from devmatrix.frontend.declarations import FieldDeclaration
from devmatrix.frontend.drafts import EntityDraft
from devmatrix.frontend.facets import Facets, read_facets
from devmatrix.frontend.types import resolve_type
from devmatrix.ir.domain import Association, Field, Key, Source
from devmatrix.ir.infrastructure import StorageSettings
from devmatrix.ir.types import SAFE_INTEGER, Many, Reference, Scalar, Type
from devmatrix.naming import short_name

_SET_AT_CREATION = (Source(by="set", at="creation"),)
_SET_ALWAYS = (Source(by="set", at="creation"), Source(by="set", at="change"))
_EXCLUSIVE = (
    ("computed", "required"), ("computed", "default"), ("computed", "copied from"), ("computed", "immutable"),
    ("computed", "unique"), ("computed", "indexed"), ("computed", "searchable"), ("computed", "filterable"),
    ("computed", "sortable"), ("computed", "write-only"), ("read-only", "write-only"), ("default", "copied from"),
    ("clears", "required"),
)  # fmt: skip
MAX_FIELDS = 500


def add_fields(drafts: dict[str, EntityDraft], settings: StorageSettings, findings: Findings) -> None:
    """Fills the fields of every draft; keys of all of them first, since references need them."""
    for draft in drafts.values():
        draft.key = _key(draft, settings, findings)
    for draft in drafts.values():
        declared = _declared_fields(draft, drafts, findings)
        key = [field for field in declared if field.role == "key"]
        others = [field for field in declared if field.role != "key"]
        if draft.key.generated is not None:
            key = [_key_field(draft)]
        draft.fields = [*key, *others, *_owner_field(draft, drafts), *_timestamp_fields(draft)]


def _key(draft: EntityDraft, settings: StorageSettings, findings: Findings) -> Key:
    option = draft.declaration.one("key")
    generated = Key(field="id", generated=settings.keys)
    if option is None:
        return generated
    words = option.piece if isinstance(option.piece, tuple) else ()
    declared = [field.name.text for field in draft.declaration.fields]
    if len(words) != 1:
        findings.add("DM107", option.value.span(), "a key is one field", "write '- unique: a, b' for several")
        return generated
    if words[0].text not in declared:
        fix = write_instead(words[0].text, declared)
        findings.add("DM107", option.value.span(), f"'{draft.name}' has no field '{words[0].text}'", fix)
        return generated
    return Key(field=words[0].text, generated=None)


def _key_type(key: Key) -> Scalar:
    if key.generated == "integer":
        return Scalar(name="integer", minimum=1, maximum=SAFE_INTEGER)
    return Scalar(name="uuid")


def _key_field(draft: EntityDraft) -> Field:
    return Field(
        id=f"{draft.id}/field:id",
        name="id",
        wire="id",
        column="id",
        type=_key_type(draft.key),
        role="key",
        nullable=False,
        sources=_SET_AT_CREATION,
    )


def _owner_field(draft: EntityDraft, drafts: dict[str, EntityDraft]) -> list[Field]:
    if draft.owner is None:
        return []
    owner = drafts[draft.owner]
    wire = f"{owner.variable}_{owner.key.field}"
    return [
        Field(
            id=f"{draft.id}/field:{owner.variable}",
            name=owner.variable,
            wire=wire,
            column=wire,
            type=Reference(entity=owner.name),
            role="owner",
            nullable=False,
            sources=_SET_AT_CREATION,
            indexed=True,
            filterable=False,
            on_delete="deletes with it",
        )
    ]


def _timestamp_fields(draft: EntityDraft) -> list[Field]:
    if not draft.timestamps:
        return []
    made = []
    for name, role, sources in (("created_at", "created", _SET_AT_CREATION), ("updated_at", "updated", _SET_ALWAYS)):
        made.append(
            Field.model_validate(
                {
                    "id": f"{draft.id}/field:{name}",
                    "name": name,
                    "wire": name,
                    "column": name,
                    "type": Scalar(name="datetime"),
                    "role": role,
                    "nullable": False,
                    "sources": sources,
                }
            )
        )
    return made


def _declared_fields(draft: EntityDraft, drafts: dict[str, EntityDraft], findings: Findings) -> list[Field]:
    seen: dict[str, FieldDeclaration] = {}
    found = []
    if len(draft.declaration.fields) > MAX_FIELDS:
        at = draft.declaration.fields[MAX_FIELDS].name.span()
        findings.add("DM005", at, f"an entity has at most {MAX_FIELDS} fields")
    for declaration in draft.declaration.fields[:MAX_FIELDS]:
        if not _check_name(declaration, seen, draft, drafts, findings):
            continue
        seen[declaration.name.text] = declaration
        type_ = None if declaration.type is None else resolve_type(declaration.type, drafts, findings)
        if type_ is None:
            draft.unread.add(declaration.name.text)
            continue
        found.append(_field(declaration, type_, draft, drafts, findings))
    return found


def _check_name(
    declaration: FieldDeclaration,
    seen: dict[str, FieldDeclaration],
    draft: EntityDraft,
    drafts: dict[str, EntityDraft],
    findings: Findings,
) -> bool:
    name, at = declaration.name.text, declaration.name.span()
    own: dict[str, str] = {}
    if draft.key.generated is not None:
        own["id"] = "the key (say '- key: id' to set it yourself)"
    if draft.timestamps:
        own |= {"created_at": "a timestamp", "updated_at": "a timestamp"}
    if draft.owner is not None:
        own[drafts[draft.owner].variable] = f"its owner, {draft.owner}"
    for child in draft.children:
        if child.collection is not None:
            own[child.collection] = f"its list of {child.name}"
    if name in seen:
        line = seen[name].name.span().line
        findings.add("DM111", at, f"the field '{name}' stands in line {line} already")
    elif name in own:
        findings.add("DM111", at, f"'{name}' is {own[name]} already", "choose another name")
    elif name in WORDS:
        findings.add("DM110", at, f"'{name}' means something else in expressions", "choose another name")
    else:
        return True
    return False


def _field(
    declaration: FieldDeclaration, type_: Type, draft: EntityDraft, drafts: dict[str, EntityDraft], findings: Findings
) -> Field:
    name = declaration.name.text
    node = f"{draft.id}/field:{name}"
    facets = read_facets(type_, declaration.rules, node, findings)
    _reject_pairs(facets, findings)
    is_key = draft.key.generated is None and draft.key.field == name
    if is_key:
        _check_key(declaration, facets, findings)
    wire = wire_of(name, facets.type, drafts)
    many = facets.type if isinstance(facets.type, Many) else None
    return Field.model_validate(
        {
            "id": node,
            "name": name,
            "wire": wire,
            "column": None if facets.has("computed") or many is not None else wire,
            "type": facets.type,
            "role": "key" if is_key else "plain",
            "constraints": tuple(facets.constraints),
            "sources": _sources(facets, is_key=is_key),
            "on_delete": facets.on_delete if many is None else "clears",
            "association": None if many is None else _association(draft, name, drafts[many.entity]),
            "documentation": declaration.documentation,
            "span": declaration.name.span(),
            **_presence(facets, is_key=is_key),
            **_showing(facets),
        }
    )


def _presence(facets: Facets, *, is_key: bool) -> dict[str, object]:
    """Three facts: must a body carry it, may it be null, what stands in. A ``many`` is a list, perhaps an empty one."""
    many = isinstance(facets.type, Many)
    required = facets.has("required") or is_key
    empty = many and not required
    return {
        "required": required,
        "nullable": not (required or facets.has_default or many),
        "default": () if empty else facets.default,
        "has_default": facets.has_default or empty,
    }


def _showing(facets: Facets) -> dict[str, object]:
    """How it is kept, shown and found; a reference is found and indexed by itself."""
    hidden = isinstance(facets.type, Scalar) and facets.type.name == "password"
    reference = isinstance(facets.type, Reference)
    return {
        "keeping": "slow hash" if hidden else "plain",
        "shown": "never" if hidden or facets.has("write-only") else "always",
        "searchable": facets.has("searchable"),
        "filterable": facets.has("filterable") or reference,
        "sortable": facets.has("sortable"),
        "indexed": facets.has("indexed") or reference,
    }


def wire_of(name: str, type_: Type, drafts: dict[str, EntityDraft]) -> str:
    """How a field travels: a reference as its key, a many as the list of keys."""
    if isinstance(type_, Reference):
        return f"{name}_{drafts[type_.entity].key.field}"
    if isinstance(type_, Many):
        return f"{name}_{drafts[type_.entity].key.field}s"
    return name


def _association(draft: EntityDraft, name: str, target: EntityDraft) -> Association:
    source = f"{draft.variable}_{draft.key.field}"
    column = f"{target.variable}_{target.key.field}"
    if source == column:
        column = f"{name}_{target.key.field}"
    return Association(table=short_name(draft.storage.table, name), source_column=source, target_column=column)


def _reject_pairs(facets: Facets, findings: Findings) -> None:
    for first, second in _EXCLUSIVE:
        if facets.has(first) and facets.has(second):
            rule = facets.given[second]
            message = f"'{first}' and '{second}' exclude each other"
            findings.add("DM122", rule.fragment.span(*rule.piece.at), message)
    if facets.has("clears") and facets.has_default:
        rule = facets.given["clears"]
        findings.add("DM122", rule.fragment.span(*rule.piece.at), "a field with a default is never null")


def _check_key(declaration: FieldDeclaration, facets: Facets, findings: Findings) -> None:
    type_ = facets.type
    if not isinstance(type_, Scalar) or type_.name not in ("text", "integer", "uuid", "slug", "email"):
        message = "a key is a text, slug, email, integer or uuid"
        findings.add("DM107", declaration.name.span(), message)
    if isinstance(type_, Scalar) and type_.name == "integer":
        facets.type = type_.model_copy(update={"minimum": 1})
    for rule in ("default", "computed", "copied from", "read-only", "write-only"):
        if facets.has(rule):
            placed = facets.given[rule]
            message = f"the client gives the key, so it is not '{rule}'"
            findings.add("DM122", placed.fragment.span(*placed.piece.at), message)


def _sources(facets: Facets, *, is_key: bool) -> tuple[Source, ...]:
    """Who writes the field, and when; expressions of copied and computed ones come later."""
    if facets.has("computed"):
        return (Source(by="computed", at="reading"),)
    found = []
    if facets.has("read-only"):
        found += [Source(by="set", at="creation"), Source(by="set", at="change")]
    else:
        found.append(Source(by="given", at="creation"))
        if not facets.has("immutable") and not is_key:
            found.append(Source(by="given", at="change"))
    if facets.has_default or (isinstance(facets.type, Many) and not facets.has("required")):
        found.append(Source(by="default", at="creation"))
    if facets.has("copied from"):
        found.append(Source(by="copied", at="creation"))
    return tuple(found)
