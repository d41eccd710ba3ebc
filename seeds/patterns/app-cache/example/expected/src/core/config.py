"""Settings."""

from pydantic import Field
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    """Every setting."""

    redis_url: str | None = Field(default=None, pattern=r"^$|^(redis|rediss|unix)://")
    cache_prefix: str = Field(default="parcels-api", min_length=1)
    cache_seconds: int = Field(default=60, ge=1)
