using CollabHub.Domain.Access;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Mail;
using CollabHub.Domain.Security;

namespace CollabHub.Domain.Accounts;

/// <summary>The letters that carry a link with a one-time token.</summary>
public enum Letter
{
    /// <summary>Asks to confirm the address.</summary>
    VerifyEmail,
    /// <summary>Lets choose a new password.</summary>
    ResetPassword,
}

/// <summary>Someone wants a letter sent to an address, which may or may not have an account.</summary>
/// <param name="Letter">Which.</param>
/// <param name="Email">As <see cref="EmailAddress.Normalize"/> returns it.</param>
/// <param name="Origin">Where the call came from.</param>
public sealed record LetterRequest(Letter Letter, string Email, CallOrigin Origin);

/// <summary>Makes the links in letters, to the configured address of this server and never to one that a request named.</summary>
public interface IAccountLinks
{
    /// <summary>The page that confirms an address; the token stands in the fragment, which browsers send nowhere.</summary>
    string VerifyEmail(SecretToken token);

    /// <summary>The page that takes a new password.</summary>
    string ResetPassword(SecretToken token);

    /// <summary>The page that asks for a reset.</summary>
    string ForgotPassword { get; }
}

/// <summary>Writes letters; inside a unit of work of the caller.</summary>
public sealed class AccountLetters(
    IUserStore users, IOneTimeTokenStore tokens, IMailQueue mails, IAccountLinks links, IAuditLog audit, TimeProvider clock)
{
    /// <summary>How long an address may be confirmed with one letter.</summary>
    public static readonly TimeSpan VerificationLife = TimeSpan.FromHours(24);

    /// <summary>How long a password may be reset with one letter.</summary>
    public static readonly TimeSpan ResetLife = TimeSpan.FromMinutes(30);

    internal const string VerificationKind = "verify_email";
    internal const string ResetKind = "reset_password";

    /// <summary>Asks the owner of an account to confirm its address; older letters stop working.</summary>
    public async Task VerificationAsync(User user, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(user);
        if (user.Email is not { } email) return;
        var secret = await IssueAsync(VerificationKind, VerificationLife, user.Id, ct);
        await mails.EnqueueAsync(AccountMails.VerifyEmail(email, links.VerifyEmail(secret)), ct);
    }

    /// <summary>Sends what was asked for if there is an account that it concerns; else nothing.</summary>
    public async Task AnswerAsync(LetterRequest request, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (await users.FindByLoginAsync(request.Email, ct) is not { IsActive: true } user) return;
        if (request.Letter == Letter.ResetPassword)
        {
            var secret = await IssueAsync(ResetKind, ResetLife, user.Id, ct);
            await mails.EnqueueAsync(AccountMails.ResetPassword(user.Email!, links.ResetPassword(secret)), ct);
            await AuditAsync("account.reset_sent", user, request.Origin, ct);
        }
        else if (!user.EmailVerified)
        {
            await VerificationAsync(user, ct);
            await AuditAsync("account.verification_sent", user, request.Origin, ct);
        }
    }

    private async Task<SecretToken> IssueAsync(string kind, TimeSpan life, UserId user, CancellationToken ct)
    {
        var (secret, now) = (SecretToken.Create(), clock.GetUtcNow());
        await tokens.IssueAsync(kind, secret.Hash, user, now + life, now, ct);
        return secret;
    }

    private Task AuditAsync(string action, User user, CallOrigin origin, CancellationToken ct) => audit.AppendAsync(
        new AuditEntry(null, user.Id, action, "account", user.Id.ToString(), null, null, origin), ct);
}
