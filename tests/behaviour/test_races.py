"""Calls at the same time end as if one had come after the other."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from devmatrix.runtime.deploy import Deployment

pytestmark = pytest.mark.needs_server

Json = dict[str, Any]
AT_ONCE = 20


class Shop:
    """A client of the running application."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self.session = session

    async def call(self, method: str, path: str, body: Json | None = None) -> tuple[int, Json]:
        """One call: status and body."""
        async with self.session.request(method, self.url + path, json=body) as answer:
            text = await answer.text()
            return answer.status, await answer.json(content_type=None) if text else {}

    async def make(self, path: str, body: Json | None = None) -> Json:
        """A call that must succeed."""
        status, found = await self.call("POST", path, body)
        assert status in (200, 201), (path, status, found)
        return found

    async def product(self, stock: int) -> str:
        """A new product."""
        made = await self.make("/products", {"name": "thing", "price": "2.50", "stock": stock})
        return str(made["id"])

    async def cart(self, name: str, *items: tuple[str, int]) -> str:
        """A new cart of a new customer."""
        customer = await self.make("/customers", {"email": f"{name}@example.com", "name": name})
        cart = await self.make("/carts", {"customer_id": customer["id"]})
        for product, quantity in items:
            await self.make(f"/carts/{cart['id']}/items", {"product_id": product, "quantity": quantity})
        return str(cart["id"])

    async def stock(self, product: str) -> int:
        """What is left of a product."""
        return int((await self.call("GET", f"/products/{product}"))[1]["stock"])


def play(shop: Deployment, scene: Callable[[Shop], Awaitable[None]]) -> None:
    """Run a scene against the running application."""

    async def run() -> None:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE)) as session:
            await scene(Shop(shop.url, session))

    asyncio.run(run())


def statuses(answers: list[tuple[int, Json]]) -> Counter[int]:
    """How often each status came."""
    return Counter(status for status, _ in answers)


def test_exactly_the_right_number_gets_through(shop: Deployment) -> None:
    """Seven are left, twenty want one: seven 201, thirteen 409, nothing below zero."""

    async def scene(client: Shop) -> None:
        product = await client.product(7)
        carts = [await client.cart(f"limited-{place}", (product, 1)) for place in range(AT_ONCE)]
        answers = await asyncio.gather(*(client.call("POST", f"/carts/{cart}/checkout") for cart in carts))
        assert statuses(answers) == {201: 7, 409: 13}
        assert await client.stock(product) == 0

    play(shop, scene)


def test_one_cart_is_checked_out_once(shop: Deployment) -> None:
    """Twenty checkouts of one cart: one 201."""

    async def scene(client: Shop) -> None:
        product = await client.product(100)
        cart = await client.cart("once", (product, 3))
        answers = await asyncio.gather(*(client.call("POST", f"/carts/{cart}/checkout") for _ in range(AT_ONCE)))
        assert statuses(answers) == {201: 1, 409: AT_ONCE - 1}
        assert await client.stock(product) == 97

    play(shop, scene)


def test_a_unique_value_is_taken_once(shop: Deployment) -> None:
    """Twenty creations with one unique value: one 201."""

    async def scene(client: Shop) -> None:
        body = {"email": "same@example.com", "name": "same"}
        answers = await asyncio.gather(*(client.call("POST", "/customers", body) for _ in range(AT_ONCE)))
        assert statuses(answers) == {201: 1, 409: AT_ONCE - 1}

    play(shop, scene)


def test_no_item_slips_into_a_cart_that_is_closed(shop: Deployment) -> None:
    """Adding against checkout: what the order holds is what the cart holds, in every round."""

    async def scene(client: Shop) -> None:
        for round_ in range(8):
            products = [await client.product(50) for _ in range(6)]
            cart = await client.cart(f"slip-{round_}", (products[0], 1))
            adding = [
                client.call("POST", f"/carts/{cart}/items", {"product_id": product, "quantity": 2})
                for product in products[1:]
            ]
            answers = await asyncio.gather(*adding[:3], client.call("POST", f"/carts/{cart}/checkout"), *adding[3:])
            assert set(statuses(list(answers))) <= {201, 409}
            status, order = answers[3]
            assert status == 201
            _, bought = await client.call("GET", f"/orders/{order['id']}/items")
            _, kept = await client.call("GET", f"/carts/{cart}/items")
            pairs = [sorted((i["product_id"], i["quantity"]) for i in rows["items"]) for rows in (bought, kept)]
            assert pairs[0] == pairs[1]
            assert order["total"] == f"{sum(quantity for _, quantity in pairs[0]) * 2.5:.2f}"

    play(shop, scene)


def test_crossed_checkouts_both_succeed(shop: Deployment) -> None:
    """Carts that hold the same products in opposite order: nobody gets an error that the spec does not name."""

    async def scene(client: Shop) -> None:
        for round_ in range(6):
            one, other = await client.product(1000), await client.product(1000)
            carts = [
                await client.cart(f"crossed-{round_}-{place}", *([(one, 1), (other, 2)][:: 1 if place % 2 else -1]))
                for place in range(6)
            ]
            answers = await asyncio.gather(*(client.call("POST", f"/carts/{cart}/checkout") for cart in carts))
            assert statuses(answers) == {201: 6}
            assert (await client.stock(one), await client.stock(other)) == (994, 988)

    play(shop, scene)


def test_cancelling_twice_gives_back_once(shop: Deployment) -> None:
    """Twenty cancellations of one order: one 200, the stock is what it was."""

    async def scene(client: Shop) -> None:
        product = await client.product(10)
        cart = await client.cart("cancel", (product, 4))
        order = await client.make(f"/carts/{cart}/checkout")
        answers = await asyncio.gather(*(client.call("POST", f"/orders/{order['id']}/cancel") for _ in range(AT_ONCE)))
        assert statuses(answers) == {200: 1, 409: AT_ONCE - 1}
        assert await client.stock(product) == 10

    play(shop, scene)
