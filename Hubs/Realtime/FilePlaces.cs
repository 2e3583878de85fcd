using CollabHub.Domain;

namespace CollabHub.Hubs.Realtime;

/// <summary>
/// The places for files that one connection has. A file takes one before it is opened and keeps it until its last stream has ended, however
/// often it is opened.
/// </summary>
internal sealed class FilePlaces(int most)
{
    // Guards _streams: files may be opened at once.
    private readonly Lock _gate = new();
    private readonly Dictionary<FileId, int> _streams = [];

    /// <summary>A place for one stream of a file until the answer is disposed; null when there is none.</summary>
    public IDisposable? Take(FileId file)
    {
        lock (_gate)
        {
            var streams = _streams.GetValueOrDefault(file);
            if (streams == 0 && _streams.Count >= most) return null;
            _streams[file] = streams + 1;
        }
        return new Place(this, file);
    }

    private void Leave(FileId file)
    {
        lock (_gate)
        {
            if (--_streams[file] == 0) _streams.Remove(file);
        }
    }

    private sealed class Place(FilePlaces owner, FileId file) : IDisposable
    {
        public void Dispose() => owner.Leave(file);
    }
}
