using CollabHub.Domain.Accounts;
using CollabHub.Domain.Invitations;
using CollabHub.Hubs.Http;
using FluentValidation;

namespace CollabHub.Hubs.Endpoints;

/// <summary>An invitation into a workspace, by address or by account.</summary>
public sealed record WorkspaceInvitationBody(string? Role, string? Email = null, Guid? UserId = null, int? ExpiresInHours = null);

/// <summary>An invitation into a session by address; without one, a share link.</summary>
public sealed record SessionInvitationBody(string? Role, string? Email = null, string? Message = null, int? ExpiresInHours = null);

internal static class InvitationBodyRules
{
    private static readonly int MaxHours = (int)InvitationRules.MaxLife.TotalHours;

    public static string? AddressProblem(string? email) =>
        email is null || EmailAddress.Normalize(email) is not null ? null : "must be an e-mail address";

    public static string? LifeProblem(int? hours) => hours is null || (hours >= 1 && hours <= MaxHours) ? null : $"must be 1 to {MaxHours}";

    public static string? MessageProblem(string? message) => MessageText.IsAcceptable(message)
        ? null
        : $"must be one line of plain text without links, at most {InvitationRules.MaxMessage} characters";

    public static TimeSpan Life(int? hours) => hours is { } given ? TimeSpan.FromHours(given) : InvitationRules.MaxLife;

    public static string? Address(string? email) => EmailAddress.Normalize(email)?.ToLowerInvariant();
}

internal sealed class WorkspaceInvitationBodyValidator : AbstractValidator<WorkspaceInvitationBody>
{
    public WorkspaceInvitationBodyValidator()
    {
        RuleFor(body => body.Role).Says(BodyRules.WorkspaceRoleProblem);
        RuleFor(body => body.Email).Says(InvitationBodyRules.AddressProblem);
        RuleFor(body => body.Email).Must((body, email) => email is null != body.UserId is null).WithMessage("give exactly one of email and userId");
        RuleFor(body => body.ExpiresInHours).Says(InvitationBodyRules.LifeProblem);
    }
}

internal sealed class SessionInvitationBodyValidator : AbstractValidator<SessionInvitationBody>
{
    public SessionInvitationBodyValidator()
    {
        RuleFor(body => body.Role).Says(BodyRules.SessionRoleProblem);
        RuleFor(body => body.Email).Says(InvitationBodyRules.AddressProblem);
        RuleFor(body => body.Message).Says(InvitationBodyRules.MessageProblem);
        RuleFor(body => body.ExpiresInHours).Says(InvitationBodyRules.LifeProblem);
    }
}
