using CollabHub.Domain.Access;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Live;
using CollabHub.Domain.Mail;
using CollabHub.Domain.Storage;

namespace CollabHub.Domain.Accounts;

/// <summary>Changes the password of a signed-in account.</summary>
public sealed class PasswordChange(
    IUnitOfWork unitOfWork, IUserStore users, IRefreshTokenStore tokens, IPasswordHashing hashing, ISignInThrottle throttle, IMailQueue mails,
    ILiveEvents live, IAuditLog audit, TimeProvider clock)
{
    /// <summary>Needs the present password; ends every other sign-in and tells the owner by mail.</summary>
    /// <param name="userId">The account.</param>
    /// <param name="keep">The sign-in that goes on.</param>
    /// <param name="current">The present password.</param>
    /// <param name="wanted">The new one.</param>
    /// <param name="origin">Where the call came from.</param>
    /// <param name="ct">Cancellation.</param>
    public async Task<Result<Done>> ChangeAsync(UserId userId, Guid? keep, string current, string wanted, CallOrigin origin, CancellationToken ct)
    {
        if (await users.FindAsync(userId, ct) is not { IsActive: true } user) return AccountErrors.AccountGone;
        if (user.PasswordHash is null) return AccountErrors.NoPassword;
        // Counted apart from sign-ins: who guesses from outside must not keep the owner from changing the password.
        var tries = $"password:{userId}";
        if (throttle.Try(tries) is { } wait) return GeneralErrors.RateLimited with { RetryAfter = wait };
        var check = await hashing.CheckAsync(user.PasswordHash, PasswordRules.Clean(current), ct);
        if (!check.IsCorrect) return AccountErrors.WrongPassword;
        throttle.Succeeded(tries);
        var clean = PasswordRules.Clean(wanted);
        if (PasswordRules.Problem(clean, user.Email, user.Username, user.FirstName, user.LastName) is { } problem)
        {
            return GeneralErrors.Invalid("newPassword", problem);
        }
        var hash = await hashing.HashAsync(clean, ct);
        return await unitOfWork.RunAsync(inner => StoreAsync(user, hash, keep, origin, inner), ct);
    }

    private async Task<Result<Done>> StoreAsync(User user, string hash, Guid? keep, CallOrigin origin, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await users.SetPasswordAsync(user.Id, hash, now, ct);
        await tokens.RevokeOthersAsync(user.Id, keep, now, ct);
        unitOfWork.AfterCommit(() => live.Publish(new SignInEnded(user.Id, Only: null, Except: keep)));
        if (user.Email is { } email) await mails.EnqueueAsync(AccountMails.PasswordChanged(email, user.DisplayName), ct);
        await audit.AppendAsync(new AuditEntry(null, user.Id, "account.password_change", "account", user.Id.ToString(), null, null, origin), ct);
        return default(Done);
    }
}
