using System.Net;
using CollabHub.Domain;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace CollabHub.Tests.Functional.Teams;

/// <summary>Every route, called by everyone there is: the status is the contract's, and it leaves exactly the audit rows that it should.</summary>
public sealed class AccessMatrixTests(MatrixHub matrix, ITestOutputHelper output) : IClassFixture<MatrixHub>
{
    public static TheoryData<int> Indexes => [.. Enumerable.Range(0, AccessMatrix.Rows.Count)];

    /// <summary>Rows with two ids, the second of which belongs to the first.</summary>
    public static TheoryData<int> Nested => [.. Enumerable.Range(0, AccessMatrix.Rows.Count).Where(index =>
        AccessMatrix.Rows[index] is { Pattern: var pattern, In: null } && Children.Any(pattern.Contains) && Parents.Any(pattern.Contains))];

    private static string[] Children => ["{invitationId}", "{fileId}"];

    private static string[] Parents => ["{wsId}", "{sessionId}"];

    [Theory]
    [MemberData(nameof(Indexes))]
    public async Task A_route_answers_each_caller_as_the_contract_says(int index)
    {
        var row = AccessMatrix.Rows[index];
        var wrong = new List<string>();
        foreach (var setting in row.Settings)
        {
            MatrixWorld? shared = null;
            foreach (var who in Enum.GetValues<Who>())
            {
                // Who only reads leaves the world as it was.
                var world = row.Audits == 0 && shared is not null ? shared : shared = await matrix.WorldAsync(setting, row.NeedsVersion);
                var caller = row.SpendsGuest && who == Who.Guest ? (await matrix.Hub.Hub.GuestAsync()).Http : matrix.Clients[who];
                var before = await matrix.Hub.AuditRowsAsync();
                using var answer = await caller.CallAsync(new HttpMethod(row.Method), world.PathOf(row), row.Body?.Invoke(world));
                var expected = row.Rule(who, setting, row.Success);
                if (answer.StatusCode != expected) wrong.Add($"{setting}, {who}: {(int)answer.StatusCode} instead of {(int)expected}");
                var written = await matrix.Hub.AuditRowsAsync() - before;
                var due = AccessMatrix.AuditsOf(row, expected);
                if (written != due) wrong.Add($"{setting}, {who}: {written} audit rows instead of {due}");
            }
        }
        Assert.True(wrong.Count == 0, $"{row}: {string.Join("; ", wrong)}");
    }

    [Fact]
    public void Every_route_has_a_row()
    {
        var routes = Routes(matrix.Hub.Hub.Services.GetRequiredService<EndpointDataSource>()).Distinct().Order(StringComparer.Ordinal).ToArray();
        var rows = AccessMatrix.Rows.Select(row => row.Route).ToHashSet();
        var missing = routes.Where(route => !rows.Contains(route)).Select(route => $"new(\"{route.Split(' ')[0]}\", \"{route.Split(' ')[1]}\", OnWorkspace(Rank.…)),");
        Assert.True(routes.All(rows.Contains), "AccessMatrix.Rows needs a line for each of these, with what the contract says of them:\n" + string.Join('\n', missing));
        Assert.True(rows.All(routes.Contains), "These rows of AccessMatrix are about routes that do not exist: " + string.Join(", ", rows.Except(routes)));
        output.WriteLine($"{routes.Length} routes, {AccessMatrix.Rows.Count} rows, {AccessMatrix.Rows.Sum(row => row.Settings.Count) * Enum.GetValues<Who>().Length} cases");
    }

    [Theory]
    [MemberData(nameof(Nested))]
    public async Task What_belongs_to_another_parent_does_not_exist_though_the_caller_owns_both(int index)
    {
        var row = AccessMatrix.Rows[index];
        var (here, there) = (await matrix.WorldAsync(Setting.Usual), await matrix.WorldAsync(Setting.Usual));
        foreach (var mixed in new[] { here.With(there), here.WithOtherKind() })
        {
            if (mixed.PathOf(row) == here.PathOf(row)) continue;
            var before = await matrix.Hub.AuditRowsAsync();
            using var answer = await matrix.Clients[Who.Owner].CallAsync(new HttpMethod(row.Method), mixed.PathOf(row), row.Body?.Invoke(mixed));
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            Assert.Equal(before, await matrix.Hub.AuditRowsAsync());
        }
    }

    [Fact]
    public async Task A_person_who_is_elsewhere_is_neither_member_nor_participant_here()
    {
        var world = await matrix.WorldAsync(Setting.Usual);
        var (owner, stranger) = (matrix.Clients[Who.Owner], matrix.Ids[Who.Stranger]);
        using var participant = await owner.CallAsync(HttpMethod.Patch, $"api/sessions/{world.Session}/participants/{stranger}", new { role = "editor" });
        await participant.ProblemAsync(HttpStatusCode.NotFound, "participant.not_found");
        using var member = await owner.DeleteAsync($"api/workspaces/{world.Workspace}/members/{stranger}");
        await member.ProblemAsync(HttpStatusCode.NotFound, "member.not_found");
    }

    private static IEnumerable<string> Routes(EndpointDataSource endpoints) => endpoints.Endpoints.OfType<RouteEndpoint>()
        .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal))
        .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => $"{method} {Pattern(endpoint)}"));

    private static string Pattern(RouteEndpoint endpoint) => "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Skip(1).Select(segment =>
        string.Concat(segment.Parts.Select(part => part is RoutePatternParameterPart id ? $"{{{id.Name}}}" : ((RoutePatternLiteralPart)part).Content))));
}

/// <summary>One server and one of each caller for the whole matrix.</summary>
public sealed class MatrixHub : IAsyncLifetime
{
    private readonly Dictionary<Who, HttpClient> _clients = [];
    private readonly Dictionary<Who, UserId> _ids = [];
    private readonly Dictionary<Who, TestUser> _users = [];

    /// <summary>The server.</summary>
    public TeamHub Hub { get; } = TeamHub.Start();

    /// <summary>Everyone's client.</summary>
    public IReadOnlyDictionary<Who, HttpClient> Clients => _clients;

    /// <summary>Everyone who is signed in.</summary>
    public IReadOnlyDictionary<Who, TestUser> Users => _users;

    /// <summary>Everyone's account.</summary>
    public IReadOnlyDictionary<Who, UserId> Ids => _ids;

    /// <summary>A member and participant on whom the others act.</summary>
    public TestUser Bystander { get; private set; } = null!;

    /// <summary>A fresh world around the callers.</summary>
    public Task<MatrixWorld> WorldAsync(Setting setting, bool withVersion = false) => MatrixWorld.CreateAsync(Hub, _ids, Bystander.Id, setting, withVersion);

    public async Task InitializeAsync()
    {
        foreach (var who in Enum.GetValues<Who>().Where(who => who != Who.Anonymous))
        {
            var user = who == Who.Guest ? await Hub.Hub.GuestAsync() : await Hub.Hub.RegisterAsync($"{who}");
            (_users[who], _clients[who], _ids[who]) = (user, user.Http, user.Id);
        }
        _clients[Who.Anonymous] = Hub.Hub.Anonymous;
        Bystander = await Hub.Hub.RegisterAsync("bystander");
    }

    public Task DisposeAsync() => Hub.DisposeAsync().AsTask();
}
