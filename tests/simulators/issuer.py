"""An OIDC issuer on loopback: GitHub's or GitLab's claims, signed with keys of its own.

It also has the address at which a GitHub job asks for its token, so that real clients do.
"""

import base64
import datetime as dt
import hashlib
import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

REQUEST_TOKEN = "a-job's-own-token"


class Issuer:
    """A server that runs between ``with`` and its end."""

    def __enter__(self) -> Self:
        issuer = self
        self.asked: list[str] = []
        self.codes: dict[str, dict[str, str]] = {}
        self.keys: dict[str, rsa.RSAPrivateKey] = {}
        self.new_key("first")
        self.document: dict[str, object] = {}
        self.claims: dict[str, object] = {}

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.asked.append(self.path)
                code, answer = issuer.answer(self.path, self.headers.get("authorization", ""))
                body = json.dumps(answer).encode()
                self.send_response(code)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                read = self.rfile.read(int(self.headers.get("content-length", "0")))
                form = {name: values[0] for name, values in parse_qs(read.decode()).items()}
                code, answer = issuer.exchange(self.path, form)
                body = json.dumps(answer).encode()
                self.send_response(code)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.keys_at = self.url
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def new_key(self, key_id: str) -> None:
        self.keys[key_id] = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def answer(self, path: str, authorization: str) -> tuple[int, object]:
        parts = urlsplit(path)
        if parts.path == "/.well-known/openid-configuration":
            places = {
                "jwks_uri": f"{self.keys_at}/keys",
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
            }
            return 200, {"issuer": self.url} | places | self.document
        if parts.path == "/keys":
            return 200, {"keys": [self._public(key_id) for key_id in self.keys]}
        if parts.path == "/job" and authorization.lower() == f"bearer {REQUEST_TOKEN}":
            audience = parse_qs(parts.query)["audience"][0]
            return 200, {"value": self.token(self.claims | {"aud": audience})}
        return 404, {}

    def authorized(self, address: str, **claims: object) -> str:
        """Agree, as somebody who is signed in at the issuer; return where the browser goes."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = secrets.token_hex(8)
        self.codes[code] = asked | {"claims": json.dumps(claims)}
        return f"{asked['redirect_uri']}?code={code}&state={asked['state']}"

    def exchange(self, path: str, form: dict[str, str]) -> tuple[int, object]:
        """Give a token for a code, once, to who has its verifier (RFC 7636, 4.6)."""
        asked = self.codes.pop(form.get("code", ""), None)
        if path != "/token" or asked is None:
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if challenge != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        claims = {"aud": asked["client_id"], "nonce": asked["nonce"], "jti": None}
        return 200, {"id_token": self.token(claims | json.loads(asked["claims"]))}

    def _public(self, key_id: str) -> dict[str, Any]:
        algorithm = jwt.algorithms.RSAAlgorithm
        public = algorithm.to_jwk(self.keys[key_id].public_key(), as_dict=True)
        return {**public, "kid": key_id, "alg": "RS256", "use": "sig"}

    def token(self, claims: dict[str, object], *, key_id: str = "first", **more: Any) -> str:
        """Return a signed token, worth something for five minutes from now."""
        now = dt.datetime.now(dt.UTC)
        times = {"iat": now, "nbf": now, "exp": now + dt.timedelta(minutes=5)}
        whole = {"iss": self.url, "jti": secrets.token_hex(8), **times, **claims}
        kept = {name: value for name, value in whole.items() if value is not None}
        key = more.get("key") or self.keys[key_id]
        algorithm = more.get("algorithm", "RS256")
        return jwt.encode(kept, key, algorithm=algorithm, headers={"kid": key_id})


def github(
    repository: str = "acme/tool", workflow: str = "release.yml", **more: object
) -> dict[str, object]:
    """Return the claims of a GitHub job, as far as they count."""
    return {
        "aud": "airlock.example",
        "sub": f"repo:{repository}:ref:refs/heads/main",
        "repository": repository,
        "repository_owner_id": "4711",
        "ref": "refs/heads/main",
        "sha": "f" * 40,
        "job_workflow_ref": f"{repository}/.github/workflows/{workflow}@refs/heads/main",
        **more,
    }


def gitlab(host: str, repository: str = "acme/sub/tool", **more: object) -> dict[str, object]:
    """Return the claims of a GitLab job, as far as they count."""
    return {
        "aud": "airlock.example",
        "sub": f"project_path:{repository}:ref_type:branch:ref:main",
        "project_path": repository,
        "namespace_id": "42",
        "ref_path": "refs/heads/main",
        "sha": "f" * 40,
        "ci_config_ref_uri": f"{host}/{repository}//.gitlab-ci.yml@refs/heads/main",
        **more,
    }
