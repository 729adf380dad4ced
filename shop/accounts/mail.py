"""Mail to people who may have no inbox here yet: left in the outbox, sent by the worker.

`MAIL_URL` names the server (smtp://user:password@host:587, or smtps://). A demonstration without
one keeps its mail as files under `var/mail`; elsewhere there is then no mail, and pages say so.
"""

import json
import smtplib
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Flask, current_app

from shop import outbox
from shop.crypto import seal, unseal

TOPIC = "accounts:mail:send"
CONTEXT = "outbox_messages.mail"
PATIENCE_SECONDS = 20
PORTS = {"smtp": 587, "smtps": 465}


def is_possible() -> bool:
    """Whether anybody would ever get a mail from here."""
    return bool(current_app.config["MAIL_URL"]) or current_app.config["IS_DEMO"]


def leave(*, to: str, subject: str, body: str, message_id: str, at: datetime) -> None:
    """Leave a mail in the current transaction. All of it is sealed: it may hold a secret link, and
    an address is nobody's business on the pages of the outbox."""
    mail = json.dumps({"to": to, "subject": subject, "body": body, "id": message_id})
    payload = {"mail": seal(mail, context=CONTEXT)}
    outbox.leave(TOPIC, payload, at=at, dedupe_key=f"mail:{message_id}")


def send(payload: dict[str, Any], at: datetime) -> None:
    """The worker's part: over SMTP, or into a file. A second try is the same message again: it has
    the same Message-ID, and the same file name."""
    mail = json.loads(unseal(payload["mail"], context=CONTEXT))
    message = EmailMessage()
    message["From"] = current_app.config["MAIL_FROM"]
    message["To"] = mail["to"]
    message["Subject"] = mail["subject"]
    host = urlsplit(current_app.config["PUBLIC_URL"]).hostname or "localhost"
    message["Message-ID"] = f"<{mail['id']}@{host}>"
    message["Date"] = at
    message.set_content(mail["body"])
    if current_app.config["MAIL_URL"]:
        _hand_over(message, current_app.config["MAIL_URL"])
    elif current_app.config["IS_DEMO"]:
        folder = Path(current_app.config["VAR_DIR"]) / "mail"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{mail['id']}.eml").write_bytes(bytes(message))


def _hand_over(message: EmailMessage, address: str) -> None:
    parts = urlsplit(address)
    make = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    port = parts.port or PORTS[parts.scheme]
    with make(parts.hostname or "", port, timeout=PATIENCE_SECONDS) as server:
        if parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)


def init_app(app: Flask) -> None:
    outbox.register_external(app, TOPIC, send)
