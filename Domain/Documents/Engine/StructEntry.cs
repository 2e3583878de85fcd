namespace CollabHub.Domain.Documents.Engine;

/// <summary>Where one struct stands in one of several updates.</summary>
internal readonly struct StructEntry(long client, uint clock, uint length, int source, int position) : IComparable<StructEntry>
{
    public readonly long Client = client;
    public readonly uint Clock = clock;
    public readonly uint Length = length;
    public readonly int Source = source;
    public readonly int Position = position;

    public uint End => Clock + Length;

    /// <summary>Clients descending, then clocks; of those that start alike, the longest and the earliest given.</summary>
    public int CompareTo(StructEntry other)
    {
        if (Client != other.Client) return other.Client.CompareTo(Client);
        if (Clock != other.Clock) return Clock.CompareTo(other.Clock);
        if (Length != other.Length) return other.Length.CompareTo(Length);
        return Source.CompareTo(other.Source);
    }
}
