"""An antenatal visit at the national JSON API: find the record, read it, write what was measured, correct it, see the change.

`python docs/examples/visit_json.py [http://127.0.0.1:8080]`, with the demo running. A midwife logs in at the local HelseID as she would at
HelseID itself; only registering the client and answering the login page are done here by calls that HelseID does not have.
"""

import sys
from datetime import date
from decimal import Decimal

from hit_maternity.client import ClientError, HelseId, Key, MaternityRecordClient, Organisation, StaleVersion, attest, version_of
from hit_maternity.client.local import CALLBACK, log_in, register_client

SERVER = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080"
PATIENT = "29839349813"  # the woman of the demo who is under way; synthetic: month + 80
PARENT, CHILD = "310140007", "310005118"  # Strandby kommune, Strandby helsestasjon


def main() -> None:
    issuer, key = f"{SERVER}/sts", Key.generate()
    client_id = register_client(issuer, key, name="Example EPJ")
    with HelseId(issuer, client_id, key) as helseid:
        scope = "openid profile offline_access nhn:maternity-record/api nhn:maternity-record/tillitsrammeverk"
        login = helseid.login(scope, CALLBACK)
        session = helseid.session(login, log_in(login, "tiril-morgenrode"))
    why = attest(legal_entity=PARENT, point_of_care=CHILD, authorization="JO")
    tokens = session.source("nhn:maternity-record", organisation=Organisation(PARENT, CHILD), attest=why)

    base = f"{SERVER}/api/maternity-record/v1"
    with MaternityRecordClient(base, tokens, PATIENT, role="JO", source_system="Example EPJ 1.0", facility="Strandby helsestasjon") as epj:
        # 1. Has she consented, and which record is hers?
        status = epj.status()
        print(f"consent: {status['hasGivenConsent']}, active record: {status['hasActiveMaternityRecord']}")
        record_id = status["latestRecordId"]

        # 2. The whole record
        print(f"visits so far: {len(epj.record(record_id)['antenatalAppointments'])}")

        # 3. Write a visit
        visit = {
            "appointmentDate": date.today().isoformat(),
            "motherWeight": Decimal("72.40"),
            "bloodPressure": "118/76",
            "proteinInUrineTestResult": "Neg",
        }
        written = epj.create(record_id, "antenatalAppointments", visit)
        item, version = written["metadata"]["id"], written["metadata"]["version"]
        print(f"written: weight {written['motherWeight']}, version {version}")

        # 4. Correct it: the whole appointment again, with the version that was read
        corrected = epj.update_item(record_id, "antenatalAppointments", item, {**visit, "bloodPressure": "122/78"}, version)
        print(f"corrected: blood pressure {corrected['bloodPressure']}, version {version_of(corrected)}")
        try:
            epj.update_item(record_id, "antenatalAppointments", item, visit, version)
        except StaleVersion as fault:
            print(f"refused: {fault.code}, somebody changed it since")

        # 5. See the change
        for change in epj.history_of(record_id)["history"][-2:]:
            print(f"history: {change['event']} {change['resourceType']} version {change['version']} by {change['lastUpdatedBy']['name']}")


if __name__ == "__main__":
    try:
        main()
    except ClientError as fault:
        sys.exit(f"{type(fault).__name__}: {fault}")
