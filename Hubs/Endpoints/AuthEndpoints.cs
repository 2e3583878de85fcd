using CollabHub.Domain.Accounts;
using CollabHub.Domain.Errors;
using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Errors;
using CollabHub.Hubs.Http;
using CollabHub.Hubs.Options;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace CollabHub.Hubs.Endpoints;

/// <summary><c>/api/auth</c>: ways to sign in, and out.</summary>
public static class AuthEndpoints
{
    /// <summary>Maps the routes.</summary>
    public static void MapAuth(this WebApplication app)
    {
        var auth = app.MapApiGroup("/auth", "Auth").AllowAnonymous();
        auth.MapPost("/register", RegisterAsync).Validate<RegisterBody>().LimitByAddress(RateLimits.Registrations).Idempotent();
        auth.MapPost("/guest", GuestAsync).Validate<GuestBody>().LimitByAddress(RateLimits.Guests).Idempotent();
        auth.MapPost("/login", LoginAsync).Validate<LoginBody>().LimitByAddress(RateLimits.Logins);
        auth.MapPost("/refresh", RefreshAsync).Validate<RefreshBody>();
        auth.MapPost("/logout", LogoutAsync).Validate<RefreshBody>();
        auth.MapAccountMails();
        app.MapApiGroup("/auth", "Auth").MapPost("/ticket", Ticket);
    }

    private static async Task<Results<Created<SignInView>, ProblemHttpResult>> RegisterAsync(
        RegisterBody body, HttpContext http, Registering registering, AccessTokens tokens, CancellationToken ct)
    {
        var wanted = new NewAccount(body.Email!, body.Username!, body.Password!, body.FirstName, body.LastName);
        return Created(await registering.RegisterAsync(wanted, http.Origin(), ct), tokens);
    }

    private static async Task<Results<Created<SignInView>, ProblemHttpResult>> GuestAsync(
        GuestBody body, HttpContext http, Registering registering, AccessTokens tokens, IOptions<AuthOptions> options, CancellationToken ct) =>
        options.Value.AllowGuests
            ? Created(await registering.GuestAsync(body.DisplayName, http.Origin(), ct), tokens)
            : AccountErrors.GuestsNotAllowed.ToProblem();

    private static async Task<Results<Ok<SignInView>, ProblemHttpResult>> LoginAsync(
        LoginBody body, HttpContext http, LoggingIn loggingIn, AccessTokens tokens, CancellationToken ct) =>
        Ok(await loggingIn.LoginAsync(body.Login!, body.Password!, body.DeviceInfo, http.Origin(), ct), tokens);

    private static async Task<Results<Ok<SignInView>, ProblemHttpResult>> RefreshAsync(
        RefreshBody body, HttpContext http, Refreshing refreshing, AccessTokens tokens, CancellationToken ct) =>
        Ok(await refreshing.RefreshAsync(body.RefreshToken!, http.Origin(), ct), tokens);

    private static async Task<NoContent> LogoutAsync(RefreshBody body, HttpContext http, Refreshing refreshing, CancellationToken ct)
    {
        await refreshing.LogoutAsync(body.RefreshToken!, http.Origin(), ct);
        return TypedResults.NoContent();
    }

    private static Ok<TicketView> Ticket(HttpContext http, Tickets tickets) =>
        TypedResults.Ok(new TicketView(tickets.Issue(http.User), Tickets.LifeSeconds));

    private static Results<Created<SignInView>, ProblemHttpResult> Created(Result<SignedIn> result, AccessTokens tokens) =>
        result.Match<Results<Created<SignInView>, ProblemHttpResult>>(
            signedIn => TypedResults.Created("/api/me", SignInView.Of(signedIn, tokens)), error => error.ToProblem());

    private static Results<Ok<SignInView>, ProblemHttpResult> Ok(Result<SignedIn> result, AccessTokens tokens) =>
        result.Match<Results<Ok<SignInView>, ProblemHttpResult>>(
            signedIn => TypedResults.Ok(SignInView.Of(signedIn, tokens)), error => error.ToProblem());
}
