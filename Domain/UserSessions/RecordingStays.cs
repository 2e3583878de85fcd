using CollabHub.Domain.Errors;
using CollabHub.Domain.Storage;

namespace CollabHub.Domain.UserSessions;

/// <summary>This node, as the keeper of stays.</summary>
/// <param name="Name">Unique among the nodes that share a database.</param>
public sealed record StayNode(string Name)
{
    /// <summary>A stay of which no node has spoken for this long has lost its node.</summary>
    public static readonly TimeSpan LostAfter = 4 * StayRegister.WriteEvery;
}

/// <summary>Writes what the register has due, a transaction for each workspace; no audit rows, since nobody decides anything here.</summary>
public sealed class RecordingStays(IUserSessionStore stays, StayNode node, Changes changes)
{
    /// <summary>Writes changes; answers those that could not be, with the exception of the last of them.</summary>
    public async Task<(IReadOnlyList<StayChange> Failed, Exception? Reason)> WriteAsync(IReadOnlyList<StayChange> due, CancellationToken ct)
    {
        List<StayChange> failed = [];
        Exception? reason = null;
        foreach (var workspace in due.GroupBy(change => change.Workspace))
        {
            try
            {
                await WriteAsync(workspace.Key, [.. workspace], ct);
            }
            catch (Exception exception) when (exception is not (OutOfMemoryException or OperationCanceledException))
            {
                failed.AddRange(workspace);
                reason = exception;
            }
        }
        return (failed, reason);
    }

    /// <summary>What this node left open when it was last stopped without a chance to say so.</summary>
    public async Task HealAsync(CancellationToken ct) => await changes.RunAsync<int>(async token => await stays.EndOfNodeAsync(node.Name, token), ct);

    /// <summary>What nodes that are gone left open.</summary>
    public async Task EndLostAsync(CancellationToken ct) =>
        await changes.RunAsync<int>(async token => await stays.EndQuietAsync(changes.Now - StayNode.LostAfter, token), ct);

    private async Task WriteAsync(WorkspaceId workspace, IReadOnlyList<StayChange> due, CancellationToken ct) => await changes.RunAsync<Done>(
        async token =>
        {
            var here = due.Select(change => change.Here).OfType<PersonHere>().OrderBy(person => person.User.Value).ToList();
            if (here.Count > 0) await stays.RecordAsync(workspace, here, changes.NewId, node.Name, changes.Now, token);
            foreach (var gone in due.Where(change => change.Here is null)) await stays.EndAsync(workspace, gone.User, node.Name, gone.LastSeen, token);
            return new Done();
        },
        ct);
}
