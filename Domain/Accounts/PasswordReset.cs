using CollabHub.Domain.Access;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Live;
using CollabHub.Domain.Mail;
using CollabHub.Domain.People;
using CollabHub.Domain.Security;
using CollabHub.Domain.Storage;

namespace CollabHub.Domain.Accounts;

/// <summary>Gives an account a new password to whoever holds the letter's token.</summary>
public sealed class PasswordReset(
    IUnitOfWork unitOfWork, IUserStore users, IPeople people, IOneTimeTokenStore tokens, IRefreshTokenStore signIns, IPasswordHashing hashing,
    ISignInThrottle throttle, IMailQueue mails, ILiveEvents live, IAuditLog audit, TimeProvider clock)
{
    /// <summary>
    /// Uses the token, replaces the password, confirms the address (the letter went there), ends every sign-in, lifts the ceiling on
    /// failed sign-ins and tells the owner. <see cref="AccountErrors.TokenGone"/> when the token is unknown, used, replaced or expired; a password
    /// that is not taken leaves the token as it was.
    /// </summary>
    public async Task<Result<Done>> ResetAsync(string token, string wanted, CallOrigin origin, CancellationToken ct)
    {
        var tokenHash = SecretToken.HashOf(token);
        if (await tokens.FindAsync(AccountLetters.ResetKind, tokenHash, clock.GetUtcNow(), ct) is not { } id) return AccountErrors.TokenGone;
        if (await users.FindAsync(id, ct) is not { IsActive: true } user) return AccountErrors.TokenGone;
        var clean = PasswordRules.Clean(wanted);
        if (PasswordRules.Problem(clean, user.Email, user.Username, user.FirstName, user.LastName) is { } problem)
        {
            return GeneralErrors.Invalid("password", problem);
        }
        var hash = await hashing.HashAsync(clean, ct);
        return await unitOfWork.RunAsync(inner => StoreAsync(user, tokenHash, hash, origin, inner), ct);
    }

    private async Task<Result<Done>> StoreAsync(User user, string tokenHash, string hash, CallOrigin origin, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (await tokens.UseAsync(AccountLetters.ResetKind, tokenHash, now, ct) != user.Id) return AccountErrors.TokenGone;
        await users.SetPasswordAsync(user.Id, hash, now, ct);
        await people.MarkEmailVerifiedAsync(user.Id, now, ct);
        await signIns.RevokeOthersAsync(user.Id, keep: null, now, ct);
        await tokens.VoidAsync(user.Id, now, ct);
        unitOfWork.AfterCommit(() => live.Publish(new SignInEnded(user.Id, Only: null)));
        unitOfWork.AfterCommit(() => throttle.Succeeded(user.Id.ToString()));
        if (user.Email is { } email) await mails.EnqueueAsync(AccountMails.PasswordReset(email), ct);
        await audit.AppendAsync(new AuditEntry(null, user.Id, "account.password_reset", "account", user.Id.ToString(), null, null, origin), ct);
        return default(Done);
    }
}
