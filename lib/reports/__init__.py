"""Frame -> picture (`figures`), frame -> file (`workbooks`)."""
