"""What projects say of themselves, made harmless."""

import anyio
import pytest

from airlock.web.prose import Renderer, cleaned, rendered


class TestCleaned:
    @pytest.mark.parametrize(
        ("html", "kept"),
        [
            ("<p>a <b>b</b></p>", "<p>a <b>b</b></p>"),
            ("<script>x</script><style>y</style>z", "z"),
            ('<a href="javascript:x">l</a>', '<a rel="nofollow noopener noreferrer">l</a>'),
            ('<a href="/admin">l</a>', '<a rel="nofollow noopener noreferrer">l</a>'),
            ('<a href="#main">l</a>', '<a rel="nofollow noopener noreferrer">l</a>'),
            ('<a href="//x.invalid">l</a>', '<a rel="nofollow noopener noreferrer">l</a>'),
            ('<p id="main" class="note" style="x" onclick="y" lang="z">p</p>', "<p>p</p>"),
            ('<span class="k note">p</span>', '<span class="k">p</span>'),
            ('<img src="https://x.invalid/p.png" alt="a &lt;b&gt; &quot;c">',
             "<em>a &lt;b&gt; &#34;c</em>"),
            ('<img src="https://x.invalid/p.png">', ""),
            ("<h1>t</h1><h6>u</h6>", "<h3>t</h3><h6>u</h6>"),
            ("<form><input><button>b</button></form>", "b"),
            ("<svg><animate onbegin=x></svg><math><mtext>m</mtext></math>n", "n"),
        ],
    )  # fmt: skip
    def test_nothing_is_left_that_acts_or_leads_to_us(self, html: str, kept: str) -> None:
        assert cleaned(html) == kept

    def test_links_to_elsewhere_stay(self) -> None:
        assert 'href="https://a.example/b"' in cleaned('<a href="https://a.example/b">l</a>')


class TestRendered:
    def test_markdown_as_on_the_public_index(self) -> None:
        html = rendered(
            "# T\n\n| a |\n|---|\n| `b` |\n\n```python\nimport os\n```\n", "text/markdown"
        )
        assert html is not None
        assert "<h3>T</h3>" in html
        assert "<table>" in html
        assert '<span class="kn">import</span>' in html

    def test_restructured_text_includes_nothing(self) -> None:
        html = rendered(
            ".. include:: /etc/passwd\n\n.. raw:: html\n\n   <b>x</b>\n\n*t*", "text/x-rst"
        )
        assert html is None or ("root:" not in html and "<b>" not in html)

    def test_what_cannot_be_rendered_is_nothing(self) -> None:
        assert rendered("Title\n=\n\n``x", "text/x-rst") is None


class TestRenderer:
    def test_what_is_too_long_or_plain_is_shown_as_it_is(self) -> None:
        async def made() -> None:
            renderer = Renderer()
            plain = await renderer.prose("<b>a</b>\u202e", "text/plain")
            assert (plain.html, plain.plain) == ("&lt;b&gt;a&lt;/b&gt;\\u202e", True)
            long = await renderer.prose("# a\n" * 200_000, "text/markdown")
            assert long.plain
            assert len(long.html) <= 400_001

        anyio.run(made)
