
namespace CollabHub.Tests.Browser;

/// <summary>The operators' page in Chromium: live figures, and figures that are old and say so.</summary>
[Collection(nameof(Processes))]
public sealed class OpsPageTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("collabhub-browser-");

    [Fact]
    public async Task Operators_see_the_figures_of_now_and_are_told_when_they_are_not()
    {
        var output = await BrowserRig.RunAsync(Limit, "ops.mjs", _directory);
        // A script that ran but did nothing would end well, too.
        Assert.Equal(5, output.Split('\n').Count(line => line.StartsWith("ok    ", StringComparison.Ordinal)));
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
