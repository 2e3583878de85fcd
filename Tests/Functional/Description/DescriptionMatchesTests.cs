using System.Globalization;
using System.Text.Json;
using CollabHub.Tests.Functional.Teams;
using Xunit.Abstractions;

namespace CollabHub.Tests.Functional.Description;

/// <summary>What <c>/openapi/v1.json</c> promises is what the routes do. The requests are those of the access matrix.</summary>
public sealed class DescriptionMatchesTests(MatrixHub matrix, ITestOutputHelper output) : IClassFixture<MatrixHub>
{
    // The first of them whom the contract lets do it makes the call.
    private static readonly Who[] Callers = [Who.Owner, Who.SessionOwner, Who.Stranger, Who.Anonymous];

    [Fact]
    public async Task Every_route_is_described_and_nothing_else()
    {
        var described = Operations(await DescriptionAsync()).Select(operation => operation.Route).Order(StringComparer.Ordinal);
        Assert.Equal(AccessMatrix.Rows.Select(row => row.Route).Distinct().Order(StringComparer.Ordinal), described);
    }

    [Fact]
    public async Task Every_operation_answers_with_a_status_a_type_and_a_body_that_are_described()
    {
        var document = await DescriptionAsync();
        var check = new SchemaCheck(document);
        var wrong = new List<string>();
        var calls = 0;
        foreach (var (route, operation) in Operations(document))
        {
            foreach (var row in AccessMatrix.Rows.Where(row => row.Route == route))
            {
                var setting = row.Settings[0];
                foreach (var who in new[] { Callers.FirstOrDefault(who => row.Rule(who, setting, row.Success) == row.Success), Who.Removed })
                {
                    var world = await matrix.WorldAsync(setting, row.NeedsVersion);
                    using var answer = await matrix.Clients[who].CallAsync(new HttpMethod(row.Method), world.PathOf(row), row.Body?.Invoke(world));
                    wrong.AddRange((await ProblemsOfAsync(answer, operation, check)).Select(problem => $"{route} as {who}: {problem}"));
                    calls++;
                }
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        output.WriteLine($"{calls} calls");
    }

    [Fact]
    public void A_body_that_does_not_fit_is_noticed()
    {
        var schema = JsonElement.Parse("""{"type":"object","required":["id"],"properties":{"id":{"type":"string","format":"uuid"},"n":{"type":["null","integer"]}}}""");
        var check = new SchemaCheck(JsonElement.Parse("{}"));
        Assert.Empty(check.Compare(JsonElement.Parse("""{"id":"018f0000-0000-7000-8000-000000000001","n":null}"""), schema));
        Assert.Equal(["$.id is missing", "$.n is string, not null or integer", "$.x is not described"], check.Compare(JsonElement.Parse("""{"n":"1","x":1}"""), schema));
        Assert.Equal(["$.id is no uuid"], check.Compare(JsonElement.Parse("""{"id":"1"}"""), schema));
    }

    private static async Task<IEnumerable<string>> ProblemsOfAsync(HttpResponseMessage answer, JsonElement operation, SchemaCheck check)
    {
        var status = ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture);
        var responses = operation.GetProperty("responses");
        if (!responses.TryGetProperty(status, out var response) && (answer.IsSuccessStatusCode || !responses.TryGetProperty("default", out response))) return [$"{status} is not described"];
        var text = await answer.Content.ReadAsStringAsync();
        if (!response.TryGetProperty("content", out var content)) return text.Length == 0 ? [] : [$"{status} has a body that is not described"];
        var type = answer.Content.Headers.ContentType?.MediaType ?? "";
        if (!content.TryGetProperty(type, out var described)) return [$"{status} has the type '{type}', which is not described"];
        return type.EndsWith("json", StringComparison.Ordinal) && described.TryGetProperty("schema", out var schema) ? check.Compare(JsonElement.Parse(text), schema) : [];
    }

    private static IEnumerable<(string Route, JsonElement Operation)> Operations(JsonElement document) =>
        from path in document.GetProperty("paths").EnumerateObject()
        where path.Name.StartsWith("/api/", StringComparison.Ordinal)
        from operation in path.Value.EnumerateObject()
        where operation.Name is "get" or "post" or "put" or "patch" or "delete"
        select ($"{operation.Name.ToUpperInvariant()} {path.Name["/api".Length..].TrimEnd('/')}", operation.Value);

    private async Task<JsonElement> DescriptionAsync() => await (await matrix.Clients[Who.Anonymous].GetAsync(new Uri("openapi/v1.json", UriKind.Relative))).OkAsync();
}
