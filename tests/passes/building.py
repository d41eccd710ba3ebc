"""A small application built by hand: what the frontend would hand to the passes."""

from devmatrix.ir.api import Address, Api, Cause, Input, Operation, Refusal
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.behavior import Assignment, Behavior, Create, Edge, Flow, Require, Set, StateMachine
from devmatrix.ir.domain import Association, Domain, Entity, Field, Key, Relationship, Source, Storage
from devmatrix.ir.expressions import Access, Binary, Expression, LiteralValue, Variable
from devmatrix.ir.types import SAFE_INTEGER, Choice, Many, Member, Reference, Scalar, Type
from devmatrix.ir.validation import Range, Rule, Unique, Validation
from devmatrix.ir.values import ValueType
from devmatrix.naming import snake_name, table_name

UUID = Scalar(name="uuid")
MOMENT = Scalar(name="datetime")
INTEGER = Scalar(name="integer", minimum=-SAFE_INTEGER, maximum=SAFE_INTEGER)
MONEY = Scalar(name="decimal", precision=10, scale=2)
TEXT = Scalar(name="text", max_length=200)
STATES = Choice(members=tuple(Member(name=name, wire=name) for name in ("OPEN", "SHUT", "LOST")))
BOOLEAN = ValueType(kind="boolean")


def field(entity: str, name: str, kind: Type, *, given: str = "both", **more: object) -> Field:
    """A field; ``given``: both, creation or never."""
    wire = name
    column: str | None = name
    if isinstance(kind, Reference):
        wire = column = f"{name}_id"
    if isinstance(kind, Many):
        wire, column = f"{name}_ids", None
    moments = {"both": ("creation", "change"), "creation": ("creation",), "never": ()}[given]
    sources = tuple(Source(by="given", at=moment) for moment in moments)
    extra: tuple[Source, ...] = more.pop("sources", ())  # type: ignore[assignment]
    nullable = not more.get("required") and not more.get("has_default")
    facts: dict[str, object] = {"column": column, "nullable": nullable}
    return Field(
        id=f"entity:{entity}/field:{name}",
        name=name,
        wire=wire,
        type=kind,
        sources=(*sources, *extra),
        **{**facts, **more},
    )


def entity(
    name: str, *fields: Field, owner: str | None = None, collection: str | None = None, key: str = "id"
) -> Entity:
    """An entity with key, fields, owner reference and timestamps."""
    found: list[Field] = []
    if key == "id":
        found.append(field(name, "id", UUID, given="never", role="key", nullable=False))
    found.extend(fields)
    if owner is not None:
        found.append(
            field(name, snake_name(owner), Reference(entity=owner), given="never", role="owner", nullable=False)
        )
    stamps = ("created", "updated")
    found.extend(field(name, f"{stamp}_at", MOMENT, given="never", role=stamp, nullable=False) for stamp in stamps)
    return Entity(
        id=f"entity:{name}",
        name=name,
        wire=name,
        variable=snake_name(name),
        plural=table_name(name),
        key=Key(field=key, generated="uuid" if key == "id" else None),
        fields=tuple(found),
        owner=owner,
        collection=collection,
        path=f"/{table_name(name)}",
        storage=Storage(schema_name="public", table=table_name(name)),
    )


def row(name: str, variable: str) -> Variable:
    """A variable that holds a row."""
    return Variable(name=variable, type=ValueType(kind="entity", entity=name))


def read(operand: Expression, of: str, name: str, kind: ValueType, how: str = "value") -> Access:
    """``operand.name``."""
    return Access(operand=operand, entity=of, name=name, how=how, type=kind)


def operation(verb: str, name: str | None, wire: str, method: str, path: str, **more: object) -> Operation:
    """An operation as the frontend leaves it."""
    variable = None if name is None else snake_name(name)
    return Operation(
        id=f"operation:{wire}",
        name=wire,
        wire=wire,
        verb=verb,
        entity=name,
        row=variable,
        method=method,
        path=path,
        **more,
    )


BASKET = Address(variable="basket", entity="Basket", key_fields=("id",), parameter="id")
LINE = Address(variable="line", entity="Line", key_fields=("id",), parameter="line_id", owner="basket")
GOOD = Address(variable="good", entity="Good", key_fields=("id",), parameter="id")
PRICE = read(
    read(row("Line", "self"), "Line", "good", ValueType(kind="entity", entity="Good"), "row"),
    "Good",
    "price",
    ValueType(kind="decimal", scale=2),
)


def at_least(of: str, name: str, minimum: str, *, strictly: bool = False) -> Range:
    """``>= minimum``."""
    return Range(id=f"entity:{of}/field:{name}/rule:range", minimum=minimum, minimum_open=strictly)


def entities() -> tuple[Entity, ...]:
    """Tags, goods with tags, baskets with a state, and lines that are part of baskets."""
    tags = Association(table="good_tags", source_column="good_id", target_column="tag_id")
    return (
        entity("Tag", field("Tag", "code", TEXT, given="creation", required=True), key="code"),
        entity(
            "Good",
            field("Good", "good", TEXT, required=True, searchable=True, sortable=True),
            field(
                "Good",
                "price",
                MONEY,
                required=True,
                filterable=True,
                constraints=(at_least("Good", "price", "0", strictly=True),),
            ),
            field("Good", "note", TEXT),
            field("Good", "tags", Many(entity="Tag", max_items=1000), association=tags, nullable=False),
        ),
        entity(
            "Basket",
            field("Basket", "status", STATES),
            field("Basket", "best", Reference(entity="Good"), on_delete="clears"),
        ),
        entity(
            "Line",
            field("Line", "good", Reference(entity="Good"), given="creation", required=True),
            field("Line", "count", INTEGER, required=True, constraints=(at_least("Line", "count", "1"),)),
            field(
                "Line",
                "price",
                MONEY,
                given="never",
                nullable=False,
                sources=(Source(by="copied", at="creation", expression=PRICE),),
            ),
            owner="Basket",
            collection="lines",
        ),
    )


