"""A person's browser in the journeys: chromium, signing in, and what every page must pass wherever a visit stops."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = (360, 1280)
IN_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (Debian package chromium)"),
    pytest.mark.xdist_group("browser"),
]
_EXPECTED = ("401", "403", "404", "422")  # answers a test asks for; the console calls them errors

# What an accessibility checker would say, as far as this project's pages can go wrong: one line for each trouble.
_TROUBLES = """() => {
  const found = [], seen = (e) => e.getClientRects().length > 0 && getComputedStyle(e).visibility !== "hidden";
  const name = (e) => (e.getAttribute("aria-label") || e.getAttribute("title") || e.textContent || "").trim();
  for (const e of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    const labels = [...(e.labels || [])].map(name).join("");
    if (!labels && !e.getAttribute("aria-label") && !e.getAttribute("aria-labelledby")) found.push("no label: " + e.outerHTML.slice(0, 120));
  }
  for (const e of document.querySelectorAll("img")) if (!e.hasAttribute("alt")) found.push("no alt: " + e.outerHTML);
  for (const e of document.querySelectorAll("a[href], button")) if (!name(e) && !e.querySelector("img[alt]")) found.push("no name: " + e.outerHTML.slice(0, 120));
  for (const e of document.querySelectorAll("svg[role=img]")) if (!e.querySelector("title")) found.push("no title: svg");
  for (const e of document.querySelectorAll("table")) if (!e.querySelector("th[scope]")) found.push("no headings: table");
  for (const e of document.querySelectorAll("table")) if (seen(e) && !e.closest("[tabindex]")) found.push("cannot be scrolled by keyboard: table");
  if (document.querySelectorAll("h1").length !== 1) found.push("h1: " + document.querySelectorAll("h1").length);
  let level = 0;
  for (const e of document.querySelectorAll("h1, h2, h3, h4")) {
    const own = Number(e.tagName[1]);
    if (own > level + 1) found.push("heading skips a level: " + name(e));
    level = own;
  }
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) found.push("id twice: " + id);
  for (const e of document.querySelectorAll("button, summary, select, input:not([type=hidden]), nav a, .button, .links a, td a, th a")) {
    if (!seen(e)) continue;
    const box = e.getBoundingClientRect(), inText = e.matches("td a, th a") && getComputedStyle(e).display === "inline";
    const whole = e.matches("[type=radio], [type=checkbox]") && e.labels.length ? e.labels[0].getBoundingClientRect() : box;
    if (!inText && (whole.height < 24 || whole.width < 24)) found.push(`too small (${Math.round(whole.width)}x${Math.round(whole.height)}): ` + name(e).slice(0, 40));
  }
  if (!document.documentElement.lang || !document.title) found.push("no language or title");
  if (!document.querySelector("main")) found.push("no main");
  return found;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One chromium for all pages."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


class Visit:
    """A person's browser: it remembers complaints of the console, and every page it stops at is checked and photographed."""

    def __init__(self, browser: Browser, base: str, *, width: int, scripts: bool = True) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN", java_script_enabled=scripts)
        self.page: Page = self.context.new_page()
        self.base, self.width = base, width
        self.complaints: list[str] = []
        self.page.on(
            "console",
            lambda m: self.complaints.append(m.text) if m.type == "error" and not any(c in m.text for c in _EXPECTED) else None,
        )
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))
        self.page.on("dialog", lambda d: self.complaints.append(f"dialog: {d.message}"))

    def sign_in(self, name: str) -> None:
        """By the form."""
        self.page.goto(f"{self.base}/sign-in")
        self.page.get_by_label("用户名").fill(name)
        self.page.get_by_label("口令").fill(f"{name}-password")
        self.page.get_by_role("button", name="登录").click()

    def reads(self, words: str) -> None:
        """Wait until the page says so."""
        expect(self.page.locator("main")).to_contain_text(words, timeout=15_000)

    def stop_at(self, name: str) -> None:
        """Check that nothing sticks out sideways, nothing complained and everybody can use it, and take a picture.

        A click returns when the next page is begun, not when it is there: what is checked is the page that has arrived.
        """
        self.page.wait_for_load_state("load")
        expect(self.page.locator("main")).to_be_visible()
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name} scrolls sideways by {wide} px at {self.width}"
        assert not self.complaints, self.complaints
        troubles = self.page.evaluate(_TROUBLES)
        assert not troubles, f"{name} at {self.width}: {troubles}"
        folder = os.environ.get("MIANSHEN_SCREENSHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{folder}/{name}-{self.width}.png", full_page=True)

    def close(self) -> None:
        """Done."""
        self.context.close()
