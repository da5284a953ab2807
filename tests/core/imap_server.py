"""As much of an IMAP server (RFC 3501) as the reader of bounces speaks with."""

import re
import socketserver
import threading
from contextlib import contextmanager


class Session(socketserver.StreamRequestHandler):
    def handle(self):
        self.say(b"* OK ready")
        for line in self.rfile:
            tag, command, *rest = line.decode().split(None, 2)
            if not getattr(self, f"do_{command.lower()}")(tag, rest[0].strip() if rest else ""):
                return

    def say(self, line):
        self.wfile.write(line + b"\r\n")

    def done(self, tag, word="OK"):
        self.say(f"{tag} {word} done".encode())
        return True

    def do_capability(self, tag, _rest):
        self.say(b"* CAPABILITY IMAP4rev1")
        return self.done(tag)

    def do_login(self, tag, rest):
        return self.done(tag, "OK" if rest == 'palautukset "sala: sana"' else "NO")

    def do_select(self, tag, rest):
        if rest != '"INBOX"':
            return self.done(tag, "NO")
        self.say(f"* {len(self.server.mails)} EXISTS".encode())
        return self.done(tag)

    def do_uid(self, tag, rest):
        verb, _space, what = rest.partition(" ")
        getattr(self, f"uid_{verb.lower()}")(what)
        return self.done(tag)

    def uid_search(self, _what):
        keys = [str(key) for key, (_raw, flags) in self.server.mails.items() if not flags]
        self.say(f"* SEARCH {' '.join(keys)}".encode())

    def uid_fetch(self, what):
        key, size = map(int, re.fullmatch(r"(\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", what).groups())
        raw = self.server.mails[key][0][:size]
        self.say(f"* {key} FETCH (UID {key} BODY[]<0> {{{len(raw)}}}".encode())
        self.wfile.write(raw)
        self.say(b")")

    def uid_store(self, what):
        key, flags = re.fullmatch(r"(\d+) \+FLAGS\.SILENT \((.*)\)", what).groups()
        self.server.mails[int(key)][1].update(flags.split())

    def do_close(self, tag, _rest):
        mails = self.server.mails
        for key in [key for key, (_raw, flags) in mails.items() if r"\Deleted" in flags]:
            del mails[key]
        return self.done(tag)

    def do_logout(self, tag, _rest):
        self.say(b"* BYE")
        self.done(tag)
        return False


@contextmanager
def serving(*mails):
    """A server with these mails in its INBOX; gives the mails, by key with their flags, and the URL."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
        server.daemon_threads = True
        server.mails = {number: (raw, set()) for number, raw in enumerate(mails, start=1)}
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield server.mails, f"imap://palautukset:sala%3A%20sana@127.0.0.1:{server.server_address[1]}/INBOX"
        finally:
            server.shutdown()
