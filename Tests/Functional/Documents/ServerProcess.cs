using System.Diagnostics;
using System.Net.Http.Json;
using CollabHub.Tests.Functional.Clients;

namespace CollabHub.Tests.Functional.Documents;

/// <summary>The server as a process that can be killed and started again on the same stores.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;
    private readonly TaskCompletionSource<Uri> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) =>
        {
            const string Listening = "Now listening on: ";
            var at = line.Data?.IndexOf(Listening, StringComparison.Ordinal) ?? -1;
            if (at >= 0) _started.TrySetResult(new Uri(line.Data![(at + Listening.Length)..].Trim() + "/"));
        };
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is { Length: > 0 } text) _started.TrySetException(new InvalidOperationException(text));
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Starts it; answers when it listens.</summary>
    public static async Task<(ServerProcess Server, Uri Address)> StartAsync(string directory, params (string Key, string Value)[] settings)
    {
        var start = new ProcessStartInfo(NodeRig.ServerCommand[0]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in NodeRig.ServerCommand.Skip(1)) start.ArgumentList.Add(argument);
        (string, string)[] all =
        [
            ("Data:Directory", Path.Combine(directory, "data")), ("urls", "http://127.0.0.1:0"), ("Auth:PasswordIterations", "10000"),
            ("Limits:RegistrationsPerAddress", "1000"), ("Limits:RestPerUserPerSecond", "100000"), ("Limits:RestPerUserBurst", "100000"), .. settings,
        ];
        foreach (var (key, value) in all)
        {
            start.ArgumentList.Add($"--{key}");
            start.ArgumentList.Add(value);
        }
        var server = new ServerProcess(Process.Start(start) ?? throw new InvalidOperationException("The server did not start."));
        return (server, await server._started.Task.WaitAsync(Eventually.Patience));
    }

    /// <summary>Registers someone, or signs him in.</summary>
    public static async Task<TestUser> SignInAsync(Uri address, string name, bool again)
    {
        using var http = new HttpClient { BaseAddress = address };
        using var response = again
            ? await http.PostAsJsonAsync("api/auth/login", new { login = name, password = TestUser.Password })
            : await http.PostAsJsonAsync("api/auth/register", new { email = $"{name}@example.org", username = name, password = TestUser.Password });
        return TestUser.From(await response.OkAsync(again ? System.Net.HttpStatusCode.OK : System.Net.HttpStatusCode.Created), address);
    }

    /// <summary>Memory that the process has, MiB.</summary>
    public double MemoryMiB
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1048576.0;
        }
    }

    /// <summary>Ends it as <c>kill -9</c> does.</summary>
    public void Kill()
    {
        if (_process.HasExited) return;
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }
}
