using CollabHub.Domain.Storage;

namespace CollabHub.Domain.Invitations;

/// <summary>The two tables of invitations, behind one face. Of a token only the hash comes here.</summary>
public interface IInvitationStore
{
    /// <summary>
    /// Adds a pending invitation, or, when one into the same place for the same address or person is pending (expired by the clock or not),
    /// gives that one the new token, role, message, inviter and expiry.
    /// </summary>
    /// <returns>The id under which it is stored: the given one, or that of the refreshed invitation.</returns>
    Task<InvitationId> AddOrRefreshAsync(Invitation invitation, string tokenHash, CancellationToken ct);

    /// <summary>The invitation, or null.</summary>
    Task<InvitationView?> FindAsync(InvitationId id, CancellationToken ct);

    /// <summary>The invitation with that token, or null.</summary>
    Task<InvitationView?> FindByTokenAsync(string tokenHash, CancellationToken ct);

    /// <summary>All invitations into a place, newest first.</summary>
    Task<IReadOnlyList<InvitationView>> ListAsync(InvitationPlace place, Slice slice, CancellationToken ct);

    /// <summary>Those addressed to a person, newest first, of both kinds; workspaces that are deleted and share links are left out.</summary>
    /// <param name="user">The account.</param>
    /// <param name="email">Its address, or null to look by account only.</param>
    /// <param name="status">As seen at <paramref name="now"/>; null = any.</param>
    /// <param name="now">Decides what has expired.</param>
    /// <param name="slice">Which rows.</param>
    /// <param name="ct">Cancels.</param>
    Task<IReadOnlyList<InvitationView>> ListForPersonAsync(
        UserId user, string? email, InvitationStatus? status, DateTimeOffset now, Slice slice, CancellationToken ct);

    /// <summary>How many of the inviter's invitations are pending and not expired.</summary>
    Task<int> CountOpenAsync(UserId inviter, DateTimeOffset now, CancellationToken ct);

    /// <summary>
    /// Gives a pending or expired invitation a new token and expiry; false when it is neither, or when another one for the same person is pending.
    /// </summary>
    Task<bool> RenewAsync(Invitation invitation, string tokenHash, DateTimeOffset expiresAt, DateTimeOffset now, CancellationToken ct);

    /// <summary>Settles a pending invitation; of many at once exactly one hears true. <paramref name="evenExpired"/> lets one be taken back after its time, whether or not that was written down.</summary>
    Task<bool> SettleAsync(Invitation invitation, InvitationStatus status, bool evenExpired, DateTimeOffset now, CancellationToken ct);

    /// <summary>
    /// Revokes what is pending for one person (by account, and by address when there is one) into a session, or into a workspace and its sessions:
    /// who is removed does not come back by an invitation from before.
    /// </summary>
    Task RevokeForAsync(InvitationPlace place, UserId user, string? email, DateTimeOffset now, CancellationToken ct);

    /// <summary>Revokes whatever is pending into a workspace and its sessions.</summary>
    Task RevokeAllAsync(WorkspaceId workspace, DateTimeOffset now, CancellationToken ct);
}
