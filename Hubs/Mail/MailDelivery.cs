using CollabHub.Domain.Mail;
using CollabHub.Hubs.Options;
using CollabHub.Persistence.Relational;
using Microsoft.Extensions.Options;
using MimeKit;

namespace CollabHub.Hubs.Mail;

/// <summary>Drains the outbox of mail: one after another, again after failures with growing waits, until each is gone.</summary>
public sealed partial class MailDelivery(
    IServiceScopeFactory scopes, IMailTransport transport, MailSeal seal, MailSignal signal, IOptions<EmailOptions> options, TimeProvider clock,
    ILogger<MailDelivery> log) : BackgroundService
{
    private const int Batch = 20;
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = await DrainAsync(stoppingToken);
            await signal.WaitAsync(wait, stoppingToken);
        }
    }

    private async Task<TimeSpan> DrainAsync(CancellationToken ct)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var outbox = scope.ServiceProvider.GetRequiredService<Outbox>();
            while (await outbox.DueAsync(MailSeal.Kind, Batch, ct) is { Count: > 0 } due)
            {
                foreach (var entry in due) await TryAsync(outbox, entry, ct);
            }
            var next = await outbox.NextAsync(MailSeal.Kind, ct) - clock.GetUtcNow();
            return next is { } until && until < Idle ? TimeSpan.FromTicks(Math.Max(0, until.Ticks)) : Idle;
        }
        catch (Exception exception) when (!ct.IsCancellationRequested)
        {
            OutboxUnreadable(log, exception);
            return MailBackoff.First;
        }
    }

    private async Task TryAsync(Outbox outbox, OutboxEntry entry, CancellationToken ct)
    {
        try
        {
            await transport.SendAsync(Compose(seal.Open(entry.Payload), entry), entry.OutboxId, ct);
        }
        catch (Exception exception) when (!ct.IsCancellationRequested)
        {
            var wait = MailBackoff.After(entry.Attempts + 1, Random.Shared.NextDouble());
            NotDelivered(log, entry.OutboxId, entry.Attempts + 1, wait, exception);
            await outbox.PostponeAsync(entry.OutboxId, clock.GetUtcNow() + wait, exception.GetType().Name, ct);
            return;
        }
        // Not cancellable: the mail is gone, and only this line keeps it from going again.
        await outbox.DoneAsync(entry.OutboxId, CancellationToken.None);
        Delivered(log, entry.OutboxId);
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

    [LoggerMessage(1, LogLevel.Information, "Mail {Id} delivered.", EventName = "MailDelivered")]
    private static partial void Delivered(ILogger logger, long id);

    [LoggerMessage(2, LogLevel.Warning, "Mail {Id} could not be delivered (try {Attempt}); next try in {Wait}.", EventName = "MailNotDelivered")]
    private static partial void NotDelivered(ILogger logger, long id, long attempt, TimeSpan wait, Exception exception);

    [LoggerMessage(3, LogLevel.Error, "The outbox cannot be read; mail waits.", EventName = "OutboxUnreadable")]
    private static partial void OutboxUnreadable(ILogger logger, Exception exception);
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
