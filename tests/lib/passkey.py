"""A passkey in software, for tests: what browser and authenticator say (WebAuthn 6.1, 6.5), signed by openssl."""
import base64
import hashlib
import json
import os
import pathlib
import struct
import subprocess


def b64(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def openssl(*args, data=None):
    return subprocess.run(["openssl", *map(str, args)], input=data, capture_output=True, check=True).stdout


def cbor_text(text):
    return bytes([0x60 + len(text)]) + text.encode()


def cbor_bytes(data):
    return (bytes([0x58, len(data)]) if len(data) < 256 else b"\x59" + struct.pack(">H", len(data))) + data


class Passkey:
    def __init__(self, folder, origin="http://localhost", flags=0x05):
        self.path = pathlib.Path(folder) / f"{os.urandom(4).hex()}.pem"
        self.origin, self.flags, self.counter = origin, flags, 0
        self.id = os.urandom(32)
        self.path.write_bytes(openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"))
        point = openssl("pkey", "-in", self.path, "-pubout", "-outform", "DER")[-65:]
        assert point[0] == 4
        self.x, self.y = point[1:33], point[33:]

    def client(self, kind, challenge, **more):
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False, **more}).encode()

    def data(self, rp, key=b""):
        self.counter += 1
        return hashlib.sha256(rp.encode()).digest() + bytes([self.flags | (0x40 if key else 0)]) + struct.pack(">I", self.counter) + key

    def make(self, options):
        cose = b"\xa5\x01\x02\x03\x26\x20\x01\x21" + cbor_bytes(self.x) + b"\x22" + cbor_bytes(self.y)
        key = bytes(16) + struct.pack(">H", len(self.id)) + self.id + cose
        client = self.client("webauthn.create", options["challenge"])
        object_ = (b"\xa3" + cbor_text("fmt") + cbor_text("none") + cbor_text("attStmt") + b"\xa0"
                   + cbor_text("authData") + cbor_bytes(self.data(options["rp"]["id"], key)))
        return {"clientDataJSON": b64(client), "attestationObject": b64(object_)}

    def use(self, options, **more):
        client = self.client("webauthn.get", options["challenge"], **more)
        data = self.data(options["rpId"])
        signature = openssl("dgst", "-sha256", "-sign", self.path, data=data + hashlib.sha256(client).digest())
        return {"id": b64(self.id), "clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature)}
