namespace CollabHub.Domain.Accounts;

/// <summary>Counts tries on accounts and sign-ins. It slows guessing; it never touches sign-ins that exist.</summary>
public interface ISignInThrottle
{
    /// <summary>
    /// Counts a try as failed until <see cref="Succeeded"/> says otherwise, so that many at once are counted too.
    /// </summary>
    /// <param name="account">The account's id, or what was typed when there is no such account.</param>
    /// <returns>Null when it may be made; else how long until one may, and then nothing was counted.</returns>
    TimeSpan? Try(string account);

    /// <summary>Forgets the tries on an account: its owner was there.</summary>
    void Succeeded(string account);

    /// <summary>Counts a refresh and tells whether it is within bounds.</summary>
    bool MayRefresh(Guid family);
}
