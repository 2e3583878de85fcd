using CollabHub.Domain.Accounts;
using CollabHub.Domain.Invitations;
using FluentValidation;

namespace CollabHub.Hubs.Endpoints;

/// <summary>An invitation into a workspace, by address or by account.</summary>
public sealed record WorkspaceInvitationBody(string? Role, string? Email = null, Guid? UserId = null, int? ExpiresInHours = null);

/// <summary>An invitation into a session by address; without one, a share link.</summary>
public sealed record SessionInvitationBody(string? Role, string? Email = null, string? Message = null, int? ExpiresInHours = null);

internal static class InvitationBodyRules
{
    private static readonly int MaxHours = (int)InvitationRules.MaxLife.TotalHours;

    public static IRuleBuilderOptions<T, string?> IsAddressOrAbsent<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(email => email is null || EmailAddress.Normalize(email) is not null)
        .WithMessage("must be a plain e-mail address");

    public static IRuleBuilderOptions<T, int?> IsLife<T>(this IRuleBuilder<T, int?> rule) => rule
        .Must(hours => hours is null || (hours >= 1 && hours <= MaxHours))
        .WithMessage($"must be 1 to {MaxHours}");

    public static TimeSpan Life(int? hours) => hours is { } given ? TimeSpan.FromHours(given) : InvitationRules.MaxLife;

    public static string? Address(string? email) => EmailAddress.Normalize(email)?.ToLowerInvariant();
}

internal sealed class WorkspaceInvitationBodyValidator : AbstractValidator<WorkspaceInvitationBody>
{
    public WorkspaceInvitationBodyValidator()
    {
        RuleFor(body => body.Role).IsWorkspaceRole();
        RuleFor(body => body.Email).IsAddressOrAbsent();
        RuleFor(body => body.Email).Must((body, email) => email is null != body.UserId is null).WithMessage("give exactly one of email and userId");
        RuleFor(body => body.ExpiresInHours).IsLife();
    }
}

internal sealed class SessionInvitationBodyValidator : AbstractValidator<SessionInvitationBody>
{
    public SessionInvitationBodyValidator()
    {
        RuleFor(body => body.Role).IsSessionRole();
        RuleFor(body => body.Email).IsAddressOrAbsent();
        RuleFor(body => body.Message)
            .Must(MessageText.IsAcceptable)
            .WithMessage($"must be one line of plain text without links, at most {InvitationRules.MaxMessage} characters");
        RuleFor(body => body.ExpiresInHours).IsLife();
    }
}
