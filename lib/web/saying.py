"""Small pages outside Streamlit: their frame, one sentence where there is nothing else, and the language of whoever asks."""

from __future__ import annotations

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse

from lib.text.language import LANGUAGES, Language, language
from lib.text.sentences import sentence_of

LANGUAGE = "paydesk_language"
OTHER = {"ko": ("en", "English"), "en": ("ko", "한국어")}


def words(request: Request) -> Language:
    """The language asked for, chosen before, or of the browser; Korean where it says nothing."""
    asked = request.query_params.get("lang") or request.cookies.get(LANGUAGE) or ""
    return language(asked if asked in LANGUAGES else request.headers.get("accept-language", "ko"))


def page(t: Language, title: str, body: str, scripts: str = "", *, choice: bool = True) -> str:
    """A page in the look of the small ones. `body` and `scripts` are HTML; `choice`: it is also there in the other language."""
    other, name = OTHER[t.code]
    nav = f'<nav><a href="?lang={other}" lang="{other}">{name}</a></nav>' if choice else ""
    return f"""<!doctype html>
<html lang="{t.code}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{escape(title)}</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/checkout/files/pay.css"></head>
<body><main>{nav}{body}</main>{scripts}</body></html>"""


def said(
    request: Request, code: str, status: int, headers: dict[str, str], *, title: str = "Paydesk", form: bool = False
) -> HTMLResponse:
    """The sentence of a code as a page under `title`; `form`: in answer to a form, with the way back to the desk."""
    t = words(request)
    back = f'<a class="go" href="/">{t("Back to Paydesk")}</a>' if form else ""
    body = f'<h1>{escape(title)}</h1><p class="said bad" role="alert">{escape(sentence_of(code, t))}</p>{back}'
    return HTMLResponse(page(t, title, body, choice=not form), status, headers=headers)
