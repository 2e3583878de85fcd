using CollabHub.Persistence.Relational;

namespace CollabHub.Hubs.Mail;

/// <summary>Wakes the worker of one kind of outbox entry; a wake-up while it is awake is kept.</summary>
public abstract class OutboxSignal : IDisposable
{
    private readonly SemaphoreSlim _work = new(0);

    /// <summary>Something may be due.</summary>
    public void Wake() => _work.Release();

    /// <summary>Waits for a wake-up, at most so long.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken ct)
    {
        await _work.WaitAsync(atMost, ct);
        while (_work.Wait(0, ct))
        {
            // One look at the outbox serves all wake-ups so far.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _work.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>Drains one kind of outbox entry: one after another, again after failures with growing waits, until each is gone.</summary>
public abstract partial class OutboxWorker(string kind, IServiceScopeFactory scopes, OutboxSignal signal, TimeProvider clock, ILogger log) : BackgroundService
{
    private const int Batch = 20;
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = await DrainAsync(stoppingToken);
            await signal.WaitAsync(wait, stoppingToken);
        }
    }

    /// <summary>Carries one entry out and removes it; an exception puts it off.</summary>
    protected abstract Task DeliverAsync(IServiceProvider services, OutboxEntry entry, CancellationToken ct);

    private async Task<TimeSpan> DrainAsync(CancellationToken ct)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var outbox = scope.ServiceProvider.GetRequiredService<Outbox>();
            while (await outbox.DueAsync(kind, Batch, ct) is { Count: > 0 } due)
            {
                foreach (var entry in due) await TryAsync(outbox, entry, ct);
            }
            var next = await outbox.NextAsync(kind, ct) - clock.GetUtcNow();
            return next is { } until && until < Idle ? TimeSpan.FromTicks(Math.Max(0, until.Ticks)) : Idle;
        }
        catch (Exception exception) when (!ct.IsCancellationRequested)
        {
            OutboxUnreadable(log, kind, exception);
            return MailBackoff.First;
        }
    }

    private async Task TryAsync(Outbox outbox, OutboxEntry entry, CancellationToken ct)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await DeliverAsync(scope.ServiceProvider, entry, ct);
            Delivered(log, kind, entry.OutboxId);
        }
        catch (Exception exception) when (!ct.IsCancellationRequested)
        {
            var wait = MailBackoff.After(entry.Attempts + 1, Random.Shared.NextDouble());
            NotDelivered(log, kind, entry.OutboxId, entry.Attempts + 1, wait, exception);
            await outbox.PostponeAsync(entry.OutboxId, clock.GetUtcNow() + wait, exception.GetType().Name, ct);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Outbox: {Kind} {Id} delivered.", EventName = "OutboxDelivered")]
    private static partial void Delivered(ILogger logger, string kind, long id);

    [LoggerMessage(2, LogLevel.Warning, "Outbox: {Kind} {Id} could not be delivered (try {Attempt}); next try in {Wait}.", EventName = "OutboxNotDelivered")]
    private static partial void NotDelivered(ILogger logger, string kind, long id, long attempt, TimeSpan wait, Exception exception);

    [LoggerMessage(3, LogLevel.Error, "The outbox cannot be read; {Kind} waits.", EventName = "OutboxUnreadable")]
    private static partial void OutboxUnreadable(ILogger logger, string kind, Exception exception);
}
