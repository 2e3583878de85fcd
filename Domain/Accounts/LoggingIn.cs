using CollabHub.Domain.Access;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Mail;
using CollabHub.Domain.Storage;

namespace CollabHub.Domain.Accounts;

/// <summary>Signs in with a password.</summary>
public sealed class LoggingIn(
    IUnitOfWork unitOfWork, IUserStore users, IPasswordHashing hashing, SignIns signIns, SignInRules rules, ISignInThrottle throttle, IMailQueue mails,
    IAccountLinks links, IAuditLog audit, TimeProvider clock)
{
    /// <summary>The new sign-in, or <see cref="AccountErrors.InvalidCredentials"/> after the same work and with the same words whether or not the account exists.</summary>
    /// <param name="login">E-mail address or user name.</param>
    /// <param name="password">At most <see cref="PasswordRules.MaxLength"/> characters.</param>
    /// <param name="deviceInfo">What the client calls itself; the user agent when absent.</param>
    /// <param name="origin">Where the call came from.</param>
    /// <param name="ct">Cancellation.</param>
    public async Task<Result<SignedIn>> LoginAsync(string login, string password, string? deviceInfo, CallOrigin origin, CancellationToken ct)
    {
        var user = await users.FindByLoginAsync(login, ct);
        var account = user?.Id.ToString() ?? login;
        if (throttle.Try(account) is { } wait) return GeneralErrors.RateLimited with { RetryAfter = wait };
        var isOpen = user is { IsActive: true } && user.FailedLogins < rules.MostFailures;
        var check = await hashing.CheckAsync(isOpen ? user!.PasswordHash : null, PasswordRules.Clean(password), ct);
        if (user is not null && check.IsCorrect)
        {
            throttle.Succeeded(account);
            return await BeginAsync(user, check, deviceInfo, origin, ct);
        }
        return await unitOfWork.RunAsync(
            async inner =>
            {
                var failures = await users.CountFailedLoginAsync(user?.Id, inner);
                if (failures == rules.MostFailures && user!.Email is { } email)
                {
                    await mails.EnqueueAsync(AccountMails.Locked(email, failures, links.ForgotPassword), inner);
                }
                await AuditAsync("auth.login_failed", user, origin, inner);
                return (Result<SignedIn>)AccountErrors.InvalidCredentials;
            },
            commit: _ => true,
            ct);
    }

    private Task<Result<SignedIn>> BeginAsync(User user, PasswordCheck check, string? deviceInfo, CallOrigin origin, CancellationToken ct) => unitOfWork.RunAsync(
        async inner =>
        {
            var now = clock.GetUtcNow();
            if (check.BetterHash is { } better) await users.SetPasswordAsync(user.Id, better, now, inner);
            await users.TouchLoginAsync(user.Id, now, inner);
            await AuditAsync("auth.login", user, origin, inner);
            return (Result<SignedIn>)await signIns.BeginAsync(user, deviceInfo, origin, inner);
        },
        ct);

    private Task AuditAsync(string action, User? user, CallOrigin origin, CancellationToken ct) => audit.AppendAsync(
        new AuditEntry(null, user?.Id, action, "account", user?.Id.ToString() ?? "unknown", null, null, origin), ct);
}
