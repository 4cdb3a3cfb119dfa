"""Settings: what the environment may change, and where things lie. No work at import."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from pipelines import facts
from pipelines.errors import UsageError
from pipelines.facts import checkout, shipped_data


def default_home() -> Path:
    """Where `raw/` and `store/` live unless TRADEWAKE_HOME says otherwise."""
    root = checkout()
    return root / "data" if root is not None else user_data_path("tradewake", appauthor=False)


_ENV_FILE = ".env"


class _OfSources(PydanticBaseSettingsSource):
    """What the environment and the `.env` file say of the sources: their keys, and other addresses for them.

    Which variables there are follows from the facts of the sources, so that a new source needs no edit here.
    """

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Not asked field by field: see `__call__`."""
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """The two fields, of the variables that are set."""
        there = {name.upper(): value for name, value in (dotenv_values(_ENV_FILE) | dict(os.environ)).items() if value}
        addresses = {source: f"TRADEWAKE_{source.upper()}_URL" for source in facts.live()}
        return {
            "addresses": {source: there[name] for source, name in addresses.items() if name in there},
            "keys": {name: there[name] for name in facts.key_variables() if name in there},
        }


class Settings(BaseSettings):
    """The environment, checked. A `.env` file in the working folder is read too; secrets are never printed."""

    model_config = SettingsConfigDict(env_prefix="TRADEWAKE_", env_file=_ENV_FILE, extra="ignore", frozen=True)

    home: Path = Field(default_factory=default_home, description="Folder that holds raw/ and store/.")
    data: Path = Field(default_factory=shipped_data, description="Folder of the shipped figures and the register.")
    offline: bool = Field(default=False, description="Never touch the network.")
    keep_builds: int = Field(default=5, ge=2, le=100, description="Published builds kept for rollback.")
    retry_seconds: float = Field(
        default=2.0, ge=0, le=600, description="First wait before a request is tried again; each further wait doubles."
    )
    keys: Mapping[str, SecretStr] = Field(default_factory=dict, description="Keys of live sources, by variable.")
    addresses: Mapping[str, str] = Field(
        default_factory=dict, description="Other addresses for sources, such as a proxy, by source."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is given in code goes first, then what the environment says of the sources, then the rest of it."""
        return init_settings, _OfSources(settings_cls), env_settings, dotenv_settings, file_secret_settings

    def elsewhere(self, source: str) -> str | None:
        """The address that replaces a source's own (scheme and host), None where nothing does."""
        return self.addresses.get(source)

    def secret(self, variable: str | None) -> str | None:
        """The value of a key's variable (`CENSUS_API_KEY`), None where it is not set or blank."""
        secret = self.keys.get(variable) if variable else None
        return (secret.get_secret_value().strip() or None) if secret is not None else None

    @property
    def store_dir(self) -> Path:
        """Published builds and the pointer to the current one."""
        return self.home / "store"

    @property
    def raw_dir(self) -> Path:
        """Payloads as they came, by fingerprint."""
        return self.home / "raw"


@lru_cache(maxsize=1)
def load() -> Settings:
    """Settings from the environment.

    Raises:
        UsageError: an environment variable holds something that cannot be used; the sentence names it.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper()
        raise UsageError(
            f"TRADEWAKE_{name} cannot be used ({first['msg'].lower()}). Correct it or unset it."
        ) from error


__all__ = ["Settings", "checkout", "default_home", "load", "shipped_data"]
