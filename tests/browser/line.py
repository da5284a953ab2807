"""A telephone line between a browser and the server, which can be cut."""

import socket
import threading
from contextlib import closing, suppress


class Line:
    """Forwards TCP from a port of its own to the server's; while cut, it drops what is open and refuses what comes."""

    def __init__(self, server_port):
        self.server_port = server_port
        self.cut = False
        self.connections = set()
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        threading.Thread(target=self._answer, daemon=True).start()

    def break_off(self):
        self.cut = True
        for each in list(self.connections):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def mend(self):
        self.cut = False

    def close(self):
        self.break_off()
        self.door.close()

    def _answer(self):
        while True:
            try:
                browser, _address = self.door.accept()
            except OSError:
                return
            threading.Thread(target=self._forward, args=(browser,), daemon=True).start()

    def _forward(self, browser):
        with closing(browser):
            if self.cut:
                return
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.server_port)) as server:
                self.connections |= {browser, server}
                back = threading.Thread(target=self._pump, args=(server, browser), daemon=True)
                back.start()
                self._pump(browser, server)
                back.join()
                self.connections -= {browser, server}

    @staticmethod
    def _pump(source, target):
        with suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        with suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)
