using CollabHub.Domain.Errors;

namespace CollabHub.Domain.Workspaces.Documents;

/// <summary>Seals secrets of environments for their time in the store; the host holds the keys.</summary>
public interface ISecretSeal
{
    /// <summary>Seals a value for this variable of this workspace: it opens nowhere else.</summary>
    string Close(WorkspaceId workspace, string name, string value);

    /// <summary>Opens it; null when the keys that sealed it are not there.</summary>
    string? Open(WorkspaceId workspace, string name, string closed);
}

/// <summary>Reads an environment in plain text, for what runs the workspace's code and for nobody else.</summary>
public sealed class EnvironmentReader(SettlingDocuments settling, ISecretSeal seal)
{
    /// <summary>Variables and secrets by name; the caller has checked that the workspace may be deployed.</summary>
    /// <returns>The values, or <c>document.unavailable</c>, <c>document.secret_unreadable</c>.</returns>
    public async Task<Result<IReadOnlyDictionary<string, string>>> ReadAsync(WorkspaceId workspace, CancellationToken ct)
    {
        var current = await settling.CurrentAsync(workspace, ct);
        if (!current.TryGet(out var document, out var error)) return error;
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, stored) in document.Sections.Environment)
        {
            if (EnvironmentSection.SecretOf(stored) is not { } closed) values[name] = EnvironmentSection.PlainOf(stored);
            else if (seal.Open(workspace, name, closed) is { } value) values[name] = value;
            else return DocumentErrors.SecretUnreadable;
        }
        return values;
    }
}
