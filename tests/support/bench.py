"""Measures pages per second over HTTP; what bin/bench runs.

The shop and the bare page are served by gunicorn with the same settings, one after the other.
The client is as small as it can be: sockets that are kept open, one prepared request each.
"""

import argparse
import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.cookiejar import CookieJar
from pathlib import Path

from tests.support.page import PageReader
from tests.support.postgres import ROOT

CLIENTS = 8
LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Browser:
    """Cookies and forms, enough to sign in."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.jar = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def read(self, path: str, data: dict[str, list[str]] | None = None) -> PageReader:
        body = urllib.parse.urlencode(data, doseq=True).encode() if data else None
        headers = {"Referer": self.base, "Origin": self.base}
        request = urllib.request.Request(self.base + path, body, headers)
        reader = PageReader()
        with self.opener.open(request, timeout=30) as answer:
            reader.feed(answer.read().decode())
        return reader

    def sign_in(self, account: str, password: str) -> None:
        form = next(f for f in self.read("/sign-in").forms if "password" in f.fields)
        name = next(key for key in form.fields if key not in {"password", "csrf_token", "next"})
        filled = {**form.fields, name: [account], "password": [password]}
        self.read(form.action or "/sign-in", filled)

    def cookies(self) -> str:
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.jar)


@contextmanager
def served(application: str) -> Iterator[tuple[int, int]]:
    """gunicorn with the project's settings; gives its port and its process."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", application]
    log = (ROOT / "var" / "bench.log").open("ab")
    environment = {**os.environ, "PORT": str(port)}
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        for _attempt in range(300):
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(20)
        log.close()


def read_answer(connection: socket.socket) -> bytes:
    """One whole answer; returns its first line."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            raise ConnectionError("the server closed the connection")
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    length = LENGTH.search(head)
    missing = int(length[1]) - len(body) if length else 0
    while missing > 0:
        missing -= len(connection.recv(65536))
    return head.split(b"\r\n", 1)[0]


def pages_per_second(port: int, path: str, cookies: str, seconds: int) -> int:
    """Counts answers of CLIENTS connections; any answer but 200 ends the measurement."""
    words = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Accept-Language: zh-CN"]
    words += [f"Cookie: {cookies}"] if cookies else []
    request = "\r\n".join([*words, "", ""]).encode()
    counts = [0] * CLIENTS
    faults: list[str] = []
    limit = time.monotonic() + seconds

    def go(number: int) -> None:
        with closing(socket.create_connection(("127.0.0.1", port), timeout=30)) as connection:
            while time.monotonic() < limit and not faults:
                connection.sendall(request)
                status = read_answer(connection)
                if b" 200 " not in status:
                    faults.append(f"{path}: {status.decode()}")
                counts[number] += 1

    threads = [threading.Thread(target=go, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        sys.exit(faults[0])
    return sum(counts) // seconds


def peak_memory(parent: int) -> int:
    """The largest resident size that a worker of this server has had, in MiB."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    sizes = [
        re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()) for pid in children
    ]
    return max(int(size[1]) for size in sizes if size) // 1024


def measure(path: str, port: int, cookies: str, seconds: int) -> int:
    pages_per_second(port, path, cookies, 2)  # warm
    return pages_per_second(port, path, cookies, seconds)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bin/bench")
    parser.add_argument("--listing", default="/products", help="address of the first listing page")
    parser.add_argument("--account", help="with --password: also the listing when signed in")
    parser.add_argument("--password")
    parser.add_argument("--seconds", type=int, default=10, help="for each page")
    options = parser.parse_args()
    with served("tests.support.bare:app") as (port, _pid):
        bare = measure("/", port, "", options.seconds)
    print(f"{'bare Flask page':34}{bare:7} /s")
    with served("wsgi:app") as (port, pid):
        visitor = Browser(f"http://127.0.0.1:{port}")
        links = visitor.read(options.listing).links
        product = next(link for link in links if re.match(r"/products/[^/?#]+$", link))
        cases = [("listing, visitor", options.listing, ""), ("product, visitor", product, "")]
        if options.account:
            person = Browser(f"http://127.0.0.1:{port}")
            person.sign_in(options.account, options.password)
            cases.append(("listing, signed in", options.listing, person.cookies()))
        for name, path, cookies in cases:
            rate = measure(path, port, cookies, options.seconds)
            print(
                f"{name:34}{rate:7} /s   1/{bare / max(rate, 1):.1f} of the bare page", flush=True
            )
        print(f"{'peak memory of a worker':34}{peak_memory(pid):7} MiB")


if __name__ == "__main__":
    main()
