using CollabHub.Domain.Access;
using CollabHub.Domain.Accounts;
using CollabHub.Domain.Errors;

namespace CollabHub.Domain.Operations;

/// <summary>Whose accounts hold the role <c>ops</c>.</summary>
/// <param name="Addresses">E-mail addresses, in any case.</param>
/// <param name="NeedVerified">Whether the address must be proven: without mail nobody could prove one.</param>
public sealed record OperatorRules(IReadOnlyCollection<string> Addresses, bool NeedVerified);

/// <summary>Lets operators through, and nobody else.</summary>
public sealed class Operators(IUserStore users, OperatorRules rules)
{
    /// <summary>The role is missing.</summary>
    public static readonly CollabError RoleMissing = new("ops.role_missing", ErrorKind.Forbidden, "This needs the role ops.");

    /// <summary>The operator's account, or why not.</summary>
    public async Task<Result<User>> RequireAsync(Actor actor, CancellationToken ct)
    {
        if (actor.User is not { } id) return RoleMissing;
        return await users.FindAsync(id, ct) is { IsActive: true } user && Includes(user) ? user : RoleMissing;
    }

    private bool Includes(User user) =>
        user.Email is { } email && (user.EmailVerified || !rules.NeedVerified) && rules.Addresses.Contains(email, StringComparer.OrdinalIgnoreCase);
}
