using System.Text.Json;
using CollabHub.Domain.Mail;
using CollabHub.Domain.Storage;
using CollabHub.Persistence.Relational;
using Microsoft.AspNetCore.DataProtection;

namespace CollabHub.Hubs.Mail;

/// <summary>Puts mail into the outbox, sealed: links in it are secrets until they are used.</summary>
public sealed class MailQueue(Outbox outbox, IUnitOfWork unitOfWork, MailSeal seal, MailSignal signal) : IMailQueue
{
    /// <inheritdoc/>
    public async Task EnqueueAsync(MailMessage message, CancellationToken ct)
    {
        await outbox.AddAsync(MailSeal.Kind, seal.Close(message), ct);
        unitOfWork.AfterCommit(signal.Wake);
    }
}

/// <summary>Seals mail for its time in the outbox.</summary>
public sealed class MailSeal(IDataProtectionProvider protection)
{
    /// <summary>The outbox kind of mail.</summary>
    public const string Kind = "mail";

    private readonly IDataProtector _protector = protection.CreateProtector("outbox", Kind);

    /// <summary>Seals.</summary>
    public string Close(MailMessage message) => _protector.Protect(JsonSerializer.Serialize(message));

    /// <summary>Opens; throws <see cref="System.Security.Cryptography.CryptographicException"/> when the keys are not those that sealed it.</summary>
    public MailMessage Open(string payload) =>
        JsonSerializer.Deserialize<MailMessage>(_protector.Unprotect(payload)) ?? throw new JsonException("The payload is null.");
}

/// <summary>Wakes the delivery of mail.</summary>
public sealed class MailSignal : OutboxSignal;
