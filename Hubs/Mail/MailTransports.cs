using CollabHub.Hubs.Options;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;

namespace CollabHub.Hubs.Mail;

/// <summary>Brings one mail on its way; throws when that failed.</summary>
public interface IMailTransport
{
    /// <summary>Completes when the mail is in other hands.</summary>
    /// <param name="mail">The mail.</param>
    /// <param name="id">Its number in the outbox; the same again after a failure.</param>
    /// <param name="ct">Cancellation.</param>
    Task SendAsync(MimeMessage mail, long id, CancellationToken ct);
}

/// <summary>Hands mail to an SMTP server.</summary>
public sealed class SmtpTransport(IOptions<EmailOptions> options) : IMailTransport
{
    private const int TimeoutMilliseconds = 30_000;

    /// <inheritdoc/>
    public async Task SendAsync(MimeMessage mail, long id, CancellationToken ct)
    {
        var smtp = options.Value.Smtp;
        using var client = new SmtpClient { Timeout = TimeoutMilliseconds };
        await client.ConnectAsync(smtp.Host!, smtp.Port, Security(smtp.Security), ct);
        if (smtp.UserName is { } user) await client.AuthenticateAsync(user, smtp.Password!, ct);
        await client.SendAsync(mail, ct);
        await client.DisconnectAsync(quit: true, CancellationToken.None);
    }

    private static SecureSocketOptions Security(string name) => name switch
    {
        "none" => SecureSocketOptions.None,
        "startTls" => SecureSocketOptions.StartTls,
        "tls" => SecureSocketOptions.SslOnConnect,
        _ => SecureSocketOptions.Auto,
    };
}

/// <summary>Writes mail as <c>.eml</c> files named by their outbox number; a repeated delivery replaces its file.</summary>
public sealed class PickupTransport(string directory) : IMailTransport
{
    /// <inheritdoc/>
    public async Task SendAsync(MimeMessage mail, long id, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(mail);
        Directory.CreateDirectory(directory);
        var name = Path.Combine(directory, id.ToString("D12", System.Globalization.CultureInfo.InvariantCulture));
        await using (var file = new FileStream(name + ".tmp", FileMode.Create, FileAccess.Write))
        {
            await mail.WriteToAsync(file, ct);
            file.Flush(flushToDisk: true);
        }
        File.Move(name + ".tmp", name + ".eml", overwrite: true);
    }
}
