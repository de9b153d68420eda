"""The preview's page in a real browser: what a click lights up, what a change shows, and that no text of a document runs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from ..conftest import METHOD, TEMPLATE, Preview, project

ANIMALS = "src/zoo/api/animals.py"
ANIMAL = "src/zoo/models/animal.py"
EXAMPLES = Path(__file__).parents[3] / "docs" / "customize"
PATIENCE = 60
"""Seconds after which a page that shows nothing is a failure."""


def program(*names: str) -> str:
    """Return where a program is.

    Raises:
        RuntimeError: It is not installed.
    """
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        raise RuntimeError(f"{names[0]} was not found: install Debian's chromium, chromium-driver")
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = program("chromium", "chromium-browser", "google-chrome")
    for argument in ("--headless=new", "--disable-dev-shm-usage", "--window-size=1500,900"):
        options.add_argument(argument)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.add_argument("--no-sandbox")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(program("chromedriver")))
    try:
        yield driver
    finally:
        driver.quit()


class Page:
    """The page of a preview in a browser.

    Args:
        browser: The browser.
        preview: The preview.
    """

    def __init__(self, browser: webdriver.Chrome, preview: Preview) -> None:
        self.browser: Any = browser  # most of what it offers has no types
        self.preview = preview

    def open(self, kind: str = "", file: str = "", line: int = 0) -> None:
        """Open the page, at a line if one is named."""
        place = f"#{kind}/{line}/{quote(file, safe='')}" if kind else ""
        self.browser.get("about:blank")
        self.browser.get(self.preview.server.url + place)
        self.until(lambda: self.status() not in ("", "rendering …"))

    def until(self, holds: Callable[[], object]) -> None:
        """Wait until something holds."""
        WebDriverWait(self.browser, PATIENCE, poll_frequency=0.05).until(lambda _: holds())

    def status(self) -> str:
        """Return what the page says of itself."""
        return str(self.one("#status").text)

    def one(self, selector: str) -> Any:
        """Return the first element that a CSS selector finds."""
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def file(self, kind: str) -> str:
        """Return which file a column shows."""
        return str(self.one(f"#{kind} select").get_property("value"))

    def lit(self, kind: str, which: str = "lit") -> list[str]:
        """Return the lines of a column that are lit up."""
        script = (
            f"return [...document.querySelectorAll('#{kind} li.{which}')].map(li => li.textContent)"
        )
        return [str(text) for text in self.browser.execute_script(script)]

    def is_seen(self, kind: str) -> bool:
        """Return whether the brightest line of a column is within the column, and the column in the window."""
        script = (
            f"const column = document.querySelector('#{kind} ol').getBoundingClientRect();"
            f"const line = document.querySelector('#{kind} li.first')?.getBoundingClientRect();"
            "return line && column.width > 300 && column.bottom <= innerHeight"
            " && line.top >= column.top && line.bottom <= column.bottom"
        )
        return bool(self.browser.execute_script(script))

    def complaints(self) -> list[str]:
        """Return what the browser has had to say since it was asked last."""
        answer = self.browser.execute("getLog", {"type": "browser"})
        return [entry["message"] for entry in answer["value"] if entry["level"] == "SEVERE"]

    def click(self, kind: str, text: str) -> None:
        """Click on the first line of a column that has a text."""
        script = (
            f"const line = [...document.querySelectorAll('#{kind} li')].find(li => li.textContent.includes(arguments[0]));"
            "line.scrollIntoView({block: 'center'}); return line"
        )
        self.browser.execute_script(script, text).click()


@pytest.fixture(scope="module")
def page(browser: webdriver.Chrome, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    preview = Preview(project(tmp_path_factory.mktemp("browser")))
    try:
        preview.picture()
        yield Page(browser, preview)
    finally:
        preview.stop()


def test_a_click_on_the_output_lights_up_its_sources(page: Page) -> None:
    page.open("output", ANIMALS, page.preview.number("output", ANIMALS, "print("))
    page.until(lambda: page.lit("output"))
    assert page.lit("output", "first") == ['        print("calling")']
    assert page.lit("template", "first") == ['        print("calling")']
    assert page.file("template").endswith("package/api/method.jinja")
    assert page.lit("document", "first") == ["    get:"]
    page.click("output", "List the <b>animals</b>")
    page.until(lambda: page.lit("document", "first") == ["      summary: List the <b>animals</b>"])
    assert "block summary" in page.one("footer").text
    assert "the operation list_animals" in page.one("footer").text


def test_a_click_on_the_document_lights_up_what_comes_from_it(page: Page) -> None:
    page.open()
    page.click("document", "description: The animals.")
    page.until(lambda: page.file("output") == ANIMALS and page.lit("output"))
    assert any("The animals." in line for line in page.lit("output"))
    assert page.lit("document", "first") == ["          description: The animals."]
    assert page.lit("template")
    assert ANIMALS in page.one("footer").text


def test_a_click_on_a_template_lights_up_what_comes_from_it(page: Page) -> None:
    page.open("template", page.preview.name("template", "models/object.jinja"), 25)
    page.until(lambda: page.file("output") == ANIMAL and page.lit("output"))
    assert any("name: str | None = None" in line for line in page.lit("output"))
    assert page.file("document").endswith("parts.yaml")
    assert page.lit("document") == ["    name:"]


def test_the_arrow_keys_go_from_line_to_line(page: Page) -> None:
    page.open("output", ANIMALS, page.preview.number("output", ANIMALS, "print("))
    page.until(lambda: page.lit("output"))
    page.one("#output ol").send_keys("\ue015")  # the key "down"
    page.until(lambda: page.lit("output", "first") == ["        return self._call("])


def test_another_file_can_be_chosen(page: Page) -> None:
    page.open()
    page.one(f"#output option[value='{ANIMAL}']").click()
    page.until(lambda: "class Animal" in page.one("#output ol").text)


def test_a_change_is_shown_where_it_is_and_the_selected_line_stays_selected(page: Page) -> None:
    page.open("output", ANIMALS, page.preview.number("output", ANIMALS, "print("))
    page.until(lambda: page.lit("output"))
    page.preview.write(
        TEMPLATE, METHOD.replace("        print", "        first = 1\n        print")
    )
    page.until(lambda: page.lit("output", "new") == ["        first = 1"] * 2)
    page.until(lambda: page.lit("output", "first") == ['        print("calling")'])
    assert page.lit("template", "first") == ['        print("calling")']
    page.preview.write(TEMPLATE, METHOD)


def test_a_mistake_is_told_and_shown_at_its_place(page: Page) -> None:
    page.open()
    page.preview.write(TEMPLATE, METHOD.replace('"calling"', "{{ operation.sumary | literal }}"))
    page.until(lambda: page.status() == "cannot be generated")
    assert "did you mean summary?" in page.one("#findings").text
    page.one("#findings button").click()
    page.until(lambda: page.lit("template", "first"))
    assert "operation.sumary" in page.lit("template", "first")[0]
    page.preview.write(TEMPLATE, METHOD)
    page.until(lambda: page.status() == "up to date")
    assert not page.one("#findings").is_displayed()


def test_no_text_of_the_document_becomes_markup_or_script(page: Page) -> None:
    page.open("document", page.preview.name("document", "zoo.yaml"), 8)
    page.until(lambda: page.lit("output"))
    assert page.one("#title").text == "Zoo </script><script>alert(1)</script>"
    assert page.browser.find_elements(By.CSS_SELECTOR, "ol b, ol script, header script") == []
    page.browser.execute_script(
        "const made = document.createElement('script'); made.textContent = 'window.ran = 1';"
        "document.body.append(made); document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"ran = 2\">')"
    )
    assert page.browser.execute_script("return window.ran") is None


def test_the_page_has_nothing_to_complain_of(page: Page) -> None:
    page.complaints()
    page.open("output", ANIMALS, 1)
    page.until(lambda: page.lit("output"))
    assert page.complaints() == []


def test_a_screenshot_of_the_worked_example_shows_all_three_columns(
    browser: webdriver.Chrome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(EXAMPLES, tmp_path / "customize")
    monkeypatch.chdir(tmp_path / "customize")
    preview = Preview(Path.cwd() / "company")
    try:
        preview.picture()
        page = Page(browser, preview)
        module = "src/library/api/reading.py"
        page.open("output", module, preview.number("output", module, "_LOG.info("))
        page.until(lambda: all(page.is_seen(kind) for kind in ("document", "template", "output")))
        file = os.environ.get("CLIENTSMITH_SCREENSHOT") or tmp_path / "preview.png"
        assert page.browser.save_screenshot(str(file))
    finally:
        preview.stop()
