using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using CollabHub.Tests.Functional.Clients;
using MimeKit;

namespace CollabHub.Tests.Functional.Accounts;

/// <summary>Mail over a real SMTP conversation with a server that is a library's.</summary>
public sealed class SmtpDeliveryTests
{
    [Fact]
    public async Task A_mail_arrives_with_text_and_html_from_whom_and_to_whom_it_says()
    {
        using var sink = await SmtpSink.StartAsync("--user", "collab", "--password", "the mail password");
        await using var hub = TestHub.Start(
            ("Email:Smtp:Host", "127.0.0.1"), ("Email:Smtp:Port", sink.Port), ("Email:Smtp:Security", "none"), ("Email:Smtp:UserName", "collab"),
            ("Email:Smtp:Password", "the mail password"), ("Email:From", "CollabHub <hub@example.org>"));
        await hub.RegisterAsync("ada");
        var (envelope, mail) = await sink.ReceiveAsync();
        Assert.Equal(("hub@example.org", "ada@example.org", "collab"), (
            envelope.GetProperty("from").GetString(), envelope.GetProperty("to")[0].GetString(), envelope.GetProperty("user").GetString()));
        var alternatives = Assert.IsType<MultipartAlternative>(mail.Body);
        Assert.Equal(["text/plain", "text/html"], alternatives.Select(part => part.ContentType.MimeType));
        Assert.Equal(43, mail.TokenIn("verify-email").Length);
        Assert.Empty(hub.AllMails());
    }

    [Fact]
    public async Task A_server_that_is_busy_gets_the_mail_later_once()
    {
        using var sink = await SmtpSink.StartAsync("--fail", "1");
        await using var hub = TestHub.Start(("Email:Smtp:Host", "127.0.0.1"), ("Email:Smtp:Port", sink.Port), ("Email:Smtp:Security", "none"));
        await hub.RegisterAsync("ada");
        var (_, mail) = await sink.ReceiveAsync();
        Assert.Equal("ada@example.org", mail.To.Mailboxes.Single().Address);
        Assert.Single(hub.Log.Lines, line => line.Contains("could not be delivered", StringComparison.Ordinal));
    }

    private sealed class SmtpSink : IDisposable
    {
        private readonly Process _node;

        private SmtpSink(Process node) => _node = node;

        public string Port { get; private set; } = "";

        public static async Task<SmtpSink> StartAsync(params string[] options)
        {
            var sink = new SmtpSink(NodeRig.Start("smtp-sink.mjs", options));
            sink.Port = (await sink.ReadAsync()).GetProperty("port").GetInt32().ToString(CultureInfo.InvariantCulture);
            return sink;
        }

        public async Task<(JsonElement Envelope, MimeMessage Mail)> ReceiveAsync()
        {
            var envelope = await ReadAsync();
            using var bytes = new MemoryStream(envelope.GetProperty("mail").GetBytesFromBase64());
            return (envelope, await MimeMessage.LoadAsync(bytes));
        }

        public void Dispose()
        {
            _node.Kill();
            _node.Dispose();
        }

        private async Task<JsonElement> ReadAsync()
        {
            var line = await _node.StandardOutput.ReadLineAsync().WaitAsync(Eventually.Patience);
            if (line is null) Assert.Fail(await _node.StandardError.ReadToEndAsync());
            return JsonDocument.Parse(line).RootElement;
        }
    }
}
