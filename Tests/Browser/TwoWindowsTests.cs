using System.Diagnostics;
using CollabHub.Tests.Functional.Clients;

namespace CollabHub.Tests.Browser;

/// <summary>The page in Chromium against the server as a process of its own: two people in one file, and what can happen to them.</summary>
[Collection(nameof(Processes))]
public sealed class TwoWindowsTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("collabhub-browser-");

    [Fact]
    public async Task Two_windows_type_at_once_go_offline_come_back_and_open_a_quarter_of_a_million_edits()
    {
        var repository = Repository();
        var folder = Path.Combine(repository, "Tests", "Browser");
        Assert.True(Directory.Exists(Path.Combine(folder, "node_modules")), $"Run `npm ci` in {folder} first; ./test does.");
        Assert.True(File.Exists(Path.Combine(AppContext.BaseDirectory, "wwwroot", "index.html")), "Build the browser side first; ./test does.");
        string[] arguments =
        [
            "two-windows.mjs", "--trace", "--out", Path.Combine(repository, "artifacts", "browser"), "--data", Path.Combine(_directory.FullName, "data"),
            "--", .. NodeRig.ServerCommand,
        ];
        var (code, output) = await RunAsync(folder, arguments);
        Assert.True(code == 0, output);
        // A script that ran but did nothing would end well, too.
        Assert.Contains("ok    both type at once", output, StringComparison.Ordinal);
        Assert.Contains("259778 edits imported", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Members_are_invited_and_changed_and_the_audit_log_is_filtered_verified_and_exported()
    {
        var repository = Repository();
        var (code, output) = await RunAsync(
            Path.Combine(repository, "Tests", "Browser"),
            [
                "members-audit.mjs", "--out", Path.Combine(repository, "artifacts", "browser"), "--data", Path.Combine(_directory.FullName, "data"),
                "--", .. NodeRig.ServerCommand,
            ]);
        Assert.True(code == 0, output);
        Assert.Contains("ok    members, invitations and the audit log", output, StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private static async Task<(int Code, string Output)> RunAsync(string folder, string[] arguments)
    {
        var start = new ProcessStartInfo("node") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var node = Process.Start(start) ?? throw new InvalidOperationException("Node did not start.");
        var (output, errors) = (node.StandardOutput.ReadToEndAsync(), node.StandardError.ReadToEndAsync());
        using var deadline = new CancellationTokenSource(Limit);
        try
        {
            await node.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            // Asked to end, the script takes its server with it.
            using var kill = Process.Start("kill", ["-TERM", $"{node.Id}"]);
            await node.WaitForExitAsync();
            return (-1, $"Not done within {Limit}.\n{await output}\n{await errors}");
        }
        return (node.ExitCode, $"{await output}\n{await errors}");
    }

    private static string Repository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "CollabHub.sln"))) return folder.FullName;
        }
        throw new DirectoryNotFoundException("The tests run outside of the repository.");
    }
}
