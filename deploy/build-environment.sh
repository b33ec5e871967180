#!/bin/sh
# Builds the virtual environment that one image holds:
#
#     deploy/build-environment.sh SERVICE DIRECTORY
#
# SERVICE is enrolment, sessions, assessment, notifications or cli (the operator's command line, which
# the Jobs of a release run). The image and the test that proves its content both call this.
set -eu

service=$1 directory=$2
cd "$(dirname "$0")/.."

case $service in
    enrolment | sessions | assessment | notifications) packages="services/$service" ;;
    cli) packages="services/enrolment services/sessions services/assessment services/notifications
                   simulators/dfe cli" ;;
    *) echo "no service $service" >&2 && exit 2 ;;
esac

python3 -m venv "$directory"
pip="$directory/bin/python -m pip --disable-pip-version-check -q"
wheels=$(mktemp -d)
trap 'rm -rf "$wheels"' EXIT

$pip install --constraint constraints.txt setuptools
$pip wheel --no-deps --no-build-isolation --wheel-dir "$wheels" \
    $(for package in shared/contracts shared/kit $packages; do echo "./$package"; done)
$pip install --constraint constraints.txt "$wheels"/*.whl
$pip uninstall -y pip  # nothing is installed into a running image
