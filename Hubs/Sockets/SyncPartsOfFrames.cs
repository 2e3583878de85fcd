using CollabHub.Domain.Editing;
using CollabHub.Domain.Protocols;

namespace CollabHub.Hubs.Sockets;

/// <summary>A large first exchange as sync messages.</summary>
internal static class SyncPartsOfFrames
{
    /// <summary>The parts in order; the last one is the step 2, those before are updates.</summary>
    public static IEnumerable<(SyncKind Kind, ReadOnlyMemory<byte> Part)> SyncParts(this RoomFrame frame)
    {
        ReadOnlyMemory<byte>[] parts = [frame.Payload, .. frame.Rest];
        return parts.Select((part, i) => (i == parts.Length - 1 ? SyncKind.Step2 : SyncKind.Update, part));
    }
}
