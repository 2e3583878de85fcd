using System.Text.Json;
using CollabHub.Domain.Accounts;
using CollabHub.Domain.Security;
using CollabHub.Domain.Storage;
using CollabHub.Hubs.Mail;
using CollabHub.Persistence.Relational;
using Microsoft.AspNetCore.DataProtection;

namespace CollabHub.Hubs.Auth;

/// <summary>Puts wishes for letters into the outbox, sealed: they hold addresses of people who may have no account.</summary>
public sealed class LetterRequests(Outbox outbox, IUnitOfWork unitOfWork, LetterSeal seal, LetterSignal signal) : ILetterRequests
{
    /// <inheritdoc/>
    public async Task EnqueueAsync(LetterRequest request, CancellationToken ct)
    {
        await outbox.AddAsync(LetterSeal.Kind, seal.Close(request), ct);
        unitOfWork.AfterCommit(signal.Wake);
    }
}

/// <summary>Seals wishes for letters for their time in the outbox.</summary>
public sealed class LetterSeal(IDataProtectionProvider protection)
{
    /// <summary>The outbox kind of wishes for letters.</summary>
    public const string Kind = "letter";

    private readonly IDataProtector _protector = protection.CreateProtector("outbox", Kind);

    /// <summary>Seals.</summary>
    public string Close(LetterRequest request) => _protector.Protect(JsonSerializer.Serialize(request));

    /// <summary>Opens; throws <see cref="System.Security.Cryptography.CryptographicException"/> when the keys are not those that sealed it.</summary>
    public LetterRequest Open(string payload) =>
        JsonSerializer.Deserialize<LetterRequest>(_protector.Unprotect(payload)) ?? throw new JsonException("The payload is null.");
}

/// <summary>Wakes <see cref="LetterWriting"/>.</summary>
public sealed class LetterSignal : OutboxSignal;

/// <summary>Writes the letters that were asked for; each once, in the transaction that takes its wish from the outbox.</summary>
public sealed class LetterWriting(IServiceScopeFactory scopes, LetterSeal seal, LetterSignal signal, TimeProvider clock, ILogger<LetterWriting> log)
    : OutboxWorker(LetterSeal.Kind, scopes, signal, clock, log)
{
    /// <inheritdoc/>
    protected override Task DeliverAsync(IServiceProvider services, OutboxEntry entry, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var (outbox, letters) = (services.GetRequiredService<Outbox>(), services.GetRequiredService<AccountLetters>());
        return services.GetRequiredService<IUnitOfWork>().RunAsync(
            async inner =>
            {
                if (!await outbox.TakeAsync(entry.OutboxId, inner)) return false;
                await letters.AnswerAsync(seal.Open(entry.Payload), inner);
                return true;
            },
            commit: taken => taken,
            ct);
    }
}

/// <summary>Links to the pages of the browser side, under the configured address.</summary>
internal sealed class AccountLinks(string baseUrl) : IAccountLinks
{
    private readonly string _base = baseUrl.TrimEnd('/');

    public string ForgotPassword => $"{_base}/forgot-password";

    public string VerifyEmail(SecretToken token) => $"{_base}/verify-email#token={token.Text}";

    public string ResetPassword(SecretToken token) => $"{_base}/reset-password#token={token.Text}";
}
