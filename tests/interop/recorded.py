"""usage: python recorded.py test_NAME

Runs the tests of one file. Those that passed are noted in the file that NEPTUNE_TEST_RECORD names, as
`test_NAME.py::test_function`, and those that were skipped, for tests/conformance.py.
"""

import os
import sys
import unittest

RECORD = os.environ.pop("NEPTUNE_TEST_RECORD", os.devnull)
MODULE = sys.argv[1]
# The Python client logs the script that was started: that is the test's file, not this one.
__file__ = os.path.join(os.path.dirname(os.path.abspath(__file__)), MODULE + ".py")
sys.argv = [__file__]


class Recording(unittest.TextTestResult):
    def addSuccess(self, test):
        super().addSuccess(test)
        self.note("", test)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.note("skipped: ", test)

    def note(self, prefix, test):
        # A class that is skipped as a whole stands for all of its functions.
        for name in [test.id()] if hasattr(test, "_testMethodName") else functions_of(test.id()):
            with open(RECORD, "a") as record:
                record.write(f"{prefix}{MODULE}.py::{name.rsplit('.', 1)[-1]}\n")


def functions_of(setup):
    """Of the class in "setUpClass (test_file.Class)"."""
    owner = getattr(sys.modules[MODULE], setup.rstrip(")").rsplit(".", 1)[-1])
    return unittest.defaultTestLoader.getTestCaseNames(owner)


if __name__ == "__main__":
    __import__(MODULE)
    unittest.main(MODULE, argv=[MODULE], testRunner=unittest.TextTestRunner(resultclass=Recording))
