// The FHIR API: an antenatal visit. Made by docs/examples/generate.py of flow.toml; change that.
//
// Node 20 or newer, no packages:
//   npx tsx visit-fhir.mts http://127.0.0.1:8080
// with the demo running, in the folder where it was started. TTT and TTT_KEY name another test-token service and its key.

import { createHash, randomUUID, webcrypto } from "node:crypto";
import { readFileSync } from "node:fs";

const server = process.argv[2] ?? "http://127.0.0.1:8080";
const base = server + "/fhir";
const ttt = process.env.TTT ?? server + "/sts/ttt";
const nin = "29839349813"; // synthetic: month + 80

const base64url = (raw: string | ArrayBuffer) => Buffer.from(raw as string).toString("base64url");
const sha256 = (text: string) => createHash("sha256").update(text, "ascii").digest("base64url");

// The key that the token is bound to; its private part stays here.
const pair = await webcrypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
const { crv, kty, x, y } = await webcrypto.subtle.exportKey("jwk", pair.publicKey);
const jwk = { crv, kty, x, y };

async function fetchToken(): Promise<string> {
  if (!process.env.TTT_KEY) await fetch(ttt + "/v2/faults"); // the local service makes its key when it is first asked for something
  const tttKey = process.env.TTT_KEY ?? readFileSync("var/sts/helseid/ttt.key", "ascii").trim();
  const response = await fetch(ttt + "/v2/create-test-token-with-key", {
    method: "POST",
    headers: { "content-type": "application/json", "x-auth-key": tttKey },
    body: JSON.stringify({
      audience: "nhn:maternity-record",
      clientClaimsParameters: {
        scope: ["nhn:maternity-record/api"],
        orgnrParent: "310140007",
        orgnrChild: "310005118",
        cnfJkt: sha256(JSON.stringify(jwk)),
      },
      userClaimsParameters: { pid: "17818849850" },
      createTillitsrammeverkClaims: true,
      tillitsrammeverkClaimsParameters: { practitionerAuthorizationCode: "JO", careRelationshipPurposeOfUseCode: "TREAT" },
    }),
  });
  const answer = await response.json();
  if (answer.isError !== false) throw new Error(answer.errorResponse?.errorMessage ?? `HTTP ${response.status}`);
  return answer.successResponse.accessTokenJwt;
}

const token = await fetchToken();

// A proof is for one call: method, address without its query, this token.
async function proof(method: string, url: string, nonce?: string): Promise<string> {
  const header = { typ: "dpop+jwt", alg: "ES256", jwk };
  const claims = { jti: randomUUID(), htm: method, htu: url.split("?")[0], iat: Math.floor(Date.now() / 1000), ath: sha256(token), nonce };
  const signed = base64url(JSON.stringify(header)) + "." + base64url(JSON.stringify(claims));
  const signature = await webcrypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, pair.privateKey, Buffer.from(signed));
  return signed + "." + base64url(signature);
}

const kept: Record<string, string> = { nin, today: new Date().toISOString().slice(0, 10), visit: randomUUID() };
const filled = (text: string) => text.replace(/\{([a-z]+)\}/g, (whole, name) => kept[name] ?? whole);
const pick = (value: any, path: string): string =>
  String(path.split(".").reduce((it, name) => (Array.isArray(it) ? it.at(Number(name)) : it[name]), value));
const show = (number: number, answer: any) => console.log(number, JSON.stringify(answer).slice(0, 300));

async function call(method: string, path: string, body?: string, contentType?: string, ifMatch?: string): Promise<any> {
  const url = filled(path) ? base + "/" + filled(path) : base;
  let nonce: string | undefined;
  for (let attempt = 1; ; attempt++) {
    const headers: Record<string, string> = {
      accept: contentType === "application/fhir+json" ? contentType : "application/json",
      authorization: "DPoP " + token,
      dpop: await proof(method, url, nonce),
      "nhn-patient-nin": nin,
      "nhn-user-role": encodeURIComponent(JSON.stringify({ system: "urn:oid:2.16.578.1.12.4.1.1.9060", code: "JO" })),
      "nhn-source-system": "Example EPJ 1.0",
    };
    if (contentType) headers["content-type"] = contentType;
    if (ifMatch) headers["if-match"] = ifMatch;
    const response = await fetch(url, { method, headers, body: body === undefined ? undefined : filled(body) });
    nonce = response.headers.get("dpop-nonce") ?? undefined;
    if (response.status === 401 && nonce && attempt === 1) continue; // once more, with the nonce
    const text = await response.text();
    if (!response.ok) throw new Error(`${method}: HTTP ${response.status} ${response.headers.get("nhn-error-code") ?? ""} ${text}`);
    return JSON.parse(text); // turns 72.40 into 72.4: a parser that keeps decimals is needed where digits count
  }
}

let answer: any;

// 1. Who is she? A national id is never in an address, so the search is a POST
answer = await call("POST", "Patient/_search", `identifier=urn:oid:2.16.578.1.12.4.1.4.1|{nin}`, "application/x-www-form-urlencoded");
kept.woman = pick(answer, "entry.0.resource.id");
show(1, answer);

