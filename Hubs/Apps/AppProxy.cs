using System.Net;
using CollabHub.Domain;
using CollabHub.Hubs.Deployments;
using CollabHub.Hubs.Options;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace CollabHub.Hubs.Apps;

/// <summary>
/// Answers every request to a host of an app, and none other: the platform never sees them, and apps never see the platform's. The way of a
/// request: its host names the deployment, the gate decides, the table says where to.
/// </summary>
internal sealed partial class AppProxy(
    RequestDelegate next, AppHosts hosts, AppGate gate, AppTickets tickets, AppConnections connections, AppActivity activity, IHttpForwarder forwarder,
    AppUpstream upstream, LimitsOptions limits, TimeProvider time, ILogger<AppProxy> logger)
{
    // An app that is busy or on its way down closes several connections in a row.
    private const int MostRepeats = 3;

    private static readonly TimeSpan RepeatPause = TimeSpan.FromMilliseconds(50);

    private readonly AppTransformer _transformer = new(tickets);
    private readonly ForwarderRequestConfig _config = new()
    {
        ActivityTimeout = TimeSpan.FromSeconds(limits.AppAnswerSeconds), Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    public Task InvokeAsync(HttpContext context) => hosts.IsApp(context.Request.Host, out var id) ? GuardedAsync(context, id) : next(context);

    private async Task GuardedAsync(HttpContext context, DeploymentId? id)
    {
        try
        {
            await AnswerAsync(context, id);
        }
        catch (Exception exception) when (exception is not (OutOfMemoryException or OperationCanceledException))
        {
            // Nobody stands outside of this: the store is away, or there is a defect.
            LogFailed(exception);
            if (context.Response.HasStarted) context.Abort();
            else await AppPages.SendAsync(context, StatusCodes.Status503ServiceUnavailable, "Not now", "This app cannot be reached right now; try again shortly.");
        }
    }

    private Task AnswerAsync(HttpContext context, DeploymentId? id)
    {
        if (id is not { } host) return AppPages.SendAsync(context, StatusCodes.Status404NotFound, "No app here", "There is no app at this address.");
        if (!IsMethodFine(context.Request)) return AppPages.SendAsync(context, StatusCodes.Status405MethodNotAllowed, "Not allowed", "This address does not answer this method.");
        return context.Request.Path == AppGate.Path ? EnterAsync(context, host) : PassAsync(context, host);
    }

    private static bool IsMethodFine(HttpRequest request) =>
        !HttpMethods.IsConnect(request.Method) && !HttpMethods.IsTrace(request.Method)
        && (request.Headers.Upgrade.Count == 0 || request.Headers.Upgrade.ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase));

    private async Task EnterAsync(HttpContext context, DeploymentId host)
    {
        var cookie = await tickets.RedeemAsync(context.Request.Query["ticket"].ToString(), host, context.RequestAborted);
        if (cookie is null)
        {
            await AppPages.SendAsync(context, StatusCodes.Status410Gone, "This link has been used", "Open the app again from its session.");
            return;
        }
        context.Response.Cookies.Append(AppGate.Cookie, cookie, new CookieOptions
        {
            HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, Path = "/", MaxAge = AppTickets.CookieLife,
        });
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        context.Response.Redirect("/");
    }

    private async Task PassAsync(HttpContext context, DeploymentId host)
    {
        var cookie = context.Request.Cookies[AppGate.Cookie];
        var visitor = cookie is null || IsFromElsewhere(context.Request) ? null : await tickets.VisitorAsync(cookie, host);
        var pass = await gate.AskAsync(host, visitor, context.RequestAborted);
        if (pass.Answer != GateAnswer.Open)
        {
            await RefuseAsync(context, pass.Answer);
            return;
        }
        var failure = await TryAsync(context, host, visitor, pass);
        for (var again = 0; again < MostRepeats && failure is { MayGoElsewhere: true }; again++)
        {
            if (await AgainAsync(context, host, visitor, pass, failure, RepeatPause * again) is not { } next) break;
            context.Response.Clear();
            pass = next;
            failure = await TryAsync(context, host, visitor, pass);
        }
        if (failure is not null) await AppPages.SendAsync(context, failure.Status, failure.Title, failure.Sentence, failure.RetryAfter);
    }

    /// <summary>
    /// Where a request goes that got no answer: to the app that took the place of this one since the way was looked up, or to the same one when the
    /// connection failed or broke off and it may be asked again (RFC 9110, 9.2.2). Null: nowhere.
    /// </summary>
    private async Task<GatePass?> AgainAsync(HttpContext context, DeploymentId host, AppVisitor? visitor, GatePass tried, AppFailure failure, TimeSpan pause)
    {
        await Task.Delay(pause, time, context.RequestAborted);
        var now = await gate.AskAsync(host, visitor, context.RequestAborted);
        return now.Answer == GateAnswer.Open && (failure.MayRepeat || now.Target != tried.Target) ? now : null;
    }

    /// <summary>One attempt; null when the app has answered, or nobody waits any more.</summary>
    private async Task<AppFailure?> TryAsync(HttpContext context, DeploymentId host, AppVisitor? visitor, GatePass pass)
    {
        using var entered = connections.Enter(host, pass.Deployment!.Id, visitor, context.Request.Headers.Upgrade.Count > 0, context.Abort);
        if (entered is null) return AppFailure.Busy;
        context.Features.Set(pass);
        var forwarding = ForwardAsync(context, pass.Target!);
        await activity.NoteWhileAsync(pass.Deployment.Id, visitor?.User, forwarding);
        return await forwarding;
    }

    private async Task<AppFailure?> ForwardAsync(HttpContext context, string target)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body) body.MaxRequestBodySize = limits.AppBodyBytes;
        using var longest = new CancellationTokenSource(TimeSpan.FromSeconds(limits.AppConnectionSeconds));
        var error = await forwarder.SendAsync(context, target, upstream.Client, _config, _transformer, longest.Token);
        if (error == ForwarderError.None || context.Response.HasStarted || context.RequestAborted.IsCancellationRequested) return null;
        return AppFailure.Of(context, error);
    }

    private static Task RefuseAsync(HttpContext context, GateAnswer answer) => answer switch
    {
        GateAnswer.NeedsTicket => AppPages.SendAsync(context, StatusCodes.Status401Unauthorized, "This app is private", "Open it from its session."),
        GateAnswer.Refused => AppPages.SendAsync(context, StatusCodes.Status403Forbidden, "This app is private", "You may not open it; ask its owner."),
        GateAnswer.NotRunning => AppPages.SendAsync(context, StatusCodes.Status502BadGateway, "The app is not running", "It is on its way up or down; try again in a moment."),
        _ => AppPages.SendAsync(context, StatusCodes.Status404NotFound, "No app here", "There is no app at this address, or it has ended."),
    };

    /// <summary>
    /// Whether another origin made the browser send this: its visitor did not mean to. Apps are neighbours below one domain, so the cookie's
    /// own rules do not keep them apart.
    /// </summary>
    private static bool IsFromElsewhere(HttpRequest request)
    {
        if (request.Headers.Origin.ToString() is { Length: > 0 } origin && (!Uri.TryCreate(origin, UriKind.Absolute, out var from) || from.Authority != request.Host.Value)) return true;
        return request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site" && request.Headers["Sec-Fetch-Mode"] != "navigate";
    }

    [LoggerMessage(1, LogLevel.Error, "A request to an app could not be decided.", EventName = "AppRequestFailed")]
    private partial void LogFailed(Exception exception);
}
