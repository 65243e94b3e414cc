#!/bin/sh
# An antenatal visit at the national JSON API with curl: find the record, read it, write what was measured, correct it, see the change.
#
#   sh docs/examples/visit-json.sh [http://127.0.0.1:8080]
#
# With the demo running, in the folder where it was started. `hit-maternity token` fetches a token and makes the proof, which is for one
# method and address, and tells both to curl (`-K -`); hit-maternity and python are those of `.venv` here, else of PATH.
set -eu
if [ -d .venv/bin ]; then PATH=$PWD/.venv/bin:$PATH; fi
server=${1:-http://127.0.0.1:8080}
api=$server/api/maternity-record/v1

# call METHOD ADDRESS [BODY]
call() {
  hit-maternity token --server "$server" --as tiril-morgenrode --patient under-way --method "$1" --url "$2" --format curl |
    curl -sS --fail-with-body -K - ${3:+-H "Content-Type: application/json; charset=UTF-8" --data-binary "$3"}
}

# pick MEMBER... of a JSON text on standard input
pick() {
  python -c 'import json, sys
value = json.load(sys.stdin)
for name in sys.argv[1:]:
    value = value[int(name)] if isinstance(value, list) else value[name]
print(value)' "$@"
}

echo "1. Has she consented, and which record is hers?"
status=$(call GET "$api/status")
echo "$status"
record=$(echo "$status" | pick latestRecordId)

echo "2. The whole record"
call GET "$api/record/$record" | pick metadata recordStatus

echo "3. Write a visit: blood pressure, weight, protein in urine"
today=$(date +%F)
written=$(call POST "$api/record/$record/antenatalAppointments" "{
  \"appointmentDate\": \"$today\",
  \"motherWeight\": 72.40,
  \"bloodPressure\": \"118/76\",
  \"proteinInUrineTestResult\": \"Neg\"
}")
echo "$written"
appointment=$(echo "$written" | pick metadata id)
version=$(echo "$written" | pick metadata version)

echo "4. Correct it: the blood pressure was 122/78. The whole appointment is sent again, with the version that was read"
call PUT "$api/record/$record/antenatalAppointments/$appointment" "{
  \"appointmentDate\": \"$today\",
  \"motherWeight\": 72.40,
  \"bloodPressure\": \"122/78\",
  \"proteinInUrineTestResult\": \"Neg\",
  \"metadata\": {\"version\": $version}
}"
echo

echo "5. See the change: what was done to the record, the newest last"
call GET "$api/history/$record" | pick history -1
