using System.Collections.Concurrent;
using CollabHub.Domain;
using CollabHub.Domain.Deployments;
using CollabHub.Hubs.Options;

namespace CollabHub.Hubs.Apps;

/// <summary>
/// The requests and sockets to apps that are open on this node: counted, and looked at again whenever roles, sign-ins or deployments change
/// and twice a second, so that whoever may no longer is cut off.
/// </summary>
public sealed partial class AppConnections(AppGate gate, LimitsOptions limits, TimeProvider time, ILogger<AppConnections> logger) : BackgroundService, IAppTraffic
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<Connection, bool> _open = [];
    private readonly ConcurrentDictionary<DeploymentId, int> _counts = [];
    private readonly SemaphoreSlim _review = new(0, 1);

    /// <summary>Enters a connection; null when its app has as many as it may.</summary>
    public IDisposable? Enter(DeploymentId host, DeploymentId app, AppVisitor? visitor, bool isSocket, Action cut)
    {
        if (_counts.AddOrUpdate(app, 1, (_, count) => count + 1) > limits.AppConnections)
        {
            Leave(app);
            return null;
        }
        var connection = new Connection(this, host, app, visitor, isSocket, cut);
        _open[connection] = true;
        return connection;
    }

    /// <inheritdoc/>
    public bool IsAnswering(DeploymentId app) => _open.Keys.Any(connection => connection.App == app && !connection.IsSocket);

    /// <summary>Looks at everything again soon.</summary>
    public void Review()
    {
        try
        {
            if (_review.CurrentCount == 0) _review.Release();
        }
        catch (SemaphoreFullException)
        {
            // Someone else asked at the same time.
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await _review.WaitAsync(Pace, stoppingToken);
                await ReviewAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                // What cannot be asked is asked again; meanwhile nothing new is let in either.
                LogFailed(exception);
                await Task.Delay(Pace, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _review.Dispose();
        base.Dispose();
    }

    private async Task ReviewAsync(CancellationToken ct)
    {
        foreach (var group in _open.Keys.GroupBy(connection => (connection.Host, connection.App, connection.Visitor)))
        {
            var pass = await gate.AskAsync(group.Key.Host, group.Key.Visitor, ct);
            // A replaced app may finish what it has begun, for who may still see its successor.
            if (pass.Answer == GateAnswer.Open) continue;
            foreach (var connection in group)
            {
                if (_open.TryRemove(connection, out _)) connection.Cut();
            }
        }
    }

    private void Leave(DeploymentId app)
    {
        while (_counts.TryGetValue(app, out var count))
        {
            if (count > 1 ? _counts.TryUpdate(app, count - 1, count) : _counts.TryRemove(new KeyValuePair<DeploymentId, int>(app, count))) return;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Open connections to apps could not be looked at; tried again.", EventName = "ReviewFailed")]
    private partial void LogFailed(Exception exception);

    private sealed class Connection(AppConnections owner, DeploymentId host, DeploymentId app, AppVisitor? visitor, bool isSocket, Action cut) : IDisposable
    {
        private int _left;

        public DeploymentId Host => host;

        public DeploymentId App => app;

        public AppVisitor? Visitor => visitor;

        public bool IsSocket => isSocket;

        public Action Cut => cut;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 1) return;
            owner._open.TryRemove(this, out _);
            owner.Leave(app);
        }
    }
}
