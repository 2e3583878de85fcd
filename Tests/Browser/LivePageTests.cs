
namespace CollabHub.Tests.Browser;

/// <summary>Following a person, roles that change in place, and being removed, in Chromium against the server as a process of its own.</summary>
[Collection(nameof(Processes))]
public sealed class LivePageTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("collabhub-browser-");

    [Fact]
    public async Task People_follow_each_other_change_roles_in_place_and_lose_access()
    {
        var output = await BrowserRig.RunAsync(Limit, "live.mjs", _directory);
        // A script that ran but did nothing would end well, too.
        Assert.Equal(12, output.Split('\n').Count(line => line.StartsWith("ok    ", StringComparison.Ordinal)));
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
