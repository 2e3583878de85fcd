namespace CollabHub.Tests.Unit;

/// <summary>The arrows between the projects: Domain ← Persistence, Deploy ← Hubs.</summary>
public class ArchitectureTests
{
    private static readonly string[] Ours = ["CollabHub.Domain", "CollabHub.Persistence", "CollabHub.Deploy", "CollabHub.Hubs"];

    [Theory]
    [InlineData("CollabHub.Domain", "")]
    [InlineData("CollabHub.Persistence", "CollabHub.Domain")]
    [InlineData("CollabHub.Deploy", "CollabHub.Domain")]
    [InlineData("CollabHub.Hubs", "CollabHub.Deploy,CollabHub.Domain,CollabHub.Persistence")]
    public void A_project_knows_only_what_lies_further_in(string project, string mayKnow)
    {
        var allowed = mayKnow.Split(',');
        var known = System.Reflection.Assembly.Load(project).GetReferencedAssemblies().Select(a => a.Name!);
        Assert.DoesNotContain(known, name => Ours.Contains(name) && !allowed.Contains(name));
    }

    [Fact]
    public void Domain_references_nothing_but_the_runtime()
    {
        var known = System.Reflection.Assembly.Load("CollabHub.Domain").GetReferencedAssemblies().Select(a => a.Name!);
        Assert.All(known, name => Assert.StartsWith("System", name, StringComparison.Ordinal));
    }
}
