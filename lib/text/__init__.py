"""How a value becomes words: `language` (gettext catalogs and Babel formats), `masking`, `escaping`, `sentences` (for errors)."""
