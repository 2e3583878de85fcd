using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace CollabHub.Tests.Functional.Clients;

/// <summary>Real JavaScript editors in one Node process, driven command by command. Commands: Tests/Clients/README.md.</summary>
internal sealed class ClientRig : IAsyncDisposable
{
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> _waiting = new();
    // One command is written at a time; several may be under way.
    private readonly SemaphoreSlim _writing = new(1);
    private readonly Process _node;
    private readonly Task _reading;
    private readonly Task<string> _errors;
    private int _last;

    private ClientRig(Uri baseAddress)
    {
        _node = NodeRig.Start("client.mjs", "--base", baseAddress.ToString());
        _reading = ReadAsync();
        _errors = _node.StandardError.ReadToEndAsync();
    }

    /// <summary>A rig without clients.</summary>
    public static ClientRig Start(TestHub hub) => new(hub.BaseAddress);

    /// <summary>A rig without clients, for servers at an address.</summary>
    public static ClientRig Start(Uri baseAddress) => new(baseAddress);

    /// <summary>A client of a kind that acts as this person in this file; not connected yet.</summary>
    public Task AddAsync(string client, string kind, string token, Guid file) =>
        SendAsync("add", new { client, kind, token, fileId = file.ToString() });

    /// <summary>A client that is connected and in sync.</summary>
    public async Task JoinAsync(string client, string kind, TestUser user, Guid file)
    {
        await AddAsync(client, kind, user.AccessToken, file);
        await SendAsync("connect", new { client });
        await SendAsync("settled", new { client });
    }

    /// <summary>Inserts at the end, or where told.</summary>
    public Task TypeAsync(string client, string text, int? at = null) => SendAsync("type", new { client, text, at });

    /// <summary>Waits until a client's text contains this.</summary>
    public Task SeesAsync(string client, string contains) => SendAsync("text", new { client, contains });

    /// <summary>Waits until a part of a client's report has an entry.</summary>
    public Task UntilAsync(string client, string part) => SendAsync("until", new { client, part });

    /// <summary>What a client shows.</summary>
    public async Task<JsonElement> StateAsync(string client) => (await SendAsync("state", new { client })).GetProperty("states")[0];

    /// <summary>What a client shows as its text.</summary>
    public async Task<string> TextAsync(string client) => (await StateAsync(client)).GetProperty("text").GetString()!;

    /// <summary>Sends a command and answers its result; fails with the rig's own words when it did not work.</summary>
    public async Task<JsonElement> SendAsync(string command, object arguments)
    {
        var id = Interlocked.Increment(ref _last);
        var answer = _waiting[id] = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        var line = JsonSerializer.SerializeToNode(arguments)!.AsObject();
        foreach (var absent in line.Where(member => member.Value is null).Select(member => member.Key).ToList()) line.Remove(absent);
        line["id"] = id;
        line["cmd"] = command;
        await _writing.WaitAsync();
        try
        {
            await _node.StandardInput.WriteLineAsync(line.ToJsonString());
            await _node.StandardInput.FlushAsync();
        }
        finally
        {
            _writing.Release();
        }
        // Above what the rig itself waits for a condition, so that its explanation arrives.
        var result = await answer.Task.WaitAsync(Eventually.Patience);
        Assert.True(result.GetProperty("ok").GetBoolean(), $"{line.ToJsonString()}: {result}");
        return result;
    }

    public async ValueTask DisposeAsync()
    {
        // The end of its input is the end of the rig.
        _node.StandardInput.Close();
        using var timeout = new CancellationTokenSource(Eventually.Patience);
        await _node.WaitForExitAsync(timeout.Token);
        await _reading;
        _node.Dispose();
        _writing.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _node.StandardOutput.ReadLineAsync() is { } line)
        {
            var message = JsonDocument.Parse(line).RootElement;
            if (message.TryGetProperty("id", out var id) && _waiting.TryRemove(id.GetInt32(), out var waiting)) waiting.SetResult(message);
        }
        var ended = new InvalidOperationException("The rig ended: " + await _errors);
        foreach (var waiting in _waiting.Values) waiting.TrySetException(ended);
    }
}
