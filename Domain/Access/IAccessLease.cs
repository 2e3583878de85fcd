namespace CollabHub.Domain.Access;

/// <summary>
/// Whether this node can rely on hearing of every change of access at once. While it cannot, what it knows of anyone's role is
/// good for <see cref="LifeTime"/> and must then be read again before anything is taken or shown.
/// </summary>
public interface IAccessLease
{
    /// <summary>How old a role may be that was not confirmed by the line to the other nodes.</summary>
    static readonly TimeSpan LifeTime = TimeSpan.FromSeconds(5);

    /// <summary>Whether the line to the other nodes was seen to work within <see cref="LifeTime"/>.</summary>
    bool IsHeld { get; }
}

/// <summary>A node without others: every change of access is its own.</summary>
public sealed class SingleNodeLease : IAccessLease
{
    /// <inheritdoc/>
    public bool IsHeld => true;
}
