using CollabHub.Domain.Access;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Live;
using CollabHub.Domain.Security;
using CollabHub.Domain.Storage;

namespace CollabHub.Domain.Accounts;

/// <summary>Exchanges refresh tokens for their successors, and ends sign-ins.</summary>
public sealed class Refreshing(
    IUnitOfWork unitOfWork, IRefreshTokenStore tokens, IUserStore users, SignIns signIns, RefreshSuccession succession,
    ISignInThrottle throttle, ILiveEvents live, IAuditLog audit, IIdSource ids, TimeProvider clock)
{
    /// <summary>Two tabs refresh at the same moment: within this time the second one gets what the first one got.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The sign-in with its next refresh token. A token that was used longer than <see cref="Grace"/> ago ends the whole sign-in and is
    /// answered with <see cref="AccountErrors.RefreshReused"/>: whoever holds the other copy must not go on.
    /// </summary>
    public Task<Result<SignedIn>> RefreshAsync(string token, CallOrigin origin, CancellationToken ct) => unitOfWork.RunAsync(
        inner => ExchangeAsync(token, origin, inner),
        commit: result => result.Error is null || result.Error == AccountErrors.RefreshReused,
        ct);

    /// <summary>Ends the sign-in of a refresh token; says nothing about whether there was one.</summary>
    public Task LogoutAsync(string token, CallOrigin origin, CancellationToken ct) => unitOfWork.RunAsync(
        async inner =>
        {
            if (await tokens.FindByHashAsync(SecretToken.HashOf(token), inner) is not { } found) return false;
            await tokens.RevokeFamilyAsync(found.Family, clock.GetUtcNow(), inner);
            await AuditAsync("auth.logout", found, origin, inner);
            unitOfWork.AfterCommit(() => live.Publish(new SignInEnded(found.User, found.Family)));
            return true;
        },
        commit: ended => ended,
        ct);

    private async Task<Result<SignedIn>> ExchangeAsync(string token, CallOrigin origin, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (await tokens.FindByHashAsync(SecretToken.HashOf(token), ct) is not { } presented) return AccountErrors.RefreshInvalid;
        if (!throttle.MayRefresh(presented.Family)) return GeneralErrors.RateLimited;
        if (presented.UsedAt is { } used && now - used > Grace) return await EndAsync(presented, origin, now, ct);
        if (presented.RevokedAt is not null || presented.ExpiresAt <= now) return AccountErrors.RefreshInvalid;
        if (await users.FindAsync(presented.User, ct) is not { IsActive: true } user) return AccountErrors.RefreshInvalid;

        if (presented.ReplacedBy is null && await ReplaceAsync(presented, succession.After(token), origin, now, ct) is { } successor)
        {
            return new SignedIn(user, presented.Family, successor.Text);
        }
        return await LastOfAsync(token, ct) is { } last ? new SignedIn(user, presented.Family, last) : AccountErrors.RefreshInvalid;
    }

    private async Task<SecretToken?> ReplaceAsync(RefreshToken old, SecretToken secret, CallOrigin origin, DateTimeOffset now, CancellationToken ct)
    {
        var start = await tokens.FamilyStartAsync(old.Family, ct);
        var next = old with
        {
            TokenId = ids.Next(), TokenHash = secret.Hash, CreatedAt = now, ExpiresAt = signIns.ExpiresAt(start, now), IpAddress = origin.IpAddress,
        };
        if (!await tokens.AddAsync(next, ct)) return null;
        await tokens.ReplaceAsync(old.TokenId, next.TokenId, now, ct);
        await AuditAsync("auth.refresh", next, origin, ct);
        return secret;
    }

    private async Task<string?> LastOfAsync(string token, CancellationToken ct)
    {
        while (await tokens.FindByHashAsync(SecretToken.HashOf(token), ct) is { } link)
        {
            if (link.ReplacedBy is not { } next) return token;
            var hash = (await tokens.FindAsync(next, ct))?.TokenHash;
            if (succession.Candidates(token).FirstOrDefault(candidate => candidate.Hash == hash) is not { } found) return null;
            token = found.Text;
        }
        return null;
    }

    private async Task<CollabError> EndAsync(RefreshToken presented, CallOrigin origin, DateTimeOffset now, CancellationToken ct)
    {
        if (await tokens.RevokeFamilyAsync(presented.Family, now, ct))
        {
            await AuditAsync("auth.refresh_reused", presented, origin, ct);
            unitOfWork.AfterCommit(() => live.Publish(new SignInEnded(presented.User, presented.Family)));
        }
        return AccountErrors.RefreshReused;
    }

    private Task AuditAsync(string action, RefreshToken token, CallOrigin origin, CancellationToken ct) => audit.AppendAsync(
        new AuditEntry(null, token.User, action, "sign_in", token.Family.ToString("D"), null, null, origin), ct);
}
