namespace CollabHub.Domain.Editing;

/// <summary>
/// When clients may bring back what others wrote: for a time after something that was relayed may have been lost before its commit.
/// docs/decisions/0010.
/// </summary>
public sealed class ReturnWindow(TimeProvider time, TimeSpan length)
{
    // Guards itself and _opened.
    private readonly Dictionary<FileId, long> _files = [];

    // A process cannot know how the one before it ended; what came into being since is not the other one's.
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private readonly long _started = time.GetTimestamp();
    private long? _opened;

    /// <summary>Something may have been lost in any file: another node is gone.</summary>
    public void Open()
    {
        lock (_files) _opened = time.GetTimestamp();
    }

    /// <summary>Something may have been lost in this file: its room was dropped.</summary>
    public void Open(FileId file)
    {
        lock (_files)
        {
            foreach (var (other, since) in _files)
            {
                if (!IsWithin(since)) _files.Remove(other);
            }
            _files[file] = time.GetTimestamp();
        }
    }

    /// <summary>Whether it is open for a file that was created at that time.</summary>
    public bool IsOpen(FileId file, DateTimeOffset created)
    {
        if (created <= _startedAt && IsWithin(_started)) return true;
        lock (_files) return (_opened is { } opened && IsWithin(opened)) || (_files.TryGetValue(file, out var since) && IsWithin(since));
    }

    private bool IsWithin(long since) => time.GetElapsedTime(since) < length;
}
