"""Settings by environment or file: where data, sources and rules lie, and who answers for the patrol."""

import os
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from core.errors import InputError
from core.secretfile import open_to_others

SETTINGS_FILE = "lurewatch.toml"
ROOT = Path(__file__).resolve().parent.parent
Network = IPv4Network | IPv6Network


class Settings(BaseSettings):
    """All settings. Environment variables (``LUREWATCH_…``) win over ``lurewatch.toml`` in the working folder."""

    model_config = SettingsConfigDict(env_prefix="LUREWATCH_", toml_file=SETTINGS_FILE, extra="forbid", frozen=True)

    data: Path = Field(default=Path("data"), description="the folder that holds all that is written")
    sources: Path = Field(default=ROOT / "crawlers" / "sources", description="folder of source YAML")
    rules: Path = Field(default=ROOT / "rules" / "keywords", description="folder of rule YAML")
    policy: Path = Field(default=ROOT / "rules" / "policy.yml", description="thresholds of the decision")
    corpus: Path = Field(default=ROOT / "classifiers" / "corpus", description="folder of labelled JSON lines")
    frozen: Path = Field(default=ROOT / "classifiers" / "frozen", description="folder of rows that are never learnt")
    model: Path | None = Field(default=None, description="folder of the trained model; default: below the data folder")
    store: str = Field(
        default="",
        description="sqlite:///PATH or https://HOST:PORT[/PREFIX of index names]; default: below the data folder",
    )
    # These five are for a cluster alone (docs/cluster.md).
    store_ca: Path | None = Field(
        default=None, description="PEM file of the CA that the cluster's certificate is from; default: the system's CAs"
    )
    store_key_file: Path | None = Field(
        default=None, description="file with the API key of this process's role, for its owner alone"
    )
    store_key: SecretStr = Field(default=SecretStr(""), description="the API key itself, where no file can be had")
    store_keeper_key_file: Path | None = Field(
        default=None, description="file with the keeper's API key, with which a patrol deletes what is too old"
    )
    spool_mb: int = Field(default=256, ge=1, description="megabytes that may wait on disk while a cluster is away")
    contact: str = Field(default="", description="address in the User-Agent, so that a site can reach you")
    allow_private: Annotated[tuple[Network, ...], NoDecode] = Field(
        default=(), description="private networks that may be patrolled"
    )
    lang: str = Field(default="zh", description="zh or en")
    remember_days: int = Field(default=90, ge=1, description="days after which hashes of seen items expire")
    visits_at_once: int = Field(default=8, ge=1, le=64, description="visits under way at the same time")
    visits_per_minute: float | None = Field(
        default=None,
        gt=0,
        description="visits begun a minute at most, of all sources; default: as their own intervals allow",
    )
    reload_seconds: float = Field(
        default=5.0, ge=0.1, description="seconds between looks at the rules while patrolling"
    )
    browser: Path | None = Field(default=None, description="Chromium's executable; default: looked for on the PATH")
    metrics: str = Field(default="", description="HOST:PORT or PORT (of 127.0.0.1) for Prometheus; default: not served")
    notify: SecretStr = Field(default=SecretStr(""), description="where notices go: apprise URLs with commas between")
    digest_hour: int | None = Field(default=8, ge=0, le=23, description="local hour of the daily digest")
    retain_days: int | None = Field(default=None, ge=1, description="days until flags are deleted; default: never")
    retain_dismissed_days: int | None = Field(
        default=None, ge=1, description="days until dismissed flags are deleted; default: as other flags"
    )

    @field_validator("allow_private", mode="before")
    @classmethod
    def _networks(cls, value: object) -> object:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator("digest_hour", "retain_days", "retain_dismissed_days", mode="before")
    @classmethod
    def _none(cls, value: object) -> object:
        return None if isinstance(value, str) and value.strip().lower() in {"", "none", "off"} else value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic passes all four
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What was passed in wins, then the environment, then the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def model_folder(self) -> Path:
        """Where the trained model lies."""
        return self.model or self.data / "model"

    @property
    def built_model(self) -> Path:
        """The model that ``make setup`` builds, used until one is trained into the data folder."""
        return ROOT / "build" / "model"

    @property
    def store_url(self) -> str:
        """The store's url, the embedded one by default."""
        return self.store or f"sqlite:///{self.data / 'lurewatch.db'}"

    @property
    def embedded_url(self) -> str:
        """The embedded store's url, whichever store is in use."""
        return self.store if self.store.startswith("sqlite:") else f"sqlite:///{self.data / 'lurewatch.db'}"


def _check_private(path: Path) -> None:
    if path.is_file() and open_to_others(path.stat().st_mode):
        raise InputError(
            f"{path} 里有密钥（store_key），别人也能读。请运行 chmod 600 {path}，或改用 store_key_file。",
            f"{path} holds a key (store_key) and others can read it. Run: chmod 600 {path}, or use store_key_file.",
        )


def systemd_socket() -> str | None:
    """Where systemd listens for a service's word that it is up, None where it does not."""
    return os.environ.get("NOTIFY_SOCKET")


def read_settings(**given: object) -> Settings:
    """Settings from arguments, environment and file; raises InputError that names the wrong one."""
    try:
        settings = Settings(**given)  # type: ignore[arg-type]
    except ValidationError as problem:
        first = problem.errors()[0]
        name = "LUREWATCH_" + ".".join(str(part) for part in first["loc"]).upper()
        raise InputError(
            f"设置 {name} 有误：{first['msg']}。请改环境变量或 {SETTINGS_FILE}。",
            f"Setting {name} is wrong: {first['msg']}. Change the environment or {SETTINGS_FILE}.",
        ) from problem
    except (OSError, ValueError) as problem:
        raise InputError(
            f"{SETTINGS_FILE} 读不了：{problem}", f"{SETTINGS_FILE} cannot be read: {problem}"
        ) from problem
    if settings.store_key.get_secret_value() not in {"", os.environ.get("LUREWATCH_STORE_KEY")}:
        _check_private(Path(SETTINGS_FILE))
    return settings
