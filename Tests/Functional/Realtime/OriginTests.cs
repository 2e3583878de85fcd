using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using CollabHub.Tests.Functional.Editing;

namespace CollabHub.Tests.Functional.Realtime;

/// <summary>Upgrades as a browser of any page would send them, written byte by byte.</summary>
public class OriginTests
{
    public static TheoryData<string?, bool> Origins => new()
    {
        { null, true },
        { "http://127.0.0.1:{port}", true },
        { "https://127.0.0.1:{port}", true },
        { "https://editor.example.org", true },
        { "https://app.example.org:8443", true },
        { "https://hub.example.org", true },
        { "https://evil.example", false },
        { "null", false },
        { "", false },
        { "http://127.0.0.1", false },
        { "http://localhost:{port}", false },
        { "https://editor.example.org.evil.example", false },
        { "https://editor.example.org:444", false },
        { "http://editor.example.org", false },
        { "https://editor.example.org/", false },
        { "https://evil.example\r\nOrigin: https://editor.example.org", false },
        { "https://user@127.0.0.1:{port}", false },
        { "file://", false },
    };

    [Theory]
    [MemberData(nameof(Origins))]
    public async Task Every_socket_opens_for_listed_origins_only(string? origin, bool isAllowed)
    {
        await using var hub = TestHub.Start(
            ("Origins:Allowed:0", "https://editor.example.org"), ("Origins:Allowed:1", "https://app.example.org:8443"), ("Email:BaseUrl", "https://hub.example.org/base"));
        var ada = await hub.GuestAsync("Ada");
        var (_, _, file) = await ada.SessionWithFileAsync("text");
        foreach (var path in new[] { "/hubs/session", "/hubs/notifications", $"/yjs/{file}", "/hocuspocus" })
        {
            var answer = await UpgradeAsync(hub, $"{path}?access_token={ada.AccessToken}", origin);
            Assert.Equal((path, isAllowed ? HttpStatusCode.SwitchingProtocols : HttpStatusCode.Forbidden), (path, answer.Status));
            if (!isAllowed) Assert.Contains("origin.not_allowed", answer.Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Cors_names_listed_origins_exactly_and_no_other()
    {
        await using var hub = TestHub.Start(("Origins:Allowed:0", "https://editor.example.org"));
        using var anonymous = hub.Anonymous;
        foreach (var (origin, isAllowed) in new[] { ("https://editor.example.org", true), ("https://evil.example", false), ("null", false) })
        {
            using var preflight = new HttpRequestMessage(HttpMethod.Options, "api/workspaces");
            preflight.Headers.Add("Origin", origin);
            preflight.Headers.Add("Access-Control-Request-Method", "POST");
            preflight.Headers.Add("Access-Control-Request-Headers", "authorization,content-type");
            using var answer = await anonymous.SendAsync(preflight);
            var named = answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? string.Join(",", values) : null;
            Assert.Equal(isAllowed ? origin : null, named);
        }
    }

    private static async Task<(HttpStatusCode Status, string Body)> UpgradeAsync(TestHub hub, string path, string? origin)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, hub.BaseAddress.Port);
        var port = hub.BaseAddress.Port.ToString(CultureInfo.InvariantCulture);
        var lines = new List<string>
        {
            $"GET {path} HTTP/1.1", $"Host: 127.0.0.1:{port}", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        };
        if (origin is not null) lines.Add("Origin: " + origin.Replace("{port}", port, StringComparison.Ordinal));
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Join("\r\n", lines) + "\r\n\r\n"));
        var text = new StringBuilder();
        var buffer = new byte[8192];
        using var limit = new CancellationTokenSource(Eventually.Patience);
        do
        {
            var read = await stream.ReadAsync(buffer, limit.Token);
            if (read == 0) break;
            text.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }
        while (!IsWhole(text.ToString()));
        var answer = text.ToString();
        return ((HttpStatusCode)int.Parse(answer.AsSpan("HTTP/1.1 ".Length, 3), CultureInfo.InvariantCulture), answer);
    }

    private static bool IsWhole(string answer) =>
        answer.Contains("\r\n\r\n", StringComparison.Ordinal)
        && (answer.StartsWith("HTTP/1.1 101", StringComparison.Ordinal) || answer.Contains("\"code\"", StringComparison.Ordinal));
}
