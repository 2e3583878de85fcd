using CollabHub.Tests.Deploy;

namespace CollabHub.Tests.Browser;

/// <summary>The page in Chromium: an app written, deployed by a click, opened, deployed again under load, failed, restarted, stopped.</summary>
[Collection(nameof(DockerTests))]
public sealed class DeployPageTests(DockerEngine engine) : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("collabhub-browser-");

    [DockerFact]
    public async Task A_static_site_and_an_app_with_a_server_are_written_deployed_and_opened_in_the_page()
    {
        (string, string)[] settings =
        [
            .. DeployRig.Settings(engine), ("Deploy:Runtimes:python:Build", "python3 -m compileall ."), ("Limits:RestPerUserBurst", "1000"), ("Limits:RestPerUserPerSecond", "1000"),
        ];
        var output = await BrowserRig.RunAsync(Limit, "deploy.mjs", _directory, settings, []);
        Assert.Contains("ok    restart and stop, and the history tells of all", output, StringComparison.Ordinal);
        Assert.Contains("requests, 0 failed", output, StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
