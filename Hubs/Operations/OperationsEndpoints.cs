using CollabHub.Domain;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Operations;
using CollabHub.Domain.Text;
using CollabHub.Hubs.Connections;
using CollabHub.Hubs.Endpoints;
using CollabHub.Hubs.Errors;
using CollabHub.Hubs.Http;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CollabHub.Hubs.Operations;

/// <summary>Why an operator acts; stands in the audit log.</summary>
/// <param name="Reason">At most 500 characters, may be absent.</param>
public sealed record ReasonBody(string? Reason);

internal sealed class ReasonBodyValidator : AbstractValidator<ReasonBody>
{
    public ReasonBodyValidator() => RuleFor(body => body.Reason).Says(text =>
        TextRules.TryText(text, OperatingAccounts.MaxReason, out _) ? null : $"must be at most {OperatingAccounts.MaxReason} characters of plain text");
}

/// <summary><c>/api/ops</c>: for accounts with the role <c>ops</c>.</summary>
public static class OperationsEndpoints
{
    /// <summary>Maps the hub and the routes.</summary>
    public static void MapOperations(this WebApplication app)
    {
        app.MapLiveHub<OpsHub>("/hubs/ops");
        app.MapOverview();
        var accounts = app.MapApiGroup("/ops/accounts/{userId:uuid}", "Operations");
        accounts.MapPost("/kick", (Guid userId, ReasonBody body, HttpContext http, OperatingAccounts operating, CancellationToken ct) =>
            AnswerAsync(operating.KickAsync(http.Call(), new UserId(userId), body.Reason, ct))).Validate<ReasonBody>();
        accounts.MapPost("/lock", (Guid userId, ReasonBody body, HttpContext http, OperatingAccounts operating, CancellationToken ct) =>
            AnswerAsync(operating.LockAsync(http.Call(), new UserId(userId), body.Reason, ct))).Validate<ReasonBody>();
        accounts.MapPost("/unlock", (Guid userId, ReasonBody body, HttpContext http, OperatingAccounts operating, CancellationToken ct) =>
            AnswerAsync(operating.UnlockAsync(http.Call(), new UserId(userId), body.Reason, ct))).Validate<ReasonBody>();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> AnswerAsync(Task<Result<Done>> acting)
    {
        var done = await acting;
        return done.Match<Results<NoContent, ProblemHttpResult>>(_ => TypedResults.NoContent(), error => error.ToProblem());
    }
}
