using System.Security.Cryptography;
using CollabHub.Domain.Access;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Storage;

namespace CollabHub.Domain.Accounts;

/// <summary>What someone gives to get an account; the edge has checked each field by the rules of this folder.</summary>
public sealed record NewAccount(string Email, string Username, string Password, string? FirstName, string? LastName);

/// <summary>Makes accounts.</summary>
public sealed class Registering(
    IUnitOfWork unitOfWork, IUserStore users, IPasswordHashing hashing, SignIns signIns, AccountLetters letters, IAuditLog audit,
    IIdSource ids, TimeProvider clock)
{
    private const string GuestAlphabet = "abcdefghjkmnpqrstuvwxyz23456789";
    private const int GuestSuffix = 8;

    /// <summary>A new account, signed in; or who is in the way.</summary>
    public async Task<Result<SignedIn>> RegisterAsync(NewAccount wanted, CallOrigin origin, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        if (EmailAddress.Normalize(wanted.Email) is not { } email) return GeneralErrors.Invalid("email", "must be an e-mail address");
        var hash = await hashing.HashAsync(PasswordRules.Clean(wanted.Password), ct);
        var user = new User
        {
            Id = new UserId(ids.Next()),
            Email = email,
            PasswordHash = hash,
            Username = wanted.Username,
            FirstName = Names.Clean(wanted.FirstName),
            LastName = Names.Clean(wanted.LastName),
            CreatedAt = clock.GetUtcNow(),
        };
        return await AddAsync(user, "account.register", origin, ct);
    }

    /// <summary>A new guest, signed in.</summary>
    public Task<Result<SignedIn>> GuestAsync(string? displayName, CallOrigin origin, CancellationToken ct)
    {
        var suffix = RandomNumberGenerator.GetString(GuestAlphabet, GuestSuffix);
        var guest = new User
        {
            Id = new UserId(ids.Next()), Username = Names.Guest(suffix), FirstName = Names.Clean(displayName), CreatedAt = clock.GetUtcNow(),
        };
        return AddAsync(guest, "account.guest", origin, ct);
    }

    private Task<Result<SignedIn>> AddAsync(User user, string action, CallOrigin origin, CancellationToken ct) => unitOfWork.RunAsync(
        async inner =>
        {
            var added = await users.AddAsync(user, inner);
            if (added.Error is { } error) return (Result<SignedIn>)error;
            var signedIn = await signIns.BeginAsync(user, deviceInfo: null, origin, inner);
            await letters.VerificationAsync(user, inner);
            var values = new Dictionary<string, object?> { ["username"] = user.Username, ["isGuest"] = user.IsGuest };
            await audit.AppendAsync(new AuditEntry(null, user.Id, action, "account", user.Id.ToString(), null, values, origin), inner);
            return signedIn;
        },
        ct);
}
