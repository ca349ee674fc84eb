"""Results with everything that a report can have to say, hostile texts among them."""

from airlock.model import Confidence, Decision, PolicyVersion, Reason, Severity, Status
from airlock.report import Result, Unexamined
from tests.unit.examples import failed, finding, outcome, verdict

POLICY = PolicyVersion("default", "0123456789abcdef")

ADMITTED = verdict(
    Decision.ADMIT,
    filename="harbour-1.0-py3-none-any.whl",
    outcomes=[
        outcome("code-example", finding(Severity.INFO, Confidence.LOW, message="has a script")),
        outcome("name-example", status=Status.SKIPPED, reason="no index is asked"),
    ],
)
HELD = verdict(
    Decision.HOLD,
    filename="anchor-2.0.tar.gz",
    score=0.49,
    reasons=[
        Reason(
            Decision.HOLD,
            "floor",
            "not fully examined (code-example): one file cannot be read",
            "code-example",
        ),
        Reason(Decision.HOLD, "finding", "reads the environment (a.py)", "code-example"),
    ],
    outcomes=[
        failed(
            "code-example",
            finding(Severity.LOW, Confidence.HIGH, message="is unusual", path="", line=0),
            finding(
                Severity.HIGH,
                Confidence.MEDIUM,
                message="reads the environment",
                path="a.py",
                evidence="\n".join(f"line {number}" for number in range(1, 10)),
            ),
        )
    ],
)
REFUSED = verdict(
    Decision.REFUSE,
    filename="evil_pkg-1.0.tar.gz",
    score=0.98,
    reasons=[Reason(Decision.REFUSE, "finding", "\x1b[2Jruns what it decodes", "code-example")],
    outcomes=[
        outcome(
            "code-example",
            finding(
                message="\x1b[2Jruns what it decodes",
                path="evil\u202e/setup.py!/layer\r\n",
                evidence="exec(\x1b[8mb64decode('…'))\n\n" + "x" * 300,
            ),
        )
    ],
)
MANY = verdict(
    Decision.HOLD,
    filename="many-1.0.tar.gz",
    reasons=[Reason(Decision.HOLD, "score", "the findings together reach a score of 0.95")],
    outcomes=[
        outcome(
            "code-example",
            *(finding(Severity.LOW, message=f"sign {number}") for number in range(15)),
        )
    ],
)
UNEXAMINED = Unexamined(
    "miss\x1bing.whl", "there is no file miss\x1bing.whl", "Name a file that is there.", 2
)

EVERYTHING: list[Result] = [ADMITTED, HELD, REFUSED, MANY, UNEXAMINED]
