"""Which rules read which other rows."""

from sqlalchemy.orm import selectinload

from src.core import reach
from src.models.entities.label import Label
from src.models.entities.parcel import Parcel, parcels_labels
from src.models.entities.shelf import Shelf

READINGS: tuple[reach.Reading, ...] = (
    reach.Reading(
        judged=Parcel,
        key=Parcel.id,
        entity=Parcel,
        fields=frozenset({"labels"}),
        steps=[],
        locks=[reach.Lock(Parcel.id, [])],
        loads=[
            selectinload(Parcel.shelf).selectinload(Shelf.next),
            selectinload(Parcel.labels),
            selectinload(Parcel.shelf).selectinload(Shelf.keeper),
        ],
    ),
    reach.Reading(
        judged=Parcel,
        key=Parcel.id,
        entity=Shelf,
        fields=frozenset({"next_id", "keeper_id"}),
        steps=[reach.Step(Parcel.id, Parcel.shelf_id)],
        locks=[reach.Lock(Parcel.id, [reach.Step(Parcel.id, Parcel.shelf_id)])],
        loads=[
            selectinload(Parcel.shelf).selectinload(Shelf.next),
            selectinload(Parcel.labels),
            selectinload(Parcel.shelf).selectinload(Shelf.keeper),
        ],
    ),
    reach.Reading(
        judged=Parcel,
        key=Parcel.id,
        entity=Shelf,
        fields=frozenset({"name"}),
        steps=[reach.Step(Shelf.id, Shelf.next_id), reach.Step(Parcel.id, Parcel.shelf_id)],
        locks=[],
        loads=[
            selectinload(Parcel.shelf).selectinload(Shelf.next),
            selectinload(Parcel.labels),
            selectinload(Parcel.shelf).selectinload(Shelf.keeper),
        ],
    ),
)

BOUNDS: tuple[reach.Bound, ...] = (
    reach.Bound(
        Parcel,
        Parcel.id,
        "labels",
        parcels_labels.c.parcel_id,
        parcels_labels.c.label_code,
        1,
        5,
        "labels_codes of the parcel is out of its bounds",
    ),
)

PARTS: tuple[reach.Part, ...] = ()

FOLLOWERS: tuple[reach.Follower, ...] = (
    reach.Follower(Shelf, Shelf.id, Shelf.next_id, Shelf, "next_id"),
    reach.Follower(Parcel, parcels_labels.c.parcel_id, parcels_labels.c.label_code, Label, "labels"),
    reach.Follower(Parcel, Parcel.id, Parcel.shelf_id, Shelf, None),
)
