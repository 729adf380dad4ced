"""What people do before their pages are looked at, so that no kind of page is missing."""

from tests.support.page import PageClient
from tests.support.pages import ANY, fitting
from tests.support.stage import fill_cart


def issue_conformity(client: PageClient) -> None:
    """State for one batch of the cooperative that it conforms, unless one has it already."""
    for address in fitting(client.get("/supplier/batches").reader.links, rf"/batches/{ANY}"):
        page = client.get(address)
        if any(link.endswith("/conformity-certificate") for link in page.reader.links):
            return
        for form in page.reader.forms:
            if form.action.endswith("/conformity-certificate"):
                client.submit(page, "/conformity-certificate")
                return


ACTS = {None: fill_cart, "consumer": fill_cart, "coop": issue_conformity}


def make_ready(person: str | None, client: PageClient) -> None:
    if person in ACTS:
        ACTS[person](client)
        client.get("/")  # reads what was said of it, so that no later page says it
