"""Settings, read from the environment and from `.env`."""

from enum import StrEnum
from functools import lru_cache

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import URL, make_url


class Environment(StrEnum):
    """Where the application runs."""

    DEV = "dev"
    STAGING = "staging"
    PROD = "prod"


class Settings(BaseSettings):
    """Every setting of the application; `.env.example` lists them."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", hide_input_in_errors=True)

    environment: Environment = Environment.DEV
    database_url: str = "postgresql://postgres@localhost:5432/postgres"
    database_pool_size: int = Field(default=10, ge=1)
    database_pool_overflow: int = Field(default=10, ge=0)
    database_pool_timeout: float = Field(default=10, gt=0)
    log_level: str = "INFO"
    max_body_bytes: int = Field(default=2000000, ge=1)
    cors_origins: tuple[str, ...] = ()
    docs: bool | None = None

    @field_validator("database_url")
    @classmethod
    def _is_postgresql(cls, value: str) -> str:
        if make_url(value).get_backend_name() != "postgresql":
            raise ValueError("DATABASE_URL must name a PostgreSQL database")
        return value

    @model_validator(mode="after")
    def _is_secure(self) -> "Settings":
        if self.environment is Environment.PROD:
            if "database_url" not in self.model_fields_set:
                raise ValueError("DATABASE_URL must be set in prod")
            if "*" in self.cors_origins:
                raise ValueError("CORS_ORIGINS must not allow every origin in prod")
        return self

    @property
    def async_database_url(self) -> URL:
        """The address of the database, with the driver that the application uses."""
        return make_url(self.database_url).set(drivername="postgresql+asyncpg")

    @property
    def shows_docs(self) -> bool:
        """Whether the documentation is served: off in prod unless asked for."""
        return self.environment is not Environment.PROD if self.docs is None else self.docs


@lru_cache
def get_settings() -> Settings:
    """Read the settings once."""
    return Settings()
