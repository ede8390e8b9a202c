#!/usr/bin/env bash
# Installs the Telegram clients that others wrote, which soak runs against the simulators: from
# Debian by name, from npm by a lock file and without their scripts. One that is missing ends soak.
set -euo pipefail
here=$(dirname "$0")
"$here/setup.sh" clients
"$here/npm.sh" clients
