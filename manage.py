#!/usr/bin/env python
import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coalition.settings")
    # The checks and migrations work on tables; everything else works as the role that row-level security binds.
    if {"migrate", "makemigrations"} & set(sys.argv[1:2]):
        os.environ.setdefault("DATABASE_ROLE", "owner")
    os.environ.setdefault("DEBUG", "1" if "DATABASE_URL" not in os.environ else "0")
    from coalition import embedded

    try:
        with embedded.servers():
            from django.core.management import execute_from_command_line

            execute_from_command_line(sys.argv)
    except embedded.CannotStart as refusal:
        sys.exit(str(refusal))


if __name__ == "__main__":
    main()
