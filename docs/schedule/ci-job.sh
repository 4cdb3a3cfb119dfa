#!/bin/sh
# A scheduled CI job in plain shell, for any CI: run it from the root of a clean clone, once a week.
#
# Before: restore the folder $TRADEWAKE_HOME from the last run (it holds raw/ and store/; without it everything is
# fetched anew, which takes hours), and give the keys as masked variables (CENSUS_API_KEY, EIA_API_KEY, COMTRADE_API_KEY).
# After: keep the folder for the next run, also when the job failed: it holds the evidence.
set -eu

TRADEWAKE_HOME=${TRADEWAKE_HOME:-$PWD/tradewake-home}
export TRADEWAKE_HOME

python3 -m venv .venv
.venv/bin/python -m pip install --quiet --require-hashes -r requirements.lock
.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .

TRADEWAKE_COMMAND=.venv/bin/tradewake
export TRADEWAKE_COMMAND
"$TRADEWAKE_COMMAND" doctor

# 3 means published, with a source that failed: let the job go on, and end as the refresh did.
code=0
docs/schedule/refresh.sh all || code=$?
if [ "$code" -ne 0 ] && [ "$code" -ne 3 ]; then
  exit "$code"
fi
"$TRADEWAKE_COMMAND" check
"$TRADEWAKE_COMMAND" diff
"$TRADEWAKE_COMMAND" status
exit "$code"
