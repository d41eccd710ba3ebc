"""Passwords are kept as slow hashes and never read back."""

import base64
import hashlib
import secrets
from typing import overload

COST, BLOCK, LANES = 2**14, 8, 1
SALT_BYTES = 16


@overload
def hashed(password: str, kept: str | None = None) -> str: ...
@overload
def hashed(password: str | None, kept: str | None = None) -> str | None: ...
def hashed(password: str | None, kept: str | None = None) -> str | None:
    """Hash a password with a salt of its own: `scrypt$cost$block$lanes$salt$hash`; a hash that fits stays."""
    if password is None or (kept is not None and verifies(password, kept)):
        return None if password is None else kept
    salt = secrets.token_bytes(SALT_BYTES)
    digest = hashlib.scrypt(password.encode(), salt=salt, n=COST, r=BLOCK, p=LANES)
    return "$".join(("scrypt", str(COST), str(BLOCK), str(LANES), _text(salt), _text(digest)))


def verifies(password: str, kept: str) -> bool:
    """Tell whether a hash was made from this password; a hash of another kind was not."""
    if not kept.startswith("scrypt$"):
        return False
    _, cost, block, lanes, salt, digest = kept.split("$")
    again = hashlib.scrypt(
        password.encode(), salt=base64.b64decode(salt), n=int(cost), r=int(block), p=int(lanes)
    )
    return secrets.compare_digest(again, base64.b64decode(digest))


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()