// 2. Her open record
answer = await call("GET", "EpisodeOfCare?patient={woman}&status=active");
kept.episode = pick(answer, "entry.0.resource.id");
show(2, answer);

// 3. The whole card
answer = await call("GET", "EpisodeOfCare/{episode}/$helsekort");
show(3, answer);

// 4. Write a visit: blood pressure, weight, protein in urine; all of it, or nothing
answer = await call("POST", "", `{
  "resourceType": "Bundle",
  "type": "transaction",
  "entry": [
    {
      "fullUrl": "urn:uuid:{visit}",
      "request": {"method": "PUT", "url": "Encounter/{visit}"},
      "resource": {
        "resourceType": "Encounter",
        "id": "{visit}",
        "meta": {"profile": ["https://hit-maternity.example/fhir/StructureDefinition/no-domain-Maternity-Encounter-antenatal"]},
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "type": [{"coding": [
          {"system": "http://snomed.info/sct", "code": "424619006"},
          {"system": "https://hit-maternity.example/fhir/CodeSystem/visit-kind", "code": "extra"}
        ]}],
        "subject": {"reference": "Patient/{woman}"},
        "episodeOfCare": [{"reference": "EpisodeOfCare/{episode}"}],
        "participant": [{"individual": {"reference": "PractitionerRole/tiril-morgenrode"}}],
        "period": {"start": "{today}"},
        "serviceProvider": {"reference": "Organization/strandby-helsestasjon"}
      }
    },
    {
      "request": {"method": "PUT", "url": "Observation/{visit}-bp"},
      "resource": {
        "resourceType": "Observation",
        "id": "{visit}-bp",
        "meta": {"profile": ["https://hit-maternity.example/fhir/StructureDefinition/no-domain-Maternity-Observation-bloodpressure"]},
        "status": "final",
        "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}]}],
        "code": {"coding": [{"system": "http://loinc.org", "code": "85354-9"}, {"system": "http://snomed.info/sct", "code": "75367002"}]},
        "subject": {"reference": "Patient/{woman}"},
        "encounter": {"reference": "Encounter/{visit}"},
        "effectiveDateTime": "{today}",
        "performer": [{"reference": "PractitionerRole/tiril-morgenrode"}],
        "component": [
          {
            "code": {"coding": [{"system": "http://loinc.org", "code": "8480-6"}, {"system": "http://snomed.info/sct", "code": "271649006"}]},
            "valueQuantity": {"value": 118, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": "mm[Hg]"}
          },
          {
            "code": {"coding": [{"system": "http://loinc.org", "code": "8462-4"}, {"system": "http://snomed.info/sct", "code": "271650006"}]},
            "valueQuantity": {"value": 76, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": "mm[Hg]"}
          }
        ]
      }
    },
    {
      "request": {"method": "PUT", "url": "Observation/{visit}-weight"},
      "resource": {
        "resourceType": "Observation",
        "id": "{visit}-weight",
        "meta": {"profile": ["https://hit-maternity.example/fhir/StructureDefinition/no-domain-Maternity-Observation-bodyweight"]},
        "status": "final",
        "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}]}],
        "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}, {"system": "http://snomed.info/sct", "code": "27113001"}]},
        "subject": {"reference": "Patient/{woman}"},
        "encounter": {"reference": "Encounter/{visit}"},
        "effectiveDateTime": "{today}",
        "performer": [{"reference": "PractitionerRole/tiril-morgenrode"}],
        "valueQuantity": {"value": 72.40, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"}
      }
    },
    {
      "request": {"method": "PUT", "url": "Observation/{visit}-protein"},
      "resource": {
        "resourceType": "Observation",
        "id": "{visit}-protein",
        "meta": {"profile": ["https://hit-maternity.example/fhir/StructureDefinition/no-domain-Maternity-Observation-urine-protein"]},
        "status": "final",
        "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}]}],
        "code": {"coding": [
          {"system": "urn:oid:2.16.578.1.12.4.1.1.7280", "code": "NPU04206"},
          {"system": "http://loinc.org", "code": "20454-5"}
        ]},
        "subject": {"reference": "Patient/{woman}"},
        "encounter": {"reference": "Encounter/{visit}"},
        "effectiveDateTime": "{today}",
        "performer": [{"reference": "PractitionerRole/tiril-morgenrode"}],
        "valueCodeableConcept": {"coding": [{"system": "urn:oid:2.16.578.1.12.4.1.1.8340", "code": "T008"}]}
      }
    }
  ]
}`, "application/fhir+json");
show(4, answer);

// 5. Correct it: the systolic pressure was 122. A patch says what changes, If-Match which version it was
answer = await call("PATCH", "Observation/{visit}-bp", `[{"op": "replace", "path": "/component/0/valueQuantity/value", "value": 122}]`, "application/json-patch+json", "W/\"1\"");
kept.version = pick(answer, "meta.versionId");
show(5, answer);

// 6. See the change: every version of the blood pressure, the newest first
answer = await call("GET", "Observation/{visit}-bp/_history");
kept.newest = pick(answer, "entry.0.resource.meta.versionId");
show(6, answer);
