#!/usr/bin/env bash
# A program that uses Dispatch is killed at its start by a usual line of a hardened systemd unit: `SystemCallFilter=~@resources`.
#
# Seen with the libdispatch of Swift 6.3.1 on Linux x86_64 and systemd 252. Each worker thread of Dispatch sets its own nice
# value when it begins: 0, and -4 for the manager of timers and sockets, for which a service has no right, and the answer is
# ignored. systemd counts `setpriority` to the group @resources, and a call that is filtered ends the process by SIGSYS unless
# the unit says otherwise. So the first `DispatchQueue.global().async` is the end, status 159, nothing written. With
# `SystemCallErrorNumber=EPERM`, or `SystemCallFilter=setpriority` behind the group, it runs. Here a filter of our own stands for
# systemd's, so that no systemd needs to run.
# Usher's units allow the call and refuse the rest with EPERM (docs/operating/usher.service); UnitTests compare a node's calls.
#
# Needs swiftc of 6.3.1, systemd-analyze, python3 with venv and pip, and libseccomp; the package goes into a temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
version=6.3.1
swiftc --version 2>/dev/null | grep -qF "Swift version $version" || { echo "this is about Swift $version" >&2; exit 1; }
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pyseccomp==0.1.2

cat >program.swift <<'SWIFT'
import Dispatch

let done = DispatchSemaphore(value: 0)
DispatchQueue.global().async { done.signal() }
done.wait()
print("the queue has worked")
SWIFT
swiftc -O program.swift -o program

cat >filtered.py <<'PYTHON'
import errno
import os
import sys

import pyseccomp

rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
action = {"killed": pyseccomp.KILL_PROCESS, "EPERM": pyseccomp.ERRNO(errno.EPERM)}[sys.argv[1]]
rules.add_rule(action, "setpriority")
rules.load()
os.execv("./program", ["./program"])
PYTHON
{
    echo "in @resources: $(systemd-analyze syscall-filter @resources | grep -cw setpriority)"
    for action in killed EPERM; do
        status=0
        said=$( (venv/bin/python filtered.py "$action") 2>/dev/null) || status=$?
        echo "$action: status $status, said '$said'"
    done
} | tee seen
diff seen - <<'TEXT' || { echo "changed since Swift $version was looked at" >&2; exit 1; }
in @resources: 1
killed: status 159, said ''
EPERM: status 0, said 'the queue has worked'
TEXT
