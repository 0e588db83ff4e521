"""Code tables of i'mport and its gateways: card issuers, banks, couriers, gateways (published lists, CSV beside this file)."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent


class Code(NamedTuple):
    """One code with its Korean and English name (English falls back to Korean where none is published)."""

    code: str
    ko: str
    en: str

    def name(self, language: str) -> str:
        """The name in `language` ("ko" or "en")."""
        return self.ko if language == "ko" else self.en


def _rows(file: str) -> list[dict[str, str]]:
    with (HERE / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@cache
def cards() -> dict[str, Code]:
    """Card issuers by KFTC code."""
    return {r["code"]: Code(r["code"], r["name_ko"], r["name_en"]) for r in _rows("cards.csv")}


@cache
def banks(gateway: str) -> dict[str, Code]:
    """Banks by the code that `gateway` uses for refund accounts; empty for a gateway without a published list."""
    return {
        r["code"]: Code(r["code"], r["name_ko"], r["name_ko"])
        for r in _rows("banks_by_gateway.csv")
        if r["gateway"] == gateway
    }


@cache
def couriers() -> dict[str, Code]:
    """Couriers by i'mport's code."""
    return {r["code"]: Code(r["code"], r["name_ko"], r["name_en"]) for r in _rows("couriers.csv")}


@cache
def gateways() -> dict[str, Code]:
    """Gateways by `pg_provider`."""
    return {r["code"]: Code(r["code"], r["name_ko"], r["name_ko"]) for r in _rows("gateways.csv")}
