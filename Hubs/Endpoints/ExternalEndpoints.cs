using CollabHub.Domain.Access;
using CollabHub.Domain.Accounts;
using CollabHub.Domain.Errors;
using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Auth.External;
using CollabHub.Hubs.Errors;
using CollabHub.Hubs.Http;
using FluentValidation;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CollabHub.Hubs.Endpoints;

/// <summary>A provider as the page shows it.</summary>
/// <param name="Name">For <c>GET /auth/external/{provider}</c>.</param>
/// <param name="DisplayName">For the button.</param>
public sealed record ProviderView(string Name, string DisplayName);

/// <summary>Answer of <c>GET /auth/external</c>.</summary>
/// <param name="Items">All configured providers.</param>
public sealed record ProvidersView(IReadOnlyList<ProviderView> Items);

/// <summary>Body of <c>POST /auth/external/token</c> and <c>POST /me/external</c>.</summary>
/// <param name="Code">From the fragment.</param>
/// <param name="Verifier">The secret whose SHA-256 was the <c>challenge</c>; absent when there was none.</param>
/// <param name="DeviceInfo">What the client calls itself.</param>
public sealed record ExternalCodeBody(string? Code, string? Verifier, string? DeviceInfo = null);

internal sealed class ExternalCodeBodyValidator : AbstractValidator<ExternalCodeBody>
{
    private const int MaxCode = 8_192;
    private const int MaxVerifier = 128;

    public ExternalCodeBodyValidator()
    {
        RuleFor(body => body.Code).NotEmpty().WithMessage("is missing").MaximumLength(MaxCode).WithMessage("is too long");
        RuleFor(body => body.Verifier).MaximumLength(MaxVerifier).WithMessage("is too long");
        RuleFor(body => body.DeviceInfo).Says(text => Names.Problem(text));
    }
}

/// <summary><c>/api/auth/external</c> and <c>/api/me/external</c>: signing in with other providers.</summary>
public static class ExternalEndpoints
{
    /// <summary>Maps the routes.</summary>
    public static void MapExternalSignIn(this WebApplication app)
    {
        var external = app.MapApiGroup("/auth/external", "Auth").AllowAnonymous();
        external.MapGet("", (ExternalProviders providers) =>
            TypedResults.Ok(new ProvidersView([.. providers.All.Select(provider => new ProviderView(provider.Name, provider.DisplayName))])));
        external.MapGet("/{provider}", BeginAsync).LimitByAddress(RateLimits.Logins).Produces(StatusCodes.Status302Found);
        // The scheme of a configured provider answers before routing gets here.
        external.MapGet("/{provider}/callback", (string provider) => AccountErrors.ExternalUnknown.ToProblem()).Produces(StatusCodes.Status302Found);
        external.MapPost("/token", TokenAsync).Validate<ExternalCodeBody>().LimitByAddress(RateLimits.Logins);
        var mine = app.MapApiGroup("/me/external", "Me");
        mine.MapPost("", LinkAsync).Validate<ExternalCodeBody>();
        mine.MapDelete("/{provider}", UnlinkAsync);
    }

    private static async Task<IResult> BeginAsync(string provider, string? challenge, HttpContext http, ExternalProviders providers)
    {
        if (providers.Find(provider) is not { } found) return AccountErrors.ExternalUnknown.ToProblem();
        if (challenge is not null && !ExternalCodes.IsChallenge(challenge)) return GeneralErrors.Invalid("challenge", "must be the SHA-256 of the verifier in URL-safe base64").ToProblem();
        try
        {
            await http.ChallengeAsync(found.Scheme, new AuthenticationProperties { Items = { [ExternalResults.Challenge] = challenge } });
            return Results.Empty;
        }
        catch (Exception exception) when (!http.RequestAborted.IsCancellationRequested && !http.Response.HasStarted)
        {
            // Whatever kept the provider's description from being read: the person is told on the page, the operator in the log.
            return Results.Redirect(ExternalResults.Unavailable(http, found.Scheme, exception));
        }
    }

    private static async Task<Results<Ok<SignInView>, ProblemHttpResult>> TokenAsync(
        ExternalCodeBody body, HttpContext http, ExternalCodes codes, ExternalSignIn signIn, AccessTokens tokens, CancellationToken ct)
    {
        if (codes.Open(body.Code!, body.Verifier) is not { } grant) return AccountErrors.ExternalCodeGone.ToProblem();
        var result = await signIn.SignInAsync(grant, body.DeviceInfo, http.Origin(), ct);
        return result.Match<Results<Ok<SignInView>, ProblemHttpResult>>(
            signedIn => TypedResults.Ok(SignInView.Of(signedIn, tokens)), error => error.ToProblem());
    }

    private static async Task<Results<Ok<UserView>, ProblemHttpResult>> LinkAsync(
        ExternalCodeBody body, HttpContext http, ExternalCodes codes, ExternalLinks links, CancellationToken ct)
    {
        if (codes.Open(body.Code!, body.Verifier) is not { } grant) return AccountErrors.ExternalCodeGone.ToProblem();
        var result = await links.LinkAsync(new Call(http.Actor(), http.Origin()), grant, ct);
        return result.Match<Results<Ok<UserView>, ProblemHttpResult>>(user => TypedResults.Ok(UserView.Of(user)), error => error.ToProblem());
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> UnlinkAsync(string provider, HttpContext http, ExternalLinks links, CancellationToken ct)
    {
        var done = await links.UnlinkAsync(new Call(http.Actor(), http.Origin()), provider, ct);
        return done.Match<Results<NoContent, ProblemHttpResult>>(_ => TypedResults.NoContent(), error => error.ToProblem());
    }
}
