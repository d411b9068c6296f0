#!/bin/sh
# usage: recorded.sh COMMAND...
#
# Runs a test that is one command. If that succeeds, the test's name, which is the file's, is noted in the file that
# NEPTUNE_TEST_RECORD names, for tests/conformance.py. Nothing is noted without that variable.
[ -n "${NEPTUNE_TEST_RECORD:-}" ] || exec "$@"
record=$NEPTUNE_TEST_RECORD
unset NEPTUNE_TEST_RECORD # none of the command's children is the test
: >"$record"
"$@" || exit
echo "${record##*/}" >"$record"
