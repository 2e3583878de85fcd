using Docker.DotNet.Models;
using Version = System.Version;

namespace CollabHub.Deploy;

/// <summary>What an engine says of itself, and what of it should worry an operator. docs/operations.md, Deployments.</summary>
/// <param name="Engine">Docker's version; null for other engines.</param>
/// <param name="Runc">The version of runc; null when the engine does not name it.</param>
/// <param name="IsConfined">Whether root in a container is somebody else outside: <c>userns-remap</c>, a rootless engine, or an OCI runtime of one's own.</param>
internal sealed record EngineState(Version? Engine, Version? Runc, bool IsConfined)
{
    // Below these, containers have known ways out: CVE-2026-34040, CVE-2025-31133, -52565, -52881.
    private static readonly Version EngineFloor = new(29, 3, 1);
    private static readonly Version RuncFloor = new(1, 3, 3);
    private static readonly Version OldRuncFloor = new(1, 2, 8);

    /// <summary>One sentence each; empty when all is well.</summary>
    public IReadOnlyList<string> Concerns =>
    [
        .. Engine is { } engine && engine < EngineFloor ? [$"Docker {engine} is older than {EngineFloor}"] : Array.Empty<string>(),
        .. Runc is { } runc && !IsSafe(runc) ? [$"runc {runc} is older than {RuncFloor} (or {OldRuncFloor})"] : Array.Empty<string>(),
        .. IsConfined ? Array.Empty<string>() : ["it runs with neither userns-remap nor rootless, and Deploy:OciRuntime names no runtime that confines more"],
    ];

    /// <summary>Reads the engine's two answers.</summary>
    public static EngineState From(VersionResponse version, SystemInfoResponse info, string? ociRuntime)
    {
        ArgumentNullException.ThrowIfNull(version);
        ArgumentNullException.ThrowIfNull(info);
        string? Of(string name) => version.Components?.FirstOrDefault(component => component.Name == name)?.Version;
        var options = info.SecurityOptions ?? [];
        var confined = options.Any(option => option.Contains("name=userns", StringComparison.Ordinal) || option.Contains("name=rootless", StringComparison.Ordinal));
        return new EngineState(Parse(Of("Engine")), Parse(Of("runc")), confined || ociRuntime is not null);
    }

    /// <summary>The numbers at the beginning of such as <c>20.10.24+dfsg1</c>; null without two of them.</summary>
    public static Version? Parse(string? text)
    {
        var numbers = new string([.. (text ?? "").TakeWhile(c => char.IsAsciiDigit(c) || c == '.')]).TrimEnd('.');
        return Version.TryParse(numbers, out var version) ? version : null;
    }

    private static bool IsSafe(Version runc) => runc >= RuncFloor || (runc.Major, runc.Minor) == (OldRuncFloor.Major, OldRuncFloor.Minor) && runc >= OldRuncFloor;
}
