#!/usr/bin/env bash
# A test of promtool that an alert does not fire passes for a name that no rule has.
#
# Seen with Debian's prometheus 2.42.0+ds-5+deb12u1 on Linux x86_64. `alert_rule_test` compares the alerts that fire under a
# name with `exp_alerts`, and a name that no rule has has none: a test with an empty list, the one that guards against false
# alarms, says SUCCESS for a misspelt or renamed alert for ever, though the alert itself fires at that very time. The name
# is never looked up in the rules. Without the list at all it is the same.
# Usher's tests of its alert rules count the series `ALERTS` over all names instead, and compare the names with the rules.
#
# Needs apt-get and dpkg. Installs nothing: the package is unpacked into a temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download prometheus=2.42.0+ds-5+deb12u1 >/dev/null 2>&1
dpkg --fsys-tarfile ./prometheus_*.deb | tar -x ./usr/bin/promtool

cat >rules.yml <<'YAML'
groups:
  - name: node
    rules:
      - alert: NodeDown
        expr: up == 0
        for: 2m
YAML
verdict() {
    cat >test.yml <<YAML
rule_files: [rules.yml]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series: [{series: 'up{job="usher"}', values: '0x9'}]
    alert_rule_test:
      - {eval_time: 5m, alertname: $1$2}
YAML
    usr/bin/promtool test rules test.yml >said 2>&1 && status=0 || status=$?
    echo "$1$2: exit status $status, $(grep -oE 'SUCCESS|FAILED' said)"
}
{
    verdict NodeDown ", exp_alerts: [{exp_labels: {job: usher}}]"
    verdict NodeDown ", exp_alerts: []"
    verdict NodeDwon ", exp_alerts: []"
    verdict NodeDwon ""
} | tee seen
diff seen - <<'TEXT' || { echo "changed since prometheus 2.42.0 was looked at" >&2; exit 1; }
NodeDown, exp_alerts: [{exp_labels: {job: usher}}]: exit status 0, SUCCESS
NodeDown, exp_alerts: []: exit status 1, FAILED
NodeDwon, exp_alerts: []: exit status 0, SUCCESS
NodeDwon: exit status 0, SUCCESS
TEXT
