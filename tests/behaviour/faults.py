"""Faults made by hand in rendered applications, each as an edit of one file."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """``old`` stands in ``file`` exactly ``times`` times at least once; the first is replaced by ``new``.

    ``operations``: those whose scenarios are asked. ``application``: the example or corner that is rendered.
    """

    name: str
    file: str
    old: str
    new: str
    operations: tuple[str, ...]
    application: str = "ecommerce"


CART, ORDER = "src/services/cart.py", "src/services/order.py"

FAULTS = (
    Fault("wrong status of a creation", "src/api/routes/carts.py", "status_code=201", "status_code=200", ("create_cart",)),
    Fault("wrong status of a refusal", CART, 'require(len(cart.items) >= 1, 409', 'require(len(cart.items) >= 1, 400', ("checkout",)),
    Fault("missing commit", "src/core/transactions.py", "session.begin()", "session.begin_nested()", ("restock_product",)),
    Fault("missing effect on another row", CART, "            item.product.stock -= item.quantity\n", "            pass\n", ("checkout",)),
    Fault("missing effect on the row", CART, 'cart.status = changed("status", CART_STATUS_EDGES, cart.status, CartStatus.CHECKED_OUT)', "pass", ("checkout",)),
    Fault("doubled effect", "src/services/product.py", "product.stock += body.quantity", "product.stock += 2 * body.quantity", ("restock_product",)),
    Fault("guard dropped", CART, 'require(product.stock >= body.quantity, 409, "not enough stock")', "pass", ("add_item_to_cart",)),
    Fault("guard inverted", ORDER, "require(order.total > 0", "require(order.total <= 0", ("pay_order",)),
    Fault("guard off by one", CART, "product.stock >= body.quantity", "product.stock > body.quantity", ("add_item_to_cart",)),
    Fault("loop guard off by one", CART, "item.product.stock >= item.quantity", "item.product.stock > item.quantity", ("checkout",)),
    Fault("wrong reference", CART, "customer_id=cart.customer_id", "customer_id=cart.id", ("checkout",)),
    Fault("wrong copy", CART, "unit_price=product.price", "unit_price=product.price + 1", ("add_item_to_cart",)),
    Fault("wrong total", CART, "i.unit_price * i.quantity", "i.unit_price + i.quantity", ("checkout",)),
    Fault("filter ignored", "src/repositories/order.py", "*any_of(Order.status, query.status)", "*any_of(Order.status, ())", ("list_orders", "list_orders_of_customer")),
    Fault("narrowing ignored", "src/repositories/order.py", "Order.customer_id == customer_id,", "", ("list_orders_of_customer",)),
    Fault("owner ignored in a list", "src/repositories/cart_item.py", "CartItem.cart_id == cart_id,", "CartItem.cart_id == CartItem.cart_id,", ("list_cart_items",)),
    Fault("search ignores case no more", "src/core/pagination.py", ".icontains(", ".contains(", ("list_products",)),
    Fault("sort ignored", "src/repositories/product.py", "ordering(query.sort, SORTABLE)", "()", ("list_products",)),
    Fault("wrong page total", "src/services/cart_item.py", '"total": page.total', '"total": len(page.rows)', ("list_cart_items",)),
    Fault("offset ignored", "src/repositories/reading.py", ".offset(offset)", ".offset(0)", ("list_cart_items",)),
    Fault("input bound dropped", "src/models/schemas/cart.py", "ge=1, le=1000", "le=1000", ("add_item_to_cart",)),
    Fault("input bound off by one", "src/models/schemas/cart.py", "le=1000", "le=999", ("add_item_to_cart",)),
    Fault("length bound dropped", "src/models/schemas/product.py", "min_length=1, max_length=200", "max_length=200", ("create_product",)),
    Fault("pattern dropped", "src/models/schemas/customer.py", "{6,30}$", "{0,30}", ("create_customer",)),
    Fault("unknown members taken", "src/core/types.py", 'extra="forbid"', 'extra="ignore"', ("create_product", "update_product")),
    Fault("last of two parameters taken", "src/core/routing.py", "if repeated:", "if repeated and False:", ("list_products",)),
    Fault("strict types loosened", "src/models/schemas/product.py", "Field(strict=True, ge=0", "Field(ge=0", ("create_product",)),
    Fault("422 before 404", "src/core/routing.py", "await self._find_rows(exact)\n                raise invalid(error)", "raise invalid(error)", ("restock_product", "add_item_to_cart")),
    Fault("nested row under another owner", "src/services/cart_item.py", "self.cart_items.lock(item_id, cart_id)", "self.cart_items.lock(item_id)", ("update_cart_item",)),
    Fault("declared edge refused", "src/models/choices.py", "{OrderStatus.PAID, OrderStatus.CANCELLED}", "{OrderStatus.CANCELLED}", ("pay_order",)),
    Fault("patch replaces", ORDER, 'if "note" in body.model_fields_set:', "if True:", ("patch_order",)),
    Fault("put keeps", "src/services/product.py", "product.description = body.description", "pass", ("update_product",)),
    Fault("late refusal without rollback", CART, 'require(len(cart.items) >= 1, 409, "this cart is empty")', 'cart.status = CartStatus.CHECKED_OUT\n        await self.session.commit()\n        require(len(cart.items) >= 1, 409, "this cart is empty")', ("checkout",)),
    Fault("absent reference unseen", CART, '"there is no such product", 409', '"there is no such product", 404', ("add_item_to_cart",)),
    Fault("missing cascade", "alembic/versions/0001_initial.py", 'name="fk_cart_items_cart_id", ondelete="CASCADE"', 'name="fk_cart_items_cart_id"', ("delete_cart",)),
    Fault("missing uniqueness", "alembic/versions/0001_initial.py", '"email", name="uq_customers_email"', '"email", "id", name="uq_customers_email"', ("create_customer", "update_customer")),
    Fault("state machine ignored", "src/services/tag.py", 'tag.stage = changed("stage", TAG_STAGE_EDGES, tag.stage, TagStage.GONE)', "tag.stage = TagStage.GONE", ("retire",), "rules"),
    Fault("rules of other rows not asked", "src/services/site.py", "        site.limit -= body.by\n        await settle(", "        site.limit -= body.by\n        await finish(", ("shrink_site",), "rules"),
    Fault("bound of a list not asked", "src/core/dependents.py", "if size < bound.minimum or", "if", ("unlabel", "delete_keeper", "copy_crate"), "rules"),
    Fault("row that comes again on the next page", "src/repositories/pages.py", "else columns > place", "else columns >= place", ("list_slots",), "variants"),
    Fault("nulls lost between pages", "src/repositories/pages.py", "or_(later, key.column.is_(None))", "later", ("list_things",), "variants"),
    Fault("page after the last one", "src/repositories/pages.py", "len(found) > query.limit", "len(found) >= query.limit", ("list_slots",), "variants"),
    Fault("place of another order taken", "src/core/places.py", "seal != _seal(order, packed) or ", "", ("list_things",), "variants"),
    Fault("total of what is left", "src/repositories/pages.py", ".select_from(reader.entity).where(*conditions)", ".select_from(reader.entity).where(*conditions, *start)", ("list_slots",), "variants"),
    Fault("table that keeps nothing", "alembic/versions/0002_archive.py", '"public.slots",', "", ("delete_shelf",), "variants"),
    Fault("archive without contents", "alembic/versions/0002_archive.py", "to_jsonb(OLD)", "'{}'", ("delete_meter",), "variants"),
    Fault("archive without the time", "alembic/versions/0002_archive.py", "clock_timestamp()", "'2001-01-01'", ("scrap",), "variants"),
    Fault("key that no path reaches", "src/models/schemas/tag.py", 'pattern="^[^/]*[^/.][^/]*$"', 'pattern="^"', ("create_tag",), "rules"),
)  # fmt: skip
