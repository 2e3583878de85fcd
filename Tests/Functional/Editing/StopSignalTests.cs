using System.Diagnostics;
using System.Net.Http.Json;

namespace CollabHub.Tests.Functional.Editing;

/// <summary>The server as a process that is told to stop while people have files open.</summary>
[Collection(nameof(Timed))]
public sealed class StopSignalTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("collabhub-stop-");

    [Fact]
    public async Task A_stop_signal_tells_every_open_file_why_and_loses_nothing()
    {
        using var server = Start(out var started);
        using var http = new HttpClient { BaseAddress = await started.WaitAsync(Eventually.Patience) };
        using var signedIn = await http.PostAsJsonAsync("api/auth/guest", new { displayName = "Ada" });
        var ada = TestUser.From(await signedIn.OkAsync(System.Net.HttpStatusCode.Created), http.BaseAddress);
        var (_, _, file) = await ada.SessionWithFileAsync("start ");
        await using var connection = await ada.HubAsync(messagePack: true);
        await using var open = new HubFile(connection, file, 11);
        await open.NextAsync("sync");
        await using var peer = new YjsPeer(await ada.YjsAsync(file), 22);
        await peer.SyncAsync();
        await open.TypeAsync("last words");
        await open.NextAsync("saved");
        using (var kill = Process.Start("kill", ["-TERM", $"{server.Id}"])) await kill.WaitForExitAsync();
        Assert.Equal("server.draining", (await open.NextAsync("closed")).Code);
        Assert.Null(await peer.NextAsync(_ => false));
        Assert.Equal(1012, (int)peer.Closed!.Value);
        using var limit = new CancellationTokenSource(Eventually.Patience);
        await server.WaitForExitAsync(limit.Token);
        Assert.Equal(0, server.ExitCode);
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private Process Start(out Task<Uri> started)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(typeof(Program).Assembly.Location);
        foreach (var argument in new[] { "--urls", "http://127.0.0.1:0", "--Data:Directory", Path.Combine(_directory.FullName, "data") }) start.ArgumentList.Add(argument);
        var server = Process.Start(start) ?? throw new InvalidOperationException("The server did not start.");
        var address = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        server.OutputDataReceived += (_, line) =>
        {
            const string Listening = "Now listening on: ";
            var at = line.Data?.IndexOf(Listening, StringComparison.Ordinal) ?? -1;
            if (at >= 0) address.TrySetResult(new Uri(line.Data![(at + Listening.Length)..].Trim() + "/"));
        };
        server.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is { Length: > 0 } text) address.TrySetException(new InvalidOperationException(text));
        };
        server.BeginOutputReadLine();
        server.BeginErrorReadLine();
        started = address.Task;
        return server;
    }
}
