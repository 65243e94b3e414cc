// @@title@@: an antenatal visit. Made by docs/examples/generate.py of flow.toml; change that.
//
// .NET 8 or newer, no packages: as Program.cs of `dotnet new console`, then
//   dotnet run -- http://127.0.0.1:8080
// with the demo running, in the folder where it was started. TTT and TTT_KEY name another test-token service and its key.

using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

var server = args.Length > 0 ? args[0] : "http://127.0.0.1:8080";
var root = server + "@@base@@";
var nin = "@@patient@@"; // synthetic: month + 80
using var http = new HttpClient();

string Base64Url(byte[] raw) => Convert.ToBase64String(raw).TrimEnd('=').Replace('+', '-').Replace('/', '_');
string Sha256(string text) => Base64Url(SHA256.HashData(Encoding.ASCII.GetBytes(text)));

// The key that the token is bound to; its private part stays here. The members in this order, without blanks: so it is what the thumbprint
// is made of (RFC 7638), too.
using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
var point = key.ExportParameters(false).Q;
var jwk = $$"""{"crv":"P-256","kty":"EC","x":"{{Base64Url(point.X!)}}","y":"{{Base64Url(point.Y!)}}"}""";

var token = await FetchToken(Environment.GetEnvironmentVariable("TTT") ?? server + "/sts/ttt");
var kept = new Dictionary<string, string>
{
    ["nin"] = nin,
    ["today"] = DateTime.Today.ToString("yyyy-MM-dd"),
    ["visit"] = Guid.NewGuid().ToString(),
};
JsonNode answer;

@@calls@@

async Task<string> FetchToken(string ttt)
{
    var tttKey = Environment.GetEnvironmentVariable("TTT_KEY");
    if (tttKey == null)
    {
        await http.GetAsync(ttt + "/v2/faults"); // the local service makes its key when it is first asked for something
        tttKey = (await File.ReadAllTextAsync("var/sts/helseid/ttt.key")).Trim();
    }
    var asked = $$"""
        {"audience": "nhn:maternity-record",
         "clientClaimsParameters": {"scope": ["nhn:maternity-record/api"], "orgnrParent": "@@parent@@", "orgnrChild": "@@child@@",
                                    "cnfJkt": "{{Sha256(jwk)}}"},
         "userClaimsParameters": {"pid": "@@person@@"},
         "createTillitsrammeverkClaims": true,
         "tillitsrammeverkClaimsParameters": {"practitionerAuthorizationCode": "@@role@@", "careRelationshipPurposeOfUseCode": "TREAT"} }
        """;
    using var request = new HttpRequestMessage(HttpMethod.Post, ttt + "/v2/create-test-token-with-key");
    request.Headers.Add("X-Auth-Key", tttKey);
    request.Content = new StringContent(asked, Encoding.UTF8, "application/json");
    using var response = await http.SendAsync(request);
    var told = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
    if ((bool)told["isError"]!) throw new InvalidOperationException((string?)told["errorResponse"]?["errorMessage"]);
    return (string)told["successResponse"]!["accessTokenJwt"]!;
}

// A proof is for one call: method, address without its query, this token.
string Proof(string method, string url, string? nonce)
{
    var header = $$"""{"typ":"dpop+jwt","alg":"ES256","jwk":{{jwk}}}""";
    var claims = JsonSerializer.Serialize(new Dictionary<string, object?>
    {
        ["jti"] = Guid.NewGuid().ToString(),
        ["htm"] = method,
        ["htu"] = url.Split('?')[0],
        ["iat"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
        ["ath"] = Sha256(token),
        ["nonce"] = nonce ?? "",
    });
    var signed = Base64Url(Encoding.UTF8.GetBytes(header)) + "." + Base64Url(Encoding.UTF8.GetBytes(claims));
    return signed + "." + Base64Url(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256)); // r and s, as JWS has it
}

async Task<JsonNode> Call(string method, string path, string? body, string? contentType, string? ifMatch)
{
    var url = path == "" ? root : root + "/" + Filled(path);
    string? nonce = null;
    for (var attempt = 1; ; attempt++)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), url);
        request.Headers.TryAddWithoutValidation("Accept", contentType == "application/fhir+json" ? contentType : "application/json");
        request.Headers.TryAddWithoutValidation("Authorization", "DPoP " + token);
        request.Headers.Add("DPoP", Proof(method, url, nonce));
        request.Headers.Add("nhn-patient-nin", nin);
        request.Headers.Add("nhn-user-role", Uri.EscapeDataString("""{"system":"urn:oid:2.16.578.1.12.4.1.1.9060","code":"@@role@@"}"""));
        request.Headers.Add("nhn-source-system", "Example EPJ 1.0");
        if (ifMatch != null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (body != null)
        {
            request.Content = new StringContent(Filled(body));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType!);
        }
        using var response = await http.SendAsync(request);
        nonce = response.Headers.TryGetValues("DPoP-Nonce", out var given) ? given.First() : null;
        if ((int)response.StatusCode == 401 && nonce != null && attempt == 1) continue; // once more, with the nonce
        var text = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode)
        {
            var code = response.Headers.TryGetValues("nhn-error-code", out var codes) ? codes.First() : "";
            throw new InvalidOperationException($"{method}: HTTP {(int)response.StatusCode} {code} {text}");
        }
        return JsonNode.Parse(text)!; // keeps the text of a number until it is asked for: 72.40 stays 72.40 as decimal
    }
}

string Filled(string text) => Regex.Replace(text, @"\{([a-z]+)\}", it => kept.GetValueOrDefault(it.Groups[1].Value, it.Value));

string Pick(JsonNode value, string path)
{
    foreach (var name in path.Split('.'))
    {
        value = value is JsonArray list ? list[(int.Parse(name) + list.Count) % list.Count]! : value[name]!;
    }
    return value.ToString();
}

void Show(int number, JsonNode told)
{
    var text = told.ToJsonString();
    Console.WriteLine($"{number} {text[..Math.Min(300, text.Length)]}");
}
