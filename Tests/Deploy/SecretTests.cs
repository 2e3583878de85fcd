using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using CollabHub.Hubs.Deployments;
using CollabHub.Persistence.Relational;
using CollabHub.Tests.Functional;
using CollabHub.Tests.Functional.Editing;
using Dapper;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace CollabHub.Tests.Deploy;

/// <summary>A secret of the workspace's document reaches the app and its build, and nothing else that anybody can read afterwards.</summary>
[Collection(nameof(DockerTests))]
public class SecretTests(DockerEngine engine)
{
    private const string Secret = "canary-7f3a-in-the-mine";
    private const string Main = """
        import http.server, hashlib, os
        class App(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = (hashlib.sha256(os.environ['API_KEY'].encode()).hexdigest() + ' ' + os.environ['MODE']).encode()
                self.send_response(200); self.send_header('Content-Length', str(len(body))); self.end_headers(); self.wfile.write(body)
        http.server.ThreadingHTTPServer(('0.0.0.0', 8000), App).serve_forever()
        """;

    [DockerFact]
    public async Task A_secret_is_in_the_apps_environment_and_in_nothing_that_is_shown_kept_or_logged()
    {
        await using var rig = DeployRig.Start(
            engine, ("Deploy:Runtimes:python:Build", "python3 build.py"), ("Logging:LogLevel:Default", "Trace"), ("Logging:LogLevel:Microsoft", "Trace"),
            ("Logging:LogLevel:Microsoft.AspNetCore", "Trace"), ("Logging:LogLevel:System", "Trace"), ("Logging:LogLevel:Yarp", "Trace"));
        var ada = await rig.Hub.RegisterAsync("ada");
        var (session, workspace) = await DeployRig.SessionAsync(ada, "python", ("main.py", Main), ("build.py", "import os; print('the key has', len(os.environ['API_KEY']), os.environ['MODE'])"));
        var seen = new StringBuilder();
        var environment = new Dictionary<string, object> { ["API_KEY"] = new { value = Secret, secret = true }, ["MODE"] = "plain" };
        using (var patched = await ada.Http.PatchAsJsonAsync($"api/workspaces/{workspace}/document", new { environment }))
        {
            await patched.OkAsync();
            seen.AppendLine(await patched.Content.ReadAsStringAsync());
        }
        var id = DeployRig.Id(await DeployRig.DeployAsync(ada, session, "public"));
        await using var connection = await ada.HubAsync(messagePack: false, "hubs/deployments");
        var frames = await connection.StreamAsChannelAsync<WatchFrame>("WatchDeployment", id);
        var running = await DeployRig.ReachAsync(ada, id, "running");
        using var app = rig.App(running);
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(Secret)));
        Assert.Equal($"{hash} plain", await app.GetStringAsync(new Uri("/", UriKind.Relative)));

        var container = await engine.InspectAsync(id);
        Assert.Contains($"API_KEY={Secret}", container.Config.Env);
        seen.AppendLine(Text(container.Config.Labels)).AppendLine(Text(container.Config.Cmd)).AppendLine(Text(container.Config.Entrypoint));
        seen.AppendLine(Text(await engine.Client.Images.GetImageHistoryAsync(DockerEngine.Python))).AppendLine(Text(await engine.Client.Images.InspectImageAsync(DockerEngine.Python)));
        seen.AppendLine(Text((await engine.Client.Networks.InspectNetworkAsync(DeployRig.Name(id))).Labels)).AppendLine(Text((await engine.Client.Volumes.InspectAsync(DeployRig.Name(id))).Labels));
        foreach (var route in Routes(session, workspace, id)) seen.AppendLine(await ada.Http.GetStringAsync(new Uri(route, UriKind.Relative)));
        using (await ada.Http.PostAsJsonAsync($"api/deployments/{id}/stop", new { })) await DeployRig.EndAsync(ada, id);
        await foreach (var frame in frames.ReadAllAsync()) seen.AppendLine(Text(frame));
        foreach (var route in Routes(session, workspace, id)) seen.AppendLine(await ada.Http.GetStringAsync(new Uri(route, UriKind.Relative)));
        Assert.Contains($"the key has {Secret.Length} plain", seen.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, seen.ToString(), StringComparison.Ordinal);
        Assert.NotEmpty(rig.Hub.Log.Lines);
        Assert.DoesNotContain(rig.Hub.Log.Lines, line => line.Contains(Secret, StringComparison.Ordinal));
        foreach (var (table, rows) in await TablesAsync(rig.Hub)) Assert.False(rows.Contains(Secret, StringComparison.Ordinal), table);
    }

    private static string[] Routes(Guid session, Guid workspace, Guid id) =>
    [
        $"api/deployments/{id}", $"api/deployments/{id}/logs", $"api/deployments/{id}/diff", $"api/deployments/{id}/participants", $"api/sessions/{session}/deployments",
        $"api/sessions/{session}/past-deployments", $"api/sessions/{session}", $"api/workspaces/{workspace}/document", $"api/workspaces/{workspace}/audit", "api/runtimes",
    ];

    private static string Text(object? value) => JsonSerializer.Serialize(value);

    /// <summary>Every row of every table, as text.</summary>
    private static async Task<IReadOnlyList<(string Table, string Rows)>> TablesAsync(TestHub hub)
    {
        await using var scope = hub.Services.CreateAsyncScope();
        await using var connection = await scope.ServiceProvider.GetRequiredService<IRelationalDatabase>().OpenAsync(default);
        var isPostgres = connection.GetType().Name.StartsWith("Npgsql", StringComparison.Ordinal);
        var names = await connection.QueryAsync<string>(isPostgres
            ? "select table_name from information_schema.tables where table_schema = 'public'"
            : "select name from sqlite_master where type = 'table'");
        var tables = new List<(string, string)>();
        foreach (var name in names)
        {
            var rows = (await connection.QueryAsync($"select * from \"{name}\"")).Cast<IDictionary<string, object?>>();
            tables.Add((name, string.Join('\n', rows.SelectMany(row => row.Values).Select(value => value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : $"{value}"))));
        }
        Assert.Contains(tables, table => table.Item1 == "deployments" && table.Item2.Length > 0);
        return tables;
    }
}
