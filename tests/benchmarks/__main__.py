"""Every measurement, one after the other: `python -m tests.benchmarks`."""

from __future__ import annotations

import subprocess
import sys

BENCHES = ("sync_bench", "reading_bench", "pages_bench")

if __name__ == "__main__":
    sys.exit(
        max(
            subprocess.run([sys.executable, "-m", f"tests.benchmarks.{name}"], check=False).returncode
            for name in BENCHES
        )
    )
