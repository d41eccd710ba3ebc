"""Scenes over the e-commerce application in which calls meet: their rows, their calls, and what must come of them."""

from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg  # type: ignore[import-untyped]

CALLS = 160
BYSTANDERS = 2_000
"""Rows that nobody touches: in tables of a few rows every plan reads everything, and everything seems to cross."""
PLENTY = 1_000_000
HOT = "one hot product"
MANY = "many products"

KNOWN = frozenset({200, 201, 409, 503})
"""What a call may be answered: done, refused by the flow, or given up."""

Call = tuple[str, dict[str, Any] | None]

FILL = """
TRUNCATE products, customers, carts, cart_items, orders, order_items;
INSERT INTO products (id, name, price, stock, status, created_at, updated_at)
  SELECT md5('p' || n)::uuid, 'thing', 2.50, {stock}, 'ACTIVE', now(), now() FROM generate_series(1, {rows}) n;
INSERT INTO customers (id, email, name, created_at, updated_at)
  SELECT md5('u' || n)::uuid, n || '@example.com', 'somebody', now(), now() FROM generate_series(1, {rows}) n;
INSERT INTO carts (id, customer_id, status, created_at, updated_at)
  SELECT md5('c' || n)::uuid, md5('u' || n)::uuid, 'OPEN', now(), now() FROM generate_series(1, {rows}) n;
INSERT INTO cart_items (id, cart_id, product_id, quantity, unit_price, created_at, updated_at)
  SELECT md5('i' || n)::uuid, md5('c' || n)::uuid, md5('p' || {product})::uuid, 1, 2.50, now(), now()
  FROM generate_series(1, {rows}) n;
INSERT INTO orders (id, customer_id, status, total, created_at, updated_at)
  SELECT md5('o' || n)::uuid, md5('u' || n)::uuid, 'PENDING', 2.50, now(), now() FROM generate_series(1, {old}) n;
INSERT INTO order_items (id, order_id, product_id, quantity, unit_price, created_at, updated_at)
  SELECT md5('l' || n)::uuid, md5('o' || n)::uuid, md5('p' || n)::uuid, 1, 2.50, now(), now()
  FROM generate_series(1, {old}) n;
"""


@dataclass(frozen=True)
class Scene:
    """Calls at once: ``stock`` of each product at the start, ``hot`` whether all calls want the same one."""

    name: str
    flow: str
    hot: bool
    stock: int

    @property
    def yes(self) -> int:
        """How many calls may be told yes."""
        return min(CALLS, self.stock) if self.hot and self.flow == "checkout" else CALLS


def scenes(number: int) -> tuple[Scene, ...]:
    """All scenes; the stock of the hot product runs out in the middle, at another place in each round."""
    scarce = CALLS // 2 + number
    return (
        Scene(f"checkout, {HOT}", "checkout", hot=True, stock=scarce),
        Scene(f"checkout, {MANY}", "checkout", hot=False, stock=PLENTY),
        Scene(f"restock, {HOT}", "restock", hot=True, stock=0),
        Scene(f"restock, {MANY}", "restock", hot=False, stock=0),
    )


async def fill(scene: Scene, database_url: str) -> list[Call]:
    """Put the rows of a scene in; its calls."""
    rows = CALLS + BYSTANDERS
    connection = await asyncpg.connect(database_url)
    try:
        product = "1" if scene.hot else "n"
        await connection.execute(FILL.format(rows=rows, old=BYSTANDERS, stock=scene.stock, product=product))
        await connection.execute("VACUUM ANALYZE")
        kind = "c" if scene.flow == "checkout" else "p"
        keys = await connection.fetch(f"SELECT md5('{kind}' || n)::uuid AS id FROM generate_series(1, {CALLS}) n")
    finally:
        await connection.close()
    ids: list[UUID] = [row["id"] for row in keys]
    if scene.flow == "checkout":
        return [(f"/carts/{id_}/checkout", None) for id_ in ids]
    return [(f"/products/{ids[0] if scene.hot else id_}/restock", {"quantity": 1}) for id_ in ids]


async def judge(scene: Scene, database_url: str, statuses: Counter[int]) -> int:
    """How many outcomes are not those of any order of the calls: a change without its yes, a yes without its change."""
    connection = await asyncpg.connect(database_url)
    try:
        moved = await connection.fetchval(f"SELECT sum(abs(stock - {scene.stock})) FROM products")
        least = await connection.fetchval("SELECT min(stock) FROM products")
        orders = await connection.fetchval("SELECT count(*) FROM orders")
    finally:
        await connection.close()
    yes = statuses[201] + statuses[200]
    strange = sum(number for status, number in statuses.items() if status not in KNOWN)
    refused = statuses[409] if yes < scene.yes else 0  # a no, although there was something left
    made = abs(int(orders) - BYSTANDERS - yes) if scene.flow == "checkout" else 0
    return abs(int(moved) - yes) + max(0, -int(least)) + max(0, yes - scene.yes) + strange + refused + made
