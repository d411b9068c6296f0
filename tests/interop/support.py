"""What every test here starts from: a fresh server, the official Python client, and the C++ peer.

Each test_*.py is a unittest program that run.sh starts in an empty folder of its own.
"""

import base64
import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import unittest
import uuid

import neptune

PROGRAM = os.environ["NEPTUNE_CPP"]
PEER = os.environ["NEPTUNE_CPP_PEER"]

# Without these the client writes fields that the tests had to ignore.
QUIET = dict(
    source_files=[],
    git_ref=False,
    capture_stdout=False,
    capture_stderr=False,
    capture_traceback=False,
    capture_hardware_metrics=False,
)


class Server:
    """`neptune-cpp serve` on a free port and a data directory of its own."""

    def __init__(self, *options):
        self.folder = tempfile.mkdtemp(prefix="server-", dir=os.getcwd())
        self.data = os.path.join(self.folder, "data")
        self.log = open(os.path.join(self.folder, "log"), "ab")
        self.options = options
        self.start(port="0")

    def start(self, port):
        self.process = subprocess.Popen(
            [
                PROGRAM,
                "serve",
                "--port",
                port,
                "--data",
                self.data,
                "--workspace",
                "interop",
                "--user",
                "ada",
                *self.options,
            ],
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        self.url = (
            self.process.stdout.readline().strip()
        )  # the first line comes when requests are answered
        if not self.url.startswith("http"):
            self.stop()
            with open(self.log.name) as log:
                raise AssertionError("the server did not start: " + log.read())
        with open(os.path.join(self.data, "admin.token")) as file:
            self.token = file.read().strip()

    def command(self, *words):
        """Runs another command of the program on the same data and gives its last line."""
        done = subprocess.run(
            [PROGRAM, *words, "--data", self.data], capture_output=True, text=True, timeout=30
        )
        assert done.returncode == 0, done.stderr
        return (done.stdout.strip().splitlines() or [""])[-1]

    def stop(self):
        """Stops it as Ctrl-C does; gives the exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            self.kill()
        return self.process.returncode

    def kill(self):
        self.process.kill()
        self.process.communicate()


class ServerTest(unittest.TestCase):
    """Tests that share one server with the project interop/main, which the environment names."""

    project = "interop/main"
    server_options = ()

    @classmethod
    def setUpClass(cls):
        cls.server = Server(*cls.server_options)
        cls.addClassCleanup(cls._stop_server)
        cls.server.command("project", "create", cls.project, "--key", "INT")
        cls.token = cls.server.token
        settings = {"NEPTUNE_API_TOKEN": cls.token, "NEPTUNE_PROJECT": cls.project}
        os.environ.update(settings)
        for name in settings:
            cls.addClassCleanup(os.environ.pop, name, None)

    @classmethod
    def _stop_server(cls):
        code = cls.server.stop()
        assert code == 0, f"the server ended with {code}, see {cls.server.folder}"
        shutil.rmtree(cls.server.folder)

    def open_run(self, **options):
        """init_run() without captures, stopped at the end of the test at the latest."""
        run = neptune.init_run(**{**QUIET, **options})
        self.addCleanup(run.stop)
        return run

    def attribute(self, run, operation, path):
        """The server's reply about a field, of which the client's public functions show a part."""
        api = run._backend.leaderboard_client.api
        return getattr(api, operation)(experimentId=run._id, attribute=path).response().result


@contextlib.contextmanager
def environment(**settings):
    """Changes environment variables; None removes one."""
    before = {name: os.environ.get(name) for name in settings}
    try:
        _set_environment(settings)
        yield
    finally:
        _set_environment(before)


def _set_environment(values):
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def unique_id():
    """A custom run ID."""
    return uuid.uuid4().hex


def token_with(token, **members):
    """The API token with other members."""
    content = json.loads(base64.b64decode(token))
    content.update(members)
    return base64.b64encode(json.dumps(content).encode()).decode()


def peer(*words, text=None):
    """Runs the C++ peer and gives what it prints."""
    done = subprocess.run([PEER, *words], input=text, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, f"peer {' '.join(words)}: {done.stderr}"
    return done.stdout.strip()
