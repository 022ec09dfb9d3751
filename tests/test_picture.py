"""The picture of a dataset: one page that holds all it shows, and what it tells."""

import base64
import hashlib
import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from picture_records import SCRIPTS, TOKEN, chat, hostile, shop, write

import ftlint
from ftlint import UsageError
from ftlint.config.settings import from_python
from ftlint.html_report.collect import MAX_PER_RULE, DatasetReport, collect, of_report
from ftlint.html_report.markdown import as_markdown
from ftlint.html_report.page import as_page
from ftlint.io.find import find_sources

pytestmark = pytest.mark.slow

pytest.importorskip("altair", reason="the extra report is not installed")
pytest.importorskip("vl_convert", reason="the extra report is not installed")
EXTERNAL = re.compile(r"""\b(?:src|href|action|data|poster|srcset)=(?!["']?#)|@import|url\((?!#)|https?:""")


def picture(*paths: Path, **settings: Any) -> DatasetReport:
    return collect(find_sources([str(path) for path in paths]), from_python(**settings))


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("shop")
    train, valid = write(folder / "shop_train.jsonl", shop()), write(folder / "shop_valid.jsonl", shop()[40:])
    return as_page(picture(train, valid, target="openai-chat"))


@pytest.fixture(scope="module")
def hostile_page(tmp_path_factory: pytest.TempPathFactory) -> str:
    return as_page(picture(write(tmp_path_factory.mktemp("hostile") / "a&b<i>.jsonl", hostile())))


def data_of(page: str) -> dict[str, Any]:
    """What the page's script is given."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    told: dict[str, Any] = json.loads(found.group(1))
    return told


def without_data(page: str) -> str:
    return re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.DOTALL)


def test_a_page_tells_everything(page: str) -> None:
    titles = re.findall(r"<h2[^>]*>(.*?)</h2>", page)
    assert titles == [
        "Not ready for openai-chat",
        "Findings",
        "What fixes would change",
        "Tokens",
        "Roles and turns",
        "Scripts",
        "Duplicates",
        "Cost",
        "Train and validation",
    ]
    assert page.count("<svg ") == 2 * 6
    assert '<html lang="en">' in page and "<title>" in page


def test_a_page_asks_nobody_for_anything(page: str) -> None:
    assert EXTERNAL.findall(without_data(page)) == []
    assert not re.search(
        r"\b(?:fetch|XMLHttpRequest|import\(|innerHTML|outerHTML|insertAdjacentHTML|eval)\b", page
    )


@pytest.mark.parametrize("which", ["page", "hostile_page"])
def test_the_policy_allows_the_pages_own_style_and_script_alone(
    which: str, request: pytest.FixtureRequest
) -> None:
    page = request.getfixturevalue(which)
    policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', page).group(1))  # type: ignore[union-attr]
    for name in ("style", "script"):
        (text,) = re.findall(rf"<{name}>(.*?)</{name}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy
    assert not re.search(r"<[^>]+\s(?:style|on\w+)=", without_data(page))


def test_text_that_wants_to_be_markup_stays_text(hostile_page: str) -> None:
    assert len(re.findall(r"<script\b", hostile_page)) == 2
    assert len(re.findall(r"<img|<svg/", hostile_page)) == 0
    assert not re.search("[\u202a-\u202e\u2028\u2029\x07\x9b]", hostile_page)
    assert "\\u202egnp.exe" in hostile_page
    said = {text for record in data_of(hostile_page)["records"] for _, text, _ in record}
    assert any("</script><script>" in text for text in said)


def test_secrets_are_masked_wherever_the_page_quotes(tmp_path: Path) -> None:
    rows = [chat(f"My token is {TOKEN} {n}", "" if n % 2 else f"Thank you, {TOKEN}  ") for n in range(6)]
    rows += [{"odd": TOKEN}, rows[0]]
    told = picture(write(tmp_path / "keys.jsonl", rows))
    for text in (as_page(told), as_markdown(told)):
        assert TOKEN[8:20] not in text
    assert "ghp_…(masked)" in as_page(told)


def test_embedded_findings_are_capped_and_the_page_says_so(tmp_path: Path) -> None:
    rows = [chat(f"Question {n}", "") for n in range(MAX_PER_RULE + 60)]
    page = as_page(picture(write(tmp_path / "empty.jsonl", rows), select="C003"))
    assert len(data_of(page)["findings"]) == MAX_PER_RULE
    assert f"{MAX_PER_RULE} of {MAX_PER_RULE + 60} are in this page" in page
    assert f"at most {MAX_PER_RULE} examples of a rule" in page


def test_findings_come_with_their_records_and_the_place_in_them(page: str) -> None:
    told = data_of(page)
    empty = [one for one in told["findings"] if one["m"] == "the assistant says nothing"]
    assert [one["l"] for one in empty] == [51, 52, 53, 54, 11, 12, 13, 14]
    record = told["records"][empty[0]["e"]]
    assert record == [["user", "Is bench 0 free?", "messages[0]"], ["assistant", "", "messages[1]"]]
    assert empty[0]["p"] == "messages[1].content"


def test_changes_show_what_differs(page: str) -> None:
    told = data_of(page)
    (trimmed, *_) = [one for one in told["changes"] if ["␣␣", 1] in one["b"]]
    assert trimmed["b"] == [["  Once.", 0], ["␣␣", 1]]
    assert trimmed["a"] == [["  Once.", 0]]
    assert all(one["e"] is not None for one in told["changes"] if one["a"] is None)


def test_a_broken_line_and_no_example_make_a_page(tmp_path: Path) -> None:
    path = tmp_path / "broken.jsonl"
    path.write_text('{"messages": [\n')
    page = as_page(picture(path))
    assert "Findings" in page and 'id="tokens"' not in page


def test_a_report_alone_makes_a_page(tmp_path: Path) -> None:
    page = as_page(of_report(ftlint.check(write(tmp_path / "shop.jsonl", shop()))))
    assert "the assistant says nothing" in page and 'id="tokens"' not in page


def test_the_same_data_makes_the_same_page(tmp_path: Path) -> None:
    path = write(tmp_path / "shop.jsonl", shop())
    assert as_page(picture(path)) == as_page(picture(path))


def test_markdown_tells_the_same_in_short(tmp_path: Path) -> None:
    train, valid = write(tmp_path / "train.jsonl", shop()), write(tmp_path / "valid.jsonl", shop()[40:])
    text = as_markdown(picture(train, valid, target="openai-chat"))
    assert text.startswith("<!-- ftlint report -->\n")
    for heading in (
        "### Findings",
        "### Tokens",
        "### Roles",
        "### Scripts",
        "### Cost",
        "### Train and validation",
    ):
        assert heading in text
    assert "| error | C003 empty-answer | 8 | unsafe |" in text


def test_markdown_fits_a_comment_and_nothing_breaks_out_of_it(tmp_path: Path) -> None:
    rows = [
        {"prompt": f"{n} " + "|`<b>@ann #1 " * 40, f"key {n}": SCRIPTS[0] * 40, "completion": n}
        for n in range(400)
    ]
    text = as_markdown(picture(write(tmp_path / "wild.jsonl", rows)))
    assert len(text) <= 60_000
    assert "<b>" not in text and "<script" not in text and "@ann" not in text


def test_without_the_extra_a_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "vl_convert", None)
    with pytest.raises(UsageError, match=re.escape('pip install "ftlint[report]"')):
        ftlint.write_report(write(tmp_path / "shop.jsonl", shop()))
    assert ftlint.write_report(tmp_path / "shop.jsonl", markdown=True).startswith("<!-- ftlint")
