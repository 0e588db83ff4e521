"""The Content-Security-Policy of pages on which a payment window opens, and their other headers."""

from __future__ import annotations

from urllib.parse import urlsplit

from lib.settings import Settings

NOT_KEPT = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}


def headers(settings: Settings) -> dict[str, str]:
    """Scripts come from this host and from where iamport.js lies, nothing else runs; nobody may frame the page.

    The real window opens whatever page of a gateway or card company the payment needs, so those are named by https alone.
    """
    parts = urlsplit(settings.sdk_url)
    sdk = f" {parts.scheme}://{parts.netloc}" if parts.netloc else ""
    anywhere = " https:" if settings.live else sdk
    rules = (
        "default-src 'none'",
        f"script-src 'self'{sdk}",
        "style-src 'self'" + (" 'unsafe-inline'" if settings.live else ""),
        "font-src 'self'",
        "img-src 'self' data:" + (" https:" if settings.live else ""),
        f"connect-src 'self'{anywhere}",
        f"frame-src 'self'{anywhere}",
        "form-action 'self'" + (" https:" if settings.live else ""),
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
    return {"Content-Security-Policy": "; ".join(rules), "X-Frame-Options": "DENY", **NOT_KEPT}
