"""An application in which carts turn into orders, for the solver's tests."""

from functools import cache

from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.types import Reference, Scalar
from tests.expressions.solver_sketch import Sketch, between, choice, decimal, integer, lengths, stored, takes, text

UUID = Scalar(name="uuid")
COUNT = (integer(), between("1", "1000"))


@cache
def shop() -> ApplicationIR:
    """Products, carts and orders with their flows."""
    sketch = Sketch()
    _entities(sketch)
    _cart_flows(sketch)
    _order_flows(sketch)
    return sketch.application()


def _entities(sketch: Sketch) -> None:
    active = choice("ACTIVE", "INACTIVE")
    sketch.entity(
        "Product",
        stored("name", text(200), lengths(1, 200)),
        stored("price", decimal(10, 2), between("0", open_low=True)),
        stored("stock", integer(0)),
        stored("status", active, default="ACTIVE", has_default=True),
    )
    sketch.entity("Customer", stored("email", Scalar(name="email", max_length=254)))
    sketch.unique("Customer", "email")
    states = choice("OPEN", "CHECKED_OUT", "ABANDONED")
    customer = stored("customer", Reference(entity="Customer"))
    sketch.entity("Cart", customer, stored("status", states, default="OPEN", has_default=True))
    sketch.machine("Cart", "status", "OPEN>CHECKED_OUT", "OPEN>ABANDONED")
    line = (
        stored("product", Reference(entity="Product")),
        stored("quantity", *COUNT),
        stored("unit_price", decimal(10, 2)),
    )
    sketch.entity("CartItem", *line, owner="Cart", collection="items")
    sketch.unique("CartItem", "cart", "product")
    states = choice("PENDING", "PAID", "SHIPPED", "CANCELLED")
    sketch.entity(
        "Order",
        customer,
        stored("status", states, default="PENDING", has_default=True),
        stored("total", decimal(12, 2), between("0"), default="0.00", has_default=True),
        stored("note", text(500), nullable=True),
    )
    sketch.machine("Order", "status", "PENDING>PAID", "PAID>SHIPPED", "PENDING>CANCELLED", "PAID>CANCELLED")
    sketch.entity("OrderItem", *line, owner="Order", collection="items")


def _cart_flows(sketch: Sketch) -> None:
    sketch.flow(
        "restock", {"product": "Product"}, {"quantity": takes(integer(), between("1", "100000"))},
        ("sets", "product.stock", "product.stock + quantity"),
        ("ensures", "product.stock == old(product.stock) + quantity"),
    )  # fmt: skip
    line = {"cart": "cart", "product": "product", "quantity": "quantity", "unit_price": "product.price"}
    sketch.flow(
        "add", {"cart": "Cart"}, {"product_id": takes(UUID), "quantity": takes(*COUNT)},
        ("with", "product", "Product", "product_id"),
        ("requires", "cart.status == OPEN"),
        ("requires", "product.status == ACTIVE"),
        ("requires", "product.stock >= quantity"),
        ("requires", "!cart.items.exists(i, i.product == product)"),
        ("creates", "item", "CartItem", line),
        ("ensures", "size(cart.items) == old(size(cart.items)) + 1"),
    )  # fmt: skip
    sketch.flow(
        "empty", {"cart": "Cart"}, {},
        ("requires", "cart.status == OPEN"),
        ("for", "item", "cart.items", ("deletes", "item")),
        ("ensures", "size(cart.items) == 0"),
    )  # fmt: skip
    sketch.flow("remove_product", {"product": "Product"}, {}, ("deletes", "product"))
    sketch.flow("remove_cart", {"cart": "Cart"}, {}, ("deletes", "cart"))


def _order_flows(sketch: Sketch) -> None:
    order = {"customer": "cart.customer", "total": "sum(cart.items.map(i, i.unit_price * i.quantity))"}
    line = {"order": "order", "product": "item.product", "quantity": "item.quantity", "unit_price": "item.unit_price"}
    sketch.flow(
        "checkout", {"cart": "Cart"}, {},
        ("requires", "cart.status == OPEN"),
        ("requires", "size(cart.items) >= 1"),
        ("for", "item", "cart.items", ("requires", "item.product.stock >= item.quantity")),
        ("creates", "order", "Order", order),
        (
            "for", "item", "cart.items",
            ("creates", None, "OrderItem", line),
            ("sets", "item.product.stock", "item.product.stock - item.quantity"),
        ),
        ("sets", "cart.status", "CHECKED_OUT"),
        ("ensures", "size(order.items) == size(cart.items)"),
        ("ensures", "cart.items.all(i, i.product.stock == old(i.product.stock) - i.quantity)"),
    )  # fmt: skip
    sketch.flow(
        "pay", {"order": "Order"}, {},
        ("requires", "order.status == PENDING"),
        ("requires", "order.total > 0"),
        ("sets", "order.status", "PAID"),
    )  # fmt: skip
    sketch.flow(
        "cancel", {"order": "Order"}, {},
        ("requires", "order.status == PENDING || order.status == PAID"),
        ("for", "item", "order.items", ("sets", "item.product.stock", "item.product.stock + item.quantity")),
        ("sets", "order.status", "CANCELLED"),
        ("ensures", "order.items.all(i, i.product.stock == old(i.product.stock) + i.quantity)"),
    )  # fmt: skip
