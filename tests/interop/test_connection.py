"""What passes between client and server besides data: pings, tokens, interruptions, https."""

import os
import time
import unittest

import neptune
from neptune.common.exceptions import Unauthorized

from support import QUIET, ServerTest, environment, peer


class Activity(ServerTest):
    def test_a_run_is_active_while_its_process_pings(self):
        stopped, alive = self.open_run(), self.open_run()
        stopped["n"] = 1
        stopped.stop()
        readers = [self.open_run(with_id=run._sys_id, mode="read-only") for run in (stopped, alive)]
        states = [reader["sys"].fetch()["state"] for reader in readers]
        self.assertEqual(states, ["running", "running"])
        limit = time.monotonic() + 60
        while states[0] == "running" and time.monotonic() < limit:
            time.sleep(0.5)
            states = [reader["sys"].fetch()["state"] for reader in readers]
        self.assertEqual(states, ["idle", "running"])
        again = self.open_run(with_id=stopped._sys_id)
        again["n"] = 2
        again.wait()
        self.assertEqual(readers[0]["sys"].fetch()["state"], "running")
        self.assertGreaterEqual(readers[1]["sys/monitoring_time"].fetch(), 25)
        self.assertGreaterEqual(readers[1]["sys/running_time"].fetch(), 25)


class Tokens(ServerTest):
    """Of access tokens that are about to expire, and refresh tokens that the server refuses."""

    def setUp(self):
        self.run_ = self.open_run(mode="sync")
        self.auth = self.run_._backend._http_client.authenticator.auth

    def test_an_access_token_is_refreshed(self):
        self.auth.token_expires_at = time.time() + 20
        self.run_["n"] = 1
        self.assertGreater(self.auth.token_expires_at, time.time() + 3600)
        self.assertEqual(self.run_["n"].fetch(), 1)

    def test_a_refused_refresh_token_is_replaced(self):
        self.auth.session.token = {**self.auth.session.token, "refresh_token": "worthless"}
        self.auth.token_expires_at = 0
        self.run_["n"] = 2
        self.assertEqual(self.run_["n"].fetch(), 2)
        self.assertNotEqual(self.auth.session.token["refresh_token"], "worthless")

    def test_a_refresh_token_is_used_any_number_of_times(self):
        token = self.auth.session.token
        for i in range(3):
            self.auth.session.token = dict(token)
            self.auth.token_expires_at = 0
            self.run_["n"] = i
        self.assertEqual(self.run_["n"].fetch(), 2)

    def test_a_revoked_token_ends_at_once(self):
        self.server.command("user", "create", "brief", "--role", "owner")
        token = self.server.command("token", "create", "--user", "brief")
        run = self.open_run(mode="sync", api_token=token)
        run["n"] = 1
        self.server.command("token", "revoke", "--user", "brief")
        with self.assertRaises(Unauthorized):
            run["n"] = 2


class Interruptions(ServerTest):
    def test_a_server_that_is_killed_and_comes_back_gets_everything(self):
        run = self.open_run(flush_period=0.2)
        run["before"].extend(list(range(100)))
        run.wait()
        self.server.kill()
        run["during"].extend(list(range(100)))
        run["value"] = 1
        time.sleep(0.5)  # long enough for a failed attempt
        self.server.start(port=self.server.url.rsplit(":", 1)[1])
        run["after"].extend(list(range(100)))
        run.wait()
        for name in "before", "during", "after":
            self.assertEqual(
                list(run[name].fetch_values(progress_bar=False)["value"]), list(range(100))
            )
        self.assertEqual(run["value"].fetch(), 1)


class RateLimit(ServerTest):
    server_options = ("--rate-limit", "10")

    def test_a_client_that_is_too_fast_waits_and_loses_nothing(self):
        run = self.open_run(mode="sync")
        for i in range(25):
            run["loss"].append(i)
        self.assertEqual(
            list(run["loss"].fetch_values(progress_bar=False)["value"]), list(range(25))
        )


class Https(ServerTest):
    certificate = os.path.join(
        os.path.dirname(os.path.abspath(__file__)), "localhost.pem"
    )  # and its key
    server_options = ("--tls-cert", certificate, "--tls-key", certificate)

    @classmethod
    def setUpClass(cls):
        try:
            super().setUpClass()
        except AssertionError as error:
            if "CPPHTTPLIB_OPENSSL_SUPPORT" in str(error):
                raise unittest.SkipTest("the program was built without OpenSSL") from None
            raise

    def test_a_certificate_of_our_own(self):
        self.assertTrue(self.server.url.startswith("https://"))
        with environment(
            NEPTUNE_ALLOW_SELF_SIGNED_CERTIFICATE="TRUE", OAUTHLIB_INSECURE_TRANSPORT=None
        ):
            run = neptune.init_run(**QUIET)
            self.addCleanup(run.stop)
            run["n"] = 1
            run.wait()
            self.assertEqual(run["n"].fetch(), 1)
            self.assertTrue(run.get_url().startswith("https://"))
            self.assertIn('"n"', peer("read", "run", self.project, run._sys_id))
            run.stop()


if __name__ == "__main__":
    unittest.main()
