"""`python -m socialpub` is `socialpub`."""

from socialpub.cli import main

main()
