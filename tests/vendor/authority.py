"""A private certificate authority, and certificates of vendors' names by it."""

import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_NEW_KEY = ("-newkey", "rsa:2048", "-nodes", "-days", "2")


@dataclass(frozen=True)
class Certificate:
    """The files of a certificate and its key."""

    certificate: Path
    key: Path


class Authority:
    """An authority with its files in ``folder``, which is made; clients trust ``certificate``."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._key = folder / "authority.key"
        self.certificate = folder / "authority.crt"
        _openssl(
            "req", "-x509", *_NEW_KEY, "-subj", "/CN=Authority of a test",
            "-addext", "keyUsage=critical,keyCertSign",
            "-keyout", self._key, "-out", self.certificate,
        )  # fmt: skip

    def issue(self, names: Iterable[str]) -> Certificate:
        """Return a certificate for servers of these names."""
        request, extensions = self._folder / "server.csr", self._folder / "server.ext"
        issued = Certificate(self._folder / "server.crt", self._folder / "server.key")
        _openssl(
            "req", "-new", *_NEW_KEY[:3], "-subj", "/CN=Server of a test",
            "-keyout", issued.key, "-out", request,
        )  # fmt: skip
        listed = ",".join(f"DNS:{name}" for name in sorted(names))
        extensions.write_text(f"subjectAltName={listed}\n", encoding="utf-8")
        _openssl(
            "x509", "-req", "-days", "2", "-in", request, "-extfile", extensions,
            "-CA", self.certificate, "-CAkey", self._key, "-CAcreateserial",
            "-out", issued.certificate,
        )  # fmt: skip
        return issued


def trust(certificate: Path, system: Path, folder: Path) -> None:
    """Copy the certificates of a ``system`` (/etc/ssl/certs) to ``folder``, with one more.

    Both forms are filled: the bundle, and the name by hash that OpenSSL looks for.
    """
    subprocess.run(["cp", "--archive", system, folder], check=True)
    name = _openssl("x509", "-hash", "-noout", "-in", certificate).strip()
    text = certificate.read_text(encoding="utf-8")
    (folder / f"{name}.0").write_text(text, encoding="utf-8")
    bundle = folder / "ca-certificates.crt"
    before = bundle.read_text(encoding="utf-8")
    bundle.unlink()  # a link, on some systems
    bundle.write_text(f"{before}\n{text}", encoding="utf-8")


def _openssl(*words: str | Path) -> str:
    done = subprocess.run(["openssl", *words], check=True, capture_output=True, text=True)
    return done.stdout
