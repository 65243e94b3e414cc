// The national JSON API: an antenatal visit. Made by docs/examples/generate.py of flow.toml; change that.
//
// Java 17 or newer with jackson-databind on the class path:
//   java -cp "jackson/*" VisitJson.java http://127.0.0.1:8080
// with the demo running, in the folder where it was started. TTT and TTT_KEY name another test-token service and its key.

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigInteger;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

public class VisitJson {
    static final String NIN = "29839349813"; // synthetic: month + 80
    // Over plain http the client would ask for an upgrade to HTTP/2, with which the body of a POST gets lost
    static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS); // 72.40 stays 72.40
    static final Map<String, String> kept = new HashMap<>();
    static String base, token, jwk;
    static KeyPair pair;

    public static void main(String[] arguments) throws Exception {
        String server = arguments.length > 0 ? arguments[0] : "http://127.0.0.1:8080";
        base = server + "/api/maternity-record/v1";
        makeKey();
        token = fetchToken(System.getenv().getOrDefault("TTT", server + "/sts/ttt"));
        kept.putAll(Map.of("nin", NIN, "today", LocalDate.now().toString(), "visit", UUID.randomUUID().toString()));
        JsonNode answer;

        // 1. Has she consented, and which record is hers?
        answer = call("GET", "status", null, null, null);
        kept.put("record", pick(answer, "latestRecordId"));
        show(1, answer);

        // 2. The whole record
        answer = call("GET", "record/{record}", null, null, null);
        show(2, answer);

        // 3. Write a visit: blood pressure, weight, protein in urine
        answer = call("POST", "record/{record}/antenatalAppointments", """
        {
          "appointmentDate": "{today}",
          "motherWeight": 72.40,
          "bloodPressure": "118/76",
          "proteinInUrineTestResult": "Neg"
        }""", "application/json; charset=UTF-8", null);
        kept.put("appointment", pick(answer, "metadata.id"));
        kept.put("version", pick(answer, "metadata.version"));
        show(3, answer);

        // 4. Correct it: the blood pressure was 122/78. The whole appointment is sent again, with the version that was read
        answer = call("PUT", "record/{record}/antenatalAppointments/{appointment}", """
        {
          "appointmentDate": "{today}",
          "motherWeight": 72.40,
          "bloodPressure": "122/78",
          "proteinInUrineTestResult": "Neg",
          "metadata": {"version": {version}}
        }""", "application/json; charset=UTF-8", null);
        show(4, answer);

        // 5. See the change: what was done to the record, the newest last
        answer = call("GET", "history/{record}", null, null, null);
        kept.put("event", pick(answer, "history.-1.event"));
        show(5, answer);
    }

    /** The key that the token is bound to; its private part stays here. */
    static void makeKey() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        pair = generator.generateKeyPair();
        var point = ((ECPublicKey) pair.getPublic()).getW();
        // the members in this order, without blanks: so it is what the thumbprint is made of (RFC 7638), too
        jwk = "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"%s\",\"y\":\"%s\"}".formatted(coordinate(point.getAffineX()), coordinate(point.getAffineY()));
    }

    static String coordinate(BigInteger number) {
        byte[] raw = number.toByteArray(), fixed = new byte[32];
        int length = Math.min(raw.length, 32);
        System.arraycopy(raw, raw.length - length, fixed, 32 - length, length);
        return base64url(fixed);
    }

    static String fetchToken(String ttt) throws Exception {
        String key = System.getenv("TTT_KEY");
        if (key == null) { // the local service makes its key when it is first asked for something
            HTTP.send(HttpRequest.newBuilder(URI.create(ttt + "/v2/faults")).build(), HttpResponse.BodyHandlers.discarding());
        }
        String asked = """
            {"audience": "nhn:maternity-record",
             "clientClaimsParameters": {"scope": ["nhn:maternity-record/api"], "orgnrParent": "310140007", "orgnrChild": "310005118",
                                        "cnfJkt": "%s"},
             "userClaimsParameters": {"pid": "17818849850"},
             "createTillitsrammeverkClaims": true,
             "tillitsrammeverkClaimsParameters": {"practitionerAuthorizationCode": "JO", "careRelationshipPurposeOfUseCode": "TREAT"}}
            """.formatted(sha256(jwk));
        HttpRequest request = HttpRequest.newBuilder(URI.create(ttt + "/v2/create-test-token-with-key"))
            .header("Content-Type", "application/json")
            .header("X-Auth-Key", key != null ? key : Files.readString(Path.of("var/sts/helseid/ttt.key")).strip())
            .POST(HttpRequest.BodyPublishers.ofString(asked))
            .build();
        JsonNode answer = JSON.readTree(HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body());
        if (answer.path("isError").asBoolean(true)) {
            throw new IllegalStateException(answer.path("errorResponse").path("errorMessage").asText());
        }
        return answer.path("successResponse").path("accessTokenJwt").asText();
    }

    /** A proof is for one call: method, address without its query, this token. */
    static String proof(String method, String url, String nonce) throws Exception {
        String claims = "{\"jti\":\"%s\",\"htm\":\"%s\",\"htu\":\"%s\",\"iat\":%d,\"ath\":\"%s\"%s}".formatted(
            UUID.randomUUID(), method, url.split("\\?")[0], Instant.now().getEpochSecond(), sha256(token),
            nonce == null ? "" : ",\"nonce\":\"" + nonce + "\"");
        String signed = base64url("{\"typ\":\"dpop+jwt\",\"alg\":\"ES256\",\"jwk\":" + jwk + "}") + "." + base64url(claims);
        Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
        signature.initSign(pair.getPrivate());
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + base64url(signature.sign());
    }

    static JsonNode call(String method, String path, String body, String contentType, String ifMatch) throws Exception {
        String url = path.isEmpty() ? base : base + "/" + filled(path);
        String role = "{\"system\":\"urn:oid:2.16.578.1.12.4.1.1.9060\",\"code\":\"JO\"}";
        String nonce = null;
        for (int attempt = 1; ; attempt++) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                .header("Accept", "application/fhir+json".equals(contentType) ? contentType : "application/json")
                .header("Authorization", "DPoP " + token)
                .header("DPoP", proof(method, url, nonce))
                .header("nhn-patient-nin", NIN)
                .header("nhn-user-role", URLEncoder.encode(role, StandardCharsets.UTF_8))
                .header("nhn-source-system", "Example EPJ 1.0")
                .method(method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(filled(body)));
            if (contentType != null) request.header("Content-Type", contentType);
            if (ifMatch != null) request.header("If-Match", ifMatch);
            HttpResponse<String> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            nonce = response.headers().firstValue("DPoP-Nonce").orElse(null);
            if (response.statusCode() == 401 && nonce != null && attempt == 1) continue; // once more, with the nonce
            if (response.statusCode() / 100 != 2) {
                String code = response.headers().firstValue("nhn-error-code").orElse("");
                throw new IllegalStateException(method + ": HTTP " + response.statusCode() + " " + code + " " + response.body());
            }
            return JSON.readTree(response.body());
        }
    }

    static String filled(String text) {
        for (var entry : kept.entrySet()) text = text.replace("{" + entry.getKey() + "}", entry.getValue());
        return text;
    }

    static String pick(JsonNode value, String path) {
        for (String name : path.split("\\.")) {
            if (!value.isArray()) value = value.path(name);
            else value = value.path(Math.floorMod(Integer.parseInt(name), value.size()));
        }
        return value.asText();
    }

    static void show(int number, JsonNode answer) {
        String text = answer.toString();
        System.out.println(number + " " + text.substring(0, Math.min(300, text.length())));
    }

    static String sha256(String text) throws Exception {
        return base64url(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII)));
    }

    static String base64url(String text) {
        return base64url(text.getBytes(StandardCharsets.UTF_8));
    }

    static String base64url(byte[] raw) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(raw);
    }
}