def relationship(
    source: str, name: str, target: str, kind: str = "reference", on_delete: str = "restricts"
) -> Relationship:
    """A relationship."""
    return Relationship(
        id=f"entity:{source}/relationship:{name}",
        name=name,
        kind=kind,
        source=source,
        target=target,
        fk_field=None if kind == "many" else f"{name}_id",
        on_delete=on_delete,
    )


def operations() -> tuple[Operation, ...]:
    """All verbs, two deep, and one flow."""
    under = {"addresses": (BASKET,), "nested_under": "basket"}
    count = Input(
        id="operation:fill/input:count", name="count", wire="count", type=INTEGER, required=True, nullable=False
    )
    refusal = Refusal(
        key="operation:fill/statement:1",
        cause=Cause.REFUSED,
        status=423,
        text="shut",
        node="operation:fill/statement:1",
    )
    return (
        operation("list", "Good", "list_goods", "GET", "/goods"),
        operation("create", "Good", "create_good", "POST", "/goods"),
        operation("read", "Good", "read_good", "GET", "/goods/{id}", addresses=(GOOD,)),
        operation("update", "Good", "update_good", "PUT", "/goods/{id}", addresses=(GOOD,)),
        operation("patch", "Good", "patch_good", "PATCH", "/goods/{id}", addresses=(GOOD,)),
        operation("delete", "Good", "delete_good", "DELETE", "/goods/{id}", addresses=(GOOD,)),
        operation("create", "Tag", "create_tag", "POST", "/tags"),
        operation("create", "Basket", "create_basket", "POST", "/baskets"),
        operation("update", "Basket", "update_basket", "PUT", "/baskets/{id}", addresses=(BASKET,)),
        operation("delete", "Basket", "delete_basket", "DELETE", "/baskets/{id}", addresses=(BASKET,)),
        operation("list", "Line", "list_lines", "GET", "/baskets/{id}/lines", **under),
        operation("create", "Line", "create_line", "POST", "/baskets/{id}/lines", **under),
        operation("delete", "Line", "delete_line", "DELETE", "/baskets/{id}/lines/{line_id}", addresses=(BASKET, LINE)),
        operation(
            "flow",
            None,
            "fill",
            "POST",
            "/baskets/{id}/fill",
            addresses=(BASKET,),
            inputs=(count,),
            refusals=(refusal,),
        ),
    )


def fill() -> Flow:
    """Requires an open basket, adds a line of its best good, shuts it."""
    basket = row("Basket", "basket")
    state = ValueType(kind="choice", nullable=True, members=("OPEN", "SHUT", "LOST"))
    status = read(basket, "Basket", "status", state)
    best = read(basket, "Basket", "best", ValueType(kind="entity", entity="Good", nullable=True), "row")
    count = Variable(name="count", type=ValueType(kind="integer"))
    is_open = Binary(
        operator="==",
        left=status,
        right=LiteralValue(value="OPEN", type=state.as_nullable(nullable=False)),
        type=BOOLEAN,
    )
    more = Binary(operator="+", left=count, right=LiteralValue(value=1, type=count.type), type=count.type)
    given = {"basket": basket, "good": best, "count": more}
    node = "operation:fill/statement"
    return Flow(
        operation="operation:fill",
        statements=(
            Require(id=f"{node}:1", condition=is_open, refusal=f"{node}:1"),
            Create(
                id=f"{node}:2",
                variable="made",
                entity="Line",
                assignments=tuple(Assignment(field=name, value=value) for name, value in given.items()),
            ),
            Set(
                id=f"{node}:3", target=status, value=LiteralValue(value="SHUT", type=state.as_nullable(nullable=False))
            ),
        ),
    )


def application() -> ApplicationIR:
    """The whole of it."""
    machine = StateMachine(
        id="entity:Basket/states:status",
        entity="Basket",
        field="status",
        initial="OPEN",
        edges=(Edge(id="entity:Basket/states:status/edge:OPEN>SHUT", source="OPEN", target="SHUT"),),
    )
    price = read(row("Good", "self"), "Good", "price", ValueType(kind="decimal", scale=2))
    cheap = Binary(operator="<", left=price, right=LiteralValue(value="500.00", type=price.type), type=BOOLEAN)
    return ApplicationIR(
        name="Goods",
        slug="goods",
        domain=Domain(
            entities=entities(),
            relationships=(
                relationship("Good", "tags", "Tag", "many"),
                relationship("Basket", "best", "Good", on_delete="clears"),
                relationship("Line", "good", "Good"),
                relationship("Line", "basket", "Basket", "owner", "deletes with it"),
            ),
        ),
        validation=Validation(
            uniques=(Unique(id="entity:Line/unique:1", entity="Line", fields=("basket", "good"), constraint="uq"),),
            rules=(Rule(id="entity:Good/rule:1", entity="Good", condition=cheap, text="too dear"),),
        ),
        api=Api(operations=operations()),
        behavior=Behavior(machines=(machine,), flows=(fill(),)),
    )
