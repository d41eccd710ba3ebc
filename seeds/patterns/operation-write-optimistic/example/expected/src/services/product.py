"""A service."""

from uuid import UUID

from src.core.conditions import ensure, found
from src.core.transactions import finish
from src.core.values import whole
from src.models.schemas.product import ProductRead, RestockProductInput
from src.repositories.races import as_it_is


class ProductService:
    """Operations."""

    async def restock_product(self, product_id: UUID, body: RestockProductInput) -> ProductRead:
        """Restock product."""
        product = found(await as_it_is(self.products, product_id), "product")
        old_stock = product.stock
        product.stock += body.quantity
        ensure(
            product.stock == whole(old_stock + body.quantity),
            "this does not hold afterwards: product.stock == old(product.stock) + quantity",
            409,
        )
        await finish(self.session, 409)
        return ProductRead.model_validate(product)
