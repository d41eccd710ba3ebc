"""``- states:`` to state machines: which changes a field may make, and where it begins."""

from itertools import pairwise

from devmatrix.diagnostics.findings import Findings, write_instead
from devmatrix.frontend.declarations import OptionDeclaration
from devmatrix.frontend.drafts import EntityDraft
from devmatrix.frontend.entity_expressions import suggest_field
from devmatrix.frontend.language.pieces import StatesPiece
from devmatrix.ir.behavior import Edge, StateMachine
from devmatrix.ir.domain import Field, Source
from devmatrix.ir.types import Choice


def read_machines(drafts: dict[str, EntityDraft], findings: Findings) -> tuple[StateMachine, ...]:
    """The state machines; a state field without a default starts in the first state of its line."""
    machines: list[StateMachine] = []
    for draft in drafts.values():
        for option in draft.declaration.all("states"):
            machine = _machine(draft, option, findings)
            if machine is None:
                continue
            if any(other.id == machine.id for other in machines):
                findings.add("DM128", option.bullet.span(), f"the states of '{machine.field}' are declared already")
                continue
            machines.append(machine)
            _start_in(draft, machine)
    return tuple(machines)


def _machine(draft: EntityDraft, option: OptionDeclaration, findings: Findings) -> StateMachine | None:
    piece = option.piece
    if not isinstance(piece, StatesPiece):
        return None
    field = _state_field(draft, option, piece, findings)
    if field is None or not isinstance(field.type, Choice):
        return None
    edges = _edges(draft, field, [member.name for member in field.type.members], option, findings)
    if edges is None:
        return None
    return StateMachine(
        id=f"{draft.id}/states:{field.name}",
        entity=draft.name,
        field=field.name,
        initial=str(field.default) if field.has_default else piece.chains[0][0].text,
        edges=edges,
        span=option.bullet.span(),
    )


def _state_field(draft: EntityDraft, option: OptionDeclaration, piece: StatesPiece, findings: Findings) -> Field | None:
    field, at = draft.field(piece.field.text), option.value.span(*piece.field.at)
    if draft.external:
        findings.add("DM108", option.bullet.span(), "an external entity has no states: another service writes it")
        return None
    if field is None:
        if piece.field.text not in draft.unread:
            fix = suggest_field(draft, piece.field.text)
            findings.add("DM128", at, f"'{draft.name}' has no field '{piece.field.text}'", fix)
        return None
    if not isinstance(field.type, Choice) or field.column is None:
        findings.add("DM128", at, f"'{field.name}' has no states: only a stored 'one of' has")
        return None
    return field


def _edges(
    draft: EntityDraft, field: Field, names: list[str], option: OptionDeclaration, findings: Findings
) -> tuple[Edge, ...] | None:
    edges: dict[tuple[str, str], Edge] = {}
    before = findings.count
    chains = option.piece.chains if isinstance(option.piece, StatesPiece) else ()
    for chain in chains:
        for word in chain:
            if word.text not in names:
                message = f"'{word.text}' is no member of {draft.name}.{field.name}"
                findings.add("DM128", option.value.span(*word.at), message, write_instead(word.text, names))
        for source, target in pairwise(chain):
            pair = (source.text, target.text)
            span = option.value.span(source.at[0], target.at[1])
            if source.text == target.text:
                findings.add("DM128", span, "a state may always stay what it is", "leave this change out")
            elif pair in edges:
                findings.add("DM128", span, f"the change {pair[0]} -> {pair[1]} stands there twice")
            node = f"{draft.id}/states:{field.name}/edge:{pair[0]}>{pair[1]}"
            edges[pair] = Edge(id=node, source=pair[0], target=pair[1], span=span)
    return tuple(edges.values()) if findings.count == before else None


def _start_in(draft: EntityDraft, machine: StateMachine) -> None:
    field = draft.field(machine.field)
    if field is None or field.has_default:
        return
    sources = (*field.sources, Source(by="default", at="creation"))
    update = {"default": machine.initial, "has_default": True, "nullable": False, "sources": sources}
    draft.fields[draft.fields.index(field)] = field.model_copy(update=update)
