using CollabHub.Hubs.Apps;
using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Auth.External;
using CollabHub.Hubs.Cluster;
using CollabHub.Hubs.Connections;
using CollabHub.Hubs.Deployments;
using CollabHub.Hubs.Documents;
using CollabHub.Hubs.Endpoints;
using CollabHub.Hubs.Errors;
using CollabHub.Hubs.History;
using CollabHub.Hubs.Http;
using CollabHub.Hubs.Mail;
using CollabHub.Hubs.Operations;
using CollabHub.Hubs.Options;
using CollabHub.Hubs.Realtime;
using CollabHub.Hubs.Storage;
using CollabHub.Hubs.Telemetry;

try
{
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    var settings = builder.AddSettings();
    builder.AddServer(settings);
    builder.AddTrustedProxies(settings);
    builder.AddOrigins(settings);
    builder.AddConnections(settings);
    builder.AddProblems();
    builder.AddJson();
    builder.AddValidation();
    builder.AddPaging();
    builder.AddRateLimits();
    builder.AddDataDirectory(settings);
    builder.AddDatabase(settings);
    builder.AddTokens(settings);
    builder.AddIdempotency();
    builder.AddMail();
    builder.AddAccounts(settings);
    builder.AddExternalSignIn(settings);
    builder.AddTeams(settings);
    builder.AddCluster(settings);
    builder.AddEditing(settings);
    builder.AddDeployments(settings);
    builder.AddOperations(settings);
    builder.AddHistory(settings);
    builder.AddDocuments(settings);
    builder.AddHealth();
    builder.AddTelemetry(settings);
    builder.AddApiDescription();

    var app = builder.Build();
    app.OpenStores();
    app.UseApps();
    app.UseServer();
    app.MapHealth();
    app.MapTelemetry();
    app.MapApiDescription();
    app.MapAuth();
    app.MapMe();
    app.MapExternalSignIn();
    app.MapTeams();
    app.MapEditing();
    app.MapDeploying();
    app.MapOperations();
    app.MapHistory();
    app.MapPages();
    await app.RunAsync();
    return 0;
}
catch (Exception exception) when (StartFailure.Describe(exception) is { } message)
{
    await Console.Error.WriteLineAsync(message);
    return 1;
}

/// <summary>The entry point; public so that tests can start the real host.</summary>
public partial class Program;
