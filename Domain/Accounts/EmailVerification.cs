using CollabHub.Domain.Access;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Errors;
using CollabHub.Domain.People;
using CollabHub.Domain.Security;
using CollabHub.Domain.Storage;

namespace CollabHub.Domain.Accounts;

/// <summary>Confirms that the owner of an account reads its mailbox.</summary>
public sealed class EmailVerification(IUnitOfWork unitOfWork, IOneTimeTokenStore tokens, IPeople people, IAuditLog audit, TimeProvider clock)
{
    /// <summary>Uses the token of a letter; <see cref="AccountErrors.TokenGone"/> when it is unknown, used, replaced or expired.</summary>
    public Task<Result<Done>> VerifyAsync(string token, CallOrigin origin, CancellationToken ct) => unitOfWork.RunAsync(
        async inner =>
        {
            var now = clock.GetUtcNow();
            if (await tokens.UseAsync(AccountLetters.VerificationKind, SecretToken.HashOf(token), now, inner) is not { } user)
            {
                return (Result<Done>)AccountErrors.TokenGone;
            }
            await people.MarkEmailVerifiedAsync(user, now, inner);
            await audit.AppendAsync(new AuditEntry(null, user, "account.email_verify", "account", user.ToString(), null, null, origin), inner);
            return default(Done);
        },
        ct);
}
