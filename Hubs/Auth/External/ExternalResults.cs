using System.Security.Claims;
using CollabHub.Domain.Accounts;
using CollabHub.Domain.Errors;
using Microsoft.AspNetCore.Authentication;

namespace CollabHub.Hubs.Auth.External;

/// <summary>
/// What becomes of a provider's answer: the browser lands on the page with a one-time code, or the code of an error, in the
/// fragment, which it sends nowhere. No token is ever in an address.
/// </summary>
internal static partial class ExternalResults
{
    /// <summary>Under which the page's challenge travels in the sealed state.</summary>
    public const string Challenge = "challenge";

    private const string Page = "/signin/external";

    public static Task SucceededAsync(TicketReceivedContext context)
    {
        var identity = IdentityOf(context.Principal!, context.Options.ClaimsIssuer!);
        var challenge = context.Properties!.Items.TryGetValue(Challenge, out var begun) ? begun : null;
        var code = context.HttpContext.RequestServices.GetRequiredService<ExternalCodes>().Issue(identity, challenge);
        return Land(context, $"code={code}");
    }

    public static Task DeniedAsync(AccessDeniedContext context) => Land(context, Error(AccountErrors.ExternalDenied));

    public static Task FailedAsync(RemoteFailureContext context)
    {
        Failed(Log(context.HttpContext), context.Scheme.Name, context.Failure);
        return Land(context, Error(IsDown(context.Failure) ? AccountErrors.ExternalUnavailable : AccountErrors.ExternalFailed));
    }

    /// <summary>Where the browser goes when the provider cannot even be asked.</summary>
    public static string Unavailable(HttpContext http, string scheme, Exception exception)
    {
        Failed(Log(http), scheme, exception);
        return $"{Page}#{Error(AccountErrors.ExternalUnavailable)}";
    }

    private static string Error(CollabError error) => $"error={error.Code}";

    private static bool IsDown(Exception? failure) =>
        failure is HttpRequestException or TaskCanceledException or IOException || (failure?.InnerException is { } inner && IsDown(inner));

    private static Task Land(HandleRequestContext<RemoteAuthenticationOptions> context, string fragment)
    {
        context.Response.Redirect($"{Page}#{fragment}");
        context.HandleResponse();
        return Task.CompletedTask;
    }

    private static ExternalIdentity IdentityOf(ClaimsPrincipal person, string provider) => new(
        provider,
        person.FindFirstValue(ExternalClaims.Subject) ?? throw new AuthenticationFailureException("The provider named no subject."),
        EmailAddress.Normalize(person.FindFirstValue(ExternalClaims.Email)),
        string.Equals(person.FindFirstValue(ExternalClaims.EmailVerified), "true", StringComparison.OrdinalIgnoreCase),
        person.FindFirstValue(ExternalClaims.Username),
        person.FindFirstValue(ExternalClaims.FirstName),
        person.FindFirstValue(ExternalClaims.LastName));

    private static ILogger Log(HttpContext http) => http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("CollabHub.Hubs.Auth.External");

    [LoggerMessage(1, LogLevel.Warning, "Signing in with {Scheme} failed.", EventName = "ExternalSignInFailed")]
    private static partial void Failed(ILogger logger, string scheme, Exception? exception);
}
