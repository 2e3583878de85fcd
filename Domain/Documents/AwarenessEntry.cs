namespace CollabHub.Domain.Documents;

/// <summary>What one awareness message says about one client.</summary>
/// <param name="Client">The Yjs client id, 0 to 2^53-1.</param>
/// <param name="Clock">Counts the states of this client, 0 to 2^53-1.</param>
/// <param name="State">A JSON value as UTF-8, never the text <c>null</c>; null = the client is gone. Not to be changed.</param>
public readonly record struct AwarenessEntry(long Client, long Clock, byte[]? State);
