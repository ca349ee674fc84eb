"""Packages that are imported by the name of somebody else's.

The name of a project and the name by which its code is imported are two things, and only the first
is anybody's. A project called `new-requests-module` that ships a package `requests` puts its files
where those of the real one are: whoever imports `requests` from then on runs its code, without the
project's name in any line of theirs. Malware is often a whole copy of a popular library with one
line added, or brings a library along that is not the real one.

- **A package at the top of the archive that well-known projects alone ship** (high), such as
  `requests`, `urllib3`, `aiohttp`, `bs4` or `yaml`.

It spares every popular project, copies that are kept inside a package of the project's own
(`pip/_vendor/requests`), namespaces that several projects share, and modules of one file. The list
is short and written by hand: names that mean something else as well, such as `docker`, `redis` or
`datasets`, are not in it. Forks under another name that keep the name of the package are held: they
take the place of the original, and that is for a person to allow.
"""

from collections.abc import Iterator

from airlock.archive.interface import Member
from airlock.checks.interface import Check, Subject
from airlock.errors import NotExamined
from airlock.model import Confidence, Finding, Severity
from airlock.syntax.reach import Layout

# Import package, and the projects that ship it where these are called otherwise.
_PACKAGES = """
    aiobotocore aiofiles aiogram aiohttp aioredis alembic asyncpg attr:attrs bcrypt bitcoinlib
    bittensor boto boto3 botocore bs4:beautifulsoup4 cchardet celery certifi chardet
    charset_normalizer click colorama coincurve Crypto:pycryptodome,pycrypto cryptography
    Cryptodome:pycryptodomex dateutil:python-dateutil discord:discord-py,py-cord,discord-py-self
    django dotenv:python-dotenv eth_account eth_keys eth_utils fastapi flask
    google_auth_oauthlib greenlet grpc:grpcio gunicorn httpcore httplib2 httpx huggingface_hub
    idna itsdangerous jinja2 jmespath jwt:pyjwt keras kombu langchain lightgbm litellm lxml
    markupsafe matplotlib moviepy msrest multidict nacl:pynacl nltk numpy oauthlib openai
    openpyxl OpenSSL:pyopenssl pandas paramiko PIL:pillow,pil,pillow-simd playwright polars
    psutil psycopg2:psycopg2,psycopg2-binary pyarrow pyasn1 pyautogui pycparser pydantic
    pydantic_core pygame pygments pymongo pymysql pynput pyperclip pyrogram pytest pytz requests
    requests_oauthlib requests_toolbelt s3transfer scipy selenium
    setuptools:setuptools,distribute simplejson sklearn:scikit-learn,sklearn solana solders
    sqlalchemy starlette telebot:pytelegrambotapi telethon tensorflow tls_client torch
    torchvision tornado tqdm transformers twilio typing_extensions tzlocal urllib3 uvicorn
    uvloop virtualenv web3 websockets werkzeug xgboost yaml:pyyaml yarl
"""
_OWNERS = {
    package: owners or package
    for package, _, owners in (entry.partition(":") for entry in _PACKAGES.split())
}
_NAMESPACE = (b"extend_path", b"declare_namespace")


class ImportPackage(Check):
    """Does it ship a package that is imported by the name of another project's?"""

    id = "name-import-package"
    version = 2
    needs = frozenset({"popularity"})

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield a finding for each such package."""
        popularity = subject.facts.popularity
        if popularity is None:
            raise NotExamined("there is no list of popular names")
        name = subject.release.project
        if popularity.rank(name) is not None:
            return
        layout = Layout(subject.reading)
        for member in subject.reading.files():
            package = _package(member, layout)
            owners = _OWNERS.get(package, "")
            if owners and name not in owners.replace("_", "-").split(",") and _is_regular(member):
                known = owners.partition(",")[0].replace("_", "-")
                yield Finding(
                    severity=Severity.HIGH,
                    confidence=Confidence.MEDIUM,
                    message=f"It ships the package {package!r}, which is imported where {known} is "
                    "meant.",
                    path=member.path,
                )


def _package(member: Member, layout: Layout) -> str:
    """Return the package at the top that a file makes; empty if it makes none."""
    if member.name != "__init__.py":
        return ""
    module = layout.module_name(member.path)
    return module if "." not in module else ""


def _is_regular(member: Member) -> bool:
    """Tell a package with code of its own from a place that several projects fill."""
    data = member.read()
    return bool(data.strip()) and not any(mark in data for mark in _NAMESPACE)
