using CollabHub.Domain.Documents;

namespace CollabHub.Domain.Editing;

/// <summary>Turns a queue of frames into the shortest queue that says the same.</summary>
internal static class FrameMerging
{
    /// <summary>
    /// Runs of edits become one edit, cursors one awareness update behind the text, saved numbers the highest one. Sync, question,
    /// rejected, role and closed keep their places. Edits commute, so a reader ends in the same state. Edits of <paramref name="largeBytes"/> and more
    /// stay as they are, encoded once for everybody: a frame less is not worth their copies.
    /// </summary>
    public static List<RoomFrame> Merge(List<RoomFrame> frames, int largeBytes)
    {
        var result = new List<RoomFrame>(frames.Count);
        var edits = new List<RoomFrame>();
        RoomFrame? saved = null;
        RoomFrame? closed = null;
        List<RoomFrame>? cursors = null;
        foreach (var frame in frames)
        {
            switch (frame.Kind)
            {
                case RoomFrameKind.Edit when frame.Payload.Length < largeBytes:
                    edits.Add(frame);
                    break;
                case RoomFrameKind.Cursors:
                    (cursors ??= []).Add(frame);
                    break;
                case RoomFrameKind.Saved:
                    saved = saved is null || frame.Seq > saved.Seq ? frame : saved;
                    break;
                case RoomFrameKind.Closed:
                    closed = frame;
                    break;
                default:
                    FlushEdits(edits, result);
                    result.Add(frame);
                    break;
            }
        }
        FlushEdits(edits, result);
        if (cursors is not null) result.Add(cursors.Count == 1 ? cursors[0] : MergeCursors(cursors));
        if (saved is not null) result.Add(saved);
        if (closed is not null) result.Add(closed);
        return result;
    }

    private static void FlushEdits(List<RoomFrame> edits, List<RoomFrame> result)
    {
        if (edits.Count == 1) result.Add(edits[0]);
        else if (edits.Count > 1) result.Add(new RoomFrame(RoomFrameKind.Edit) { Payload = Updates.Merge([.. edits.Select(e => e.Payload)]) });
        edits.Clear();
    }

    private static RoomFrame MergeCursors(List<RoomFrame> frames)
    {
        var newest = new Dictionary<long, AwarenessEntry>();
        foreach (var frame in frames)
        {
            // The room encoded these itself, so they decode; bounds were met when they came in.
            _ = AwarenessMessage.Decode(frame.Payload.Span, CursorBounds.Own, out var entries);
            foreach (var entry in entries) newest[entry.Client] = entry;
        }
        return new RoomFrame(RoomFrameKind.Cursors) { Payload = AwarenessMessage.Encode(newest.Values) };
    }
}

/// <summary>Bounds of awareness messages.</summary>
internal static class CursorBounds
{
    /// <summary>For messages that this server encoded: states grew by the stamp, and a message may hold everyone.</summary>
    public static readonly AwarenessLimits Own = new(StateBytes: 64 * 1024, Depth: 64, Entries: int.MaxValue);
}
