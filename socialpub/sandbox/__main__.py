"""`python -m socialpub.sandbox [--host 127.0.0.1] [--port 0]`: serve, and say where as one line of JSON."""

import argparse
import json
import sys

from socialpub.sandbox.server import serve


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m socialpub.sandbox", description="Stand-ins of the networks")
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument("--port", type=int, default=0, help="0: a free one")
    parser.add_argument("--with-parent", action="store_true", help="stop when standard input ends")
    asked = parser.parse_args()

    def ready(port: int) -> None:
        sys.stdout.write(json.dumps({"port": port, "url": f"http://{asked.host}:{port}"}) + "\n")
        sys.stdout.flush()

    try:
        serve(asked.host, asked.port, ready, with_parent=asked.with_parent)
    except (OSError, ValueError) as error:
        sys.exit(f"the sandbox cannot listen on {asked.host}, port {asked.port}: {error}")


if __name__ == "__main__":
    main()
