// @@title@@: an antenatal visit. Made by docs/examples/generate.py of flow.toml; change that.
//
// Node 20 or newer, no packages:
//   npx tsx @@file@@ http://127.0.0.1:8080
// with the demo running, in the folder where it was started. TTT and TTT_KEY name another test-token service and its key.

import { createHash, randomUUID, webcrypto } from "node:crypto";
import { readFileSync } from "node:fs";

const server = process.argv[2] ?? "http://127.0.0.1:8080";
const base = server + "@@base@@";
const ttt = process.env.TTT ?? server + "/sts/ttt";
const nin = "@@patient@@"; // synthetic: month + 80

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
        orgnrParent: "@@parent@@",
        orgnrChild: "@@child@@",
        cnfJkt: sha256(JSON.stringify(jwk)),
      },
      userClaimsParameters: { pid: "@@person@@" },
      createTillitsrammeverkClaims: true,
      tillitsrammeverkClaimsParameters: { practitionerAuthorizationCode: "@@role@@", careRelationshipPurposeOfUseCode: "TREAT" },
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
      "nhn-user-role": encodeURIComponent(JSON.stringify({ system: "urn:oid:2.16.578.1.12.4.1.1.9060", code: "@@role@@" })),
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

@@calls@@
