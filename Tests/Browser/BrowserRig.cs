using System.Diagnostics;
using CollabHub.Tests.Functional.Clients;

namespace CollabHub.Tests.Browser;

/// <summary>Runs the scripts of this folder: the page in Chromium against the server as a process of its own.</summary>
internal static class BrowserRig
{
    /// <summary>Runs a script to its end and answers what it wrote; fails with that when it found a fault.</summary>
    /// <param name="limit">The longest that it may take.</param>
    /// <param name="script">Such as <c>two-windows.mjs</c>.</param>
    /// <param name="directory">For the server's data.</param>
    /// <param name="options">Further options of the script.</param>
    public static Task<string> RunAsync(TimeSpan limit, string script, DirectoryInfo directory, params string[] options) =>
        RunAsync(limit, script, directory, [], options);

    /// <summary>The same, with settings for the server.</summary>
    public static async Task<string> RunAsync(
        TimeSpan limit, string script, DirectoryInfo directory, IReadOnlyCollection<(string Key, string Value)> settings, string[] options)
    {
        var repository = Repository();
        var folder = Path.Combine(repository, "Tests", "Browser");
        Assert.True(Directory.Exists(Path.Combine(folder, "node_modules")), $"Run `npm ci` in {folder} first; ./test does.");
        Assert.True(File.Exists(Path.Combine(AppContext.BaseDirectory, "wwwroot", "index.html")), "Build the browser side first; ./test does.");
        string[] arguments =
        [
            script, .. options, "--out", Path.Combine(repository, "artifacts", "browser"), "--data", Path.Combine(directory.FullName, "data"),
            "--", .. NodeRig.ServerCommand, .. settings.Select(setting => $"--{setting.Key}={setting.Value}"),
        ];
        var (code, output) = await RunAsync(limit, folder, arguments);
        Assert.True(code == 0, output);
        return output;
    }

    private static async Task<(int Code, string Output)> RunAsync(TimeSpan limit, string folder, string[] arguments)
    {
        var start = new ProcessStartInfo("node") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var node = Process.Start(start) ?? throw new InvalidOperationException("Node did not start.");
        var (output, errors) = (node.StandardOutput.ReadToEndAsync(), node.StandardError.ReadToEndAsync());
        using var deadline = new CancellationTokenSource(limit);
        try
        {
            await node.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            // Asked to end, the script takes its server with it.
            using var kill = Process.Start("kill", ["-TERM", $"{node.Id}"]);
            await node.WaitForExitAsync();
            return (-1, $"Not done within {limit}.\n{await output}\n{await errors}");
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
