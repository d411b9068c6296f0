"""Signals that stop or abort a run from outside, where the server has WebSockets."""

import base64
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import unittest
import urllib.parse
import urllib.request

from support import ServerTest

# A run with a child process, which logs until it is stopped.
WRITER = """
import subprocess, sys, time
import neptune
from neptune.exceptions import InactiveRunException
from support import QUIET
# With its parent's pipes it would keep the test from seeing their end.
child = subprocess.Popen(
    [sys.executable, "-c", "import time; time.sleep(600)"],
    stdout=subprocess.DEVNULL,
    stderr=subprocess.DEVNULL,
)
run = neptune.init_run(**QUIET)
run.wait()
print(run._sys_id, run._id, run._project_id, child.pid, flush=True)
try:
    for i in range(10**9):
        run["loss"].append(i)
        time.sleep(0.01)
except InactiveRunException:
    time.sleep(600)  # the client ends the process, not this error
"""


class RemoteStop(ServerTest):
    def request(self, method, path, headers, body=None):
        request = urllib.request.Request(
            self.server.url + path,
            method=method,
            headers=headers,
            data=None if body is None else json.dumps(body).encode(),
        )
        with urllib.request.urlopen(request, timeout=30) as reply:
            return json.loads(reply.read() or "null")

    def access_token(self):
        return self.request(
            "GET",
            "/api/backend/v1/authorization/oauth-token",
            {"X-Neptune-Api-Token": self.token},
        )["accessToken"]

    def handshake(self, path, token):
        """Status of the answer to a request for a WebSocket."""
        address = urllib.parse.urlsplit(self.server.url)
        with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
            connection.sendall(
                (
                    f"GET {path} HTTP/1.1\r\nHost: {address.netloc}\r\n"
                    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                    f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\n"
                    f"Authorization: Bearer {token}\r\n\r\n"
                ).encode()
            )
            return int(connection.recv(4096).split()[1])

    def send(self, sys_id, kind, **body):
        return self.request(
            "POST",
            f"/api/leaderboard/v1/experiments/signal?projectIdentifier={self.project}",
            {
                "Authorization": f"Bearer {self.access_token()}",
                "Content-Type": "application/json",
            },
            {
                "type": kind,
                "body": body,
                "experimentIdentifiers": [f"{self.project}/{sys_id}"],
            },
        )

    def start(self):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.addCleanup(writer.communicate)
        self.addCleanup(writer.kill)
        for line in writer.stdout:
            if line.startswith("INT-"):
                sys_id, run, project, child = line.split()
                self.addCleanup(self.end, int(child))
                path = f"/api/notifications/v1/runs/{project}/{run}/signal"
                return writer, sys_id, path, int(child)
        self.fail("the run was not opened")

    @staticmethod
    def end(pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    @staticmethod
    def runs(pid):
        """False for a zombie too, which nobody may come to ask for its status."""
        try:
            with open(f"/proc/{pid}/stat") as file:
                return file.read().rsplit(")", 1)[1].split()[0] != "Z"
        except FileNotFoundError:
            return False

    def stop_and_look(self, kind, failed):
        writer, sys_id, path, child = self.start()
        if self.handshake(path, self.access_token()) != 101:
            self.skipTest("the server was compiled with an httplib without WebSockets")
        # The client connects in its own time; a signal that came before is for those who listened.
        for _ in range(60):
            self.send(sys_id, kind, seconds=60)
            try:
                writer.wait(timeout=2)
                break
            except subprocess.TimeoutExpired:
                pass
        self.assertEqual(writer.returncode, -signal.SIGTERM)
        self.assertFalse(self.runs(child))
        run = self.open_run(with_id=sys_id, mode="read-only")
        self.assertEqual(run["sys/failed"].fetch(), failed)
        self.assertTrue(run.exists("loss"))

    def test_stop(self):
        self.stop_and_look("neptune/stop", False)

    def test_abort(self):
        self.stop_and_look("neptune/abort", True)

    def test_nobody_else_listens(self):
        writer, _, path, _ = self.start()
        if self.handshake(path, self.access_token()) != 101:
            self.skipTest("the server was compiled with an httplib without WebSockets")
        self.assertNotEqual(self.handshake(path, "nonsense"), 101)
        unknown = path.rsplit("/", 2)[0] + "/00000000-0000-4000-8000-000000000001/signal"
        self.assertNotEqual(self.handshake(unknown, self.access_token()), 101)
        # Without a signal it runs in peace.
        self.assertIsNone(writer.poll())


if __name__ == "__main__":
    unittest.main()
