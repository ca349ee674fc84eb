"""What every page is made of."""

import datetime as dt

import pytest

from airlock.report.frame import POLICY, Pages, every_asset, highlighted, render
from airlock.report.frame.drawing import bars_by_day
from airlock.report.frame.rendering import breakable, size_in_words


def _error(**values: str) -> str:
    told = {"status": "404", "title": "Not here", "message": "", "hint": ""}
    return render("airlock.gate.index", "error.html", **told | values)


class TestFrame:
    def test_nothing_is_inline_and_nothing_comes_from_elsewhere(self) -> None:
        page = _error(message="x")
        assert "style=" not in page
        assert "<style" not in page
        assert "://" not in page
        assert "unsafe" not in POLICY
        assert page.count("<script") == 1
        assert f'<script src="{every_asset()["airlock.js"].path}"></script>' in page

    def test_what_is_said_is_escaped_and_printable(self) -> None:
        page = _error(message='<img src=x onerror="a()">\u202e')
        assert "&lt;img src=x onerror=&#34;a()&#34;&gt;\\u202e" in page

    def test_names_break_after_separators_only(self) -> None:
        assert breakable("<a-b.c") == "&lt;a-<wbr>b.<wbr>c"

    @pytest.mark.parametrize(
        ("size", "words"),
        [
            (None, "unknown"), (0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"),
            (2_500_000, "2.5 MB"), (3_000_000_000_000, "3,000.0 GB"),
        ],
    )  # fmt: skip
    def test_sizes(self, size: int | None, words: str) -> None:
        assert size_in_words(size) == words

    def test_assets_bear_the_digest_of_what_is_in_them(self) -> None:
        for name, one in every_asset().items():
            stem, suffix = name.split(".")
            assert one.path.startswith(f"/static/{stem}.")
            assert one.path.endswith(f".{suffix}")
            assert len(one.path) == len(f"/static/{name}") + 13


class TestHighlighting:
    def test_numbers_and_the_marked_line(self) -> None:
        lines = highlighted("import os\nos.abort()\n# end", path="a/b.py", first=7, marked=8)
        assert [line.number for line in lines] == [7, 8, 9]
        assert [line.kind for line in lines] == ["", "marked", ""]
        assert lines[0].html.startswith('<span class="code-keyword">import</span>')

    @pytest.mark.parametrize(
        "path", ["x.py", "x.js", "x.json", "x.toml", "x.sh", "x", "a.whl!/x.py"]
    )
    def test_code_is_text_and_nothing_else(self, path: str) -> None:
        text = "'''</span><script>alert(1)</script>\u202e'''\n<b onload='x'>"
        shown = "\n".join(line.html for line in highlighted(text, path=path))
        assert "<script" not in shown
        assert "<b " not in shown
        assert "\u202e" not in shown
        assert "\\u202e" in shown

    def test_long_code_is_cut_and_says_so(self) -> None:
        lines = highlighted("x = 1\n" * 5_000, path="a.py")
        assert "more lines" in lines[-1].html
        assert len(lines) == 401


class TestDrawing:
    def test_columns_stand_on_each_other(self) -> None:
        day = dt.date(2030, 1, 2)
        chart = bars_by_day({day: {"admit": 3, "hold": 1}}, [day], ("admit", "hold", "refuse"))
        low, high = chart.bars
        assert (low.kind, high.kind) == ("admit", "hold")
        assert high.y + high.height == pytest.approx(low.y)
        assert low.height == pytest.approx(3 * high.height, abs=0.3)
        assert chart.told == "1 days up to 2030-01-02: 3 admit, 1 hold, 0 refuse"

    @pytest.mark.parametrize("highest", [0, 1, 3, 4, 9, 41, 100, 1234, 10**6])
    def test_the_scale_reaches_the_highest_with_few_lines(self, highest: int) -> None:
        day = dt.date(2030, 1, 2)
        chart = bars_by_day({day: {"admit": highest}}, [day], ("admit",))
        assert 2 <= len(chart.grid) <= 5
        assert all(bar.y >= 0 for bar in chart.bars)


def test_pages_lead_on_and_back() -> None:
    pages = Pages.of("/search", {"q": "a b", "kind": ""}, number=2, size=50, more=True)
    assert pages.before == "/search?q=a+b"
    assert pages.after == "/search?q=a+b&page=3"
    assert not Pages.of("/search", {}, number=1, size=0, more=False).after
