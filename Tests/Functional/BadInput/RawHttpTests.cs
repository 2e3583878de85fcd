using System.Globalization;
using System.Net.Sockets;
using System.Text;
using CollabHub.Tests.Functional.Teams;
using Xunit.Abstractions;

namespace CollabHub.Tests.Functional.BadInput;

/// <summary>Requests that no client library writes, byte for byte on a socket of their own.</summary>
public sealed class RawHttpTests(SharedHub shared, ITestOutputHelper output) : IClassFixture<SharedHub>
{
    // The second request of each is what somebody would want to smuggle past a proxy that reads the first one otherwise.
    private const string Smuggled = "GET /healthz/live HTTP/1.1\r\nHost: h\r\n\r\n";
    private const string Post = "POST /api/auth/guest HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n";

    public static TheoryData<string, string> Smuggling => new()
    {
        { "length and chunks", Post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + Smuggled },
        { "two lengths that differ", Post + "Content-Length: 2\r\nContent-Length: 60\r\n\r\n{}" + Smuggled },
        { "two lengths in one", Post + "Content-Length: 2, 60\r\n\r\n{}" + Smuggled },
        { "negative length", Post + "Content-Length: -2\r\n\r\n{}" + Smuggled },
        { "hexadecimal length", Post + "Content-Length: 0x2\r\n\r\n{}" + Smuggled },
        { "endless length", Post + "Content-Length: 99999999999999999999\r\n\r\n{}" + Smuggled },
        { "line feed in a chunk's extension", Post + "Transfer-Encoding: chunked\r\n\r\n2;x\n{}\r\n0\r\n\r\n" + Smuggled },
        { "chunk size that is none", Post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n" + Smuggled },
        { "chunk longer than it says", Post + "Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n" + Smuggled },
        { "negative chunk", Post + "Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n" + Smuggled },
        { "endless chunk", Post + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}\r\n0\r\n\r\n" + Smuggled },
        { "coding on a folded line", Post + "Transfer-Encoding:\r\n chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n" + Smuggled },
        { "coding with a blank before the colon", Post + "Transfer-Encoding : chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n" + Smuggled },
        { "unknown coding", Post + "Transfer-Encoding: xchunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n" + Smuggled },
        { "coding that does not end in chunked", Post + "Transfer-Encoding: chunked, identity\r\n\r\n2\r\n{}\r\n0\r\n\r\n" + Smuggled },
        { "two hosts", "GET /api/me HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + Smuggled },
        { "no host", "GET /api/me HTTP/1.1\r\n\r\n" + Smuggled },
        { "host with a path", "GET /api/me HTTP/1.1\r\nHost: a/b\r\n\r\n" + Smuggled },
        { "blank in a header's name", "GET /api/me HTTP/1.1\r\nHost: h\r\nX Y: z\r\n\r\n" + Smuggled },
        { "header without a name", "GET /api/me HTTP/1.1\r\nHost: h\r\n: z\r\n\r\n" + Smuggled },
        { "NUL in a header", "GET /api/me HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n" + Smuggled },
        { "carriage return in a header", "GET /api/me HTTP/1.1\r\nHost: h\r\nX: a\rb\r\n\r\n" + Smuggled },
        { "folded header", "GET /api/me HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n" + Smuggled },
        { "NUL in the path", "GET /api/\0me HTTP/1.1\r\nHost: h\r\n\r\n" + Smuggled },
        { "version that is none", "GET /api/me HTTP/9.9\r\nHost: h\r\n\r\n" + Smuggled },
        { "no version", "GET /api/me\r\nHost: h\r\n\r\n" + Smuggled },
        { "method that is none", "G@T( /api/me HTTP/1.1\r\nHost: h\r\n\r\n" + Smuggled },
        { "request to a proxy", "CONNECT evil.example:443 HTTP/1.1\r\nHost: h\r\n\r\n" + Smuggled },
    };

    [Theory]
    [MemberData(nameof(Smuggling))]
    public async Task A_request_of_two_meanings_is_refused_and_what_follows_it_is_never_read(string why, string request)
    {
        var hub = shared.Hub.Hub;
        var answer = await SendAsync(hub, Encoding.Latin1.GetBytes(request.Replace("Host: h\r\n", $"Host: {hub.BaseAddress.Authority}\r\n", StringComparison.Ordinal)));
        Assert.Equal(1, Answers(answer));
        Assert.True(StatusOf(answer) is >= 400 and < 500 or 501 or 505, $"{why}: {answer}");
        Assert.DoesNotContain("Healthy", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Floods_of_headers_and_long_lines_are_refused()
    {
        var hub = shared.Hub.Hub;
        var head = $"GET /api/me HTTP/1.1\r\nHost: {hub.BaseAddress.Authority}\r\n";
        (string Why, string Request, int Status)[] cases =
        [
            ("200 headers", head + string.Concat(Enumerable.Range(0, 200).Select(i => string.Create(CultureInfo.InvariantCulture, $"X-{i}: y\r\n"))) + "\r\n", 431),
            ("64 KB cookie", head + $"Cookie: {new string('c', 65_536)}\r\n\r\n", 431),
            ("17 KB in all", head + string.Concat(Enumerable.Range(0, 17).Select(i => string.Create(CultureInfo.InvariantCulture, $"X-{i}: {new string('y', 1024)}\r\n"))) + "\r\n", 431),
            ("20 KB path", $"GET /api/{new string('a', 20_000)} HTTP/1.1\r\nHost: h\r\n\r\n", 414),
        ];
        foreach (var (why, request, status) in cases)
        {
            var answer = await SendAsync(hub, Encoding.Latin1.GetBytes(request));
            Assert.True(StatusOf(answer) == status, $"{why}: {answer}");
        }
    }

    [Fact]
    public async Task Headers_and_bodies_that_drip_are_cut_off()
    {
        var hub = shared.Hub.Hub;
        var host = hub.BaseAddress.Authority;
        var headers = DripAsync(hub, $"GET /api/me HTTP/1.1\r\nHost: {host}\r\nX: ", "a"u8.ToArray());
        var body = DripAsync(hub, $"POST /api/auth/guest HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{{", " "u8.ToArray());
        foreach (var (answer, took) in await Task.WhenAll(headers, body))
        {
            output.WriteLine($"{took.TotalSeconds:F0} s");
            Assert.True(answer.Length == 0 || StatusOf(answer) == 408, answer);
        }
    }

    /// <summary>One byte a second until the server has had enough.</summary>
    private static async Task<(string Answer, TimeSpan Took)> DripAsync(TestHub hub, string beginning, byte[] drop)
    {
        using var end = new CancellationTokenSource(Eventually.Patience);
        using var socket = new TcpClient();
        await socket.ConnectAsync(hub.BaseAddress.Host, hub.BaseAddress.Port, end.Token);
        var stream = socket.GetStream();
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(beginning), end.Token);
        var reading = ReadAsync(stream, end.Token);
        using var second = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (!reading.IsCompleted && await second.WaitForNextTickAsync(end.Token))
        {
            try
            {
                await stream.WriteAsync(drop, end.Token);
            }
            catch (IOException)
            {
                // The server closed it, which the reader tells.
                break;
            }
        }
        return (await reading, System.Diagnostics.Stopwatch.GetElapsedTime(started));
    }

    private static async Task<string> SendAsync(TestHub hub, byte[] request)
    {
        using var end = new CancellationTokenSource(Eventually.Patience);
        using var socket = new TcpClient();
        await socket.ConnectAsync(hub.BaseAddress.Host, hub.BaseAddress.Port, end.Token);
        var stream = socket.GetStream();
        var reading = ReadAsync(stream, end.Token);
        try
        {
            await stream.WriteAsync(request, end.Token);
        }
        catch (IOException)
        {
            // Refused before all of it was sent; the answer is there.
        }
        return await reading;
    }

    /// <summary>Everything until the server closes; that it does is part of what is asked.</summary>
    private static async Task<string> ReadAsync(NetworkStream stream, CancellationToken ct)
    {
        var answer = new StringBuilder();
        var buffer = new byte[16_384];
        try
        {
            for (int length; (length = await stream.ReadAsync(buffer, ct)) > 0;) answer.Append(Encoding.Latin1.GetString(buffer, 0, length));
        }
        catch (IOException)
        {
            // Reset instead of closed: what came before counts.
        }
        return answer.ToString();
    }

    private static int Answers(string answer) => answer.Split("HTTP/1.1 ").Length - 1;

    private static int StatusOf(string answer) => answer.Length > 12 ? int.Parse(answer.AsSpan(9, 3), CultureInfo.InvariantCulture) : 0;
}
