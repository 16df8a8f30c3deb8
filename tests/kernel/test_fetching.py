"""Fetching a page that somebody names: from a real server, and never from our own network."""

import ipaddress
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillnet.kernel.fetching import check_address, fetch, is_public
from skillnet.kernel.tabular.problems import FileProblem

PRIVATE = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",  # noqa: S104  an address to refuse
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "192.0.0.192",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "168.63.129.16",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
    "::127.0.0.1",
    "fec0::1",
    "2001:db8::1",
]


class Handler(BaseHTTPRequestHandler):
    """Pages by path; remembers what it was asked."""

    asked: list[tuple[str, str, str]] = []

    def do_GET(self) -> None:
        Handler.asked.append((self.path, self.headers["Host"], self.headers["User-Agent"]))
        pages: dict[str, Callable[[], None]] = {
            "/page": self.page,
            "/loop": lambda: self.moved("/loop"),
            "/once": lambda: self.moved("page"),
            "/inside": lambda: self.moved("http://169.254.169.254/latest/meta-data/"),
            "/file": lambda: self.moved("file:///etc/passwd"),
            "/large": self.large,
            "/endless": self.endless,
            "/drip": self.drip,
            "/zip": lambda: self.page("application/zip"),
            "/gzip": lambda: self.page(encoding="gzip"),
        }
        pages.get(self.path.split("?")[0], self.missing)()

    def page(self, kind: str = "text/html; charset=utf-8", encoding: str = "") -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        if encoding:
            self.send_header("Content-Encoding", encoding)
        self.end_headers()
        self.wfile.write(b"<html></html>")

    def moved(self, where: str) -> None:
        self.send_response(302)
        self.send_header("Location", where)
        self.end_headers()

    def large(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/ld+json")
        self.send_header("Content-Length", "5000")
        self.end_headers()
        self.wfile.write(b"x" * 5000)

    def endless(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        try:
            for _ in range(1000):
                self.wfile.write(b"x" * 1000)
        except OSError:
            return

    def drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        try:
            for _ in range(50):
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.1)
        except OSError:
            return

    def missing(self) -> None:
        self.send_response(404)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def local(address: str, **options: Any) -> Any:
    return fetch(address, is_allowed=lambda _address: True, ports=None, **options)


def code(address: str, **options: Any) -> str:
    with pytest.raises(FileProblem) as refused:
        local(address, **options)
    assert str(refused.value)
    return refused.value.code


def test_a_page_is_fetched_under_our_own_name(site: str) -> None:
    page = local(f"{site}/page?a=1")
    assert (page.content, page.content_type) == (b"<html></html>", "text/html")
    assert "Skillnet" in Handler.asked[-1][2]


def test_a_redirect_is_followed_three_times_at_most(site: str) -> None:
    assert local(f"{site}/once").address == f"{site}/page"
    assert code(f"{site}/loop") == "address_redirects"


def test_each_redirect_is_checked_again(site: str) -> None:
    def loopback_only(address: Any) -> bool:
        return bool(address.is_loopback)

    with pytest.raises(FileProblem) as refused:
        fetch(f"{site}/inside", is_allowed=loopback_only, ports=None)
    assert refused.value.code == "address_private"
    assert code(f"{site}/file") == "address_invalid"


def test_the_connection_goes_to_the_address_that_was_checked(site: str) -> None:
    port = site.rsplit(":", 1)[1]
    answers = iter([["127.0.0.1"], ["203.0.113.9"]])
    page = local(f"http://cursus.example:{port}/page", resolve=lambda _host, _port: next(answers))
    assert page.content == b"<html></html>"
    assert Handler.asked[-1][1] == f"cursus.example:{port}"
    assert next(answers) == ["203.0.113.9"], "the name was resolved twice"


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    with pytest.raises(FileProblem) as refused:
        fetch("http://cursus.example/", resolve=lambda _host, _port: ["8.8.8.8", "10.0.0.1"])
    assert refused.value.code == "address_private"


def test_too_much_too_slow_or_something_else_is_refused(site: str) -> None:
    assert code(f"{site}/large", max_bytes=1000) == "address_too_large"
    assert code(f"{site}/endless", max_bytes=1000) == "address_too_large"
    started = time.monotonic()
    assert code(f"{site}/drip", seconds=0.5) == "address_slow"
    assert time.monotonic() - started < 3
    assert code(f"{site}/zip") == "address_type"
    assert code(f"{site}/gzip") == "address_type"
    assert code(f"{site}/nothing") == "address_status"
    assert code("http://127.0.0.1:9/") == "address_unreachable"


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("ftp://leerhuis.example/", "address_invalid"),
        ("file:///etc/passwd", "address_invalid"),
        ("leerhuis.example/cursus", "address_invalid"),
        ("http://user:pass@leerhuis.example/", "address_invalid"),
        ("http://leerhuis.example/a b", "address_invalid"),
        ("http://leerhuis.example\\@10.0.0.1/", "address_invalid"),
        ("http://[::1", "address_invalid"),
        ("http://leerhuis.example:99999/", "address_invalid"),
        ("http:///cursus", "address_invalid"),
        ("https://leerhuis.example/" + "a" * 1000, "address_invalid"),
        ("http://leerhuis.example:6379/", "address_port"),
        ("http://127.0.0.1/", "address_private"),
        ("http://[::ffff:169.254.169.254]/", "address_private"),
    ],
)
def test_an_address_is_judged_before_anything_is_fetched(address: str, reason: str) -> None:
    with pytest.raises(FileProblem) as refused:
        check_address(address)
    assert refused.value.code == reason


def test_numbers_that_a_resolver_reads_as_loopback_do_not_get_through() -> None:
    for host in ("2130706433", "0x7f000001", "017700000001", "127.1", "localhost"):
        with pytest.raises(FileProblem) as refused:
            fetch(f"http://{host}/")
        assert refused.value.code in ("address_private", "address_unreachable")


@pytest.mark.parametrize("address", PRIVATE)
def test_no_address_of_our_own_or_of_a_cloud_is_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


def test_ordinary_addresses_are_public() -> None:
    for address in ("8.8.8.8", "193.190.198.27", "2001:6a8:3c80::27", "2a02:2770::21a:4aff:feb3:2ee"):
        assert is_public(ipaddress.ip_address(address))


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_in_whatever_dress(address: ipaddress.IPv4Address) -> None:
    mapped = ipaddress.IPv6Address(f"::ffff:{address}")
    assert is_public(mapped) == is_public(address)
    assert not is_public(ipaddress.IPv6Address((0x2002 << 112) | (int(address) << 80)))
    if is_public(address):
        special = address.is_private, address.is_link_local, address.is_loopback, address.is_multicast
        assert not any(special)


@given(st.ip_addresses(v=6))
def test_only_global_unicast_is_public(address: ipaddress.IPv6Address) -> None:
    if is_public(address) and address.ipv4_mapped is None:
        assert address in ipaddress.ip_network("2000::/3")
