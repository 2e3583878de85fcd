using System.Diagnostics;
using System.Text.Json;

namespace CollabHub.Tests.Functional.Clients;

/// <summary>Runs the programs of Tests/Clients in Node.</summary>
internal static class NodeRig
{
    /// <summary>Whether the long runs are asked for: full length instead of a sample.</summary>
    public static bool IsLong => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("COLLABHUB_LONG"));

    /// <summary>The server as a program of its own, for rigs that start and kill it.</summary>
    public static string[] ServerCommand => ["dotnet", Path.Combine(AppContext.BaseDirectory, "CollabHub.Hubs.dll")];

    /// <summary>Runs a program to its end and answers the JSON that it wrote; fails with its whole output when it reports a fault.</summary>
    public static async Task<JsonElement> RunAsync(TimeSpan limit, string script, params string[] arguments)
    {
        using var node = Start(script, arguments);
        node.StandardInput.Close();
        using var timeout = new CancellationTokenSource(limit);
        var output = node.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = node.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await node.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            // Asked to end, the rig takes its server with it.
            await TerminateAsync(node);
            Assert.Fail($"{script} took more than {limit}.\n{await errors}\n{await output}");
        }
        Assert.True(node.ExitCode == 0, $"{script} {string.Join(' ', arguments)} ended with {node.ExitCode}.\n{await errors}\n{await output}");
        return JsonDocument.Parse(await output).RootElement;
    }

    /// <summary>Starts a program with all of its streams redirected.</summary>
    public static Process Start(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("node")
        {
            WorkingDirectory = Folder(),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(script);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return Process.Start(start) ?? throw new InvalidOperationException("Node did not start.");
    }

    private static async Task TerminateAsync(Process node)
    {
        using (var kill = Process.Start("kill", ["-TERM", $"{node.Id}"])) await kill.WaitForExitAsync();
        await node.WaitForExitAsync();
    }

    private static string Folder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "CollabHub.sln"))) continue;
            var clients = Path.Combine(folder.FullName, "Tests", "Clients");
            Assert.True(Directory.Exists(Path.Combine(clients, "node_modules")), $"Run `npm ci` in {clients} first; ./test does.");
            return clients;
        }
        throw new DirectoryNotFoundException("The tests run outside of the repository.");
    }
}
