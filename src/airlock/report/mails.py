"""What mail about the review says.

- Text only. What a package, or anybody, wrote stands in it as text that prints, on one line, and
  in the subject as ASCII: it ends no header, moves no cursor and hides nothing.
- No address that a package wrote becomes a link: readers of mail make links of what looks like one.
"""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from airlock.model.mail import MailAddress
from airlock.model.review import Held, Step, place_of
from airlock.model.waiver import Waiver
from airlock.report.plain import one_line

_SUBJECT = 90
_HEADLINE = 200
_TITLE = 120
_REASON = 500


class Text(NamedTuple):
    """A mail without its addresses."""

    subject: str
    parts: tuple[str, ...]
    """Paragraphs, in which ``{link}`` is the address of the gate; nothing else has a brace."""

    def body(self, link: str) -> str:
        """Return the text, with links."""
        why = "You get this because you chose to, at {link}/account/mail"
        return "\n\n".join((*self.parts, f"-- \n{why}")).replace("{link}", link) + "\n"


def held(found: Sequence[Held], total: int, since: dt.datetime) -> Text:
    """Tell what was held lately."""
    first = _quiet(found[0].title, 60)
    more = f" and {total - 1} more" if total > 1 else ""
    rows = [
        f"{_quiet(one.title, _TITLE)}\n  {_quiet(one.headline, _HEADLINE)}\n"
        f"  {{link}}/review/{place_of(one.subject)}"
        for one in found
    ]
    rest = [f"… and {total - len(found)} more: {{link}}/review"] if total > len(found) else []
    head = f"Held since {_minute(since)}, and waiting for a decision: {total}"
    return Text(_subject(f"held: {first}{more}"), (head, *rows, *rest))


def asked(step: Step, about: Held) -> Text:
    """Tell that a colleague asks."""
    who = one_line(step.by, longest=_TITLE)
    return Text(
        _subject(f"{who} asks you: {_quiet(about.title, 60)}"),
        (
            f"{who} asks you to look at {_quiet(about.title, _TITLE)}:",
            f"  {_said(step.reason)}",
            *_of(about),
        ),
    )


def second(step: Step, about: Held) -> Text:
    """Tell that a proposal waits for a second person."""
    who = one_line(step.by, longest=_TITLE)
    until = f" until {_minute(step.expires_at)}" if step.expires_at else ""
    about_what = f"{_quiet(about.title, _TITLE)} (it reaches the {step.reach})"
    return Text(
        _subject(f"a second person is needed: {_quiet(about.title, 60)}"),
        (
            f"{who} proposes to {step.kind} {about_what}{until}:",
            f"  {_said(step.reason)}",
            "Nothing changes before a second person confirms it.",
            *_of(about),
        ),
    )


def ending(soon: Sequence[Waiver], over: Sequence[Waiver], total: int) -> Text:
    """Tell whose time is over, or nearly."""
    told = [*(_waiver(one, "ends") for one in soon), *(_waiver(one, "ended") for one in over)]
    word = "ends soon" if soon else "has ended"
    first = _quiet((soon or over)[0].about, 60)
    more = f" and {total - 1} more" if total > 1 else ""
    return Text(
        _subject(f"a decision of yours {word}: {first}{more}"),
        (
            "From its end on, the verdict counts again, and what is held waits in the queue:",
            *told,
            "{link}/review/waivers",
        ),
    )


def code(address: MailAddress, secret: str) -> Text:
    """Tell the code that confirms an address."""
    return Text(
        _subject("is this your address?"),
        (
            f"Somebody who is signed in at {{link}} wants mail about reviews at {_said(address)}.",
            f"If that is you: {{link}}/account/mail?code={secret}",
            "If it is not, do nothing: no other mail comes.",
        ),
    )


def _of(about: Held) -> tuple[str, ...]:
    return (
        f"The gate says: {_quiet(about.headline, _HEADLINE)}",
        f"{{link}}/review/{place_of(about.subject)}",
    )


def _waiver(one: Waiver, word: str) -> str:
    about = _quiet(one.about, _TITLE)
    return f"{one.decision.word} {about}\n  {word} {_minute(one.expires_at)}: {_said(one.reason)}"


def _minute(time: dt.datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M} UTC"


def _said(text: str) -> str:
    """Return what a colleague wrote."""
    return one_line(text, longest=_REASON).replace("{", "(").replace("}", ")")


def _quiet(text: str, longest: int) -> str:
    """Return what a package wrote, without anything that becomes a link."""
    line = _said(one_line(text, longest=longest))
    return line.replace("://", "[:]//").replace("www.", "www[.]").replace("@", "[at]")


def _subject(text: str) -> str:
    return f"[airlock] {one_line(text, longest=_SUBJECT)}".encode("ascii", "replace").decode()
