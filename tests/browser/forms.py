"""The forms that pages show, sent again with an attempt in every field."""

import re

from playwright.sync_api import Page

from tests.browser.attempts import LINE
from tests.browser.writing import PASSWORD

_OF_MACHINES = ("/api/", "/legacy", "/_/", "/simple")
# What a form has; "\0" stands for what somebody types, "\1" for a password.
_FORMS = """() => [...document.forms].filter((one) => one.method === "post").map((form) => {
  const fields = {}, buttons = [];
  for (const one of form.elements) {
    if (!one.name) continue;
    if (one.type === "submit") buttons.push({ [one.name]: one.value });
    else if (one.type === "password") fields[one.name] = "\\u0001";
    else if (["text", "search", "textarea"].includes(one.type)) fields[one.name] = "\\u0000";
    else if (!["radio", "checkbox"].includes(one.type) || one.checked) fields[one.name] = one.value;
  }
  return { action: new URL(form.action).pathname, fields, buttons };
})"""
SUBMIT = """([action, fields]) => {
  const form = Object.assign(document.createElement("form"), { method: "post", action });
  for (const [name, value] of Object.entries(fields)) {
    const field = document.createElement("textarea");
    form.append(Object.assign(field, { name, value }));
  }
  document.body.append(form);
  setTimeout(() => form.submit());
}"""
# Answered for scripts only, or they lead elsewhere.
NOT_FORMS = {
    *("/sign-in/second", "/sign-in/key/request", "/sign-in/key", "/account/factors/key"),
    "/sign-out",
}
# What they do ends the walk, so it comes last.
LAST = ("/account/sessions/end", "/account/password", "/account/factors/{id}/remove")


class Forms:
    """The forms that pages show, each with an attempt in every field, one for each of its buttons.

    Args:
        paths: of the routes that take forms.
    """

    def __init__(self, paths: list[str]) -> None:
        pages = [one for one in paths if not one.startswith(_OF_MACHINES) and one not in NOT_FORMS]
        self._patterns = {one: re.compile(re.sub(r"{[\w:]+}", "[^/]+", one)) for one in pages}
        self._found: dict[tuple[str, ...], tuple[str, dict[str, str]]] = {}
        self._sent: set[tuple[str, ...]] = set()

    def collect(self, page: Page) -> None:
        """Remember the forms of a page that are not known yet."""
        for form in page.evaluate(_FORMS):
            for path, pattern in self._patterns.items():
                if pattern.fullmatch(form["action"]):
                    for button in form["buttons"] or [{}]:
                        known = {
                            name: form["fields"].get(name, "") for name in ("what", "decision")
                        }
                        key = (path, *known.values(), *button.values())
                        self._found.setdefault(key, (form["action"], form["fields"] | button))

    @property
    def missing(self) -> set[str]:
        """The routes whose form was not seen."""
        return set(self._patterns) - {key[0] for key in self._found}

    def next(self) -> tuple[str, dict[str, str]] | None:
        """Return where another form goes, and with what; those that end the walk come last."""
        left = sorted(set(self._found) - self._sent, key=lambda one: (one[0] in LAST, one))
        if not left:
            return None
        self._sent.add(left[0])
        action, fields = self._found[left[0]]
        given = {"\0": LINE, "\1": PASSWORD}
        return action, {name: given.get(value, value) for name, value in fields.items()}
