using CollabHub.Domain.Access;
using CollabHub.Domain.Accounts;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Live;
using CollabHub.Domain.Storage;

namespace CollabHub.Domain.Operations;

/// <summary>What operators do to accounts: sign them out, lock them, unlock them.</summary>
public sealed class OperatingAccounts(Operators operators, IUserStore users, IRefreshTokenStore tokens, Changes changes)
{
    /// <summary>Characters of a reason, at most.</summary>
    public const int MaxReason = 500;

    /// <summary>No such account, or one that was deleted.</summary>
    public static readonly CollabError NotFound = new("ops.account_not_found", ErrorKind.NotFound, "There is no such account.");

    /// <summary>Operators cannot lock themselves out.</summary>
    public static readonly CollabError Oneself = new("ops.own_account", ErrorKind.Conflict, "An operator cannot do this to the own account.");

    /// <summary>Ends every sign-in and connection of an account on every node; whoever has a password may sign in again.</summary>
    public Task<Result<Done>> KickAsync(Call call, UserId user, string? reason, CancellationToken ct) =>
        ActAsync(call, user, "ops.kick", reason, (now, inner) => SignOutAsync(user, now, inner), ct);

    /// <summary>Ends every sign-in and connection of an account and lets nobody sign in with it.</summary>
    public Task<Result<Done>> LockAsync(Call call, UserId user, string? reason, CancellationToken ct) =>
        ActAsync(
            call, user, "ops.lock", reason,
            async (now, inner) =>
            {
                await users.SetActiveAsync(user, isActive: false, now, inner);
                return await SignOutAsync(user, now, inner);
            },
            ct);

    /// <summary>Lets the owner sign in again.</summary>
    public Task<Result<Done>> UnlockAsync(Call call, UserId user, string? reason, CancellationToken ct) =>
        ActAsync(
            call, user, "ops.unlock", reason,
            async (now, inner) =>
            {
                await users.SetActiveAsync(user, isActive: true, now, inner);
                return null;
            },
            ct);

    private async Task<SignInEnded?> SignOutAsync(UserId user, DateTimeOffset now, CancellationToken ct)
    {
        await tokens.RevokeOthersAsync(user, keep: null, now, ct);
        return new SignInEnded(user, Only: null);
    }

    private Task<Result<Done>> ActAsync(
        Call call, UserId user, string action, string? reason, Func<DateTimeOffset, CancellationToken, Task<SignInEnded?>> act, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(call);
        return changes.RunAsync(
            async inner =>
            {
                var allowed = await operators.RequireAsync(call.Actor, inner);
                if (allowed.Error is { } refused) return (Result<Done>)refused;
                if (user == call.User) return Oneself;
                if (await users.FindAsync(user, inner) is not { } account || account.Username == Names.Deleted(user)) return NotFound;
                if (await act(changes.Now, inner) is { } told) changes.Publish(told);
                var given = new FieldChanges();
                if (!string.IsNullOrWhiteSpace(reason)) given.Set("reason", reason.Trim());
                await changes.AuditAsync(call, null, action, "account", user.ToString(), given, inner);
                return default(Done);
            },
            ct);
    }
}
