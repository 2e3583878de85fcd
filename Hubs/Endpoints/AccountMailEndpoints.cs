using CollabHub.Domain.Accounts;
using CollabHub.Domain.Errors;
using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Errors;
using CollabHub.Hubs.Http;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CollabHub.Hubs.Endpoints;

/// <summary>Body of <c>POST /auth/verify-email</c>.</summary>
public sealed record TokenBody(string? Token);

/// <summary>Body of <c>POST /auth/verify-email/resend</c> and <c>POST /auth/password/forgot</c>.</summary>
public sealed record EmailBody(string? Email);

/// <summary>Body of <c>POST /auth/password/reset</c>.</summary>
public sealed record ResetBody(string? Token, string? Password);

/// <summary><c>/api/auth</c>: what goes by mail. The answers never tell whether an account exists.</summary>
public static class AccountMailEndpoints
{
    /// <summary>Maps the routes.</summary>
    internal static void MapAccountMails(this RouteGroupBuilder auth)
    {
        auth.MapPost("/verify-email", VerifyAsync).Validate<TokenBody>().LimitByAddress(RateLimits.AccountMails);
        auth.MapPost("/verify-email/resend", ResendAsync).Validate<EmailBody>().LimitByAddress(RateLimits.AccountMails);
        auth.MapPost("/password/forgot", ForgotAsync).Validate<EmailBody>().LimitByAddress(RateLimits.AccountMails);
        auth.MapPost("/password/reset", ResetAsync).Validate<ResetBody>().LimitByAddress(RateLimits.AccountMails);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> VerifyAsync(
        TokenBody body, HttpContext http, EmailVerification verification, CancellationToken ct) =>
        Answer(await verification.VerifyAsync(body.Token!, http.Origin(), ct));

    private static async Task<Results<NoContent, ProblemHttpResult>> ResendAsync(
        EmailBody body, HttpContext http, AskingForLetters asking, CancellationToken ct) =>
        Answer(await asking.AskAsync(Letter.VerifyEmail, body.Email!, http.Origin(), ct));

    private static async Task<Results<NoContent, ProblemHttpResult>> ForgotAsync(
        EmailBody body, HttpContext http, AskingForLetters asking, CancellationToken ct) =>
        Answer(await asking.AskAsync(Letter.ResetPassword, body.Email!, http.Origin(), ct));

    private static async Task<Results<NoContent, ProblemHttpResult>> ResetAsync(
        ResetBody body, HttpContext http, PasswordReset reset, CancellationToken ct) =>
        Answer(await reset.ResetAsync(body.Token!, body.Password!, http.Origin(), ct));

    private static Results<NoContent, ProblemHttpResult> Answer(Result<Done> result) =>
        result.Match<Results<NoContent, ProblemHttpResult>>(_ => TypedResults.NoContent(), error => error.ToProblem());
}

internal sealed class TokenBodyValidator : AbstractValidator<TokenBody>
{
    public TokenBodyValidator() => RuleFor(body => body.Token).IsToken();
}

internal sealed class EmailBodyValidator : AbstractValidator<EmailBody>
{
    public EmailBodyValidator() => RuleFor(body => body.Email).Must(email => EmailAddress.Normalize(email) is not null).WithMessage("must be an e-mail address");
}

internal sealed class ResetBodyValidator : AbstractValidator<ResetBody>
{
    public ResetBodyValidator()
    {
        RuleFor(body => body.Token).IsToken();
        RuleFor(body => body.Password).NotNull().WithMessage("is missing");
        RuleFor(body => body.Password).Says(password => password is null ? null : PasswordRules.Problem(PasswordRules.Clean(password)));
    }
}

internal static class TokenRules
{
    private const int MaxToken = 256;

    public static void IsToken<T>(this IRuleBuilder<T, string?> rule) =>
        rule.NotEmpty().WithMessage("is missing").MaximumLength(MaxToken).WithMessage("is too long");
}
