"""A page with what its console said and what the server failed to answer."""

from dataclasses import dataclass, field

from playwright.sync_api import ConsoleMessage, Locator, Page, Response


@dataclass
class Watched:
    page: Page
    problems: list[str] = field(default_factory=list)

    def heard(self, message: ConsoleMessage) -> None:
        # That an answer was 404 or 409 is said by the test that asks for it, not by the console.
        if message.type == "error" and "the server responded with a status of" not in message.text:
            self.problems.append(f"{self.page.url}: {message.text}")

    def answered(self, response: Response) -> None:
        if response.status >= 500 or (response.status == 404 and "/static/" in response.url):
            self.problems.append(f"{response.status} {response.url}")

    def take_problems(self) -> list[str]:
        found, self.problems = self.problems, []
        return found


def watch(page: Page) -> Watched:
    watched = Watched(page)
    page.on("console", watched.heard)
    page.on("pageerror", lambda error: watched.problems.append(f"{page.url}: {error}"))
    page.on("response", watched.answered)
    return watched


def press(where: Page | Locator, name: str) -> None:
    """Press a button, and say yes where the page asks whether one is sure."""
    button = where.get_by_role("button", name=name, exact=True).first
    asks = button.evaluate("one => Boolean(one.dataset.confirm || one.form?.dataset.confirm)")
    button.click()
    if asks:
        page = where.page if isinstance(where, Locator) else where
        page.locator("#confirm-dialog button[value=yes]").click()
