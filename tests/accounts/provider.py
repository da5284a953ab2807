"""A small OpenID Connect provider on a port of this machine: it identifies whoever `claims` says."""

import base64
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "miitti", "hush"


class Provider(ThreadingHTTPServer):
    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.address = f"http://127.0.0.1:{self.server_port}"
        self.claims, self.changes, self.challenges, self.tokens = {}, {}, {}, 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def authorize(self, address):
        """What happens in the visitor's browser there: they say who they are and come back with a code."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert (asked["client_id"], asked["response_type"]) == (CLIENT, "code")
        self.challenges["code"] = asked["code_challenge"]
        return {"code": "code", "state": asked["state"]}

    def id_token(self):
        told = {"iss": self.address, "aud": CLIENT, "iat": int(time.time()), "exp": int(time.time()) + 300}
        return jwt.encode(told | self.claims | self.changes, self.key, algorithm="RS256", headers={"kid": "1"})


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        at = self.server.address
        if self.path == "/.well-known/openid-configuration":
            self.tell(
                {
                    "issuer": at,
                    "authorization_endpoint": f"{at}/authorize",
                    "token_endpoint": f"{at}/token",
                    "userinfo_endpoint": f"{at}/userinfo",
                    "jwks_uri": f"{at}/jwks",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"],
                }
            )
        elif self.path == "/jwks":
            key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.server.key.public_key()))
            self.tell({"keys": [key | {"kid": "1", "alg": "RS256", "use": "sig"}]})
        elif self.path == "/userinfo" and self.headers["Authorization"] == "Bearer access":
            self.tell(self.server.claims)
        else:
            self.tell({"error": "invalid"}, 404)

    def do_POST(self):
        sent = {k: v[0] for k, v in parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()).items()}
        hashed = base64.urlsafe_b64encode(hashlib.sha256(sent.get("code_verifier", "").encode()).digest()).decode()
        good = sent.get("client_secret") == SECRET and self.server.challenges.pop(sent["code"], "") == hashed.rstrip(
            "="
        )
        if not good:
            self.tell({"error": "invalid_grant"}, 400)
            return
        self.server.tokens += 1
        self.tell({"access_token": "access", "token_type": "Bearer", "id_token": self.server.id_token()})

    def tell(self, what, status=200):
        body = json.dumps(what).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass
