namespace CollabHub.Domain.Operations;

/// <summary>How a node is doing; rates are of the last second.</summary>
/// <param name="Connections">Open connections of signed-in people, on hubs and sockets.</param>
/// <param name="OpenFiles">Files that are open on the node.</param>
/// <param name="EditsIn">Edits taken from clients, a second.</param>
/// <param name="EditsOut">Edits delivered, counted per subscriber, a second.</param>
/// <param name="SaveP50Ms">Median time from an edit to its commit, in ms; 0 when nothing was saved.</param>
/// <param name="SaveP99Ms">99th percentile of the same.</param>
/// <param name="UnsavedBytes">Accepted edits without a commit.</param>
/// <param name="CpuPercent">Processor time of the process; 100 is one core.</param>
/// <param name="MemoryBytes">Resident memory of the process.</param>
/// <param name="IsDraining">Whether the node is stopping.</param>
public sealed record NodeFigures(
    long Connections, long OpenFiles, double EditsIn, double EditsOut, double SaveP50Ms, double SaveP99Ms, long UnsavedBytes, double CpuPercent,
    long MemoryBytes, bool IsDraining)
{
    /// <summary>Of a node that does nothing.</summary>
    public static readonly NodeFigures Zero = new(0, 0, 0, 0, 0, 0, 0, 0, 0, false);
}

/// <summary>One live node.</summary>
/// <param name="Node">This run of it.</param>
/// <param name="Name">What operators call it.</param>
/// <param name="IsSelf">Whether it is the node that answers.</param>
/// <param name="SilentFor">Time since its last sign of life.</param>
/// <param name="Figures">What it said then.</param>
public sealed record LiveNode(string Node, string Name, bool IsSelf, TimeSpan SilentFor, NodeFigures Figures);

/// <summary>Which nodes live, and how they are doing.</summary>
public interface INodeRegistry
{
    /// <summary>Every live node, the own one included, by name.</summary>
    IReadOnlyList<LiveNode> Nodes { get; }

    /// <summary>Whether the line to the other nodes is down, so that what is known of them may be old.</summary>
    bool IsPartial { get; }
}
