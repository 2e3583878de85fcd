using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using CollabHub.Tests.Functional.Teams;
using Xunit.Abstractions;

namespace CollabHub.Tests.Functional.BadInput;

/// <summary>
/// Every route of the access matrix with bad bodies, queries and ids, by someone who may call it: each answer is a complete problem with a
/// code, none is the server's own failure.
/// </summary>
public sealed class EveryRouteTests(MatrixHub matrix, ITestOutputHelper output) : IClassFixture<MatrixHub>
{
    private static readonly Who[] Callers = [Who.Owner, Who.SessionOwner, Who.Stranger, Who.Anonymous];

    // Queries that a list must refuse, and those that any GET must survive.
    private static readonly string[] BadPages =
        ["limit=0", "limit=-1", "limit=201", "limit=1e9", "limit=", "limit=1&limit=2", "limit=%00", "limit=99999999999999999999", "cursor=abc", "cursor=", "cursor=%00", "cursor=CfDJ8AAAA", "cursor=a&cursor=b"];

    private static readonly string[] StrangeQueries =
        ["q=%00", "q=%ff%fe", "q=a&q=b", "status=%00", "status=1'%20or%20'1'='1", "tag=%00", "tag=%ED%A0%80", "sort=password_hash", "action=%0d%0aX", "action=%00", "sort=a%00b", "userId=1", "from=yesterday", "to=2026-13-45", "from=9999-99-99T00:00:00Z", "to=0001-01-01", "from=9999-12-31T23:59:59.9999999Z", "%00=1", "a[]=1&a[$ne]=2"];

    private static readonly string[] BadIds =
        ["not-a-uuid", "00000000-0000-0000-0000-000000000000", "{018f0000-0000-7000-8000-000000000001}", "018F0000-0000-7000-8000-00000000ABCD", "018f0000000070008000000000000001", "..%2f..%2fetc%2fpasswd", "%2e%2e%2fadmin",
         "%00", "'%20or%201=1", "-1", "%ED%A0%80", "018f0000-0000-7000-8000-000000000001%00", "018f0000-0000-7000-8000-000000000001"];

    [Fact]
    public async Task Bad_bodies_are_refused_with_a_complete_problem()
    {
        var (calls, accepted) = (0, 0);
        var wrong = new List<string>();
        foreach (var row in AccessMatrix.Rows.Where(row => row.Body is not null).DistinctBy(row => row.Route))
        {
            var world = await matrix.WorldAsync(row.Settings[0], row.NeedsVersion);
            if (JsonSerializer.SerializeToNode(row.Body!(world), JsonSerializerOptions.Web) is not JsonObject good) continue;
            var http = matrix.Clients[CallerOf(row)];
            foreach (var bad in BadBodies.Of(good))
            {
                using var content = new ByteArrayContent(bad.Bytes);
                content.Headers.ContentType = new MediaTypeHeaderValue(bad.MediaType);
                using var request = new HttpRequestMessage(new HttpMethod(row.Method), world.PathOf(row)) { Content = content };
                // What is refused by its length alone is answered before it is sent.
                request.Headers.ExpectContinue = bad.Bytes.Length > BadBodies.TooLarge;
                using var answer = await http.SendAsync(request);
                calls++;
                if (answer.IsSuccessStatusCode) accepted++;
                if (await FaultOfAsync(answer, bad.MustRefuse) is { } fault) wrong.Add($"{row}, {bad.Why}: {fault}");
            }
        }
        output.WriteLine($"{calls} bad bodies; {accepted} of those that are only strange were taken");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(calls > 300, $"{calls}");
    }

    [Fact]
    public async Task Bad_queries_are_refused_or_harmless()
    {
        var calls = 0;
        var wrong = new List<string>();
        foreach (var row in AccessMatrix.Rows.Where(row => row.Method == "GET").DistinctBy(row => row.Route))
        {
            var world = await matrix.WorldAsync(row.Settings[0], row.NeedsVersion);
            var http = matrix.Clients[CallerOf(row)];
            var path = world.PathOf(row);
            var isList = await IsListAsync(http, path);
            foreach (var query in BadPages.Concat(StrangeQueries))
            {
                using var answer = await http.GetAsync(new Uri(path + (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + query, UriKind.Relative));
                calls++;
                if (await FaultOfAsync(answer, mustRefuse: isList && BadPages.Contains(query)) is { } fault) wrong.Add($"{row}, {query}: {fault}");
            }
        }
        output.WriteLine($"{calls} bad queries");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(calls > 300, $"{calls}");
    }

    [Fact]
    public async Task Bad_ids_lead_nowhere()
    {
        var calls = 0;
        var wrong = new List<string>();
        foreach (var row in AccessMatrix.Rows.Where(row => row.Pattern.Contains('{', StringComparison.Ordinal)).DistinctBy(row => row.Route))
        {
            var world = await matrix.WorldAsync(row.Settings[0], row.NeedsVersion);
            var http = matrix.Clients[CallerOf(row)];
            var names = row.Pattern.Split('/').Where(part => part.StartsWith('{')).ToList();
            foreach (var name in names)
            {
                foreach (var id in BadIds)
                {
                    var path = world.PathOf(row with { Pattern = row.Pattern.Replace(name, id, StringComparison.Ordinal) });
                    using var answer = await http.CallAsync(new HttpMethod(row.Method), path, row.Body?.Invoke(world));
                    calls++;
                    // The web server itself refuses NUL in a path, before anything of ours sees it.
                    if (id.Contains("%00", StringComparison.Ordinal) && answer.StatusCode == System.Net.HttpStatusCode.BadRequest) continue;
                    if (await FaultOfAsync(answer, mustRefuse: IsRefused(row, name)) is { } fault) wrong.Add($"{row}, {name} = {id}: {fault}");
                }
            }
        }
        output.WriteLine($"{calls} bad ids");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(calls > 300, $"{calls}");
    }

    // An unknown provider sends the browser back to the page, with the error in the address.
    private static bool IsRefused(MatrixRow row, string name) => !(row.Method == "GET" && name == "{provider}");

    private static async Task<bool> IsListAsync(HttpClient http, string path)
    {
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
        return answer.Content.Headers.ContentType?.MediaType == "application/json" && JsonElement.Parse(await answer.Content.ReadAsStringAsync()) is { ValueKind: JsonValueKind.Object } body && body.TryGetProperty("nextCursor", out _);
    }

    private static Who CallerOf(MatrixRow row) => Callers.FirstOrDefault(who => row.Rule(who, row.Settings[0], row.Success) == row.Success);

    /// <summary>What is wrong with an answer; null when it is right.</summary>
    private static async Task<string?> FaultOfAsync(HttpResponseMessage answer, bool mustRefuse)
    {
        var status = (int)answer.StatusCode;
        if (status < 400) return mustRefuse ? $"{status}" : null;
        var text = await answer.Content.ReadAsStringAsync();
        if (status >= 500) return $"{status} {text}";
        if (answer.Content.Headers.ContentType?.MediaType != "application/problem+json") return $"{status} as {answer.Content.Headers.ContentType}";
        var problem = JsonElement.Parse(text);
        var code = problem.GetProperty("code").GetString();
        var isComplete = problem.GetProperty("type").GetString() == $"urn:collabhub:{code}" && problem.GetProperty("status").GetInt32() == status
            && !string.IsNullOrEmpty(code) && !string.IsNullOrEmpty(problem.GetProperty("detail").GetString()) && problem.TryGetProperty("traceId", out _);
        return isComplete ? null : $"{status} incomplete: {text}";
    }
}
