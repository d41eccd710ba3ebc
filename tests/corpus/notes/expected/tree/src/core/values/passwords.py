"""Passwords are kept as slow hashes and never read back."""

import base64
import hashlib
import secrets
from typing import overload

COST, BLOCK, LANES = 2**14, 8, 1
SALT_BYTES = 16


@overload
def hashed(password: str) -> str: ...
@overload
def hashed(password: str | None) -> str | None: ...
def hashed(password: str | None) -> str | None:
    """Hash a password with a salt of its own: `scrypt$cost$block$lanes$salt$hash`."""
    if password is None:
        return None
    salt = secrets.token_bytes(SALT_BYTES)
    digest = hashlib.scrypt(password.encode(), salt=salt, n=COST, r=BLOCK, p=LANES)
    return "$".join(("scrypt", str(COST), str(BLOCK), str(LANES), _text(salt), _text(digest)))


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()
