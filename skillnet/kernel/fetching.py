"""Fetching a page whose address somebody gave, without becoming their way into our own network.

Names are resolved once, every address is checked, and the connection goes to the address that was checked, so
that a name cannot change its mind in between. Each redirect is checked again. No cookies, no credentials, no
proxy, no compression. Ranges: IANA special-purpose address registries (RFC 6890 and its successors).
"""

import http.client
import ipaddress
import re
import socket
import ssl
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from skillnet.kernel.tabular.problems import FileProblem

PORTS = frozenset({80, 443})
MAX_ADDRESS = 1_000  # characters
MAX_BYTES = 10 * 1024 * 1024
MAX_REDIRECTS = 3
CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 30.0
USER_AGENT = "SkillnetVlaanderen/1.0 (catalogue import, once, at the request of the training provider)"
TYPES = frozenset(
    {
        "application/ld+json",
        "application/json",
        "text/html",
        "application/xhtml+xml",
        "text/csv",
        "text/plain",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_DEFAULT_PORTS = {"http": 80, "https": 443}
_OK = 200
_PIECE = 64 * 1024
# What Python's own tables leave out in some versions, and where clouds answer machines about themselves.
_SPECIAL = tuple(
    ipaddress.ip_network(text)
    for text in (
        "192.0.0.0/24",
        "192.88.99.0/24",
        "100.64.0.0/10",
        "168.63.129.16/32",
        "3fff::/20",
        "5f00::/16",
    )
)
# IPv6 that carries an IPv4 address within: NAT64, 6to4, Teredo, and the compatible addresses of old.
_CARRIERS = tuple(
    ipaddress.ip_network(text)
    for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")
)

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Check = Callable[[IpAddress], bool]
Resolve = Callable[[str, int], Collection[str]]


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page: where it was in the end, and its bytes."""

    address: str
    content: bytes
    content_type: str


def is_public(address: IpAddress) -> bool:
    """Whether anybody's machine may stand at the address: no private, local, reserved or metadata one."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address.is_site_local or any(address in network for network in _CARRIERS):
            return False
    special = (
        address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_reserved
        or address.is_unspecified
    )
    return address.is_global and not special and not any(address in network for network in _SPECIAL)


def check_address(
    address: str, *, is_allowed: Check = is_public, ports: Collection[int] | None = PORTS
) -> None:
    """Refuse what can be refused by reading the address alone. Raises FileProblem."""
    target = _target(address, ports)
    literal = _literal(target.host)
    if literal is not None and not is_allowed(literal):
        raise FileProblem("address_private", host=target.host)


def resolve(host: str, port: int) -> Collection[str]:
    """All addresses of a name. Raises OSError."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def fetch(
    address: str,
    *,
    is_allowed: Check = is_public,
    ports: Collection[int] | None = PORTS,
    resolve: Resolve = resolve,
    max_bytes: int = MAX_BYTES,
    seconds: float = TOTAL_SECONDS,
) -> Fetched:
    """The page at an http or https address, after at most three redirects. Raises FileProblem.

    `ports` None allows any. `seconds` is for each page on the way, from connecting to the last byte.
    """
    for _hop in range(MAX_REDIRECTS + 1):
        target = _target(address, ports)
        checked = _checked_address(target, is_allowed, resolve)
        with _answer(target, checked, seconds) as response:
            if response.status in _REDIRECTS:
                address = urljoin(address, response.headers.get("Location", ""))
                continue
            return Fetched(address, _content(response, target.host, max_bytes), _type_of(response))
    raise FileProblem("address_redirects", max=MAX_REDIRECTS)


@dataclass(frozen=True, slots=True)
class _Target:
    scheme: str
    host: str
    port: int
    path: str


def _target(address: str, ports: Collection[int] | None) -> _Target:
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").encode("idna").decode("ascii") if parts.hostname else ""
        port = parts.port or _DEFAULT_PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise FileProblem("address_invalid", address=address) from error
    odd = len(address) > MAX_ADDRESS or re.search(r"[\s\x00-\x1f\x7f\\]", address) is not None
    if parts.scheme not in _DEFAULT_PORTS or not host or odd or "@" in parts.netloc:
        raise FileProblem("address_invalid", address=address)
    if ports is not None and port not in ports:
        raise FileProblem("address_port", port=port)
    path = urlunsplit(("", "", quote(parts.path, safe="/%:@!$&'()*+,;=~"), parts.query, ""))
    return _Target(parts.scheme, host, port, quote(path, safe="/%:@!$&'()*+,;=~?[]") or "/")


def _literal(host: str) -> IpAddress | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _checked_address(target: _Target, is_allowed: Check, resolve: Resolve) -> str:
    """One address of the name, when every one of them may be spoken to."""
    try:
        found = list(resolve(target.host, target.port))
        addresses = [ipaddress.ip_address(text) for text in found]
    except (OSError, ValueError, UnicodeError) as error:
        raise FileProblem("address_unreachable", host=target.host) from error
    if not addresses:
        raise FileProblem("address_unreachable", host=target.host)
    if not all(map(is_allowed, addresses)):
        raise FileProblem("address_private", host=target.host)
    return str(addresses[0])


class _Pinned(http.client.HTTPConnection):
    """A connection to one address, whatever the name would resolve to by now."""

    def __init__(self, target: _Target, address: str) -> None:
        super().__init__(target.host, target.port, timeout=CONNECT_SECONDS)
        self._target = target
        self._address = address
        self.line: socket.socket | None = None  # `sock` is forgotten once the answer's head is read

    def connect(self) -> None:
        sock = socket.create_connection((self._address, self._target.port), timeout=CONNECT_SECONDS)
        if self._target.scheme == "https":
            context = ssl.create_default_context()
            sock = context.wrap_socket(sock, server_hostname=self._target.host)
        sock.settimeout(TOTAL_SECONDS)
        self.sock = self.line = sock


@contextmanager
def _answer(target: _Target, address: str, seconds: float) -> Iterator[http.client.HTTPResponse]:
    """The answer with its head read. After `seconds` the line is cut, however slowly the bytes drip in."""
    connection = _Pinned(target, address)
    expired = threading.Event()

    def cut() -> None:
        expired.set()
        if connection.line is not None:
            with suppress(OSError):
                connection.line.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        connection.request("GET", target.path, headers=_headers())
        yield connection.getresponse()
        if expired.is_set():
            raise FileProblem("address_slow", host=target.host)
    except (OSError, http.client.HTTPException, ValueError) as error:
        code = (
            "address_slow" if expired.is_set() or isinstance(error, TimeoutError) else "address_unreachable"
        )
        raise FileProblem(code, host=target.host) from error
    finally:
        timer.cancel()
        connection.close()


def _headers() -> dict[str, str]:
    return {
        "User-Agent": USER_AGENT,
        "Accept": ", ".join(sorted(TYPES)),
        "Accept-Encoding": "identity",
        "Connection": "close",
    }


def _type_of(response: http.client.HTTPResponse) -> str:
    return response.headers.get_content_type()


def _content(response: http.client.HTTPResponse, host: str, max_bytes: int) -> bytes:
    if response.status != _OK:
        raise FileProblem("address_status", host=host, status=response.status)
    encoding = response.headers.get("Content-Encoding", "identity").lower()
    if _type_of(response) not in TYPES or encoding not in ("identity", ""):
        raise FileProblem("address_type", type=_type_of(response))
    content = bytearray()
    while piece := response.read1(_PIECE):
        content += piece
        if len(content) > max_bytes:
            raise FileProblem("address_too_large", max_mb=max_bytes // (1024 * 1024))
    return bytes(content)
