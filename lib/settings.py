"""Settings, in one typed place: the environment, else `.streamlit/secrets.toml`, else the default.

| name | meaning |
| --- | --- |
| IMP_KEY, IMP_SECRET | the REST key pair of i'mport; without a key the desk runs on its own offline sandbox |
| IMP_TIER | an agency's sub-merchant code (3 characters), sent with every call |
| IMP_API_URL | where i'mport answers |
| IMP_CODE | the merchant code (imp and 8 digits) that the payment window is opened with |
| PAYDESK_SHOP | the shop's name, as customers know it; stands on payment links |
| DATABASE_URL | SQLite or PostgreSQL |
| PAYDESK_SANDBOX_PAYMENTS | how many payments the sandbox beside the desk begins with |
| PAYDESK_SANDBOX_DELIVERIES | whether it takes KICC's escrow deliveries: kicc, or published (KICC is on no list of them) |
| PAYDESK_HOLD_SECONDS | how long a refund waits after the click, and can be taken back, before it is sent (0 to 60) |
| PAYDESK_LIMIT_CS, PAYDESK_LIMIT_FINANCE | the largest refund (KRW) that one person makes alone, by role; 0 = none |
| PAYDESK_LIMIT_CS_DAY, PAYDESK_LIMIT_FINANCE_DAY | the same for all of a person's refunds of a KST day |
| PAYDESK_LIMIT_TEAM_DAY | what everybody together may refund on a KST day; nobody can approve more |
| PAYDESK_OTHER_HOLDER | who refunds alone to an account not in the buyer's name, or another buyer's: finance, everybody, nobody |
| PAYDESK_WEBHOOK_ADDRESSES | addresses or networks that webhooks are taken from, parted by spaces; empty = any |
| PAYDESK_SECRET | 32 characters or more; keys the audit chain and signed links. The sandbox has one of its own |
| PAYDESK_EARLIER_SECRETS | secrets that were in use before, oldest first, parted by spaces; the audit chain is verified with them |
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from lib.errors import BadSetting

ROOT = Path(__file__).parent.parent
SECRETS = ROOT / ".streamlit" / "secrets.toml"
IAMPORT = "https://api.iamport.kr"
WEBHOOK_PATH = "/webhooks/iamport"
SDK_PATH = "/v1/iamport.js"
SDK_HOST = "https://cdn.iamport.kr"
SANDBOX_CODE = "imp00000000"
SANDBOX_SHOP = "페이데스크상점"
SANDBOX_KEY, SANDBOX_SECRET = "sandbox_key", "sandbox_secret"
"""The pair that the offline sandbox accepts; no secret, for it guards nothing."""


NOBODY, FINANCE, BOTH = frozenset[str](), frozenset({"finance"}), frozenset({"cs", "finance"})


class Limits(NamedTuple):
    """Largest amounts (KRW; 0 = no limit): one refund and one person's KST day, by role; everybody's day together.
    `other_holder`: the roles that may refund alone to an account that is in doubt (`operations.refund_accounts`)."""

    refund: Mapping[str, int] = MappingProxyType({})
    day: Mapping[str, int] = MappingProxyType({})
    team_day: int = 0
    other_holder: frozenset[str] = BOTH


class Settings(BaseSettings):
    """The settings, checked. Use `load()`, which turns a bad value into one sentence."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    imp_key: str = ""
    imp_secret: SecretStr = SecretStr("")
    imp_tier: str = ""
    imp_api_url: str = IAMPORT
    imp_code: str = ""
    paydesk_shop: str = ""
    database_url: str = "sqlite:///data/paydesk.db"
    paydesk_secret: SecretStr = SecretStr("")
    paydesk_earlier_secrets: SecretStr = SecretStr("")
    paydesk_hold_seconds: float = Field(default=5.0, ge=0, le=60)
    paydesk_limit_cs: int = Field(default=1_000_000, ge=0)
    paydesk_limit_finance: int = Field(default=10_000_000, ge=0)
    paydesk_limit_cs_day: int = Field(default=10_000_000, ge=0)
    paydesk_limit_finance_day: int = Field(default=100_000_000, ge=0)
    paydesk_limit_team_day: int = Field(default=500_000_000, ge=0)
    paydesk_other_holder: Literal["finance", "everybody", "nobody"] = "finance"
    paydesk_webhook_addresses: str = ""
    paydesk_sandbox_payments: int = Field(default=20_000, ge=0, le=10_000_000)
    paydesk_sandbox_deliveries: Literal["kicc", "published"] = "kicc"
    streamlit_server_port: int = Field(default=8501, ge=1, le=65535)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment before file; TOML keys may be written in capitals like the variables."""
        return init_settings, env_settings, _CapitalToml(settings_cls, SECRETS)

    @field_validator("imp_api_url")
    @classmethod
    def _https_or_loopback(cls, url: str) -> str:
        parts = urlsplit(url)
        loopback = parts.hostname in {"127.0.0.1", "localhost", "::1"}
        if parts.scheme not in {"https", "http"} or not parts.hostname or parts.username or parts.query:
            raise ValueError("is not an address like https://api.iamport.kr")
        if parts.scheme == "http" and not loopback:
            raise ValueError("must be https, so that the key never travels in the clear")
        return url.rstrip("/")

    @field_validator("imp_tier")
    @classmethod
    def _tier(cls, tier: str) -> str:
        if tier and len(tier) != 3:
            raise ValueError("is the 3-character code of a sub-merchant, or empty")
        return tier

    @field_validator("imp_code")
    @classmethod
    def _code(cls, code: str) -> str:
        if code and not re.fullmatch(r"imp[0-9]{8}", code):
            raise ValueError("is the merchant code, imp and 8 digits, or empty")
        return code

    @field_validator("database_url")
    @classmethod
    def _database(cls, url: str) -> str:
        for given, driver in (("sqlite://", "sqlite://"), ("postgresql+psycopg://", "postgresql+psycopg://")):
            if url.startswith(given):
                return driver + url.removeprefix(given)
        for short in ("postgresql://", "postgres://"):
            if url.startswith(short):
                return "postgresql+psycopg://" + url.removeprefix(short)
        raise ValueError("must begin with sqlite:/// or postgresql://")

    @field_validator("paydesk_webhook_addresses")
    @classmethod
    def _addresses(cls, addresses: str) -> str:
        for address in addresses.split():
            try:
                ip_network(address)
            except ValueError:
                raise ValueError(f"holds {address}, which is no address like 52.78.100.19 or 10.0.0.0/8") from None
        return addresses

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if bool(self.imp_key) != bool(self.imp_secret.get_secret_value()):
            raise ValueError("IMP_KEY and IMP_SECRET go together: set both, or neither for the sandbox")
        secret = self.paydesk_secret.get_secret_value()
        if secret and len(secret) < 32:
            raise ValueError("PAYDESK_SECRET must have at least 32 characters")
        return self

    @property
    def limits(self) -> Limits:
        """What refunds are held to."""
        return Limits(
            {"cs": self.paydesk_limit_cs, "finance": self.paydesk_limit_finance},
            {"cs": self.paydesk_limit_cs_day, "finance": self.paydesk_limit_finance_day},
            self.paydesk_limit_team_day,
            {"finance": FINANCE, "everybody": BOTH, "nobody": NOBODY}[self.paydesk_other_holder],
        )

    @property
    def sandboxed(self) -> bool:
        """No key is configured: the desk serves its own sandbox."""
        return not self.imp_key

    @property
    def live(self) -> bool:
        """The key belongs to i'mport itself, not to a sandbox on this machine."""
        return urlsplit(self.api_url).hostname not in {"127.0.0.1", "localhost", "::1"}

    @property
    def api_url(self) -> str:
        """Where the client calls: i'mport, or the sandbox that the app serves beside its pages."""
        return f"http://127.0.0.1:{self.streamlit_server_port}/sandbox" if self.sandboxed else self.imp_api_url

    @property
    def merchant_code(self) -> str:
        """What `IMP.init` is called with; "" where the setting is missing."""
        return self.imp_code or (SANDBOX_CODE if self.sandboxed or not self.live else "")

    @property
    def shop(self) -> str:
        """The shop's name for customers; "" where the setting is missing."""
        return self.paydesk_shop or (SANDBOX_SHOP if self.sandboxed else "")

    @property
    def sdk_url(self) -> str:
        """iamport.js: the sandbox's own, as a path of this host where it stands beside the pages; else i'mport's."""
        if self.sandboxed:
            return f"/sandbox{SDK_PATH}"
        return (SDK_HOST if self.live else self.api_url) + SDK_PATH

    @cached_property
    def webhook_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """Where webhooks may come from; none = anywhere."""
        return tuple(ip_network(address) for address in self.paydesk_webhook_addresses.split())

    @property
    def own_webhook(self) -> str:
        """The desk's own webhook address on this machine, for the sandbox beside it."""
        return f"http://127.0.0.1:{self.streamlit_server_port}{WEBHOOK_PATH}"

    @property
    def sandbox_state(self) -> Path:
        """The file in which the offline sandbox keeps its shop: beside a SQLite database, else in data/."""
        path = self.database_url.partition("sqlite:///")[2]
        return (Path(path).parent if path else ROOT / "data") / "sandbox.db"

    @property
    def key_pair(self) -> tuple[str, str]:
        """The REST key and secret to sign in with."""
        if self.sandboxed:
            return SANDBOX_KEY, SANDBOX_SECRET
        return self.imp_key, self.imp_secret.get_secret_value()

    @property
    def secret(self) -> bytes:
        """The key of the audit chain and of signed links."""
        return (self.paydesk_secret.get_secret_value() or "paydesk-sandbox-secret-of-no-value").encode()

    @property
    def earlier_secrets(self) -> tuple[bytes, ...]:
        """What `secret` was before, oldest first."""
        return tuple(secret.encode() for secret in self.paydesk_earlier_secrets.get_secret_value().split())


class _CapitalToml(TomlConfigSettingsSource):
    """`secrets.toml` with keys written as `IMP_KEY` or `imp_key`."""

    def _read_file(self, file_path: Any) -> dict[str, Any]:
        return {name.lower(): value for name, value in super()._read_file(file_path).items()}


def load(**overrides: object) -> Settings:
    """The settings of this process; raises `BadSetting` (name, why) for the first value that cannot be used."""
    try:
        settings = Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as wrong:
        first = wrong.errors()[0]
        name = str(first["loc"][0]).upper() if first["loc"] else "settings"
        raise BadSetting(name=name, why=first["msg"].removeprefix("Value error, ")) from None
    except ValueError as unreadable:
        raise BadSetting(name=str(SECRETS.relative_to(ROOT)), why=str(unreadable)) from None
    if settings.live and not settings.sandboxed and not settings.paydesk_secret.get_secret_value():
        raise BadSetting(name="PAYDESK_SECRET", why="is needed with a real key: at least 32 random characters")
    return settings
