using CollabHub.Domain.Accounts;
using CollabHub.Domain.Invitations;
using CollabHub.Hubs.Http;
using FluentValidation;

namespace CollabHub.Hubs.Endpoints;

/// <summary>An invitation into a workspace, by address or by account.</summary>
public sealed record WorkspaceInvitationBody(string? Role, string? Email = null, Guid? UserId = null, int? ExpiresInHours = null);

/// <summary>An invitation into a session by address; without one, a share link.</summary>
public sealed record SessionInvitationBody(string? Role, string? Email = null, string? Message = null, int? ExpiresInHours = null);

/// <summary>Invitations of many into a workspace, by address.</summary>
public sealed record WorkspaceInvitationsBody(string? Role, IReadOnlyList<string?>? Emails, int? ExpiresInHours = null);

/// <summary>Invitations of many into a session, by address.</summary>
public sealed record SessionInvitationsBody(string? Role, IReadOnlyList<string?>? Emails, string? Message = null, int? ExpiresInHours = null);

internal static class InvitationBodyRules
{
    private static readonly int MaxHours = (int)InvitationRules.MaxLife.TotalHours;

    public static string? AddressProblem(string? email) =>
        email is null || EmailAddress.Normalize(email) is not null ? null : "must be an e-mail address";

    public static string? AddressesProblem(IReadOnlyList<string?>? emails)
    {
        if (emails is null || emails.Count == 0) return "must be one address or more";
        for (var i = 0; i < emails.Count; i++)
        {
            if (emails[i] is null || AddressProblem(emails[i]) is not null) return $"must all be e-mail addresses; number {i + 1} is not";
        }
        return null;
    }

    public static string? LifeProblem(int? hours) => hours is null || (hours >= 1 && hours <= MaxHours) ? null : $"must be 1 to {MaxHours}";

    public static string? MessageProblem(string? message) => MessageText.IsAcceptable(message)
        ? null
        : $"must be one line of plain text without links, at most {InvitationRules.MaxMessage} characters";

    public static TimeSpan Life(int? hours) => hours is { } given ? TimeSpan.FromHours(given) : InvitationRules.MaxLife;

    public static string? Address(string? email) => EmailAddress.Normalize(email)?.ToLowerInvariant();

    public static IReadOnlyList<string> Addresses(IReadOnlyList<string?>? emails) => [.. emails!.Select(email => Address(email)!)];
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

internal sealed class WorkspaceInvitationsBodyValidator : AbstractValidator<WorkspaceInvitationsBody>
{
    public WorkspaceInvitationsBodyValidator()
    {
        RuleFor(body => body.Role).Says(BodyRules.WorkspaceRoleProblem);
        RuleFor(body => body.Emails).Says(InvitationBodyRules.AddressesProblem);
        RuleFor(body => body.ExpiresInHours).Says(InvitationBodyRules.LifeProblem);
    }
}

internal sealed class SessionInvitationsBodyValidator : AbstractValidator<SessionInvitationsBody>
{
    public SessionInvitationsBodyValidator()
    {
        RuleFor(body => body.Role).Says(BodyRules.SessionRoleProblem);
        RuleFor(body => body.Emails).Says(InvitationBodyRules.AddressesProblem);
        RuleFor(body => body.Message).Says(InvitationBodyRules.MessageProblem);
        RuleFor(body => body.ExpiresInHours).Says(InvitationBodyRules.LifeProblem);
    }
}
