"""Settings: what the environment may change, and where things lie. No work at import."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from platformdirs import user_data_path
from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from pipelines.errors import UsageError

LIVE = (
    *("census", "worldbank", "imf_imts", "imf_weo", "eurostat", "comtrade"),
    *("ofac", "eu_fsf", "uk_sanctions", "un_sc", "brent", "ecb_fx", "cbr_fx"),
)
"""Sources on the web; TRADEWAKE_<NAME>_URL sends a source's requests elsewhere."""

_PACKAGE = Path(__file__).resolve().parent


def checkout() -> Path | None:
    """The root of the source checkout this code runs from, or None when it runs from an installed wheel."""
    root = _PACKAGE.parent
    return root if (root / "pyproject.toml").is_file() and (root / "data" / "snapshot").is_dir() else None


def shipped_data() -> Path:
    """The folder with `snapshot/`, `regimes/`, `events/` and `reference/`: the checkout's, or the wheel's own."""
    root = checkout()
    return root / "data" if root is not None else _PACKAGE / "shipped"


def default_home() -> Path:
    """Where `raw/` and `store/` live unless TRADEWAKE_HOME says otherwise."""
    root = checkout()
    return root / "data" if root is not None else user_data_path("tradewake", appauthor=False)


_ELSEWHERE = "Another address for this source, such as a proxy."


class Settings(BaseSettings):
    """The environment, checked. A `.env` file in the working folder is read too; secrets are never printed."""

    model_config = SettingsConfigDict(env_prefix="TRADEWAKE_", env_file=".env", extra="ignore", frozen=True)

    home: Path = Field(default_factory=default_home, description="Folder that holds raw/ and store/.")
    data: Path = Field(default_factory=shipped_data, description="Folder of the shipped figures and the register.")
    offline: bool = Field(default=False, description="Never touch the network.")
    keep_builds: int = Field(default=5, ge=2, le=100, description="Published builds kept for rollback.")
    census_api_key: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("CENSUS_API_KEY"), description="Key of the US Census API."
    )
    comtrade_api_key: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("COMTRADE_API_KEY"), description="Key of UN Comtrade."
    )
    fred_api_key: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("FRED_API_KEY"), description="Key of FRED."
    )
    eia_api_key: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("EIA_API_KEY"), description="Key of the EIA."
    )

    retry_seconds: float = Field(
        default=2.0, ge=0, le=600, description="First wait before a request is tried again; each further wait doubles."
    )
    census_url: str | None = Field(default=None, description=_ELSEWHERE)
    worldbank_url: str | None = Field(default=None, description=_ELSEWHERE)
    imf_imts_url: str | None = Field(default=None, description=_ELSEWHERE)
    imf_weo_url: str | None = Field(default=None, description=_ELSEWHERE)
    eurostat_url: str | None = Field(default=None, description=_ELSEWHERE)
    comtrade_url: str | None = Field(default=None, description=_ELSEWHERE)
    ofac_url: str | None = Field(default=None, description=_ELSEWHERE)
    eu_fsf_url: str | None = Field(default=None, description=_ELSEWHERE)
    uk_sanctions_url: str | None = Field(default=None, description=_ELSEWHERE)
    un_sc_url: str | None = Field(default=None, description=_ELSEWHERE)
    brent_url: str | None = Field(default=None, description=_ELSEWHERE)
    ecb_fx_url: str | None = Field(default=None, description=_ELSEWHERE)
    cbr_fx_url: str | None = Field(default=None, description=_ELSEWHERE)

    def elsewhere(self, source: str) -> str | None:
        """The address that replaces a source's own (scheme and host), None where nothing does."""
        return getattr(self, f"{source}_url", None)

    def secret(self, variable: str | None) -> str | None:
        """The value of a key's variable (`CENSUS_API_KEY`), None where it is not set or blank."""
        secret = getattr(self, variable.lower(), None) if variable else None
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
        variable = name if name.endswith("_API_KEY") else f"TRADEWAKE_{name}"
        raise UsageError(f"{variable} cannot be used ({first['msg'].lower()}). Correct it or unset it.") from error
