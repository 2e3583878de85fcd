using System.Globalization;
using System.Net;

namespace CollabHub.Hubs.Apps;

/// <summary>The few pages that an app's origin shows when the app itself does not answer; they tell nothing of the inside.</summary>
internal static class AppPages
{
    public static Task SendAsync(HttpContext context, int status, string title, string sentence, int? retryAfter = null)
    {
        var response = context.Response;
        response.Clear();
        response.StatusCode = status;
        if (retryAfter is { } seconds) response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";
        return response.WriteAsync(
            $$"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{WebUtility.HtmlEncode(title)}}</title>
            <style>body{font:16px/1.5 system-ui,sans-serif;display:grid;place-items:center;min-height:90vh;margin:0 24px;color-scheme:light dark}main{max-width:32rem}</style>
            </head><body><main><h1>{{WebUtility.HtmlEncode(title)}}</h1><p>{{WebUtility.HtmlEncode(sentence)}}</p></main></body></html>
            """,
            context.RequestAborted);
    }
}
