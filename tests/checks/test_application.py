"""Each check finds its fault in an application that is otherwise sound."""

from devmatrix.checks import APPLICATION_CHECKS, check_application
from devmatrix.diagnostics.catalogue_ir import ENTRIES
from devmatrix.ir.api import Answer, Operation
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.domain import Entity, Field
from devmatrix.ir.expressions import LiteralValue
from devmatrix.ir.types import Reference
from devmatrix.ir.values import ValueType
from devmatrix.passes import refine
from tests.passes.building import application, field, operation


def codes(changed: ApplicationIR) -> list[str]:
    return [finding.code for finding in check_application(refine(changed))]


def with_operations(*more: Operation) -> ApplicationIR:
    before = application()
    api = before.api.model_copy(update={"operations": (*before.api.operations, *more)})
    return before.model_copy(update={"api": api})


def with_entity(name: str, *more: Field, **changes: object) -> ApplicationIR:
    before = application()

    def change(entity: Entity) -> Entity:
        if entity.name != name:
            return entity
        return entity.model_copy(update={"fields": (*entity.fields, *more), **changes})

    entities = tuple(change(entity) for entity in before.domain.entities)
    return before.model_copy(update={"domain": before.domain.model_copy(update={"entities": entities})})


def test_a_sound_application_has_no_findings() -> None:
    assert codes(application()) == []


def test_names_of_parameters_do_not_tell_paths_apart() -> None:
    assert codes(with_operations(operation("flow", None, "other", "GET", "/goods/{key}"))) == ["DM701"]


def test_two_operations_of_one_name() -> None:
    assert codes(with_operations(operation("flow", None, "fill", "POST", "/fill"))) == ["DM702"]


def test_a_nested_creation_needs_its_owner_in_the_path() -> None:
    assert set(codes(with_operations(operation("create", "Line", "loose", "POST", "/lines")))) == {"DM703", "DM706"}


def test_names_that_meet_on_the_wire() -> None:
    assert codes(with_entity("Good", field("Good", "price", Reference(entity="Tag")))).count("DM704") == 0
    twice = field("Basket", "best_id", Reference(entity="Tag")).model_copy(update={"wire": "best_id"})
    assert "DM704" in codes(with_entity("Basket", twice))


def test_rows_that_need_themselves_first() -> None:
    itself = field("Basket", "before", Reference(entity="Basket"), required=True)
    assert codes(with_entity("Basket", itself)) == ["DM705"]


def test_a_creation_without_a_value() -> None:
    lacking = field("Line", "weight", Reference(entity="Good"), given="never", nullable=False)
    findings = check_application(refine(with_entity("Line", lacking)))
    assert [finding.code for finding in findings] == ["DM706"]
    assert "weight" in findings[0].message


def test_a_copy_of_itself() -> None:
    line = application().entity("Line")
    price = next(item for item in line.fields if item.name == "price")
    copied = price.sources[0].expression
    assert copied is not None
    assert copied.node == "access"
    itself = copied.model_copy(update={"operand": copied.operand.operand, "entity": "Line", "name": "price"})  # type: ignore[union-attr]
    source = price.sources[0].model_copy(update={"expression": itself})
    changed = price.model_copy(update={"sources": (source,)})
    fields = tuple(changed if item is price else item for item in line.fields)
    assert set(codes(with_entity("Line", fields=fields))) == {"DM707"}


def test_an_answer_without_a_form() -> None:
    value = LiteralValue(value="PT1H", type=ValueType(kind="duration"))
    answer = Answer(status=200, value=value)
    assert codes(with_operations(operation("flow", None, "wait", "POST", "/wait", answers=(answer,)))) == ["DM708"]


def test_tables_and_columns_that_meet() -> None:
    storage = application().entity("Tag").storage
    assert codes(with_entity("Basket", storage=storage)) == ["DM709"]
    long = storage.model_copy(update={"table": "t" * 64})
    assert codes(with_entity("Basket", storage=long)) == ["DM710"]


def test_every_code_is_in_the_catalogue_once() -> None:
    found = [entry.code for entry in ENTRIES]
    assert len(set(found)) == len(found)
    assert len(APPLICATION_CHECKS) == 7
