"""Headers that every answer carries."""

from src.core.config import Environment, Settings

Headers = tuple[tuple[bytes, bytes], ...]

ALWAYS: Headers = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
)
NOTHING_LOADS = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
ONLY_HTTPS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
DOCS_PATHS = frozenset({"/docs", "/redoc"})


def security_headers(settings: Settings) -> Headers:
    """Give the headers that these settings ask for."""
    return (*ALWAYS, ONLY_HTTPS) if settings.environment is Environment.PROD else ALWAYS
