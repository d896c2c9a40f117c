"""The same session over TLS, as it speaks to the real networks: trusted, not trusted, and dripping."""

import datetime as dt
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from socialpub.platforms.http import TameSession
from socialpub.platforms.trouble import NotSent, Unclear

OK = b'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{"id": "1"}'


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that nobody trusts by itself, and its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback.example")])
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(7).not_valid_before(now - dt.timedelta(1)).not_valid_after(now + dt.timedelta(1))
    where = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = built.add_extension(where, critical=False).sign(key, hashes.SHA256())
    folder = tmp_path_factory.mktemp("tls")
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, form, plain))
    return folder / "cert.pem", folder / "key.pem"


@contextmanager
def _server(pair: tuple[Path, Path], answer: bytes, drip: bytes = b"") -> Iterator[int]:
    """A TLS port that answers once, and then goes on with `drip` for ever if there is one."""
    context, over = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), threading.Event()
    context.load_cert_chain(*pair)
    with socket.create_server(("127.0.0.1", 0)) as door:

        def serve() -> None:
            plain = door.accept()[0]
            with suppress(OSError), context.wrap_socket(plain, server_side=True) as peer:
                peer.recv(65_536)
                peer.sendall(answer)
                while drip and not over.wait(0.05):
                    peer.sendall(drip)
            plain.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield door.getsockname()[1]
        over.set()
        thread.join(5)


@contextmanager
def _session(port: int, trusted: Path | None, timeouts: tuple[float, float] = (2.0, 2.0)) -> Iterator[TameSession]:
    base = f"https://127.0.0.1:{port}"
    with TameSession("net", "https://api.example", base, (), timeouts=timeouts) as session:
        session.verify = str(trusted) if trusted else True
        session.begin("create", visible=True)
        yield session


def test_a_trusted_network_is_heard(pair: tuple[Path, Path]) -> None:
    with _server(pair, OK) as port, _session(port, pair[0]) as session:
        assert session.request("GET", "https://api.example/x").json() == {"id": "1"}


def test_to_one_that_is_not_trusted_nothing_is_sent(pair: tuple[Path, Path]) -> None:
    with _server(pair, OK) as port, _session(port, None) as session, pytest.raises(NotSent):
        session.request("GET", "https://api.example/x")


@pytest.mark.parametrize("first", [b"HTTP/1.1 200 OK\r\nX", b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"])
def test_a_drip_under_tls_has_an_end_too(pair: tuple[Path, Path], first: bytes) -> None:
    begun = time.monotonic()
    with _server(pair, first, b" ") as port, _session(port, pair[0], (1.0, 0.3)) as session:
        with pytest.raises(Unclear) as caught:
            session.request("GET", "https://api.example/x")
        assert time.monotonic() - begun < 4
    assert caught.value.visible


def test_a_handshake_that_never_ends_is_given_up() -> None:
    """One byte of nonsense at a time: each restarts a read time-out, none finishes a handshake."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as door:

        def serve() -> None:
            with door.accept()[0] as peer, suppress(OSError):
                peer.recv(65_536)
                peer.sendall(b"\x16\x03\x03\x3f\xff\x02\x00\x3f\xfb")
                while not over.wait(0.05):
                    peer.sendall(b"\x00")

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        begun = time.monotonic()
        with _session(door.getsockname()[1], None, (0.5, 0.3)) as session, pytest.raises((Unclear, NotSent)):
            session.request("GET", "https://api.example/x")
        assert time.monotonic() - begun < 4
        over.set()
        thread.join(5)
