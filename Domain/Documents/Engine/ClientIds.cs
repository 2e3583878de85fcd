namespace CollabHub.Domain.Documents.Engine;

/// <summary>Hashes client ids with the process's random seed: ids that a sender chose do not collide on purpose.</summary>
internal sealed class ClientIds : IEqualityComparer<long>
{
    public static ClientIds Comparer { get; } = new();

    public bool Equals(long x, long y) => x == y;

    public int GetHashCode(long id) => HashCode.Combine(id);
}
