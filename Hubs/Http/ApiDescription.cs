namespace CollabHub.Hubs.Http;

/// <summary>The machine-readable description of the REST routes, and the page that shows it.</summary>
public static class ApiDescription
{
    /// <summary>Registers the document.</summary>
    public static void AddApiDescription(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOpenApi("v1");
    }

    /// <summary>Maps <c>/openapi/v1.json</c>.</summary>
    public static void MapApiDescription(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapOpenApi();
    }
}
