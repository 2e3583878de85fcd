namespace CollabHub.Domain.Invitations;

/// <summary>What the configuration says about invitations.</summary>
/// <param name="RequireVerifiedEmail">Whether inviting, and accepting without the mailed link, need a verified address.</param>
public sealed record InvitationRules(bool RequireVerifiedEmail)
{
    /// <summary>Life of an invitation unless the inviter says less; also the most.</summary>
    public static readonly TimeSpan MaxLife = TimeSpan.FromHours(168);

    /// <summary>UTF-16 units in the inviter's message, at most.</summary>
    public const int MaxMessage = 500;
}
