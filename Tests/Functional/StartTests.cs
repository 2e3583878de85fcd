using System.Diagnostics;

namespace CollabHub.Tests.Functional;

/// <summary>The server as its own process: how it refuses to start, and how it stops.</summary>
public sealed class StartTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("collabhub-start-");

    [Fact]
    public async Task Wrong_settings_end_with_code_1_and_one_message_that_names_them_all()
    {
        var (code, error) = await RunAsync(("Auth__SigningKey", "short"), ("Limits__RestPerUserBurst", "many"), ("ConnectionStrings__Redis", "localhost"));
        Assert.Equal(1, code);
        Assert.StartsWith("CollabHub cannot start:", error, StringComparison.Ordinal);
        string[] keys = ["Auth:SigningKey", "Limits:RestPerUserBurst", "ConnectionStrings:Redis"];
        Assert.All(keys, key => Assert.Contains(key, error, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Data), "A refused start must leave nothing behind.");
    }

    [Fact]
    public async Task A_data_directory_that_cannot_be_written_is_named()
    {
        await File.WriteAllTextAsync(Data, "a file where the directory should be");
        var (code, error) = await RunAsync();
        Assert.Equal(1, code);
        Assert.Contains("Data:Directory", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_directory_is_held_by_one_server()
    {
        await using var hub = TestHub.Start();
        var (code, error) = await RunAsync(("Data__Directory", hub.DataDirectory));
        Assert.Equal(1, code);
        Assert.Contains("in use by another server", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_named()
    {
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Path.Combine(Data, "collabhub.db"), new string('x', 4_096));
        var (code, error) = await RunAsync();
        Assert.Equal(1, code);
        Assert.Contains("collabhub.db cannot be opened", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_in_use_is_named()
    {
        await using var hub = TestHub.Start();
        var (code, error) = await RunAsync(("Urls", hub.BaseAddress.ToString()));
        Assert.Equal(1, code);
        Assert.Contains("address already in use", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private string Data => Path.Combine(_directory.FullName, "data");

    private async Task<(int Code, string Error)> RunAsync(params (string Key, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "CollabHub.Hubs.dll"));
        start.Environment["Data__Directory"] = Data;
        start.Environment["Urls"] = "http://127.0.0.1:0";
        foreach (var (key, value) in environment) start.Environment[key] = value;
        using var server = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(Eventually.Patience);
        try
        {
            var (error, output) = (server.StandardError.ReadToEndAsync(deadline.Token), server.StandardOutput.ReadToEndAsync(deadline.Token));
            await server.WaitForExitAsync(deadline.Token);
            await output;
            return (server.ExitCode, await error);
        }
        finally
        {
            if (!server.HasExited) server.Kill();
        }
    }
}
