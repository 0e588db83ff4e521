"""Files that open in a spreadsheet as they are: nothing runs, ids stay texts, money stays numbers."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.payments.days import Period
from lib.reports.headline import MEASURES, headline
from lib.reports.workbooks import csv_file, xlsx_file

HOSTILE = ["=cmd|' /C calc'!A0", "+82 10", "-1+1", "@SUM(1)", "\tx", "＝1+1", "＠x"]


def test_csv_opens_as_korean_and_runs_nothing(tmp_path: Path) -> None:
    file = tmp_path / "payments.csv"
    csv_file.write(file, ["주문번호", "금액"], [[text, -500] for text in [*HOSTILE, "홍길동"]])
    raw = file.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\r\n") == len(HOSTILE) + 2
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.reader(lines))
    assert all(row[0].startswith("'") for row in rows[1:-1])
    assert rows[-1] == ["홍길동", "-500"]


@given(st.text(max_size=30))
def test_no_text_begins_like_a_formula(text: str) -> None:
    shown = str(csv_file.harmless(text))
    assert not shown.startswith(csv_file.FORMULA)
    assert shown.removeprefix("'").endswith(text.removeprefix("'")) or text.startswith("'")


def test_xlsx_keeps_ids_as_texts_money_as_numbers_and_says_how_it_was_made(tmp_path: Path) -> None:
    file = tmp_path / "payments.xlsx"
    rows = [("012345678901234567890", HOSTILE[0], 45_000)]
    about = lambda: [("만든 사람", "김민수"), ("결제(원)", 6_483_900)]  # noqa: E731
    xlsx_file.write(file, ["imp_uid", "name", "amount"], ["번호", "상품", "금액"], rows, about, ("결제", "조건"))
    with zipfile.ZipFile(file) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        second = book.read("xl/worksheets/sheet2.xml").decode()
    assert "<f>" not in sheet
    cells = {c.get("r"): c for c in ElementTree.fromstring(sheet).iter() if c.tag.endswith("}c")}
    assert cells["A2"].get("t") == "inlineStr"
    assert "".join(cells["A2"].itertext()) == "012345678901234567890"
    assert cells["C2"].get("t") is None
    assert "".join(cells["C2"].itertext()) == "45000"
    assert "김민수" in second or "sharedStrings" in second or 't="inlineStr"' in second
    told = openpyxl.load_workbook(file)["조건"]
    assert (told["B2"].value, told["B2"].number_format) == (6_483_900, "#,##0")


def test_the_headline_is_what_the_days_add_up_to() -> None:
    """
    day        | paid        | cancelled | failed
    2026-11-01 | 2 × 30,000  | 0         | 1
    2026-11-02 | 0           | 10,000    | 0
    """
    from datetime import date

    def frame(*rows: tuple[object, ...]) -> pd.DataFrame:
        return pd.DataFrame(rows, columns=["day", *MEASURES])

    now = frame(("2026-11-01", 2, 60_000, 0, 0, 1, 0), ("2026-11-02", 0, 0, 1, 10_000, 0, 5_000))
    before = frame(("2026-10-30", 1, 40_000, 0, 0, 0, 0))
    told = headline(now, before, Period(date(2026, 11, 1), date(2026, 11, 2)))
    assert (told.net.now, told.net.series, told.net.change) == (50_000, [60_000, -10_000], 0.25)
    assert (told.average.now, told.average.series) == (30_000, [30_000, 0])
    assert told.success_rate.now == pytest.approx(2 / 3)
    assert (told.cancel_rate.now, told.waiting.now) == (pytest.approx(1 / 6), 5_000)
    empty = headline(now.head(0), before.head(0), Period(date(2026, 11, 1), date(2026, 11, 2)))
    assert (empty.net.now, empty.success_rate.now, empty.net.change) == (0, 0, None)
