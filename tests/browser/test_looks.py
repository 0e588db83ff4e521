"""Every page for every role, light and dark: nothing broken, nothing hard to read, no sideways scrolling."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.browser.conftest import Running, at_rest

PATHS = ("/", "/payments", "/operations")
STREAMLITS_OWN = {"list", "listitem", "svg-img-alt"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["ko-KR", "en-US"])
def test_pages_are_whole_and_readable(desk: Running, browser: Browser, scheme: str, locale: str) -> None:
    context = browser.new_context(
        locale=locale, timezone_id="Asia/Seoul", color_scheme=scheme, viewport={"width": 1440, "height": 900}
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(desk.url)
    at_rest(page)
    page.locator("form.people button", has_text="김민수").click()
    page.wait_for_selector('[data-testid="stSidebar"]', state="attached")
    for path in PATHS:
        page.goto(desk.url + path)
        at_rest(page)
        assert page.locator('[data-testid="stException"]').count() == 0, path
        broken = page.locator('[data-testid="stAlertContentError"]')
        assert broken.count() == 0, (path, broken.all_inner_texts())
        found = Axe().run(page).response["violations"]
        serious = [v["id"] for v in found if v["impact"] in ("serious", "critical") and v["id"] not in STREAMLITS_OWN]
        assert serious == [], path
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), path
    assert errors == []
    context.close()
