using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.SignalR;

namespace CollabHub.Hubs.Connections;

/// <summary>
/// What leaves on one hub connection. Whoever tells many connections something never waits for one of them: what a connection does not take is
/// kept here, and over the bound the connection is cut. Streams, which could fill that at once, ask for <see cref="RoomAsync"/> before each item.
/// </summary>
/// <param name="inner">The transport; it keeps 64 KiB before it makes writers wait.</param>
/// <param name="bound">Bytes that may wait beyond those of the transport and the largest message among them.</param>
/// <param name="onSlow">Called once, when more waits.</param>
public sealed class HubOutput(PipeWriter inner, int bound, Action onSlow) : PipeWriter
{
    private const int KeptBytes = 16 * 1024;

    // Guards everything below but _staged, which belongs to the one who writes: SignalR writes one message at a time.
    private readonly Lock _gate = new();
    private ArrayBufferWriter<byte> _staged = new();
    private ArrayBufferWriter<byte> _waiting = new();

    // The largest message that waits: one alone says nothing about the reader.
    private int _largest;
    private TaskCompletionSource? _room;
    private bool _isOver;

    /// <summary>Bytes that the transport has not taken.</summary>
    public int WaitingBytes
    {
        get
        {
            lock (_gate) return _waiting.WrittenCount;
        }
    }

    /// <summary>Completes as soon as the connection takes more; at once when it does, or is over.</summary>
    public Task RoomAsync(CancellationToken ct)
    {
        lock (_gate) return _room?.Task.WaitAsync(ct) ?? Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0) => _staged.GetMemory(sizeHint);

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => _staged.GetSpan(sizeHint);

    /// <inheritdoc/>
    public override void Advance(int bytes) => _staged.Advance(bytes);

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_staged.WrittenCount == 0) return Sent();
        var sent = WriteAsync(_staged.WrittenMemory, cancellationToken);
        // A first sync is large, and most connections never send one again.
        if (_staged.Capacity > KeptBytes) _staged = new();
        else _staged.ResetWrittenCount();
        return sent;
    }

    /// <inheritdoc/>
    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        var isSlow = false;
        lock (_gate)
        {
            if (_isOver) return Sent();
            if (_room is null)
            {
                inner.Write(source.Span);
                // Not the caller's token: a flush that is given up would leave the message half sent.
                var flush = inner.FlushAsync(CancellationToken.None);
                if (flush.IsCompletedSuccessfully) return new(flush.Result);
                _room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _ = DrainAsync(flush.AsTask());
            }
            else
            {
                _waiting.Write(source.Span);
                _largest = Math.Max(_largest, source.Length);
                isSlow = _isOver = _waiting.WrittenCount - _largest > bound;
            }
        }
        if (isSlow) onSlow();
        return Sent();
    }

    /// <inheritdoc/>
    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        lock (_gate) End();
        inner.Complete(exception);
    }

    private static ValueTask<FlushResult> Sent() => new(new FlushResult(isCanceled: false, isCompleted: false));

    private async Task DrainAsync(Task<FlushResult> flush)
    {
        try
        {
            var isOpen = !(await flush).IsCompleted;
            while (isOpen && WriteWaiting() is { } next) isOpen = !(await next).IsCompleted;
            if (isOpen) return;
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException or OperationCanceledException)
        {
            // The transport has ended under it.
        }
        lock (_gate) End();
    }

    /// <summary>Hands on what waits, or says that there is room again.</summary>
    private Task<FlushResult>? WriteWaiting()
    {
        lock (_gate)
        {
            if (_waiting.WrittenCount == 0 || _isOver)
            {
                _room!.TrySetResult();
                _room = null;
                return null;
            }
            inner.Write(_waiting.WrittenSpan);
            _waiting = new();
            _largest = 0;
            return inner.FlushAsync(CancellationToken.None).AsTask();
        }
    }

    private void End()
    {
        _isOver = true;
        _waiting = new();
        _room?.TrySetResult();
        _room = null;
    }
}

/// <summary>How hub methods find the output of their connection.</summary>
public static class HubOutputs
{
    /// <summary>Completes as soon as the connection takes more: before each item of a stream, so that what cannot leave gathers, and is merged, at its source.</summary>
    public static Task RoomAsync(this HubCallerContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Get<HubOutput>()?.RoomAsync(ct) ?? throw new InvalidOperationException("The hub was not mapped with MapLiveHub.");
    }
}
