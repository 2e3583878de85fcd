
namespace CollabHub.Tests.Browser;

/// <summary>The pages of the own account in Chromium.</summary>
[Collection(nameof(Processes))]
public sealed class AccountPagesTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("collabhub-browser-");

    [Fact]
    public async Task A_person_registers_verifies_resets_the_password_revokes_a_device_and_leaves()
    {
        var output = await BrowserRig.RunAsync(Limit, "account.mjs", _directory);
        // A script that ran but did nothing would end well, too.
        Assert.Equal(8, output.Split('\n').Count(line => line.StartsWith("ok ", StringComparison.Ordinal)));
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
