"""Watches a browser's page for what no page may do: errors, missing things, other hosts."""

from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Response


class Watch:
    """Gathers the faults of everything that a page loads and runs, from the first request on."""

    def __init__(self, page: Page, *own: str) -> None:
        """`own` are the addresses of the sites that a page may ask."""
        self.page = page
        self.faults: list[str] = []
        self.own = {urlsplit(address).netloc for address in own}
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.note(f"script error: {error}"))
        page.on("response", self._on_response)
        page.on("request", lambda request: self._check_host(request.url))

    def note(self, words: str) -> None:
        self.faults.append(f"{self.page.url}: {words}")

    def _on_console(self, message: ConsoleMessage) -> None:
        # A refused form answers 4xx, which the browser reports of the page itself; what the page
        # loads is watched below.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.note(f"console: {message.text}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 500 or (
            response.status >= 400 and not response.request.is_navigation_request()
        ):
            self.note(f"{response.url} answered {response.status}")

    def _check_host(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https"} and parts.netloc not in self.own:
            self.note(f"asked {url}")
