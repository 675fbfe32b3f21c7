"""Serve a folder on loopback as a host of static pages does, and count what it sends."""

import gzip
import mimetypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

PACKED = {".js", ".mjs", ".json", ".css", ".html", ".wasm", ".ipynb", ".svg", ".webmanifest"}
"""What hosts such as GitHub Pages send packed."""

mimetypes.add_type("application/wasm", ".wasm")
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("text/javascript", ".mjs")


@dataclass
class Site:
    """A folder that is served.

    Attributes
    ----------
    url : str
        Where, without a slash at the end.
    sent : dict of str to int
        The bytes that were sent for each path.
    missing : set of str
        Paths that were asked for and are not there.
    """

    url: str
    sent: dict[str, int] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)

    @property
    def megabytes(self) -> float:
        """What was sent since `sent` was cleared."""
        return sum(self.sent.values()) / 1e6


@contextmanager
def serve(folder: Path) -> Iterator[Site]:
    """Serve a folder until the end of the block."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, folder.resolve()))
    server.site = Site(f"http://127.0.0.1:{server.server_port}")
    server.packed = {}
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, folder: Path, *args: object) -> None:
        self.folder = folder
        super().__init__(*args)

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        file = (self.folder / path.lstrip("/")).resolve()
        if file.is_dir() and path.endswith("/"):
            file /= "index.html"
        if file.is_dir():
            self._send(301, b"", {"Location": path + "/"})
        elif file.is_relative_to(self.folder) and file.is_file():
            content, headers = self._content(file)
            self.server.site.sent[path] = len(content)
            self._send(200, content, headers)
        else:
            self.server.site.missing.add(path)
            self._send(404, b"not found", {"Content-Type": "text/plain"})

    def _content(self, file: Path) -> tuple[bytes, dict[str, str]]:
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        headers = {"Content-Type": kind, "Cache-Control": "max-age=600"}
        if file.suffix not in PACKED:
            return file.read_bytes(), headers
        if file not in self.server.packed:
            self.server.packed[file] = gzip.compress(file.read_bytes(), 6)
        return self.server.packed[file], headers | {"Content-Encoding": "gzip"}

    def _send(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
