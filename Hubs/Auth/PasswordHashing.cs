using System.Security.Cryptography;
using CollabHub.Domain.Accounts;
using CollabHub.Hubs.Options;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace CollabHub.Hubs.Auth;

/// <summary>PBKDF2-HMAC-SHA512 by ASP.NET Core Identity, off the request threads and a few at a time.</summary>
public sealed class PasswordHashing : IPasswordHashing, IDisposable
{
    private static readonly object NoUser = new();

    // Guards the processor: hashing is slow on purpose and must not take the cores from edits.
    private readonly SemaphoreSlim _places;
    private readonly PasswordHasher<object> _hasher;
    private readonly string _nobodysHash;

    /// <param name="auth">Rounds.</param>
    /// <param name="limits">How many at a time.</param>
    public PasswordHashing(IOptions<AuthOptions> auth, IOptions<LimitsOptions> limits)
    {
        ArgumentNullException.ThrowIfNull(auth);
        ArgumentNullException.ThrowIfNull(limits);
        _places = new SemaphoreSlim(limits.Value.ConcurrentPasswordHashes is > 0 and var places ? places : Math.Max(1, Environment.ProcessorCount / 2));
        var identity = new PasswordHasherOptions { CompatibilityMode = PasswordHasherCompatibilityMode.IdentityV3, IterationCount = auth.Value.PasswordIterations };
        _hasher = new PasswordHasher<object>(new OptionsWrapper<PasswordHasherOptions>(identity));
        _nobodysHash = _hasher.HashPassword(NoUser, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
    }

    /// <inheritdoc/>
    public Task<string> HashAsync(string password, CancellationToken ct) => InTurnAsync(() => _hasher.HashPassword(NoUser, password), ct);

    /// <inheritdoc/>
    public Task<PasswordCheck> CheckAsync(string? hash, string password, CancellationToken ct) => InTurnAsync(
        () => _hasher.VerifyHashedPassword(NoUser, hash ?? _nobodysHash, password) switch
        {
            PasswordVerificationResult.Success => new PasswordCheck(hash is not null, null),
            PasswordVerificationResult.SuccessRehashNeeded => new PasswordCheck(hash is not null, _hasher.HashPassword(NoUser, password)),
            _ => new PasswordCheck(false, null),
        },
        ct);

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();

    private async Task<T> InTurnAsync<T>(Func<T> work, CancellationToken ct)
    {
        await _places.WaitAsync(ct);
        try
        {
            return await Task.Run(work, CancellationToken.None);
        }
        finally
        {
            _places.Release();
        }
    }
}
