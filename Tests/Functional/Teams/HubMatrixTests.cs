using CollabHub.Tests.Functional.Editing;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace CollabHub.Tests.Functional.Teams;

/// <summary>Every hub method, called by everyone there is.</summary>
public sealed class HubMatrixTests(MatrixHub matrix, ITestOutputHelper output) : IClassFixture<MatrixHub>
{
    public static TheoryData<int> Indexes => [.. Enumerable.Range(0, HubMatrix.Rows.Count)];

    private static IEnumerable<Who> Everyone => Enum.GetValues<Who>().Where(who => who != Who.Anonymous);

    [Theory]
    [MemberData(nameof(Indexes))]
    public async Task A_method_answers_each_caller_as_the_contract_says(int index)
    {
        var row = HubMatrix.Rows[index];
        var wrong = new List<string>();
        foreach (var who in Everyone)
        {
            var world = await matrix.WorldAsync(Setting.Usual);
            await using var connection = await matrix.Users[who].HubAsync(messagePack: false, PathOf(row.Hub));
            var before = await matrix.Hub.AuditRowsAsync();
            var answer = await AnswerAsync(row.Call(connection, world));
            if (!answer.Contains(row.Answer(who), StringComparison.Ordinal)) wrong.Add($"{who}: {answer} instead of {row.Answer(who)}");
            var written = await matrix.Hub.AuditRowsAsync() - before;
            var due = row.Audits?.Invoke(who) ?? 0;
            if (written != due) wrong.Add($"{who}: {written} audit rows instead of {due}");
        }
        Assert.True(wrong.Count == 0, $"{row}: {string.Join("; ", wrong)}");
    }

    [Fact]
    public void Every_method_has_a_row()
    {
        var methods = HubMatrix.Methods.ToList();
        var rows = HubMatrix.Rows.Select(row => (row.Hub, row.Method)).ToHashSet();
        Assert.NotEmpty(methods);
        var missing = methods.Where(method => !rows.Contains(method)).Select(method => $"new(typeof({method.Hub.Name}), \"{method.Method}\", …),");
        Assert.True(methods.All(rows.Contains), "HubMatrix.Rows needs a line for each of these, with what the contract says of them:\n" + string.Join('\n', missing));
        Assert.True(rows.All(methods.Contains), "HubMatrix.Rows has lines about methods that do not exist.");
        output.WriteLine($"{methods.Count} methods, {HubMatrix.Rows.Count} rows, {HubMatrix.Rows.Count * Everyone.Count()} cases");
    }

    private string PathOf(Type hub) => matrix.Hub.Hub.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .First(endpoint => endpoint.Metadata.GetMetadata<HubMetadata>()?.HubType == hub && endpoint.Metadata.GetMetadata<NegotiateMetadata>() is null)
        .RoutePattern.RawText!.TrimStart('/');

    private static async Task<string> AnswerAsync(Task<string> call)
    {
        try
        {
            return await call;
        }
        catch (HubException refused)
        {
            return refused.Message;
        }
    }
}
