using CollabHub.Domain.Mail;
using CollabHub.Hubs.Options;
using CollabHub.Persistence.Relational;
using Microsoft.Extensions.Options;
using MimeKit;

namespace CollabHub.Hubs.Mail;

/// <summary>Brings queued mail on its way.</summary>
public sealed class MailDelivery(
    IServiceScopeFactory scopes, IMailTransport transport, MailSeal seal, MailSignal signal, IOptions<EmailOptions> options, TimeProvider clock,
    ILogger<MailDelivery> log) : OutboxWorker(MailSeal.Kind, scopes, signal, clock, log)
{
    /// <inheritdoc/>
    protected override async Task DeliverAsync(IServiceProvider services, OutboxEntry entry, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(entry);
        await transport.SendAsync(Compose(seal.Open(entry.Payload), entry), entry.OutboxId, ct);
        // Not cancellable: the mail is gone, and only this line keeps it from going again.
        await services.GetRequiredService<Outbox>().DoneAsync(entry.OutboxId, CancellationToken.None);
    }

    private MimeMessage Compose(MailMessage message, OutboxEntry entry)
    {
        var from = MailboxAddress.Parse(options.Value.From);
        var mail = new MimeMessage
        {
            Subject = message.Subject,
            Date = entry.CreatedAt,
            // The same after a repeated delivery, so that the reader's mail server can drop the copy.
            MessageId = $"{entry.OutboxId}.{entry.CreatedAt.ToUnixTimeMilliseconds()}@{from.Domain}",
            Body = new BodyBuilder { TextBody = message.Text, HtmlBody = message.Html }.ToMessageBody(),
        };
        mail.From.Add(from);
        mail.To.Add(new MailboxAddress(null, message.To));
        return mail;
    }
}

/// <summary>How long to wait before the next try: doubling from 2 s to an hour, half of it by chance so that many do not come at once.</summary>
public static class MailBackoff
{
    /// <summary>The shortest base.</summary>
    public static readonly TimeSpan First = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);
    private const int MostDoublings = 16;

    /// <param name="attempt">1 after the first failure.</param>
    /// <param name="chance">0 to 1.</param>
    public static TimeSpan After(long attempt, double chance)
    {
        var doubled = First * Math.Pow(2, Math.Clamp(attempt - 1, 0, MostDoublings));
        var bounded = doubled < Longest ? doubled : Longest;
        return bounded * (0.5 + (chance / 2));
    }
}
