using CollabHub.Domain.Errors;

namespace CollabHub.Domain.Deployments;

/// <summary>The environment variables of an app, secrets included. Values are handed to the engine and to nobody else: no log, no answer, no error holds one.</summary>
public interface IDeploymentEnvironment
{
    /// <summary>Names and values for the apps of a workspace, as they are now; or why they cannot be read.</summary>
    Task<Result<IReadOnlyDictionary<string, string>>> ForAsync(WorkspaceId workspace, CancellationToken ct);
}

/// <summary>The environment section of the workspace's document, secrets opened.</summary>
public sealed class DocumentEnvironment(Workspaces.Documents.EnvironmentReader reader) : IDeploymentEnvironment
{
    /// <inheritdoc/>
    public Task<Result<IReadOnlyDictionary<string, string>>> ForAsync(WorkspaceId workspace, CancellationToken ct) => reader.ReadAsync(workspace, ct);
}

/// <summary>Which variables an app may be given at all; the last fence before the engine.</summary>
public static class EnvironmentRules
{
    /// <summary>Most variables of one app.</summary>
    public const int MaxVariables = 200;

    /// <summary>Most UTF-16 units of one value.</summary>
    public const int MaxValue = 32 * 1024;

    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal) { "PATH", "PORT", "HOME", "HOSTNAME", "DOCKER_HOST" };

    /// <summary>Whether a variable may reach an app: an ordinary name that no loader or engine acts on, a bounded value on which nothing can be appended.</summary>
    public static bool Allows(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);
        return name.Length is > 0 and <= 100 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
            && !Reserved.Contains(name) && !name.StartsWith("LD_", StringComparison.Ordinal)
            && value.Length <= MaxValue && !value.Contains('\0', StringComparison.Ordinal);
    }
}
