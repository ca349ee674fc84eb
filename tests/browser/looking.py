"""How pages are looked at in a browser: who can read them, what they ask for, what they weigh."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Dialog, Page, Request

MOST_BYTES = 150_000
SHIFTS = """() => new Promise((resolve) => {
  let total = 0;
  new PerformanceObserver((list) => { for (const one of list.getEntries()) total += one.value; })
    .observe({type: "layout-shift", buffered: true});
  requestAnimationFrame(() => requestAnimationFrame(() => resolve(total)));
})"""


TRANSFERRED = """() => performance.getEntries()
  .filter((one) => one.encodedBodySize !== undefined)
  .reduce((total, one) => total + one.encodedBodySize, 0)"""


class Watched:
    """What a page asked for and complained of.

    Args:
        page: that is watched from now on.
        own: the address of the gate.
    """

    def __init__(self, page: Page, own: str) -> None:
        self.foreign: list[str] = []
        self.complaints: list[str] = []
        self._own = own
        page.on("request", self._asked)
        page.on("console", lambda one: self.complaints.append(one.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", self._dismiss)

    def _dismiss(self, dialog: Dialog) -> None:
        self.complaints.append("a dialog")
        dialog.dismiss()

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(f"{self._own}/"):
            self.foreign.append(request.url)

    @property
    def unexpected(self) -> list[str]:
        """The complaints, but those of a page that says what was wrong by its status."""
        return [
            one for one in self.complaints if "the server responded with a status of 4" not in one
        ]

    def forget(self) -> None:
        """Begin anew."""
        self.foreign.clear()
        self.complaints.clear()


def serious(page: Page, *rules: str) -> list[str]:
    """Return what axe-core finds that keeps somebody from using a page.

    Args:
        page: that is open.
        rules: of axe-core; none: every one.
    """
    # What is in order need not be told: on long pages that is most of the work.
    options: dict[str, object] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": list(rules)}
    # Half a megabyte of script, once for each page.
    axe = Axe("0") if page.evaluate("'axe' in window") else Axe()
    found = axe.run(page, options=options).response["violations"]
    return [
        f"{one['id']}: {one['help']}: {[node['html'][:200] for node in one['nodes'][:3]]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]
