using CollabHub.Domain.Errors;

namespace CollabHub.Domain.History;

/// <summary>Why there is a version.</summary>
public enum VersionKind
{
    /// <summary>Someone made it; with or without a name.</summary>
    Named,
    /// <summary>The server made it: after a pause, before a restore, for a deployment.</summary>
    Automatic,
}

/// <summary>A file's text at one number of its log, kept for good or until newer ones replace it.</summary>
/// <param name="N">1, 2, 3 … in each file, never used twice.</param>
/// <param name="Name">What someone called it, or null.</param>
/// <param name="Kind">Why it exists.</param>
/// <param name="Seq">The number of the last record of the log that its text contains.</param>
/// <param name="Size">UTF-8 bytes.</param>
/// <param name="Hash">SHA-256 of the text, hex.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="CreatedBy">Who made it; of an automatic one who edited last, when known.</param>
public sealed record FileVersion(
    long N, string? Name, VersionKind Kind, long Seq, long Size, string Hash, DateTimeOffset CreatedAt, UserId? CreatedBy);

/// <summary>A version with its text.</summary>
public sealed record VersionText(FileVersion Version, string Text);

/// <summary>What versions are made from, and how many stay.</summary>
/// <param name="Idle">How long a file must be quiet before an automatic version of its changes is made.</param>
/// <param name="Longest">How long unbroken work may go on without one.</param>
/// <param name="Automatic">Automatic versions of a file that stay; the oldest go.</param>
/// <param name="Named">Versions of a file that people may make.</param>
public sealed record VersionRules(TimeSpan Idle, TimeSpan Longest, int Automatic = 100, int Named = 1000);

/// <summary>Refusals around versions.</summary>
public static class VersionErrors
{
    /// <summary>No such version of this file.</summary>
    public static readonly CollabError NotFound = new("version.not_found", ErrorKind.NotFound, "This file has no such version.");

    /// <summary>The stored text fails its checksum.</summary>
    public static readonly CollabError Damaged = new("version.damaged", ErrorKind.Conflict, "The stored text of this version is damaged.");

    /// <summary>As many versions by hand as a file may have.</summary>
    public static readonly CollabError TooMany = new("version.too_many", ErrorKind.Conflict, "This file has as many versions made by hand as it may.");
}
