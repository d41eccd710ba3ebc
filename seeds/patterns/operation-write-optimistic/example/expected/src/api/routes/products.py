"""Routes."""

from typing import Annotated

from fastapi import APIRouter, Path, Request

from src.core.errors import refusals
from src.core.races import in_race
from src.core.routing import finds
from src.core.types import Uuid
from src.models.schemas.product import ProductRead, RestockProductInput
from src.repositories.product import ProductRepository
from src.services.product import ProductService

router = APIRouter()


@router.post(
    "/products/{id}/restock",
    operation_id="restock_product",
    summary="Restock product",
    response_description="The product",
    responses=refusals(400, 404, 409, 413, 415, 422, 503),
)
@finds(ProductRepository, "id")
async def restock_product(
    request: Request, product_id: Annotated[Uuid, Path(alias="id")], body: RestockProductInput
) -> ProductRead:
    """Restock product."""
    return await in_race(request, lambda session: ProductService(session).restock_product(product_id, body))
