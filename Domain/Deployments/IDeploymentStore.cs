using CollabHub.Domain.Access;
using CollabHub.Domain.Storage;

namespace CollabHub.Domain.Deployments;

/// <summary>One file of a deployment, pinned.</summary>
/// <param name="File">The file.</param>
/// <param name="Path">Its path at that moment.</param>
/// <param name="Seq">The last record of its log that the text contains.</param>
/// <param name="Size">UTF-8 bytes.</param>
/// <param name="Hash">SHA-256 of the text, hex.</param>
public sealed record PinnedFile(FileId File, string Path, long Seq, long Size, string Hash);

/// <summary>A pinned file with its text.</summary>
public sealed record PinnedText(PinnedFile Pinned, ReadOnlyMemory<byte> Utf8);

/// <summary>What a deployment's build and app wrote, kept after its container is gone.</summary>
/// <param name="Build">Of the build, newest last.</param>
/// <param name="App">Of the app, newest last.</param>
public sealed record KeptOutput(string Build, string App);

/// <summary>The tables of deployments.</summary>
public interface IDeploymentStore
{
    /// <summary>Adds a deployment, its files and their texts; equal texts are kept once.</summary>
    Task AddAsync(Deployment deployment, IReadOnlyList<PinnedText> files, CancellationToken ct);

    /// <summary>The deployment, or null.</summary>
    Task<Deployment?> FindAsync(DeploymentId id, CancellationToken ct);

    /// <summary>A session's deployments, newest first.</summary>
    Task<IReadOnlyList<Deployment>> ListAsync(SessionId session, Slice slice, CancellationToken ct);

    /// <summary>Every deployment that is not over, oldest first; of one session or of all.</summary>
    Task<IReadOnlyList<Deployment>> LiveAsync(SessionId? session, CancellationToken ct);

    /// <summary>How many sessions other than this one have an app of that owner; within a transaction the answer stays so until its end.</summary>
    Task<int> CountOfAsync(UserId owner, SessionId besides, CancellationToken ct);

    /// <summary>How many sessions other than this one have an app; within a transaction the answer stays so until its end.</summary>
    Task<int> CountAllAsync(SessionId besides, CancellationToken ct);

    /// <summary>Writes what <paramref name="before"/> has become if it still is what it was; false when it is not.</summary>
    Task<bool> MoveAsync(Deployment before, Deployment after, CancellationToken ct);

    /// <summary>Notes that the app was used; also takes back the announcement of an idle stop.</summary>
    Task TouchAsync(DeploymentId id, DateTimeOffset now, CancellationToken ct);

    /// <summary>Adds to the history; false when it is there already.</summary>
    Task<bool> AddPastAsync(PastDeployment past, CancellationToken ct);

    /// <summary>A session's history, newest first.</summary>
    Task<IReadOnlyList<PastDeployment>> PastAsync(SessionId session, Slice slice, CancellationToken ct);

    /// <summary>The files of a deployment by path.</summary>
    Task<IReadOnlyList<PinnedFile>> FilesAsync(DeploymentId id, CancellationToken ct);

    /// <summary>The files of a deployment with their texts; gone once it is over.</summary>
    Task<IReadOnlyList<PinnedText>> TextsAsync(DeploymentId id, CancellationToken ct);

    /// <summary>Forgets texts that no deployment needs any more.</summary>
    Task ForgetTextsAsync(CancellationToken ct);

    /// <summary>Keeps output; null leaves what is there.</summary>
    Task KeepOutputAsync(DeploymentId id, string? build, string? app, CancellationToken ct);

    /// <summary>What was kept; empty texts when nothing was.</summary>
    Task<KeptOutput> OutputAsync(DeploymentId id, CancellationToken ct);

    /// <summary>The name of this installation on the engine: made at the first call, then always the same on every node.</summary>
    Task<string> InstallationAsync(string proposed, CancellationToken ct);
}

/// <summary>The table of deployment participants; at most one live row per deployment and person.</summary>
public interface IDeploymentParticipantStore
{
    /// <summary>The live participant, or null.</summary>
    Task<DeploymentParticipant?> FindAsync(DeploymentId deployment, UserId user, CancellationToken ct);

    /// <summary>Live participants, longest first.</summary>
    Task<IReadOnlyList<DeploymentParticipant>> ListAsync(DeploymentId deployment, Slice slice, CancellationToken ct);

    /// <summary>Makes someone a participant, or changes the role of one.</summary>
    Task SetAsync(Guid id, DeploymentId deployment, UserId user, Role role, DateTimeOffset now, CancellationToken ct);

    /// <summary>Ends a participation; false when there is none.</summary>
    Task<bool> RemoveAsync(DeploymentId deployment, UserId user, DateTimeOffset now, CancellationToken ct);

    /// <summary>Notes that a participant used the app.</summary>
    Task TouchAsync(DeploymentId deployment, UserId user, DateTimeOffset now, CancellationToken ct);
}
