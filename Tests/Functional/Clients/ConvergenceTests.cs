using System.Globalization;
using System.Text.Json;

namespace CollabHub.Tests.Functional.Clients;

/// <summary>Real editors of every kind against the server as a process of its own. Full length with COLLABHUB_LONG set.</summary>
[Collection(nameof(Processes))]
public sealed class ConvergenceTests : IDisposable
{
    private static int Kinds => StockEditorTests.Kinds.Count;

    // A provider that was slow to show its token once does not come back.
    private static string[] Patient => [.. NodeRig.ServerCommand, "--Limits:PreAuthenticationSeconds", "60"];

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("collabhub-clients-");

    [Fact]
    public async Task Clients_of_every_kind_with_cut_connections_end_with_the_same_text()
    {
        var (edits, drops) = NodeRig.IsLong ? (2000, 10) : (300, 5);
        var result = await NodeRig.RunAsync(
            TimeSpan.FromMinutes(10),
            "converge.mjs",
            ["--data", _directory.FullName, "--edits", Text(edits), "--drops", Text(drops), "--", .. NodeRig.ServerCommand]);
        Assert.Equal(0, result.GetProperty("faults").GetArrayLength());
        Assert.True(result.GetProperty("edits").GetInt32() >= Kinds * edits);
        Assert.Equal(Kinds * drops, result.GetProperty("drops").GetInt32());
        Assert.True(result.GetProperty("length").GetInt32() > 0);
    }

    [Fact]
    public async Task What_was_saved_survives_kill_9_once_and_clients_come_back_by_themselves()
    {
        var rounds = NodeRig.IsLong ? 20 : 3;
        JsonElement result;
        try
        {
            result = await NodeRig.RunAsync(
                TimeSpan.FromMinutes(10),
                "killtest.mjs",
                ["--data", _directory.FullName, "--rounds", Text(rounds), "--lag", "1000", "--", .. Patient]);
        }
        catch (Xunit.Sdk.XunitException fault)
        {
            throw Xunit.Sdk.FailException.ForFailure($"{fault.Message}\n{await StoredFiles.DescribeAsync(_directory.FullName)}");
        }
        Assert.Equal(0, result.GetProperty("faults").GetArrayLength());
        Assert.Equal(rounds, result.GetProperty("rounds").GetArrayLength());
        Assert.True(result.GetProperty("saved").GetInt32() > 20 * rounds);
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
