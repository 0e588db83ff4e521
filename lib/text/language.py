"""Korean and English: translated messages and localised money, dates and counts.

Message ids are the English sentences; `translations/ko/LC_MESSAGES/messages.po` holds the Korean ones. The catalogs are
compiled when first needed (20 ms), so that nothing compiled is kept in the repository.
"""

from __future__ import annotations

import gettext
import io
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path

from babel.core import Locale
from babel.dates import format_date, get_day_names
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

TRANSLATIONS = Path(__file__).parent / "translations"
LANGUAGES = {"ko": "한국어", "en": "English"}
KST = timezone(timedelta(hours=9))
_DECIMALS = {"KRW": 0, "JPY": 0, "VND": 0}
_SIGNS = {"KRW": "₩", "USD": "$", "JPY": "¥", "EUR": "€"}


class Language:
    """One language: `t("Refund {amount}", amount=…)` gives the sentence; the other methods format values.

    Money is given in minor units of its currency, times as epoch seconds; all times are shown in KST.
    """

    def __init__(self, code: str) -> None:
        self.code = code
        self.locale = Locale.parse(code)
        self._catalog = _catalog(code)

    def __call__(self, message: str, /, **facts: object) -> str:
        """The sentence in this language with its places filled."""
        text = self._catalog.gettext(message)
        return text.format(**facts) if facts else text

    def each(self, one: str, many: str, n: int, /, **facts: object) -> str:
        """The sentence for `n` things; `{n}` is the number with separators."""
        return self._catalog.ngettext(one, many, n).format(n=self.number(n), **facts)

    def number(self, value: int | float) -> str:
        """12,345."""
        return str(format_decimal(value, locale=self.locale))

    def money(self, minor: int, currency: str = "KRW") -> str:
        """12,345원 in Korean, ₩12,345 in English; other currencies with their sign and decimals."""
        decimals = _DECIMALS.get(currency, 2)
        sign, value = ("-" if minor < 0 else ""), abs(minor) / 10**decimals
        figure = f"{value:,.{decimals}f}"
        if currency == "KRW" and self.code == "ko":
            return f"{sign}{figure}원"
        return f"{sign}{_SIGNS.get(currency, currency + ' ')}{figure}"

    def short_money(self, minor: int, currency: str = "KRW") -> str:
        """About three figures: 3.39억원 and 2,117만원 in Korean, ₩339M in English; the full figure below 100,000."""
        if currency != "KRW" or abs(minor) < 100_000:
            return self.money(minor, currency)
        if self.code == "ko":
            return f"{self.short(minor)}원"
        return f"{'-' if minor < 0 else ''}₩{self.short(abs(minor))}"

    def short(self, value: int | float) -> str:
        """The figure of `short_money` without its unit of currency: 3.39억, 2,117만; 339M, 21.2M."""
        sign, size = ("-" if value < 0 else ""), abs(value)
        if self.code == "ko":
            steps: tuple[tuple[float, str], ...] = ((1e12, "조"), (1e8, "억"), (1e4, "만"))
        else:
            steps = ((1e9, "B"), (1e6, "M"), (1e3, "K"))
        for step, unit in steps:
            if size >= step:
                figure = Decimal(str(size)) / Decimal(int(step))
                decimals = 0 if figure >= 100 else 1 if figure >= 10 else 2
                text = f"{figure.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):,}"
                return f"{sign}{text.rstrip('0').rstrip('.') if '.' in text else text}{unit}"
        return f"{sign}{size:,.0f}"

    def percent(self, share: float, decimals: int = 1) -> str:
        """0.948 as 94.8%."""
        return f"{share * 100:.{decimals}f}%"

    def day(self, day: date) -> str:
        """2026-11-23(월); 2026-11-23 (Mon)."""
        name = get_day_names("abbreviated", locale=self.locale)[day.weekday()]
        return f"{day:%Y-%m-%d}({name})" if self.code == "ko" else f"{day:%Y-%m-%d} ({name})"

    def short_day(self, day: date) -> str:
        """11.23(월); Mon 23 Nov."""
        if self.code == "ko":
            return f"{day:%m.%d}({get_day_names('abbreviated', locale=self.locale)[day.weekday()]})"
        return str(format_date(day, "EEE d MMM", locale=self.locale))

    def weekdays(self) -> list[str]:
        """Monday to Sunday, abbreviated."""
        names = get_day_names("abbreviated", locale=self.locale)
        return [str(names[n]) for n in range(7)]

    def time(self, at: float) -> str:
        """14:05 (KST)."""
        return f"{_kst(at):%H:%M}"

    def when(self, at: float) -> str:
        """2026-11-23(월) 14:05:09 (KST)."""
        there = _kst(at)
        return f"{self.day(there.date())} {there:%H:%M:%S}"

    def minute(self, at: float) -> str:
        """2026-11-23(월) 14:05 (KST)."""
        return f"{self.day(_kst(at).date())} {self.time(at)}"

    def short_when(self, at: float) -> str:
        """11-23 14:05 (KST)."""
        return f"{_kst(at):%m-%d %H:%M}"

    def ago(self, seconds: float) -> str:
        """3분 전; 3 min ago."""
        if seconds < 60:
            return self("{n} s ago", n=max(0, int(seconds)))
        if seconds < 3600:
            return self("{n} min ago", n=int(seconds // 60))
        if seconds < 86_400:
            return self("{n} h ago", n=int(seconds // 3600))
        return self.each("{n} day ago", "{n} days ago", int(seconds // 86_400))


def _kst(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC).astimezone(KST)


@cache
def _catalog(code: str) -> gettext.NullTranslations:
    source = TRANSLATIONS / code / "LC_MESSAGES" / "messages.po"
    if not source.exists():
        return gettext.NullTranslations()
    with source.open("rb") as lines:
        catalog = read_po(lines, locale=code)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@cache
def language(code: str) -> Language:
    """The language "ko" or "en"; anything else, such as "ko-KR" or "fr", is narrowed to one of the two."""
    return Language("ko" if code.lower().startswith("ko") else "en")
