using System.Diagnostics;
using CollabHub.Tests.Functional.Clients;

namespace CollabHub.Tests.Browser;

/// <summary>Runs a script of this folder in Node, with a server and a Chromium of its own.</summary>
internal static class BrowserScript
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>Runs it to its end; its exit code and everything that it said.</summary>
    /// <param name="script">Such as <c>history.mjs</c>.</param>
    /// <param name="data">A directory for the server's data.</param>
    /// <param name="options">More of its options.</param>
    public static async Task<(int Code, string Output)> RunAsync(string script, string data, params string[] options)
    {
        var repository = Repository();
        var folder = Path.Combine(repository, "Tests", "Browser");
        Assert.True(Directory.Exists(Path.Combine(folder, "node_modules")), $"Run `npm ci` in {folder} first; ./test does.");
        Assert.True(File.Exists(Path.Combine(AppContext.BaseDirectory, "wwwroot", "index.html")), "Build the browser side first; ./test does.");
        string[] arguments = [script, .. options, "--out", Path.Combine(repository, "artifacts", "browser"), "--data", data, "--", .. NodeRig.ServerCommand];
        var start = new ProcessStartInfo("node", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
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
