using CollabHub.Domain.Documents.Engine;

namespace CollabHub.Domain.Documents;

/// <content>Cutting and joining runs of content.</content>
public sealed partial class YDocument
{
    /// <summary>Joining copies at most this much, only for what is small, and keeps runs that must be scanned for positions short.</summary>
    private const int MaxMovedBytes = 64 << 10;
    private const int MaxMovedFor = 4 << 10;
    private const int MaxScannedUnits = 4096;

    /// <summary>Adds content behind that of <paramref name="item"/>; its length is the caller's.</summary>
    private bool TryJoinContent(ref Item item, ReadOnlySpan<byte> content, int contentStart, bool ascii)
    {
        if (item.Kind == ContentKind.Deleted) return true;
        var wasAscii = item.IsAscii;
        if (item.Kind == ContentKind.String && !(wasAscii && ascii))
        {
            if (item.ContentBytes + content.Length > MaxScannedUnits) return false;
            item.Flags &= ~ItemFlags.Ascii;
        }
        var end = item.ContentStart + item.ContentBytes;
        var slack = (item.Flags & ItemFlags.Slack) != 0;
        if (!slack && end == contentStart)
        {
            item.ContentBytes += content.Length;
            return true;
        }
        if (!slack && end == _arena.Length)
        {
            _arena.Append(content);
        }
        else if (slack && ContentArena.SlackCapacity(item.ContentBytes) >= item.ContentBytes + content.Length)
        {
            content.CopyTo(_arena.Edit(end, content.Length));
        }
        else
        {
            var total = item.ContentBytes + content.Length;
            if (total > MaxMovedBytes || content.Length > MaxMovedFor)
            {
                if (wasAscii) item.Flags |= ItemFlags.Ascii;
                return false;
            }
            var kept = item.ContentBytes;
            var start = _arena.Move(item.ContentStart, kept, ContentArena.SlackCapacity(total));
            _arena.Discard(slack ? ContentArena.SlackCapacity(kept) : kept);
            content.CopyTo(_arena.Edit(start + kept, content.Length));
            item.ContentStart = start;
            item.Flags |= ItemFlags.Slack;
        }
        item.ContentBytes += content.Length;
        if (contentStart >= 0) _arena.Discard(content.Length);
        return true;
    }

    /// <summary>Divides the content at unit <paramref name="at"/>; <paramref name="right"/> is a copy of <paramref name="left"/> so far.</summary>
    private void SplitContent(ref Item left, ref Item right, uint at)
    {
        if (left.Kind == ContentKind.Deleted) return;
        if ((left.Flags & ItemFlags.Slack) != 0)
        {
            _arena.Discard(ContentArena.SlackCapacity(left.ContentBytes) - left.ContentBytes);
            left.Flags &= ~ItemFlags.Slack;
            right.Flags &= ~ItemFlags.Slack;
        }
        var bytes = _arena.Read(left.ContentStart, left.ContentBytes);
        var insidePair = false;
        var offset = left.IsAscii ? (int)at
            : left.Kind == ContentKind.String ? Utf16.ByteOffset(bytes, (int)at, out insidePair)
            : ContentWriter.ElementOffset(left.Kind, bytes, at);
        right.ContentStart += offset;
        right.ContentBytes -= offset;
        left.ContentBytes = offset;
        if (insidePair) CutPair(ref left, ref right);
    }

    // Both halves of a pair that is cut become U+FFFD for good: 4 bytes turn into 3 and 3.
    private void CutPair(ref Item left, ref Item right)
    {
        _arena.Reserve(right.ContentBytes);
        var rest = _arena.Read(right.ContentStart + 4, right.ContentBytes - 4);
        Utf16.Replacement.CopyTo(_arena.Edit(right.ContentStart, 3));
        left.ContentBytes += 3;
        var start = _arena.Append(Utf16.Replacement);
        _arena.Append(rest);
        _arena.Discard(right.ContentBytes - 3);
        right.ContentStart = start;
        right.ContentBytes = rest.Length + 3;
    }
}
