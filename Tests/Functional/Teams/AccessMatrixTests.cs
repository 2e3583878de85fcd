using System.Net;
using CollabHub.Domain;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CollabHub.Tests.Functional.Teams;

/// <summary>Every route of teams, called by everyone there is: the status is the contract's, and exactly the successes leave an audit row.</summary>
public sealed class AccessMatrixTests(MatrixHub matrix) : IClassFixture<MatrixHub>
{
    private static readonly string[] Tags = ["Workspaces", "Members", "Sessions", "Participants", "Invitations", "Files", "History", "Search"];

    public static TheoryData<int> Indexes => [.. Enumerable.Range(0, AccessMatrix.Rows.Count)];

    [Theory]
    [MemberData(nameof(Indexes))]
    public async Task A_route_answers_each_caller_as_the_contract_says(int index)
    {
        var row = AccessMatrix.Rows[index];
        var wrong = new List<string>();
        foreach (var who in Enum.GetValues<Who>())
        {
            var world = await MatrixWorld.CreateAsync(matrix.Hub, matrix.Ids, matrix.Bystander.Id, row.Setting);
            var before = await matrix.Hub.AuditRowsAsync();
            using var answer = await matrix.Clients[who].CallAsync(new HttpMethod(row.Method), world.PathOf(row), row.Body?.Invoke(world));
            var expected = row.Rule(who, row.Success);
            if (answer.StatusCode != expected) wrong.Add($"{who}: {(int)answer.StatusCode} instead of {(int)expected}");
            var written = await matrix.Hub.AuditRowsAsync() - before;
            var due = row.Audits && expected == row.Success ? 1 : 0;
            if (written != due) wrong.Add($"{who}: {written} audit rows instead of {due}");
        }
        Assert.True(wrong.Count == 0, $"{row}: {string.Join("; ", wrong)}");
    }

    [Fact]
    public void Every_route_has_a_row()
    {
        var routes = matrix.Hub.Hub.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<ITagsMetadata>()?.Tags.Any(Tags.Contains) == true)
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => $"{method} {Pattern(endpoint)}"))
            .Distinct().Order(StringComparer.Ordinal).ToArray();
        var rows = AccessMatrix.Rows.Select(row => $"{row.Method} {row.Pattern.Replace("{link}", "{token}", StringComparison.Ordinal)}").Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(routes, rows);
    }

    [Theory]
    [InlineData("DELETE", "workspaces/{wsId}/invitations/{invitationId}")]
    [InlineData("POST", "workspaces/{wsId}/invitations/{invitationId}/resend")]
    [InlineData("DELETE", "sessions/{sessionId}/invitations/{invitationId}")]
    [InlineData("POST", "sessions/{sessionId}/invitations/{invitationId}/resend")]
    public async Task An_invitation_under_another_parent_does_not_exist_though_the_caller_owns_both(string method, string pattern)
    {
        var here = await MatrixWorld.CreateAsync(matrix.Hub, matrix.Ids, matrix.Bystander.Id, Setting.Usual);
        var there = await MatrixWorld.CreateAsync(matrix.Hub, matrix.Ids, matrix.Bystander.Id, Setting.Usual);
        var owner = matrix.Clients[Who.Owner];
        foreach (var foreign in new[] { there.WorkspaceInvitation, there.SessionInvitation, OtherKind(here, pattern) })
        {
            var path = "api/" + pattern
                .Replace("{wsId}", $"{here.Workspace}", StringComparison.Ordinal)
                .Replace("{sessionId}", $"{here.Session}", StringComparison.Ordinal)
                .Replace("{invitationId}", $"{foreign}", StringComparison.Ordinal);
            using var answer = await owner.CallAsync(new HttpMethod(method), path, null);
            await answer.ProblemAsync(HttpStatusCode.NotFound, "invitation.not_found");
        }
    }

    [Fact]
    public async Task A_person_who_is_elsewhere_is_neither_member_nor_participant_here()
    {
        var world = await MatrixWorld.CreateAsync(matrix.Hub, matrix.Ids, matrix.Bystander.Id, Setting.Usual);
        var (owner, stranger) = (matrix.Clients[Who.Owner], matrix.Ids[Who.Stranger]);
        using var participant = await owner.CallAsync(HttpMethod.Patch, $"api/sessions/{world.Session}/participants/{stranger}", new { role = "editor" });
        await participant.ProblemAsync(HttpStatusCode.NotFound, "participant.not_found");
        using var member = await owner.DeleteAsync($"api/workspaces/{world.Workspace}/members/{stranger}");
        await member.ProblemAsync(HttpStatusCode.NotFound, "member.not_found");
    }

    private static Guid OtherKind(MatrixWorld world, string pattern) =>
        pattern.StartsWith("sessions", StringComparison.Ordinal) ? world.WorkspaceInvitation : world.SessionInvitation;

    private static string Pattern(RouteEndpoint endpoint) =>
        endpoint.RoutePattern.RawText!.Replace(":uuid", "", StringComparison.Ordinal).Replace(":long:min(1)", "", StringComparison.Ordinal).TrimEnd('/')["/api".Length..];
}

/// <summary>One server and one of each caller for the whole matrix.</summary>
public sealed class MatrixHub : IAsyncLifetime
{
    private readonly Dictionary<Who, HttpClient> _clients = [];
    private readonly Dictionary<Who, UserId> _ids = [];

    /// <summary>The server.</summary>
    public TeamHub Hub { get; } = TeamHub.Start();

    /// <summary>Everyone's client.</summary>
    public IReadOnlyDictionary<Who, HttpClient> Clients => _clients;

    /// <summary>Everyone's account.</summary>
    public IReadOnlyDictionary<Who, UserId> Ids => _ids;

    /// <summary>A member and participant on whom the others act.</summary>
    public TestUser Bystander { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        foreach (var who in Enum.GetValues<Who>().Where(who => who != Who.Anonymous))
        {
            var user = who == Who.Guest ? await Hub.Hub.GuestAsync() : await Hub.Hub.RegisterAsync($"{who}");
            (_clients[who], _ids[who]) = (user.Http, user.Id);
        }
        _clients[Who.Anonymous] = Hub.Hub.Anonymous;
        Bystander = await Hub.Hub.RegisterAsync("bystander");
    }

    public Task DisposeAsync() => Hub.DisposeAsync().AsTask();
}
