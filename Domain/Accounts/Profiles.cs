using CollabHub.Domain.Access;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Live;
using CollabHub.Domain.Storage;

namespace CollabHub.Domain.Accounts;

/// <summary>What people see and change of their own account.</summary>
public sealed class Profiles(IUnitOfWork unitOfWork, IUserStore users, IRefreshTokenStore tokens, ILiveEvents live, IAuditLog audit, TimeProvider clock)
{
    /// <summary>The own account.</summary>
    public async Task<Result<User>> GetAsync(UserId user, CancellationToken ct) =>
        await users.FindAsync(user, ct) is { IsActive: true } found ? found : AccountErrors.AccountGone;

    /// <summary>Changes user name, names and image; <paramref name="change"/> gets the present account and answers the wanted one.</summary>
    public Task<Result<User>> UpdateAsync(UserId user, Func<User, User> change, CallOrigin origin, CancellationToken ct) => unitOfWork.RunAsync(
        async inner =>
        {
            var found = await GetAsync(user, inner);
            if (!found.TryGet(out var before, out var error)) return (Result<User>)error;
            var after = change(before);
            if (before.IsGuest && after.Username != before.Username) return AccountErrors.GuestUsername;
            var updated = await users.UpdateProfileAsync(after, clock.GetUtcNow(), inner);
            if (updated.Error is { } taken) return taken;
            await AuditAsync("account.update", user, Fields(before), Fields(after), origin, inner);
            return after;
        },
        ct);

    /// <summary>The sign-ins that are still good.</summary>
    public Task<IReadOnlyList<Device>> DevicesAsync(UserId user, CancellationToken ct) => tokens.DevicesAsync(user, clock.GetUtcNow(), ct);

    /// <summary>Ends one of the own sign-ins, named by its present or an earlier token.</summary>
    public Task<Result<Done>> RevokeDeviceAsync(UserId user, Guid tokenId, CallOrigin origin, CancellationToken ct) => unitOfWork.RunAsync(
        async inner =>
        {
            var token = await tokens.FindAsync(tokenId, inner);
            if (token is null || token.User != user || !await tokens.RevokeFamilyAsync(token.Family, clock.GetUtcNow(), inner))
            {
                return (Result<Done>)AccountErrors.DeviceNotFound;
            }
            await AuditAsync("auth.device_revoke", user, null, new() { ["signIn"] = token.Family }, origin, inner);
            unitOfWork.AfterCommit(() => live.Publish(new SignInEnded(user, token.Family)));
            return default(Done);
        },
        ct);

    private static Dictionary<string, object?> Fields(User user) => new()
    {
        ["username"] = user.Username,
        ["firstName"] = user.FirstName,
        ["lastName"] = user.LastName,
        ["profileImageUrl"] = user.ProfileImageUrl,
    };

    private Task AuditAsync(
        string action, UserId user, Dictionary<string, object?>? before, Dictionary<string, object?>? after, CallOrigin origin, CancellationToken ct) =>
        audit.AppendAsync(new AuditEntry(null, user, action, "account", user.ToString(), before, after, origin), ct);
}
