
namespace CollabHub.Tests.Browser;

/// <summary>The pages around the people of a workspace in Chromium: members, invitations, the audit log.</summary>
[Collection(nameof(Processes))]
public sealed class MembersPageTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("collabhub-browser-");

    [Fact]
    public async Task Members_are_invited_and_changed_and_the_audit_log_is_filtered_verified_and_exported()
    {
        var output = await BrowserRig.RunAsync(Limit, "members-audit.mjs", _directory);
        Assert.Contains("ok    members, invitations and the audit log", output, StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
