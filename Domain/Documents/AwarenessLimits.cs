namespace CollabHub.Domain.Documents;

/// <summary>Bounds of one awareness message from outside.</summary>
/// <param name="StateBytes">UTF-8 bytes of one state.</param>
/// <param name="Depth">Objects and arrays inside each other; 4 holds a Yjs cursor: state, cursor, anchor, item.</param>
/// <param name="Entries">Entries of one message; clients echo the states of others, so this is not one.</param>
public sealed record AwarenessLimits(int StateBytes = 2048, int Depth = 4, int Entries = 1000)
{
    /// <summary>The default bounds.</summary>
    public static AwarenessLimits Default { get; } = new();
}
