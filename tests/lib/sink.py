"""A mail server that does as it is told: takes letters, or answers with the faults of a bad day."""
import contextlib
import email
import email.policy
import logging
import ssl
import threading
import warnings

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from comity import free_port

logging.getLogger("mail.log").disabled = True
warnings.filterwarnings("ignore", module="aiosmtpd")


class Letter:
    def __init__(self, envelope):
        self.sender, self.to = envelope.mail_from, envelope.rcpt_tos
        self.bytes = envelope.content
        self.message = email.message_from_bytes(self.bytes, policy=email.policy.default)

    @property
    def subject(self):
        return self.message["Subject"]

    @property
    def text(self):
        return self.message.get_body(("plain",)).get_content().replace("\r\n", "\n")

    @property
    def events(self):
        return [p.get_content() for p in self.message.walk() if p.get_content_type() == "text/calendar"]


class Sink:
    """letters: what it said 250 to; tried: how often it was spoken to; mood: what it answers."""

    def __init__(self):
        self.letters, self.tried, self.lock = [], 0, threading.Lock()
        self.taken_and_dropped = []
        self.mood = None

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        self.ehlo = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.tried += 1
        if self.mood == "nobody":
            return "550 5.1.1 There is nobody of this name"
        if self.mood == "later":
            return "451 4.3.0 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.mood == "later-data":
            return "452 4.3.1 Insufficient storage"
        if self.mood == "spam":
            return "554 5.7.1 Refused"
        if self.mood == "drop":
            self.taken_and_dropped.append(Letter(envelope))
            server.transport.close()
            return "250 OK"
        with self.lock:
            self.letters.append(Letter(envelope))
        return "250 2.0.0 Taken"


@contextlib.contextmanager
def sink(port=None, host="127.0.0.1", certificate=None, user=None):
    """certificate: (chain, key) for STARTTLS, which it then asks for; user: (name, password)."""
    s = Sink()
    more = {}
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*certificate)
        more.update(tls_context=context, require_starttls=True)
    if user:
        def check(server, session, envelope, mechanism, data):
            good = (data.login.decode(), data.password.decode()) == user
            return AuthResult(success=good, handled=False)
        more.update(authenticator=check, auth_required=True)
    s.port = port or free_port()
    controller = Controller(s, hostname=host, port=s.port, **more)
    controller.start()
    try:
        yield s
    finally:
        controller.stop()
