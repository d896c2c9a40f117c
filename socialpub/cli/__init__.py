"""The command line: words in, one desk verb, words or JSON out. No rules here.

Exit codes: 0 done, 1 the answer is no, 2 the words are off, 3 something needed is unavailable.
"""

import sys


def main() -> None:
    """The entry point of `socialpub`."""
    from socialpub.cli.answers import answered
    from socialpub.cli.options import app

    sys.exit(answered(app))
