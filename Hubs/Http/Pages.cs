using Microsoft.AspNetCore.StaticFiles;

namespace CollabHub.Hubs.Http;

/// <summary>The browser side: static files, and the page itself for every address that the page routes on its own.</summary>
public static class Pages
{
    private const string HashedAssets = "/assets";
    private static readonly string[] NotPages =
        ["/api", "/hubs", "/yjs", "/hocuspocus", "/healthz", "/openapi", "/docs", "/metrics", HashedAssets];

    /// <summary>Serves the files; those under <c>/assets</c> carry a content hash in their name and are cached for a year.</summary>
    internal static void UsePages(this WebApplication app) => app.UseStaticFiles(new StaticFileOptions { OnPrepareResponse = Cache });

    /// <summary>Answers unknown GETs outside the API with the page.</summary>
    public static void MapPages(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapFallback(SendPageAsync).WithMetadata(new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head])).ExcludeFromDescription();
    }

    private static async Task SendPageAsync(HttpContext context, IWebHostEnvironment host)
    {
        var page = host.WebRootFileProvider.GetFileInfo("index.html");
        if (!page.Exists || NotPages.Any(prefix => context.Request.Path.StartsWithSegments(prefix)))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.CacheControl = "no-cache";
        await context.Response.SendFileAsync(page, context.RequestAborted);
    }

    private static void Cache(StaticFileResponseContext file) =>
        file.Context.Response.Headers.CacheControl = file.Context.Request.Path.StartsWithSegments(HashedAssets)
            ? "public, max-age=31536000, immutable"
            : "no-cache";
}
