"""Find a Chromium for the browser tests; as root on Debian, install one. Prints its path."""

import os
import shutil
import subprocess
import sys


def find() -> str | None:
    named = os.environ.get("CHROMIUM")
    return named or next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)


def main() -> None:
    if find():
        return
    if os.getuid() == 0 and shutil.which("apt-get"):
        for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-noto-cjk"]):
            subprocess.run(["apt-get", *words], check=False, stdout=subprocess.DEVNULL, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
    if not find():
        sys.exit("No Chromium was found. Install it (on Debian: apt install chromium), or name one: CHROMIUM=/path/to/chromium make test")


if __name__ == "__main__":
    main()
