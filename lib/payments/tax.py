"""What of an order is free of tax. i'mport tells no payment's split: only the merchant's own data can."""

from __future__ import annotations

import json


def tax_free_in(custom_data: str, amount: int) -> int:
    """The tax-free part of an order of `amount` as the merchant wrote it into `custom_data` ({"tax_free": won}), else 0."""
    if "tax_free" not in custom_data:
        return 0
    try:
        told = json.loads(custom_data)
        return max(0, min(int(told.get("tax_free", 0)), amount)) if isinstance(told, dict) else 0
    except (ValueError, TypeError):
        return 0
