using System.Runtime.InteropServices;

namespace CollabHub.Hubs.Realtime;

/// <summary>
/// A stop signal first drains and then stops the host, which resets connections: in the other order nobody would hear why. A second signal
/// stops at once.
/// </summary>
internal sealed partial class DrainingLifetime(IHostApplicationLifetime host, Draining draining, ILogger<DrainingLifetime> logger) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _signals = [];
    private Task _stopping = Task.CompletedTask;
    private int _asked;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        host.ApplicationStarted.Register(LogStarted);
        foreach (var signal in new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT })
        {
            _signals.Add(PosixSignalRegistration.Create(signal, OnSignal));
        }
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => _stopping.WaitAsync(cancellationToken);

    public void Dispose()
    {
        foreach (var signal in _signals) signal.Dispose();
    }

    private void OnSignal(PosixSignalContext signal)
    {
        // The host ends the process once it has stopped; the default action would end it now.
        signal.Cancel = true;
        if (Interlocked.Exchange(ref _asked, 1) == 0) _stopping = StopAsync();
        else host.StopApplication();
    }

    private async Task StopAsync()
    {
        LogStopping();
        await draining.DrainAsync();
        host.StopApplication();
    }

    [LoggerMessage(1, LogLevel.Information, "Application started. Press Ctrl+C to stop.", EventName = "Started")]
    private partial void LogStarted();

    [LoggerMessage(2, LogLevel.Information, "Stopping: telling everyone who has a file open, committing what is not saved yet.", EventName = "Stopping")]
    private partial void LogStopping();
}
