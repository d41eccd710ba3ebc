"""Drafts to the domain: relationships, uniqueness, rules, machines, orders, and the entities themselves."""

from devmatrix.diagnostics.findings import Findings
from devmatrix.expressions.schema import Schema
from devmatrix.frontend.declarations import OptionDeclaration
from devmatrix.frontend.drafts import EntityDraft
from devmatrix.frontend.entity_expressions import path_names, read_rules_of, suggest_field
from devmatrix.frontend.language.pieces import Word
from devmatrix.frontend.wire import reject_meetings
from devmatrix.ir.domain import Domain, Entity, Field, FieldMapping, Relationship, Sorting
from devmatrix.ir.infrastructure import WireSettings
from devmatrix.ir.types import ListOf, Many, Reference, Scalar
from devmatrix.ir.validation import Rule, Unique, Validation
from devmatrix.naming import short_name


def build_domain(
    drafts: dict[str, EntityDraft], schema: Schema, wire: WireSettings, findings: Findings
) -> tuple[Domain, Validation]:
    """Everything that entities say, except what operations do."""
    entities, relationships = [], []
    uniques: list[Unique] = []
    rules: list[Rule] = []
    reject_meetings(drafts, wire, findings)
    for draft in drafts.values():
        relationships.extend(_relationships(draft))
        uniques.extend(_uniques(draft, findings))
        rules.extend(read_rules_of(draft, schema, findings))
        entities.append(_entity(draft, findings))
    domain = Domain(entities=tuple(entities), relationships=tuple(relationships))
    return domain, Validation(uniques=tuple(uniques), rules=tuple(rules))


def _entity(draft: EntityDraft, findings: Findings) -> Entity:
    return Entity(
        id=draft.id,
        name=draft.name,
        wire=draft.name,
        variable=draft.variable,
        plural=draft.plural,
        key=draft.key,
        fields=tuple(draft.fields),
        owner=draft.owner,
        collection=draft.collection,
        path=draft.path,
        storage=draft.storage,
        timestamps=draft.timestamps,
        order=_order(draft, findings),
        documentation=draft.declaration.documentation,
        span=draft.declaration.at.span(),
    )


def _order(draft: EntityDraft, findings: Findings) -> tuple[Sorting, ...]:
    default = [Sorting(field="created_at")] if draft.timestamps else []
    option = draft.declaration.one("sorted by")
    if option is None or not isinstance(option.piece, tuple):
        return (*default, Sorting(field=draft.key.field))
    made: list[Sorting] = []
    for word in option.piece:
        name = word.text.lstrip("-")
        field = draft.field(name)
        if field is None:
            if name not in draft.unread:
                message = f"'{draft.name}' has no field '{name}'"
                findings.add("DM107", option.value.span(*word.at), message, suggest_field(draft, name))
        elif not _sortable(field):
            findings.add("DM107", option.value.span(*word.at), f"rows cannot be sorted by '{name}'")
        elif any(sorting.field == name for sorting in made):
            findings.add("DM107", option.value.span(*word.at), f"'{name}' stands there twice")
        else:
            made.append(Sorting(field=name, descending=word.text.startswith("-")))
    if all(sorting.field != draft.key.field for sorting in made):
        made.append(Sorting(field=draft.key.field))
    return tuple(made)


def _sortable(field: Field) -> bool:
    if field.column is None or isinstance(field.type, Reference | Many | ListOf):
        return False
    return not (isinstance(field.type, Scalar) and field.type.name in ("json", "password"))


def _relationships(draft: EntityDraft) -> list[Relationship]:
    made = []
    for field in draft.fields:
        if not isinstance(field.type, Reference | Many):
            continue
        owner = field.role == "owner"
        many = isinstance(field.type, Many)
        made.append(
            Relationship(
                id=f"{draft.id}/relationship:{field.name}",
                name=field.name,
                kind="owner" if owner else "many" if many else "reference",
                source=draft.name,
                target=field.type.entity,
                fk_field=None if many else field.column,
                on_delete=field.on_delete,
                is_nested_resource=owner,
                collection=draft.collection if owner else None,
                path_segment=draft.path.removeprefix("/") if owner else None,
                child_id_param=f"{draft.variable}_id" if owner else None,
                field_mappings=_mappings(draft, field),
            )
        )
    return made


def _mappings(draft: EntityDraft, through: Field) -> tuple[FieldMapping, ...]:
    """Fields of a child that are filled through its owner's relationship; of others through the reference itself."""
    made = []
    for field in draft.fields:
        if field.copied_from is None:
            continue
        path = path_names(field.copied_from)
        carrier = through.role == "owner" if draft.owner is not None else path[:1] == (through.name,)
        if carrier:
            made.append(FieldMapping(field=field.name, path=path))
    return tuple(made)


def _uniques(draft: EntityDraft, findings: Findings) -> list[Unique]:
    made: list[Unique] = []
    for declaration in draft.declaration.fields:
        field = draft.field(declaration.name.text)
        rule = next((rule for rule in declaration.rules if rule.piece.kind == "unique"), None)
        if field is not None and rule is not None and field.role != "key" and field.column is not None:
            made.append(_unique(draft, len(made) + 1, (field.name,), rule.fragment.span(*rule.piece.at)))
    for option in draft.declaration.all("unique"):
        names = _unique_fields(draft, option, findings)
        if names is None:
            continue
        if any(set(unique.fields) == set(names) for unique in made):
            findings.add("DM107", option.value.span(), "this is said to be unique already")
            continue
        made.append(_unique(draft, len(made) + 1, names, option.bullet.span()))
    return made


def _unique(draft: EntityDraft, number: int, names: tuple[str, ...], span: object) -> Unique:
    columns = [field.column or field.name for name in names if (field := draft.field(name)) is not None]
    return Unique.model_validate(
        {
            "id": f"{draft.id}/unique:{number}",
            "entity": draft.name,
            "fields": names,
            "constraint": short_name("uq", draft.storage.table, *columns),
            "span": span,
        }
    )


def _unique_fields(draft: EntityDraft, option: OptionDeclaration, findings: Findings) -> tuple[str, ...] | None:
    words: tuple[Word, ...] = option.piece if isinstance(option.piece, tuple) else ()
    names: list[str] = []
    for word in words:
        field, at = draft.field(word.text), option.value.span(*word.at)
        if field is None:
            if word.text not in draft.unread:
                message = f"'{draft.name}' has no field '{word.text}'"
                findings.add("DM107", at, message, suggest_field(draft, word.text))
            return None
        plain = field.column is not None and not isinstance(field.type, ListOf | Many)
        if not plain or (isinstance(field.type, Scalar) and field.type.name in ("json", "password")):
            findings.add("DM107", at, f"'{word.text}' cannot be part of what is unique")
            return None
        if word.text in names:
            findings.add("DM107", at, f"'{word.text}' stands there twice")
            return None
        names.append(word.text)
    if draft.external:
        findings.add("DM108", option.bullet.span(), "an external entity is kept by another service")
        return None
    return tuple(names)
