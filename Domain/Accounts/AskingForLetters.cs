using CollabHub.Domain.Access;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Limits;
using CollabHub.Domain.Storage;

namespace CollabHub.Domain.Accounts;

/// <summary>How often letters go out.</summary>
/// <param name="PerAddressAndHour">Letters of one sort to one e-mail address in any hour.</param>
public sealed record LetterLimits(int PerAddressAndHour);

/// <summary>Takes requests for letters in the transaction that notes them; they are answered after the commit, at least once.</summary>
public interface ILetterRequests
{
    /// <summary>Queues one request; must be called inside <see cref="IUnitOfWork.RunAsync{T}"/>.</summary>
    Task EnqueueAsync(LetterRequest request, CancellationToken ct);
}

/// <summary>
/// Takes the wish for a letter. Whether the address has an account is looked up later, by a worker: so neither the answer nor its time
/// tells it.
/// </summary>
public sealed class AskingForLetters(IUnitOfWork unitOfWork, ILetterRequests requests, IRateLimiter limiter, LetterLimits limits, IAuditLog audit)
{
    /// <summary>Queues the wish; <see cref="GeneralErrors.RateLimited"/> when the address had enough letters, with or without an account.</summary>
    public async Task<Result<Done>> AskAsync(Letter letter, string email, CallOrigin origin, CancellationToken ct)
    {
        if (EmailAddress.Normalize(email) is not { } address) return GeneralErrors.Invalid("email", "must be an e-mail address");
        var rule = new RateRule($"letter:{letter}:{address.ToLowerInvariant()}", limits.PerAddressAndHour, TimeSpan.FromHours(1));
        if (await limiter.TakeAsync([rule], ct) is { } wait) return GeneralErrors.RateLimited with { RetryAfter = wait };
        return await unitOfWork.RunAsync(
            async inner =>
            {
                await requests.EnqueueAsync(new LetterRequest(letter, address, origin), inner);
                var action = letter == Letter.ResetPassword ? "auth.password_forgot" : "auth.verification_resend";
                await audit.AppendAsync(new AuditEntry(null, null, action, "account", "unknown", null, null, origin), inner);
                return (Result<Done>)default(Done);
            },
            ct);
    }
}
