"""`clientsmith preview`."""

from __future__ import annotations

import sys
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING

from ..diagnostics import Diagnostic
from .arguments import Add, Arguments, add_output, add_spec, command, configuration
from .findings import tell

if TYPE_CHECKING:
    from ..preview.picture import Picture


def add(commands: Add) -> None:
    """Add the command."""
    summary = "show document, templates and output side by side in a browser, as files change"
    parser = command(commands, "preview", _preview, summary)
    add_spec(parser)
    add_output(parser)
    parser.add_argument("--port", type=int, default=0, help="default: any that is free")
    parser.add_argument("--open", action="store_true", help="open the page in the default browser")


def _preview(arguments: Arguments) -> int:
    from ..config import ConfigurationError
    from ..preview.live import Live
    from ..preview.pages import Pages
    from ..preview.server import Server
    from ..watching import interruption

    with interruption() as ended:
        live = Live(lambda: configuration(arguments), _tell, ended)
        try:
            server = Server(Pages(live), arguments.port)
        except (OSError, OverflowError) as error:
            message = (
                f"the port {arguments.port} cannot be had: {getattr(error, 'strerror', error)}"
            )
            hint = "leave --port out"
            raise ConfigurationError(Diagnostic("error", message, hint=hint)) from None
        Thread(target=server.serve_forever, daemon=True).start()
        print(server.url, flush=True)
        if arguments.open:
            import webbrowser

            webbrowser.open(server.url)
        with suppress(KeyboardInterrupt):
            live.run()
        live.end()
        server.shutdown()
        server.server_close()
    return 0


def _tell(picture: Picture, seconds: float) -> None:
    """Tell that a picture is complete, and what was found."""
    tell(picture.diagnostics)
    failed = any(found.severity == "error" for found in picture.diagnostics)
    if picture.rendering is not None and not failed:
        sys.stderr.write(f"{len(picture.rendering.outputs)} files in {seconds:.2f} s\n")
