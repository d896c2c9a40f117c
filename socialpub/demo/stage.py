"""What the steps of the demo share: networks, daemon and desk, opened in order and closed in the reverse one."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from socialpub.app import App, open_app
from socialpub.demo import home
from socialpub.demo.waiting import Watch
from socialpub.sandbox.handle import Sandbox
from socialpub.sandbox.server import running

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Stage:
    folder: Path
    app: App  # the desk's own; the daemon has another on the same spool
    sandbox: Sandbox
    pages: str  # address of the daemon's pages
    watch: Watch
    say: Say


@contextmanager
def opened(folder: Path, watch: Watch, say: Say) -> Iterator[Stage]:
    """Start the sandbox networks and the daemon on the settings in `folder`."""
    settings = home.settings_of(folder)
    with ExitStack() as stack:
        sandbox = stack.enter_context(running())
        pages = stack.enter_context(watch.daemon(settings))
        app = open_app(settings)
        stack.enter_context(closing(app.db))
        yield Stage(folder, app, sandbox, pages, watch, say)
