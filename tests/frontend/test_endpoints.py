"""Endpoints: written, by default, and what cannot be one."""

import pytest

from tests.frontend.specs import HEAD, THING, application_of, codes_of
from tests.frontend.test_entities import NESTED


def routes_of(text: str) -> list[str]:
    """``operationId METHOD path`` of each operation."""
    return [f"{o.wire} {o.method} {o.path}" for o in application_of(text).api.operations]


def test_default_endpoints() -> None:
    """Without a section each entity gets five operations, nested two deep."""
    routes = routes_of(NESTED)
    assert len(routes) == 15
    assert "list_pips GET /zints/{id}/gobs/{gob_id}/inner-pips" in routes
    assert "update_pip PUT /zints/{id}/gobs/{gob_id}/inner-pips/{pip_id}" in routes
    operation = application_of(NESTED).operation("operation:delete_pip")
    assert [(a.variable, a.entity, a.parameter, a.owner) for a in operation.addresses] == [
        ("zint", "Zint", "id", None),
        ("gob", "Gob", "gob_id", "zint"),
        ("pip", "Pip", "pip_id", "gob"),
    ]
    assert application_of(NESTED).operation("operation:create_pip").nested_under == "gob"


def test_a_section_says_all_there_is() -> None:
    """With a section only what it lists is there; bullets and rows say the same."""
    text = (
        HEAD + THING + "\n## Endpoints\n\n- GET /owners: list Owner\n- `GET /owners/{owner_id}/things`: list Thing\n"
        "\n| does | endpoint |\n|---|---|\n| patch Thing | PATCH /owners/{id}/things/{key} |\n"
    )
    assert routes_of(text) == [
        "list_owners GET /owners",
        "list_things GET /owners/{owner_id}/things",
        "patch_thing PATCH /owners/{id}/things/{key}",
    ]
    relation = next(r for r in application_of(text).domain.relationships if r.kind == "owner")
    assert relation.child_id_param == "key"


def test_a_list_under_a_row_that_does_not_own_it() -> None:
    """`where` narrows, over the listed row and the path's row; two lists of one entity get names apart."""
    text = (
        HEAD + THING + "\n## Endpoints\n\n| endpoint | does |\n|---|---|\n| GET /owners | list Owner |\n"
        "| GET /owners/{id} | read Owner |\n| GET /tags | list Tag |\n"
        '| GET /owners/{id}/tags | list Tag where `owner.name == tag.label \\|\\| tag.label == "x"` |\n'
        "| GET /owners/{id}/others | list Owner where `owner.other == owner` |\n"
    )
    assert routes_of(text)[2:] == [
        "list_tags GET /tags",
        "list_tags_of_owner GET /owners/{id}/tags",
        "list_owners_of_owner GET /owners/{id}/others",
    ]
    operation = application_of(text).operation("operation:list_tags_of_owner")
    assert operation.where is not None
    assert operation.nested_under is None


def test_the_row_of_the_path_beside_rows_of_its_own_kind() -> None:
    """Where listed rows have the name of the path's row already, that one is called `owner`."""
    text = (
        "# T\n\n## Entities\n\n### Node\n- parent: -> Node\n\n## Endpoints\n\n- GET /nodes/{id}: read Node\n"
        "- GET /nodes/{id}/children: list Node where `node.parent == owner`\n"
    )
    operation = application_of(text).api.operations[1]
    assert [address.variable for address in operation.addresses] == ["owner"]
    assert operation.row == "node"


def test_a_nested_row_may_be_read_without_its_owner() -> None:
    """The path decides: `/pips/{id}` asks for no owner."""
    text = NESTED + "\n## Endpoints\n\n- GET /pips/{id}: read Pip\n- GET /pips: list Pip\n"
    read, listed = application_of(text).api.operations
    assert [address.owner for address in read.addresses] == [None]
    assert listed.nested_under is None


def test_a_flow_stands_in_for_a_default() -> None:
    """A flow at the address of a default operation replaces it."""
    text = (
        NESTED + "\n## Flows\n\n### Add zint\n`POST /zints`, answers 201 with `z`\n\n- creates `z: Zint` with `n = 1`\n"
    )
    routes = routes_of(text)
    assert "add_zint POST /zints" in routes
    assert not any(route.startswith("create_zint ") for route in routes)


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        ("- GET /owners list Owner", ["DM301"]),
        ("- GET owners: list Owner", ["DM301"]),
        ("- get /owners: list Owner", ["DM301"]),
        ("- GET /owners/: list Owner", ["DM304"]),
        ("- GET /own ers: list Owner", ["DM301"]),
        ("- GET /owners/{id: read Owner", ["DM304"]),
        ("- GET /owners/{id}/{id}: read Owner", ["DM304"]),
        ("- GET /../etc: list Owner", ["DM304"]),
        ("- GET /owners: list Ownr", ["DM102"]),
        ("- GET /owners: lists Owner", ["DM302"]),
        ("- GET /owners: list", ["DM302"]),
        ("- GET /owners/{id}: list Owner", ["DM304"]),
        ("- POST /things: create Thing", ["DM310"]),
        ("- GET /tags/{id}: read Tag\n- GET /tags/{id}/owners/{owner_id}: read Owner", ["DM310"]),
        ("- GET /owners/{id}: read Owner where `owner.worth > 1`", ["DM307"]),
        ("- GET /owners: list Owner where `owner.wort > 1`", ["DM504"]),
        ("- GET /owners: list Owner where `owner.worth`", ["DM506"]),
        ("- GET /health: list Owner", ["DM309"]),
        ("- GET /owners: list Owner\n- GET /owners: list Tag", ["DM305"]),
        ("- GET /a: list Owner\n- GET /b: list Owner", ["DM306"]),
    ],
)
def test_endpoints_that_cannot_be(line: str, codes: list[str]) -> None:
    """One cause, one finding."""
    assert codes_of(f"{HEAD}{THING}\n## Endpoints\n\n{line}\n") == codes
