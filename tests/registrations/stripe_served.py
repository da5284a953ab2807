"""The fake of Stripe behind a real socket: for what only a socket does, such as a time-out or a cut connection."""

from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

from registrations.gateways.stripe_fake.problems import NoAnswer, NoConnection


@contextmanager
def served(fake):
    """The address at which the fake answers; where it is to give no answer, it keeps the caller waiting."""
    over = Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self._answer("")

        def do_POST(self):
            self._answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

        def _answer(self, body):
            try:
                status, headers, text = fake.answer(self.command, self.path, dict(self.headers), body)
            except NoConnection:
                return self.connection.close()
            except NoAnswer:
                over.wait(20)
                return None
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            return self.wfile.write(text)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        over.set()
        server.shutdown()
        server.server_close()
        thread.join()
