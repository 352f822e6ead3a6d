"""A certificate authority of our own and certificates that it signs, right or wrong in a chosen
way.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Authority:
    """`Authority.create(folder)`, then `server_context("127.0.0.1")` for a FeedServer and
    `ca_file` for the client.
    """

    folder: Path
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def create(cls, folder: Path) -> Authority:
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name("Test authority")
        certificate = _builder(name, name, key.public_key(), days=30).add_extension(
            x509.BasicConstraints(True, None), True
        )
        certificate = certificate.add_extension(_SIGNS, True)
        authority = cls(folder, key, certificate.sign(key, hashes.SHA256()))
        (folder / "ca.pem").write_bytes(
            authority.certificate.public_bytes(serialization.Encoding.PEM)
        )
        return authority

    @property
    def ca_file(self) -> str:
        return str(self.folder / "ca.pem")

    def server_context(
        self, host: str, *, days: int = 30, self_signed: bool = False
    ) -> ssl.SSLContext:
        """A server's side for a certificate of `host`; `days` below 0: expired that long ago."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _name(host)
        issuer, signing_key = (
            (subject, key) if self_signed else (self.certificate.subject, self.key)
        )
        builder = _builder(
            subject, issuer, key.public_key(), days, signing_key.public_key()
        ).add_extension(x509.SubjectAlternativeName([_alternative(host)]), False)
        return self._context(key, builder.sign(signing_key, hashes.SHA256()))

    def _context(
        self, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate
    ) -> ssl.SSLContext:
        file = self.folder / f"{certificate.serial_number}.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


_SIGNS = x509.KeyUsage(
    digital_signature=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    days: int,
    signing_key: ec.EllipticCurvePublicKey | None = None,
) -> x509.CertificateBuilder:
    end = datetime.now(UTC) + timedelta(days=days)
    builder = x509.CertificateBuilder(
        issuer, subject, key, x509.random_serial_number(), end - timedelta(days=60), end
    )
    # Python 3.13 and later want both identifiers (VERIFY_X509_STRICT).
    identifiers = (
        x509.SubjectKeyIdentifier.from_public_key(key),
        x509.AuthorityKeyIdentifier(_digest(signing_key or key), None, None),
    )
    return builder.add_extension(identifiers[0], False).add_extension(identifiers[1], False)


def _digest(key: ec.EllipticCurvePublicKey) -> bytes:
    return x509.SubjectKeyIdentifier.from_public_key(key).digest
