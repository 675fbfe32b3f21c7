"""Three mirrors at random, of which any may fail in any way: a good one must be found in time."""

import gzip
import io
import os
import random
import re
import socket
import ssl
import struct
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, redirect_stderr
from functools import partial
from pathlib import Path

import trustme

from mnist_lib.dataset.download import fetch
from tests.campaigns import Tally, judge_errors, peak_memory, warned
from tests.dataset.mirrors import BODY, LABELS, Mirror, serve

LONG, SHORT = 400, 8
SECONDS, SILENCE = 4, 0.7
AT_ONCE = 12


class Worse(Mirror):
    """A mirror with more faults: those that one can only meet by chance."""

    def good_and_packed(self, body: bytes):
        self.begin({"Content-Encoding": "gzip"})
        self.wfile.write(gzip.compress(body))

    def good_elsewhere(self, _: bytes):
        self.redirect(self.path.replace("good_elsewhere", "good"))

    def is_not_found(self, _: bytes):
        self.send_error(404)

    def has_no_content(self, _: bytes):
        self.send_response(204)
        self.end_headers()

    def wants_patience(self, _: bytes):
        self.send_response(429)
        self.send_header("Retry-After", "3600")
        self.end_headers()

    def sends_it_unpacked(self, body: bytes):
        self.answer(gzip.decompress(body))

    def flips_a_bit(self, body: bytes):
        place = random.randrange(len(body))
        self.answer(body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :])

    def announces_too_little(self, body: bytes):
        self.answer(body, length=len(body) - 9)

    def announces_less_than_nothing(self, body: bytes):
        self.answer(body, length=-5)

    def announces_a_word(self, _: bytes):
        self.begin({"Content-Length": "many"})

    def breaks_a_chunk(self, body: bytes):
        self.begin({"Transfer-Encoding": "chunked"})
        self.wfile.write(b"zz\r\n" + body)

    def does_not_speak_http(self, _: bytes):
        self.wfile.write(b"\0\xff\r\n\r\n")

    def has_an_invalid_header(self, body: bytes):
        self.begin({"no colon\r\n\0": "\xff", "Content-Length": str(len(body))})
        self.wfile.write(body[: len(body) // 2])

    def has_too_many_headers(self, _: bytes):
        self.begin({f"X-{number}": "" for number in range(300)})

    def hangs_up(self, _: bytes):
        pass

    def resets(self, body: bytes):
        self.answer(body[:99], length=len(body))
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def redirects_to_a_file(self, _: bytes):
        self.redirect("file:///etc/hostname")


GOOD = "good", "good_without_a_length", "good_and_packed", "good_elsewhere"
HELPERS = {"do_GET", "log_message", "redirect", "answer", "begin", "gives_one_file"}
OWN = {name for kind in (Worse, Mirror) for name, f in vars(kind).items() if callable(f)}
BAD = sorted(OWN - HELPERS - {"takes_minutes"} - set(GOOD))


@contextmanager
def mirrors() -> Iterator[tuple[list[str], list[str]]]:
    """Serve everything; yield the addresses of good mirrors and of bad ones."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        authority, trusted, stranger = (
            trustme.CA(),
            *(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) for _ in range(2)),
        )
        authority.issue_cert("localhost").configure_cert(trusted)
        authority.cert_pem.write_to_path(folder / "authority.pem")
        trustme.CA().issue_cert("localhost").configure_cert(stranger)
        before = os.environ.copy()
        stack.callback(os.environ.update, before)
        stack.callback(os.environ.clear)
        os.environ |= {"REQUESTS_CA_BUNDLE": f"{folder}/authority.pem", "NO_PROXY": "localhost"}
        https, plain, unknown = (
            stack.enter_context(serve(context, Worse))[0] for context in (trusted, None, stranger)
        )
        silent, full = (stack.enter_context(_listen(queue)) for queue in (99, 0))
        waiting = [stack.enter_context(socket.socket()) for _ in range(4)]
        for client in waiting:
            client.setblocking(False)
            client.connect_ex(("127.0.0.1", full))
        yield (
            [f"{https}/{kind}/" for kind in GOOD],
            [f"{https}/{kind}/" for kind in BAD]
            + [f"https://localhost:{port}/" for port in (1, silent, full)]
            + [f"{plain.replace('http:', 'https:')}/good/", f"{unknown}/good/"],
        )


@contextmanager
def _listen(queue: int) -> Iterator[int]:
    """Yield a port at which nobody ever answers; with a queue of 0, nobody even lets one in."""
    with socket.create_server(("127.0.0.1", 0), backlog=queue) as server:
        yield server.getsockname()[1]


def attempt(chosen: Sequence[str], has_good: bool) -> None:
    """Download one small file."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.monotonic()
        try:
            paths = fetch([LABELS], Path(folder), chosen, seconds=SECONDS, silence=SILENCE)
            assert paths[LABELS].read_bytes() == BODY, "wrong bytes"
        except OSError as failure:
            _check_message(str(failure), chosen, has_good)
            raise
        finally:
            assert set(os.listdir(folder)) <= {LABELS.name}, f"left behind: {os.listdir(folder)}"
            assert time.monotonic() - start < SECONDS + 3, "it took too long"


def _check_message(message: str, chosen: Sequence[str], has_good: bool) -> None:
    assert not has_good, f"a good mirror was missed: {message}"
    for line, mirror in zip(message.splitlines()[1:], chosen, strict=False):
        # What Python itself says of an error has brackets.
        assert re.fullmatch(rf"  {re.escape(mirror)}: its? [^\[\]{{}}<>]+", line), line


def run(tries: int) -> list[Tally]:
    """Try so many random triples."""
    rng = random.Random(1)
    tally = Tally("downloads")
    before = peak_memory()
    with (
        mirrors() as (good, bad),
        redirect_stderr(io.StringIO()),
        warnings.catch_warnings(record=True) as shown,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        warnings.simplefilter("always")
        triples = [
            [rng.choice(good if rng.random() < 0.25 else bad) for _ in range(3)]
            for _ in range(tries)
        ]
        futures = [
            pool.submit(judge_errors, partial(attempt, chosen, not set(good).isdisjoint(chosen)))
            for chosen in triples
        ]
        for chosen, future in zip(triples, futures, strict=True):
            tally.add(" ".join(chosen), future.result(), peak_memory() - before)
    for warning in shown:
        tally.add("one of them", warned(warning))
    return [tally]
