using CollabHub.Domain.Access;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Live;

namespace CollabHub.Domain.Storage;

/// <summary>What every changing use case has at hand: one transaction, its audit row, its events, the time and new ids.</summary>
public sealed class Changes(IUnitOfWork unitOfWork, IAuditLog audit, ILiveEvents live, TimeProvider clock, IIdSource ids)
{
    /// <summary>The present time in whole microseconds: what the tables keep, so that an answer equals a later reading.</summary>
    public DateTimeOffset Now
    {
        get
        {
            var now = clock.GetUtcNow();
            return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
        }
    }

    /// <summary>A new id.</summary>
    public Guid NewId() => ids.Next();

    /// <summary>Runs one transaction: commits a value, rolls back an error.</summary>
    public Task<Result<T>> RunAsync<T>(Func<CancellationToken, Task<Result<T>>> work, CancellationToken ct) => unitOfWork.RunAsync(work, ct);

    /// <summary>Publishes right after the commit.</summary>
    public void Publish(LiveEvent liveEvent) => unitOfWork.AfterCommit(() => live.Publish(liveEvent));

    /// <summary>Does something right after the commit, and only then; must not throw.</summary>
    public void AfterCommit(Action action) => unitOfWork.AfterCommit(action);

    /// <summary>Writes the audit row of this transaction.</summary>
    public Task AuditAsync(
        Call call, WorkspaceId? workspace, string action, string resourceType, string resourceId, FieldChanges changes, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(changes);
        return audit.AppendAsync(
            new AuditEntry(workspace, call.Actor.User, action, resourceType, resourceId, changes.Old, changes.New, call.Origin), ct);
    }
}
