"""A listener for the photos of a town under test, so that the sandbox can fetch them.

Its address stands in a file of the town's folder: a town that is opened there again, also by another process, has it.
It is served until the tests end; what is tested is not how it is opened and closed.
"""

import atexit
from contextlib import ExitStack

from socialpub.settings import Public
from socialpub.web import serving as server
from socialpub.web.public import build
from tests.town import Town

_OPEN = ExitStack()
atexit.register(_OPEN.close)


def now_on(here: Town) -> None:
    """From now on this town's photos have an address."""
    listener = server.listen("public", "127.0.0.1", 0, "photos", "")
    app = build(here.app.passes, here.app.shelf.read_rendition)
    port = _OPEN.enter_context(server.serving(listener, app, "photos"))
    url = f"http://127.0.0.1:{port}"
    (here.spool.parent / "public").write_text(url, "ascii")
    here.app.settings.__dict__["public"] = Public(url=url)  # as if it had been opened with it
    here.app.__dict__.pop("workshop", None)
