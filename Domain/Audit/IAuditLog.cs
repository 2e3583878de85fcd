using CollabHub.Domain.Access;

namespace CollabHub.Domain.Audit;

/// <summary>One row of the audit log, before it is numbered and chained.</summary>
/// <param name="Workspace">The workspace it belongs to, null for account events.</param>
/// <param name="User">Who did it; null when nobody was signed in.</param>
/// <param name="Action">Dotted verb such as <c>session.create</c>.</param>
/// <param name="ResourceType">Such as <c>session</c>.</param>
/// <param name="ResourceId">The id as text.</param>
/// <param name="OldValue">The changed fields before, or null. Never secrets, never document text.</param>
/// <param name="NewValue">The changed fields after, or null.</param>
/// <param name="Origin">Where the call came from.</param>
public sealed record AuditEntry(
    WorkspaceId? Workspace,
    UserId? User,
    string Action,
    string ResourceType,
    string ResourceId,
    IReadOnlyDictionary<string, object?>? OldValue,
    IReadOnlyDictionary<string, object?>? NewValue,
    CallOrigin Origin);

/// <summary>Appends to the audit log, in the transaction of the change that the row describes.</summary>
public interface IAuditLog
{
    /// <summary>Writes one row; must be called inside <see cref="Storage.IUnitOfWork.RunAsync{T}"/>.</summary>
    Task AppendAsync(AuditEntry entry, CancellationToken ct);
}
