namespace CollabHub.Domain.Accounts;

/// <summary>Counts tries on accounts and sign-ins. It slows guessing; it never touches sign-ins that exist.</summary>
public interface ISignInThrottle
{
    /// <summary>Whether another sign-in may be tried on a login (e-mail address or user name); counts nothing.</summary>
    bool MayTry(string login);

    /// <summary>Counts a failed sign-in.</summary>
    void Failed(string login);

    /// <summary>Counts a refresh and tells whether it is within bounds.</summary>
    bool MayRefresh(Guid family);
}
