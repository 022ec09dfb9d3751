"""The page in a real browser: what it shows, what filters do, and that no data runs in it.

Needs the package ``playwright`` and a Chromium, Debian's or another that is installed; else the tests are skipped.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from picture_records import hostile, shop, write

import ftlint

pytest.importorskip("altair", reason="the extra report is not installed")
pytest.importorskip("vl_convert", reason="the extra report is not installed")
playwright = pytest.importorskip("playwright.sync_api", reason="the package playwright is not installed")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        # In a container there is often nobody but root, whom the sandbox does not take.
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def shop_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    train, valid = write(folder / "shop_train.jsonl", shop()), write(folder / "shop_valid.jsonl", shop()[40:])
    ftlint.write_report([train, valid], folder / "report.html", target="openai-chat")
    return folder / "report.html"


@pytest.fixture(scope="module")
def hostile_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    ftlint.write_report(write(folder / "a&b<i>.jsonl", hostile()), folder / "report.html")
    return folder / "report.html"


@pytest.fixture
def opened(browser: Any) -> Iterator[Any]:
    """Open a page; at the end nothing may have been said on the console, raised, asked or requested."""
    told: list[str] = []
    contexts = []

    def opening(path: Path, width: int = 1280, scheme: str = "light") -> Any:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: told.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: told.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (told.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: told.append(request.url) if request.url != path.as_uri() else None)
        page.goto(path.as_uri())
        return page

    yield opening
    for context in contexts:
        context.close()
    assert told == []


def status(page: Any) -> str:
    """What the filters say they have found."""
    # Typing is waited for a moment.
    page.wait_for_timeout(250)
    return str(page.locator("#status").inner_text())


def rules(page: Any) -> list[str]:
    """The codes of the rules that are to be seen."""
    return list(page.locator("details.rule:visible .rule-name b").all_inner_texts())


def test_search_looks_in_messages_and_records(opened: Any, shop_page: Path) -> None:
    page = opened(shop_page)
    page.fill("#search", "BENCH 3")
    assert status(page) == "3 findings found"
    assert rules(page) == ["D004", "C003"]
    page.select_option("#rule", label="C003 empty-answer")
    assert status(page) == "2 findings found"
    assert page.locator(".example .place").all_inner_texts() == ["shop_train.jsonl:54", "shop_valid.jsonl:14"]
    page.fill("#search", "there is no such text")
    assert status(page) == "0 findings found"
    assert page.locator("#nothing").is_visible()
    page.click("#clear")
    assert page.input_value("#search") == "" and len(rules(page)) > 3


def test_severities_rules_and_files_narrow_what_is_shown(opened: Any, shop_page: Path) -> None:
    page = opened(shop_page)
    everything = rules(page)
    page.click("[data-severity=error].toggle")
    assert page.get_attribute("[data-severity=error].toggle", "aria-pressed") == "false"
    assert "C003" in everything and "C003" not in rules(page)
    page.click("#clear")
    assert rules(page) == everything
    page.select_option("#rule", index=1)
    assert len(rules(page)) == 1
    page.click("#clear")
    page.select_option("#file", label="shop_valid.jsonl")
    page.locator("details.rule:visible > summary").first.click()
    assert all(
        place.startswith("shop_valid") for place in page.locator(".example:visible .place").all_inner_texts()
    )


def test_findings_about_the_dataset_stand_apart(opened: Any, shop_page: Path) -> None:
    page = opened(shop_page)
    assert page.locator("#dataset-title").is_visible()
    page.click("[data-severity=info].toggle")
    page.click("[data-severity=warning].toggle")
    assert page.locator("#dataset-title").is_hidden()


def test_a_record_opens_at_the_place_of_the_finding(opened: Any, shop_page: Path) -> None:
    page = opened(shop_page)
    page.fill("#search", "bench 3")
    status(page)
    page.select_option("#rule", label="C003 empty-answer")
    button = page.locator(".example button").first
    button.click()
    assert button.get_attribute("aria-expanded") == "true"
    assert page.locator(".record li").all_inner_texts() == ["user\nIs bench 3 free?", "assistant\n(nothing)"]
    assert page.locator(".record .here .who").inner_text() == "assistant"
    button.click()
    assert page.locator(".record").is_hidden()


def test_more_is_shown_when_asked_for(opened: Any, shop_page: Path) -> None:
    page = opened(shop_page)
    before = page.locator("#changes > li").count()
    page.click("#more-changes")
    assert page.locator("#changes > li").count() > before
    page.select_option("#change-rule", "U010")
    assert set(page.locator("#changes .codes").all_inner_texts()) == {"U010"}
    assert page.locator("#changes .before mark").first.inner_text() == "␣"


def test_the_page_works_by_keyboard(opened: Any, shop_page: Path) -> None:
    page = opened(shop_page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.locator("#search").focus()
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.tagName"))
        if reached[-1] == "SUMMARY":
            break
    assert reached[:2] == ["rule", "file"] and reached[-1] == "SUMMARY"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.locator("details.rule[open]").count() == 1


def test_light_and_dark_go_with_the_system_and_with_the_button(opened: Any, shop_page: Path) -> None:
    def paper(page: Any) -> str:
        return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    light, dark = opened(shop_page), opened(shop_page, scheme="dark")
    assert paper(light) != paper(dark)
    light.click("#theme")
    light.click("#theme")
    assert light.inner_text("#theme") == "Theme: dark" and paper(light) == paper(dark)
    bar = "getComputedStyle(document.querySelector('#tokens .wide path[fill]:not([fill=none])')).fill"
    assert light.evaluate(bar).startswith("rgb") and light.evaluate(bar) == dark.evaluate(bar)


@pytest.mark.parametrize("which", ["shop_page", "hostile_page"])
@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_is_wider_than_the_screen(
    opened: Any, which: str, width: int, request: pytest.FixtureRequest
) -> None:
    page = opened(request.getfixturevalue(which), width=width)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    page.wait_for_timeout(100)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("figure svg:visible").count() == page.locator("figure").count()


def test_hostile_data_runs_nothing(opened: Any, hostile_page: Path) -> None:
    page = opened(hostile_page)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    page.wait_for_timeout(100)
    while page.locator(".more-button:visible").count():
        page.locator(".more-button:visible").first.click()
    for button in page.locator(".examples button:visible").all()[:40]:
        button.click()
    while page.locator("#more-changes:visible").count():
        page.click("#more-changes")
    assert page.evaluate("window.ran") is None
    assert page.locator("main script, main img, main iframe, main a").count() == 0
    assert page.locator("text=</script><script>").count() > 0
    assert page.evaluate("/[\\u202a-\\u202e\\u2066-\\u2069]/.test(document.body.textContent)") is False
