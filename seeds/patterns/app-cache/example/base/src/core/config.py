"""Settings."""

from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    """Every setting."""

    # place: settings
