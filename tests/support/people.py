"""The demo world's people, signed in."""

from flask import Flask

from tests.support.page import Page, PageClient

PASSWORD = "demo-xiangyuan-2026"
PEOPLE = (
    "consumer", "buyer", "approver", "receiver", "coop", "enterprise", "reviewer", "official",
    "city-official", "department", "operator", "auditor",
)  # fmt: skip


def email_of(name: str) -> str:
    return f"{name}@demo.example"


def try_sign_in(
    client: PageClient, email: str, password: str = PASSWORD, *, status: int = 302, next: str = ""
) -> Page:
    page = client.get("/sign-in", query_string={"next": next} if next else None)
    return client.submit(page, "sign-in", status=status, email=email, password=password)


def signed_in(app: Flask, name: str) -> PageClient:
    """A browser in which one of the demo world's people has signed in."""
    client = PageClient(app.test_client())
    try_sign_in(client, email_of(name))
    return client
