namespace CollabHub.Domain.Archives;

/// <summary>
/// Takes what a writer that cannot wait has to say, until it is passed on by someone who can: the platform's zip writer ends an entry with a blocking write,
/// which a response does not allow.
/// </summary>
internal sealed class WaitingBytes : Stream
{
    private readonly MemoryStream _bytes = new();

    public override bool CanRead => false;

    // Nothing that was written comes back, so the writer puts sizes behind the entries.
    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Passes on what waits.</summary>
    public async Task PassOnAsync(Stream to, CancellationToken ct)
    {
        await to.WriteAsync(_bytes.GetBuffer().AsMemory(0, (int)_bytes.Length), ct);
        _bytes.SetLength(0);
    }

    public override void Write(byte[] buffer, int offset, int count) => _bytes.Write(buffer, offset, count);

    public override void Write(ReadOnlySpan<byte> buffer) => _bytes.Write(buffer);

    public override void Flush()
    {
        // What waits is passed on when its reader asks.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
