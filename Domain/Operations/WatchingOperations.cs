using CollabHub.Domain.Access;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Storage;

namespace CollabHub.Domain.Operations;

/// <summary>Lets operators watch, and notes in the audit log that they do.</summary>
public sealed class WatchingOperations(Operators operators, Changes changes)
{
    /// <summary>Checks the role and writes one audit row.</summary>
    /// <param name="call">Who wants to watch.</param>
    /// <param name="action">Such as <c>ops.watch_presence</c>.</param>
    /// <param name="ct">Cancellation.</param>
    public Task<Result<Done>> BeginAsync(Call call, string action, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(call);
        return changes.RunAsync(
            async inner =>
            {
                var allowed = await operators.RequireAsync(call.Actor, inner);
                if (allowed.Error is { } refused) return (Result<Done>)refused;
                await changes.AuditAsync(call, null, action, "operations", "all", new FieldChanges(), inner);
                return default(Done);
            },
            ct);
    }
}
