"""`python -m cli` is `headship`, for an image whose entry point is `python -m`."""

from cli.app import main

main()
