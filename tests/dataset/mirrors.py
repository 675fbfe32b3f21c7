"""Servers on this machine that misbehave in every way a mirror can."""

import gzip
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from mnist_lib.dataset import FILES
from tests.conftest import PROJECT

LABELS = FILES["test_labels"]
BODY = (PROJECT / "data" / LABELS.name).read_bytes()
LONG = 30
"""Seconds that a server goes on misbehaving, much longer than any client here waits."""


class Mirror(BaseHTTPRequestHandler):
    """Serve the data folder; the folder in the address says what goes wrong."""

    asked: list[str]
    hung_up: threading.Event

    def do_GET(self):
        fault, name = self.path.split("/")[-2:]
        self.asked.append(fault)
        body = (PROJECT / "data" / name).read_bytes()
        try:
            getattr(self, fault)(body)
        except OSError:
            self.hung_up.set()

    def good(self, body: bytes):
        self.answer(body)

    def good_without_a_length(self, body: bytes):
        self.begin()
        self.wfile.write(body)

    def gives_one_file(self, body: bytes):
        self.answer(body if len(self.asked) == 1 else b"")

    def refuses(self, _: bytes):
        self.send_error(403)

    def fails(self, _: bytes):
        self.send_error(503)

    def sends_a_page(self, _: bytes):
        self.answer(b"<html>Please log in to the wireless network</html>")

    def sends_nothing(self, _: bytes):
        self.answer(b"")

    def alters(self, body: bytes):
        self.answer(body[:99] + bytes([body[99] ^ 1]) + body[100:])

    def breaks_off(self, body: bytes):
        self.answer(body[: len(body) // 2], length=len(body))

    def cuts_short(self, body: bytes):
        self.answer(body[: len(body) // 2])

    def sends_too_much(self, body: bytes):
        self.answer(body + b"!")

    def sends_without_end(self, _: bytes):
        self.begin()
        for _ in range(256):
            self.wfile.write(bytes(1 << 20))

    def sends_a_bomb(self, _: bytes):
        self.begin({"Content-Encoding": "gzip"})
        self.wfile.write(256 * gzip.compress(bytes(1 << 20)))

    def packs_rubbish(self, body: bytes):
        self.begin({"Content-Encoding": "gzip"})
        self.wfile.write(body[20:])

    def redirects_to_ftp(self, _: bytes):
        self.redirect("ftp://localhost/file")

    def redirects_to_nonsense(self, _: bytes):
        self.redirect("https://[nonsense")

    def redirects_in_circles(self, _: bytes):
        self.redirect(self.path)

    def redirects_slowly(self, _: bytes):
        time.sleep(0.5)
        self.redirect(self.path)

    def hangs(self, _: bytes):
        time.sleep(LONG)

    def hangs_half_way(self, body: bytes):
        self.answer(body[: len(body) // 2], length=len(body))
        time.sleep(LONG)

    def trickles(self, body: bytes):
        self.begin()
        for start in range(LONG * 10):
            self.wfile.write(body[start : start + 1])
            time.sleep(0.1)

    def trickles_its_header(self, _: bytes):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        for _ in range(LONG * 10):
            self.wfile.write(b"a")
            time.sleep(0.1)

    def goes_on_announcing(self, _: bytes):
        for _ in range(LONG * 10):
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            time.sleep(0.1)

    def takes_minutes(self, body: bytes):
        self.begin()
        for start in range(0, len(body), 4096):
            self.wfile.write(body[start : start + 4096])
            time.sleep(0.1)

    def redirect(self, address: str):
        self.send_response(302)
        self.send_header("Location", address)
        self.end_headers()

    def answer(self, body: bytes, length: int | None = None):
        self.begin({"Content-Length": str(len(body) if length is None else length)})
        self.wfile.write(body)

    def begin(self, headers: dict[str, str] | None = None):
        self.send_response(200)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def handle_error(self, *_):
        """A client that goes away is what these tests are about."""


@contextmanager
def serve(
    context: ssl.SSLContext | None = None, kind: type[Mirror] = Mirror
) -> Iterator[tuple[str, type[Mirror]]]:
    handler = type("OneMirror", (kind,), {"asked": [], "hung_up": threading.Event()})
    with Server(("127.0.0.1", 0), handler) as server:
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        scheme = "https" if context else "http"
        yield f"{scheme}://localhost:{server.server_port}", handler
        server.shutdown()
