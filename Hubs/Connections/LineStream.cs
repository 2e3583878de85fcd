using System.Runtime.CompilerServices;

namespace CollabHub.Hubs.Connections;

/// <summary>
/// The bytes of one WebSocket connection after its upgrade: knows since when the server waits for some, and can put a ping between two frames.
/// A frame is one write, so a ping that is a write of its own never lands inside of one.
/// </summary>
internal sealed class LineStream(Stream inner, TimeProvider time) : Stream
{
    private const byte OpcodeBits = 0x0f;
    private const byte CloseOpcode = 0x8;
    private static readonly ReadOnlyMemory<byte> Ping = new byte[] { 0x89, 0x00 };

    // Held by whoever writes; a ping that finds it held is left out.
    private readonly SemaphoreSlim _writing = new(1);

    // Guards the step from the look at _isOver to the ping's write: what lies beneath may serve another request afterwards.
    private readonly Lock _ending = new();
    private volatile bool _isOver;
    private long _waitingSince;

    /// <summary>The timestamp at which the read that is under way began to wait; 0 while none waits: something has come, or nobody listens.</summary>
    public long WaitingSince => Volatile.Read(ref _waitingSince);

    /// <summary>Sends a ping unless something else is being sent, or nothing may be sent any more; never waits.</summary>
    /// <returns>Whether a ping was sent.</returns>
    public bool TryPing()
    {
        if (!_writing.Wait(0, CancellationToken.None)) return false;
        ValueTask ping;
        lock (_ending)
        {
            if (_isOver)
            {
                _writing.Release();
                return false;
            }
            ping = StartPing();
        }
        if (!ping.IsCompletedSuccessfully) _ = EndPingAsync(ping);
        else _writing.Release();
        return true;
    }

    /// <summary>Nothing is put between frames any more.</summary>
    public void End()
    {
        lock (_ending) _isOver = true;
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = inner.ReadAsync(buffer, cancellationToken);
        return read.IsCompleted ? read : WaitAsync(read, isProbe: buffer.IsEmpty);
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _writing.Wait(0, CancellationToken.None) ? WriteHeld(buffer, cancellationToken) : WriteAfterPingAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        End();
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> WaitAsync(ValueTask<int> read, bool isProbe)
    {
        Volatile.Write(ref _waitingSince, time.GetTimestamp());
        var count = await read.ConfigureAwait(false);
        // The end of a connection is nothing that was heard on it; a read into no buffer ends when there is something to read.
        if (count > 0 || isProbe) Volatile.Write(ref _waitingSince, 0);
        return count;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WriteAfterPingAsync(ReadOnlyMemory<byte> buffer, CancellationToken ct)
    {
        await _writing.WaitAsync(ct).ConfigureAwait(false);
        await WriteHeld(buffer, ct).ConfigureAwait(false);
    }

    private ValueTask WriteHeld(ReadOnlyMemory<byte> buffer, CancellationToken ct)
    {
        ValueTask write;
        try
        {
            if (buffer.Length > 0 && (buffer.Span[0] & OpcodeBits) == CloseOpcode) _isOver = true;
            write = inner.WriteAsync(buffer, ct);
        }
        catch
        {
            _writing.Release();
            throw;
        }
        if (!write.IsCompleted) return EndWriteAsync(write);
        _writing.Release();
        return write;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask EndWriteAsync(ValueTask write)
    {
        try
        {
            await write.ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }

    private ValueTask StartPing()
    {
        try
        {
            return inner.WriteAsync(Ping, CancellationToken.None);
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            return ValueTask.CompletedTask;
        }
    }

    private async Task EndPingAsync(ValueTask ping)
    {
        try
        {
            await ping.ConfigureAwait(false);
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // The connection has ended; whoever reads it finds out.
        }
        finally
        {
            _writing.Release();
        }
    }

    private static bool IsEnd(Exception exception) => exception is IOException or InvalidOperationException or OperationCanceledException;
}
