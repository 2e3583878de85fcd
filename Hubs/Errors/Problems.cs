using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using CollabHub.Domain.Errors;
using CollabHub.Persistence.Relational;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.WebUtilities;

namespace CollabHub.Hubs.Errors;

/// <summary>Every error answer is an RFC 9457 problem with <c>code</c> and <c>traceId</c>, also those that the framework gives.</summary>
public static class Problems
{
    /// <summary>Registers the writer and the handler of exceptions.</summary>
    public static void AddProblems(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton<IProblemDetailsWriter, ProblemWriter>();
        builder.Services.AddProblemDetails();
        builder.Services.AddExceptionHandler<ExceptionMapping>();
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
    }

    /// <summary>The code and sentence for a status that the framework answered without a body.</summary>
    internal static (string Code, string Detail) Of(int status) => status switch
    {
        StatusCodes.Status400BadRequest => ("request.malformed", "The request cannot be read."),
        StatusCodes.Status401Unauthorized => ("auth.required", "Sign in: the access token is missing, expired or not valid."),
        StatusCodes.Status403Forbidden => ("access.forbidden", "Your account may not do this."),
        StatusCodes.Status404NotFound => ("request.not_found", "There is nothing at this address."),
        StatusCodes.Status405MethodNotAllowed => ("request.method_not_allowed", "This address does not answer this method."),
        StatusCodes.Status408RequestTimeout => ("request.timeout", "The request arrived too slowly."),
        StatusCodes.Status413PayloadTooLarge => ("request.too_large", "The request body is too large."),
        StatusCodes.Status415UnsupportedMediaType => ("request.media_type", "The body must be application/json, unless the route says otherwise."),
        StatusCodes.Status429TooManyRequests => (GeneralErrors.RateLimited.Code, GeneralErrors.RateLimited.Message),
        StatusCodes.Status431RequestHeaderFieldsTooLarge => ("request.headers_too_large", "The request headers are too large."),
        StatusCodes.Status503ServiceUnavailable => (GeneralErrors.StoreUnavailable.Code, GeneralErrors.StoreUnavailable.Message),
        >= 500 => ("internal", "Something went wrong here; the trace id finds it in the log."),
        _ => ("request.refused", "The request cannot be answered."),
    };
}

/// <summary>Writes problems as JSON whatever the request accepts, and completes them.</summary>
internal sealed class ProblemWriter : IProblemDetailsWriter
{
    // Limits that a use case counts let the next try through within a minute.
    private const string LongestRetry = "60";

    public bool CanWrite(ProblemDetailsContext context) => true;

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var http = context.HttpContext;
        var problem = context.ProblemDetails;
        var status = problem.Status ?? http.Response.StatusCode;
        problem.Status = status;
        if (!problem.Extensions.ContainsKey("code"))
        {
            var (code, detail) = Problems.Of(status);
            problem.Extensions["code"] = code;
            problem.Type = $"urn:collabhub:{code}";
            problem.Title = ReasonPhrases.GetReasonPhrase(status);
            problem.Detail = detail;
        }
        problem.Extensions["traceId"] = Activity.Current?.TraceId.ToString() ?? http.TraceIdentifier;
        http.Response.StatusCode = status;
        if (problem.Extensions.TryGetValue(ProblemMapping.RetryAfter, out var wait)) http.Response.Headers.RetryAfter = string.Create(CultureInfo.InvariantCulture, $"{wait}");
        if (status == StatusCodes.Status429TooManyRequests && http.Response.Headers.RetryAfter.Count == 0) http.Response.Headers.RetryAfter = LongestRetry;
        await http.Response.WriteAsJsonAsync(problem, options: null, contentType: "application/problem+json", http.RequestAborted);
    }
}

/// <summary>Turns exceptions into problems; what is not known stays <c>internal</c> and says nothing about the inside.</summary>
internal sealed partial class ExceptionMapping(IRelationalDatabase database, IProblemDetailsService problems, ILogger<ExceptionMapping> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var result = Map(exception);
        // The framework is silent about an exception that a handler answers.
        if (result.StatusCode == StatusCodes.Status500InternalServerError) Failed(log, httpContext.Request.Method, httpContext.Features.Get<IExceptionHandlerFeature>()?.Endpoint?.DisplayName, exception);
        if (result.StatusCode == StatusCodes.Status503ServiceUnavailable)
        {
            StoreUnavailable(log, exception);
            httpContext.Response.Headers.RetryAfter = "1";
        }
        httpContext.Response.StatusCode = result.StatusCode;
        await problems.WriteAsync(new ProblemDetailsContext { HttpContext = httpContext, ProblemDetails = result.ProblemDetails });
        return true;
    }

    private Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult Map(Exception exception) => exception switch
    {
        BadHttpRequestException { InnerException: JsonException json } when BodyErrors.FieldOf(json) is { } field =>
            GeneralErrors.Invalid(field.Name, field.Problem).ToProblem(),
        BadHttpRequestException bad => Framework(bad.StatusCode),
        _ when database.IsUnavailable(exception) => GeneralErrors.StoreUnavailable.ToProblem(),
        _ => Framework(StatusCodes.Status500InternalServerError),
    };

    private static Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult Framework(int status) => TypedResults.Problem(statusCode: status);

    [LoggerMessage(1, LogLevel.Error, "{Method} {Endpoint} failed.", EventName = "RequestFailed")]
    private static partial void Failed(ILogger logger, string method, string? endpoint, Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "The store does not answer.", EventName = "StoreUnavailable")]
    private static partial void StoreUnavailable(ILogger logger, Exception exception);
}
