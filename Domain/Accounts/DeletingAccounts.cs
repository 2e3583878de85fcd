using CollabHub.Domain.Access;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Live;
using CollabHub.Domain.Mail;
using CollabHub.Domain.Storage;
using CollabHub.Domain.Workspaces;

namespace CollabHub.Domain.Accounts;

/// <summary>Deletes the own account, for good.</summary>
/// <remarks>
/// As on GitHub: who owns a workspace with other members hands it over or deletes it first; workspaces without other members go with the
/// account; what the person wrote in workspaces of others stays, by a deleted user.
/// </remarks>
public sealed class DeletingAccounts(
    IUserStore users, IRefreshTokenStore signIns, IPasswordHashing hashing, ISignInThrottle throttle, IAccountErasure erasure, ManagingWorkspaces workspaces,
    IMailQueue mails, Changes changes)
{
    /// <summary>How recent a sign-in must be to stand for the password of an account that has none.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Needs the password; an account without one needs a sign-in of the last ten minutes instead, a guest nothing.
    /// <see cref="AccountErrors.OwnsWorkspaces"/> names what is in the way.
    /// </summary>
    /// <param name="call">Who, from where.</param>
    /// <param name="family">The sign-in of the call.</param>
    /// <param name="password">The password, when there is one.</param>
    /// <param name="ct">Cancellation.</param>
    public async Task<Result<Done>> DeleteAsync(Call call, Guid? family, string? password, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (await users.FindAsync(call.User, ct) is not { IsActive: true } user) return AccountErrors.AccountGone;
        if (await RefusalAsync(user, family, password, ct) is { } refused) return refused;
        return await changes.RunAsync(inner => EraseAsync(call, user, inner), ct);
    }

    private async Task<CollabError?> RefusalAsync(User user, Guid? family, string? password, CancellationToken ct)
    {
        if (user.IsGuest) return null;
        if (user.PasswordHash is null)
        {
            var isFresh = family is { } signIn && changes.Now - await signIns.FamilyStartAsync(signIn, ct) <= Fresh;
            return isFresh ? null : AccountErrors.SignInNotFresh;
        }
        if (password is null) return GeneralErrors.Invalid("password", "is missing");
        var tries = $"password:{user.Id}";
        if (throttle.Try(tries) is { } wait) return GeneralErrors.RateLimited with { RetryAfter = wait };
        if (!(await hashing.CheckAsync(user.PasswordHash, PasswordRules.Clean(password), ct)).IsCorrect) return AccountErrors.WrongPassword;
        throttle.Succeeded(tries);
        return null;
    }

    private async Task<Result<Done>> EraseAsync(Call call, User user, CancellationToken ct)
    {
        var owned = await erasure.OwnedAsync(user.Id, ct);
        if (owned.Any(workspace => workspace.HasOthers)) return AccountErrors.OwnsWorkspaces(owned.Count(workspace => workspace.HasOthers));
        foreach (var workspace in owned)
        {
            if ((await workspaces.DeleteInsideAsync(call, workspace.Id, ct)).Error is { } error) return error;
        }
        var now = changes.Now;
        var left = await erasure.LeaveAsync(user.Id, now, ct);
        await signIns.RevokeOthersAsync(user.Id, keep: null, now, ct);
        await erasure.EraseAsync(user.Id, Names.Deleted(user.Id), now, ct);
        if (user.Email is { } email) await mails.EnqueueAsync(AccountMails.Deleted(email), ct);
        foreach (var workspace in left.Workspaces)
        {
            await changes.AuditAsync(call, workspace, "member.leave", "member", user.Id.ToString(), new FieldChanges(), ct);
        }
        await changes.AuditAsync(call, null, "account.delete", "account", user.Id.ToString(), new FieldChanges(), ct);
        Announce(user.Id, left);
        return default(Done);
    }

    private void Announce(UserId user, LeftPlaces left)
    {
        // First: whoever hears of the rest must find the connections closed.
        changes.Publish(new SignInEnded(user, Only: null));
        foreach (var workspace in left.Workspaces)
        {
            changes.Publish(new AccessChanged(user, workspace, null));
            changes.Publish(new MembershipChanged(workspace, user, null));
        }
        foreach (var session in left.Sessions)
        {
            changes.Publish(new AccessChanged(user, null, session));
            changes.Publish(new ParticipantChanged(session, user));
        }
    }
}
