namespace CollabHub.Domain.Workspaces.Documents;

/// <summary>Counts what happens in workspaces, for <c>analytics</c>. Gathers in memory and is written in batches; a crash loses the last seconds.</summary>
public interface IWorkspaceActivity
{
    /// <summary>Adds to a counter of <see cref="DocumentCounters"/>; never blocks and never throws.</summary>
    void Count(WorkspaceId workspace, string counter, int by = 1);
}
