#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the autograder's image.
set -euo pipefail
source=/autograder/source
apt-get update
apt-get install -y python3 python3-venv
# The image's own Python may be older than the course needs; uv brings one.
python3 -m venv /opt/uv
/opt/uv/bin/pip install --quiet uv
mkdir -p /opt/dlcourse
export UV_PYTHON_INSTALL_DIR=/opt/dlcourse/python
/opt/uv/bin/uv venv --python 3.12 /opt/dlcourse/venv
/opt/uv/bin/uv pip install --python /opt/dlcourse/venv/bin/python \
  --constraint "$source/constraints.txt" --requirement "$source/requirements.txt"
# The account under which student code runs, and all of the course that it may read.
id dlcourse-student >/dev/null 2>&1 || useradd --system --no-create-home dlcourse-student
cp -r "$source/student" /opt/dlcourse/student
chmod -R a+rX,go-w /opt/dlcourse
chmod -R go= "$source"
