using System.Collections.Concurrent;

namespace CollabHub.Domain.Editing;

/// <summary>
/// When clients may bring back what others wrote: for a time after something that was relayed may have been lost before its commit.
/// docs/decisions/0010.
/// </summary>
public sealed class ReturnWindow(TimeProvider time, TimeSpan length)
{
    private readonly ConcurrentDictionary<FileId, long> _files = new();

    // A process cannot know how the one before it ended.
    private long _opened = time.GetTimestamp();

    /// <summary>Something may have been lost in any file: another node is gone.</summary>
    public void Open() => Interlocked.Exchange(ref _opened, time.GetTimestamp());

    /// <summary>Something may have been lost in this file: its room was dropped.</summary>
    public void Open(FileId file)
    {
        foreach (var (other, since) in _files)
        {
            if (!IsWithin(since)) _files.TryRemove(new KeyValuePair<FileId, long>(other, since));
        }
        _files[file] = time.GetTimestamp();
    }

    /// <summary>Whether it is open for a file.</summary>
    public bool IsOpen(FileId file) => IsWithin(Interlocked.Read(ref _opened)) || (_files.TryGetValue(file, out var since) && IsWithin(since));

    private bool IsWithin(long since) => time.GetElapsedTime(since) < length;
}
