using CollabHub.Domain.Access;
using CollabHub.Domain.Editing;
using CollabHub.Domain.Errors;

namespace CollabHub.Domain.History;

/// <summary>Who wrote a line, as far as it is there now.</summary>
/// <param name="Line">1, 2, 3 …</param>
/// <param name="User">Who wrote the newest piece of it; null when that is not known.</param>
/// <param name="At">When that piece came into the log; null when that is not known.</param>
public sealed record BlamedLine(int Line, UserId? User, DateTimeOffset? At);

/// <summary>The lines of a file.</summary>
/// <param name="Lines">One entry for each line; a final line feed ends the last line and begins no other.</param>
/// <param name="Truncated">Whether there are more lines than one answer holds.</param>
public sealed record Blame(IReadOnlyList<BlamedLine> Lines, bool Truncated);

/// <summary>Tells who wrote which line.</summary>
/// <remarks>
/// A line belongs to whoever wrote the newest piece of what is visible in it; its line feed counts only when nothing else is in the line, because who presses
/// Enter behind someone's line has not changed it. Docs: docs/storage.md, Who wrote what.
/// </remarks>
public sealed class Blaming(FileFinder finder, RoomDirectory rooms, IAuthorshipStore authorship, TimeProvider clock)
{
    /// <summary>Lines in one answer.</summary>
    public const int MaxLines = 100_000;

    /// <summary>The lines of the text of this moment.</summary>
    public async Task<Result<Blame>> BlameAsync(Actor actor, WorkspaceId workspace, FileId file, CancellationToken ct)
    {
        var found = await finder.FindAsync(actor, workspace, file, Permission.FilesRead, ct);
        if (found.Error is { } denied) return denied;
        if (!(await rooms.EnterAsync(file, ct)).TryGet(out var lease, out var error)) return error;
        AuthoredText? text;
        using (lease) text = await lease.Room.ReadAuthoredTextAsync(ct);
        if (text is null) return EditErrors.StoreUnavailable;
        if (!(await authorship.ReadAsync(file, ct)).TryGet(out var known, out var unread)) return unread;
        return Lines(text, known, clock.GetUtcNow());
    }

    /// <summary>The lines of a text. What is in no record yet was written <paramref name="now"/>.</summary>
    public static Blame Lines(AuthoredText text, Authorship known, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(known);
        var owners = new Dictionary<long, UserId>(text.Owners);
        foreach (var owner in known.Clients) owners[owner.ClientId] = owner.User;
        var lines = new LineBuilder(text.Text);
        var index = new AuthorshipIndex(known.Stretches);
        foreach (var run in text.Runs)
        {
            var (at, end) = (run.Clock, run.Clock + run.Length);
            UserId? owner = owners.TryGetValue(run.Client, out var user) ? user : null;
            foreach (var stretch in index.Covering(run.Client, at, end))
            {
                lines.Add((int)(stretch.From - at), new Piece(owner, now, long.MaxValue));
                lines.Add((int)(stretch.To - stretch.From), new Piece(owner ?? stretch.User, stretch.At, stretch.Seq));
                at = stretch.To;
            }
            lines.Add((int)(end - at), new Piece(owner, now, long.MaxValue));
        }
        return lines.Done();
    }

    private readonly record struct Piece(UserId? User, DateTimeOffset At, long Seq)
    {
        public bool IsNewerThan(Piece other) => At != other.At ? At > other.At : Seq > other.Seq;
    }

    // Walks through the text piece by piece and remembers the newest of each line.
    private sealed class LineBuilder(string text)
    {
        private readonly List<BlamedLine> _lines = [];
        private Piece? _newest;
        private int _at;

        public void Add(int length, Piece piece)
        {
            for (var end = _at + length; _at < end;)
            {
                var feed = text.IndexOf('\n', _at, end - _at);
                var visible = (feed < 0 ? end : feed) - _at;
                if (visible > 0 && !(visible == 1 && feed >= 0 && text[_at] == '\r') && (_newest is not { } best || piece.IsNewerThan(best))) _newest = piece;
                _at += visible;
                if (feed < 0) continue;
                EndLine(_newest ?? piece);
                _at++;
            }
        }

        public Blame Done()
        {
            if (_newest is { } last) EndLine(last);
            return new Blame([.. _lines.Take(MaxLines)], _lines.Count > MaxLines);
        }

        private void EndLine(Piece piece)
        {
            if (_lines.Count <= MaxLines) _lines.Add(new BlamedLine(_lines.Count + 1, piece.User, piece.At));
            _newest = null;
        }
    }
}
