using System.Security.Cryptography;
using CollabHub.Domain.Access;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Security;
using CollabHub.Domain.Storage;

namespace CollabHub.Domain.Accounts;

/// <summary>Signs people in whom an external provider has recognised.</summary>
public sealed class ExternalSignIn(
    IUnitOfWork unitOfWork, IUserStore users, IExternalIdentityStore identities, IOneTimeTokenStore tokens, SignIns signIns, IAuditLog audit, IIdSource ids,
    TimeProvider clock)
{
    /// <summary>The kind under which used grants are remembered.</summary>
    internal const string GrantKind = "external";

    private const int NameTries = 5;
    private const int SuffixBelow = 10_000;

    /// <summary>
    /// The sign-in of the linked account, or of a new one. An address that an account here has already is refused with
    /// <see cref="AccountErrors.ExternalEmailTaken"/>: having the same address at a provider is no proof of owning the account.
    /// </summary>
    public Task<Result<SignedIn>> SignInAsync(ExternalGrant grant, string? deviceInfo, CallOrigin origin, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(grant);
        return unitOfWork.RunAsync(
            async inner =>
            {
                var (identity, now) = (grant.Identity, clock.GetUtcNow());
                var found = await identities.FindAsync(identity.Provider, identity.Subject, inner) is { } id
                    ? await KnownAsync(id, inner)
                    : await NewAsync(identity, origin, now, inner);
                if (!found.TryGet(out var user, out var error)) return (Result<SignedIn>)error;
                if (!await tokens.SpendAsync(GrantKind, SecretToken.HashOf(grant.Id), user.Id, grant.ExpiresAt, now, inner)) return AccountErrors.ExternalCodeGone;
                await users.TouchLoginAsync(user.Id, now, inner);
                var signedIn = await signIns.BeginAsync(user, deviceInfo, origin, inner);
                await AuditAsync("auth.login_external", user.Id, identity, origin, inner);
                return signedIn;
            },
            ct);
    }

    private async Task<Result<User>> KnownAsync(UserId id, CancellationToken ct) =>
        await users.FindAsync(id, ct) is { IsActive: true } user ? user : AccountErrors.ExternalRefused;

    private async Task<Result<User>> NewAsync(ExternalIdentity identity, CallOrigin origin, DateTimeOffset now, CancellationToken ct)
    {
        if (identity.Email is not { } email || !identity.EmailVerified) return AccountErrors.ExternalEmailUnverified;
        if (await users.FindByLoginAsync(email, ct) is not null) return AccountErrors.ExternalEmailTaken;
        var user = new User
        {
            Id = new UserId(ids.Next()), Email = email, Username = "", FirstName = NameOrNull(identity.FirstName), LastName = NameOrNull(identity.LastName),
            EmailVerified = true, ExternalProvider = identity.Provider, CreatedAt = now,
        };
        foreach (var name in NamesFor(identity))
        {
            user = user with { Username = name };
            var added = await users.AddAsync(user, ct);
            if (added.Error == AccountErrors.UsernameTaken) continue;
            if (added.Error is { } taken) return taken == AccountErrors.EmailTaken ? AccountErrors.ExternalEmailTaken : taken;
            var linked = await identities.LinkAsync(user.Id, identity.Provider, identity.Subject, now, ct);
            if (linked.Error is { } error) return error;
            await AuditAsync("account.register_external", user.Id, identity, origin, ct);
            return user;
        }
        return AccountErrors.UsernameTaken;
    }

    private static IEnumerable<string> NamesFor(ExternalIdentity identity)
    {
        var wish = Names.UsernameFrom(identity.Username) ?? Names.UsernameFrom(identity.Email!.Split('@')[0]) ?? "user";
        yield return wish;
        for (var i = 0; i < NameTries; i++) yield return Names.UsernameFrom($"{wish[..Math.Min(wish.Length, 30)]}-{RandomNumberGenerator.GetInt32(SuffixBelow)}")!;
    }

    // A name that we would not take from its owner we do not take from a provider; it is no reason to refuse the person.
    private static string? NameOrNull(string? name) => Names.Problem(name) is null ? Names.Clean(name) : null;

    private Task AuditAsync(string action, UserId user, ExternalIdentity identity, CallOrigin origin, CancellationToken ct) => audit.AppendAsync(
        new AuditEntry(null, user, action, "account", user.ToString(), null, new Dictionary<string, object?> { ["provider"] = identity.Provider }, origin), ct);
}
