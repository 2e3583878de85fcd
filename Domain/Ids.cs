namespace CollabHub.Domain;

/// <summary>A person's account, guests included.</summary>
public readonly record struct UserId(Guid Value) { public override string ToString() => Value.ToString("D"); }

/// <summary>A workspace: a tree of files with members.</summary>
public readonly record struct WorkspaceId(Guid Value) { public override string ToString() => Value.ToString("D"); }

/// <summary>A live coding session on the files of one workspace.</summary>
public readonly record struct SessionId(Guid Value) { public override string ToString() => Value.ToString("D"); }

/// <summary>One file, and the identity of its document's history: a file created again at the same path is another one.</summary>
public readonly record struct FileId(Guid Value) { public override string ToString() => Value.ToString("D"); }

/// <summary>An invitation into a workspace or a session.</summary>
public readonly record struct InvitationId(Guid Value) { public override string ToString() => Value.ToString("D"); }

/// <summary>One run of a session's files as an app; deploying again is another one.</summary>
public readonly record struct DeploymentId(Guid Value) { public override string ToString() => Value.ToString("D"); }

/// <summary>Where new ids come from. A port, so that a run can be replayed from a seed.</summary>
public interface IIdSource
{
    /// <summary>A new UUID, time-ordered (version 7) in production so that indexes stay dense.</summary>
    Guid Next();
}
