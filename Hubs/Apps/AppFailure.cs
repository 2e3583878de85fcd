using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace CollabHub.Hubs.Apps;

/// <summary>Why an app gave no answer, and what its visitor sees instead.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Title">Of the page.</param>
/// <param name="Sentence">What the page says.</param>
/// <param name="RetryAfter">Seconds after which trying again makes sense; null: nobody knows.</param>
/// <param name="MayGoElsewhere">Whether another app may be asked the same: this one has not seen the request, or seeing it twice changes nothing.</param>
/// <param name="MayRepeat">Whether this app may be asked again: the connection failed or broke off before its answer, and being asked more than once changes nothing.</param>
internal sealed record AppFailure(int Status, string Title, string Sentence, int? RetryAfter = null, bool MayGoElsewhere = false, bool MayRepeat = false)
{
    /// <summary>The app has as many visitors as it may.</summary>
    public static readonly AppFailure Busy = new(
        StatusCodes.Status503ServiceUnavailable, "Busy", "This app has as many visitors as it may; try again in a moment.", RetryAfter: 1);

    private static readonly AppFailure TooLarge = new(
        StatusCodes.Status413PayloadTooLarge, "Too large", "What was sent is larger than this app may receive.");

    /// <summary>What a failed attempt means; nothing of an answer has been sent.</summary>
    public static AppFailure Of(HttpContext context, ForwarderError error)
    {
        if (context.Response.StatusCode == StatusCodes.Status413PayloadTooLarge) return TooLarge;
        var status = error is ForwarderError.RequestTimedOut ? StatusCodes.Status504GatewayTimeout : StatusCodes.Status502BadGateway;
        var again = WasNotSent(context) || IsRepeatable(context);
        // Broken off while nothing of the answer has left: no connection, no head, or a head without a byte of its body.
        var broken = error is ForwarderError.Request or ForwarderError.ResponseBodyDestination;
        return new AppFailure(
            status, "The app does not answer", "The app is running but did not answer this request. Its logs are in its session.",
            MayGoElsewhere: again && (broken || error is ForwarderError.RequestTimedOut), MayRepeat: again && broken);
    }

    /// <summary>Whether no connection came about: then not one byte of the request has left.</summary>
    private static bool WasNotSent(HttpContext context) => context.Features.Get<IForwarderErrorFeature>()?.Exception switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => true,
        // The handler's own limit for connecting; the limit for answering has no inner exception of this kind.
        OperationCanceledException { InnerException: TimeoutException } => true,
        _ => false,
    };

    private static bool IsRepeatable(HttpContext context) =>
        (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) || HttpMethods.IsOptions(context.Request.Method))
        && context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != true;
}
