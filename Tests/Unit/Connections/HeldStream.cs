using System.Threading.Channels;

namespace CollabHub.Tests.Unit.Connections;

/// <summary>A wire whose writes complete when the test says so, and on which comes what the test gives.</summary>
internal sealed class HeldStream : Stream
{
    private readonly Channel<int> _given = Channel.CreateUnbounded<int>();
    private TaskCompletionSource? _held;

    /// <summary>What was written, write by write.</summary>
    public List<byte[]> Written { get; } = [];

    /// <summary>What writes fail with.</summary>
    public Exception? Fails { get; set; }

    /// <summary>Writes do not complete from now on.</summary>
    public void Hold() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>They do again, those that wait included.</summary>
    public void Release()
    {
        var held = _held;
        _held = null;
        held?.SetResult();
    }

    /// <summary>So many bytes come; none are the end.</summary>
    public void Give(int bytes) => Assert.True(_given.Writer.TryWrite(bytes));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Written.Add(buffer.ToArray());
        if (Fails is { } exception) return ValueTask.FromException(exception);
        return _held is { } held ? new ValueTask(held.Task) : ValueTask.CompletedTask;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _given.Reader.ReadAsync(cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
