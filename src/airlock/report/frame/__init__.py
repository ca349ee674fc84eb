"""What every page for people is made of: the frame, its parts, its style, its script, its drawings.

- What a package controls gets onto a page only through autoescaping templates, and before that
  through ``report.plain``, so that nothing on a page reads as something else than it is.
- A page loads nothing but our own style sheet, icon and script; nothing is inline, so that the
  content security policy can forbid all of it (``POLICY``).
- Everything is rendered on the server; without the script only copying, the switch of themes and
  the printing of what is folded are missing.

How to add a page: CONTRIBUTING.md, "A new page".
"""

from airlock.report.frame.assets import Asset, asset, every_asset
from airlock.report.frame.highlighting import Line, highlighted
from airlock.report.frame.navigation import PLACES, Place, places_for
from airlock.report.frame.paging import Pages
from airlock.report.frame.rendering import POLICY, render

__all__ = [
    "PLACES",
    "POLICY",
    "Asset",
    "Line",
    "Pages",
    "Place",
    "asset",
    "every_asset",
    "highlighted",
    "places_for",
    "render",
]
