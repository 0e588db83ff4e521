"""Finds a Chromium for the browser tests: on PATH, else Playwright's own, else Debian's package as root."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")


def on_path() -> str | None:
    """The path of an installed Chromium."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def find() -> str | None:
    """A Chromium to start; None means Playwright's own."""
    if path := on_path():
        return path
    download = [sys.executable, "-m", "playwright", "install", "chromium"]
    if subprocess.run(download, check=False, capture_output=True, timeout=300).returncode == 0:
        return None
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=True, env=quiet)
        packages = ["chromium", "fonts-noto-cjk"]
        subprocess.run(["apt-get", "install", "-y", "-qq", *packages], check=True, env=quiet, stdout=subprocess.DEVNULL)
        return on_path()
    sys.exit("The browser tests need Chromium: install it (Debian: apt-get install chromium) and run again.")


if __name__ == "__main__":
    print("browser:", find() or "Playwright's own Chromium")
