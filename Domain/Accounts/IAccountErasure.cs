namespace CollabHub.Domain.Accounts;

/// <summary>A workspace that an account owns.</summary>
/// <param name="Id">The workspace.</param>
/// <param name="HasOthers">Whether it has members beside the owner.</param>
public sealed record OwnedWorkspace(WorkspaceId Id, bool HasOthers);

/// <summary>Where an account took part until it left.</summary>
/// <param name="Workspaces">Workspaces of others.</param>
/// <param name="Sessions">Sessions that it was a participant of.</param>
public sealed record LeftPlaces(IReadOnlyList<WorkspaceId> Workspaces, IReadOnlyList<SessionId> Sessions);

/// <summary>Takes an account out of the tables; always inside a unit of work.</summary>
public interface IAccountErasure
{
    /// <summary>The workspaces that the account owns, archived ones included; each is held until the transaction ends.</summary>
    Task<IReadOnlyList<OwnedWorkspace>> OwnedAsync(UserId user, CancellationToken ct);

    /// <summary>Ends its memberships and participations, revokes its pending invitations and those addressed to it.</summary>
    Task<LeftPlaces> LeaveAsync(UserId user, DateTimeOffset now, CancellationToken ct);

    /// <summary>
    /// Leaves of the row the id alone: no address, password, names, image or link to a provider; not active; named
    /// <paramref name="username"/>, displayed as “Deleted user”. Devices, one-time tokens and kept answers go too. What others see of the person's
    /// work, and the audit log, keep the id.
    /// </summary>
    Task EraseAsync(UserId user, string username, DateTimeOffset now, CancellationToken ct);
}
