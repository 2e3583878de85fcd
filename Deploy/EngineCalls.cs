using System.Net.Sockets;
using CollabHub.Domain.Deployments;
using Docker.DotNet;

namespace CollabHub.Deploy;

/// <summary>Calls of the engine with a time limit each; what goes wrong becomes one of two exceptions.</summary>
internal sealed class EngineCalls(IDockerClient client, TimeProvider time)
{
    /// <summary>The engine.</summary>
    public IDockerClient Client => client;

    /// <summary>One call.</summary>
    public async Task<T> AskAsync<T>(Func<IDockerClient, CancellationToken, Task<T>> call, TimeSpan limit, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        try
        {
            // A stopped engine may leave a call that ignores its cancellation.
            return await call(client, both.Token).WaitAsync(both.Token);
        }
        catch (Exception exception) when (!ct.IsCancellationRequested && Translate(exception) is { } translated)
        {
            throw translated;
        }
    }

    /// <summary>One call without an answer.</summary>
    public Task AskAsync(Func<IDockerClient, CancellationToken, Task> call, TimeSpan limit, CancellationToken ct) => AskAsync<bool>(
        async (engine, token) =>
        {
            await call(engine, token);
            return true;
        },
        limit,
        ct);

    /// <summary>One call that says no to what is not there (or already there), which is as good.</summary>
    public async Task<bool> TryAsync(Func<IDockerClient, CancellationToken, Task> call, TimeSpan limit, CancellationToken ct, params System.Net.HttpStatusCode[] fine)
    {
        try
        {
            await AskAsync(call, limit, ct);
            return true;
        }
        catch (EngineRefusedException refused) when (refused.InnerException is DockerApiException api && fine.Contains(api.StatusCode))
        {
            return false;
        }
    }

    /// <summary>What an exception of the client means; null for a defect.</summary>
    public static Exception? Translate(Exception exception) => exception switch
    {
        DockerApiException api => new EngineRefusedException(Sentence(api), api),
        HttpRequestException or IOException or SocketException or TimeoutException or OperationCanceledException =>
            new EngineUnavailableException("The container engine does not answer.", exception),
        _ => null,
    };

    private static string Sentence(DockerApiException api)
    {
        const string mark = "\"message\":\"";
        var body = api.ResponseBody ?? "";
        var start = body.IndexOf(mark, StringComparison.Ordinal);
        if (start < 0) return "The container engine refused.";
        var text = body[(start + mark.Length)..].TrimEnd('\n', '}', '"', ' ');
        return "The container engine refused: " + (text.Length > 300 ? text[..300] : text);
    }
}
