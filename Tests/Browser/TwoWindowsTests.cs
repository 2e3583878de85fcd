
namespace CollabHub.Tests.Browser;

/// <summary>The page in Chromium against the server as a process of its own: two people in one file, and what can happen to them.</summary>
[Collection(nameof(Processes))]
public sealed class TwoWindowsTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("collabhub-browser-");

    [Fact]
    public async Task Two_windows_type_at_once_go_offline_come_back_and_open_a_quarter_of_a_million_edits()
    {
        var output = await BrowserRig.RunAsync(Limit, "two-windows.mjs", _directory, "--trace");
        // A script that ran but did nothing would end well, too.
        Assert.Contains("ok    both type at once", output, StringComparison.Ordinal);
        Assert.Contains("259778 edits imported", output, StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
