
namespace CollabHub.Tests.Browser;

/// <summary>Versions, blame, search, export and import in Chromium against the server as a process of its own.</summary>
[Collection(nameof(Processes))]
public sealed class HistoryPageTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("collabhub-browser-");

    [Fact]
    public async Task Two_people_keep_compare_restore_blame_search_export_and_import()
    {
        var output = await BrowserRig.RunAsync(Limit, "history.mjs", _directory);
        // A script that ran but did nothing would end well, too.
        Assert.Equal(8, output.Split('\n').Count(line => line.StartsWith("ok    ", StringComparison.Ordinal)));
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
