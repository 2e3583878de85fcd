using System.Globalization;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Access;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Limits;
using CollabHub.Domain.Mail;
using CollabHub.Domain.Security;
using CollabHub.Domain.Workspaces;

namespace CollabHub.Domain.Invitations;

/// <summary>Sends invitations out, and only so many.</summary>
public sealed class InvitationPost(IMailQueue mail, IInvitationLinks links, IRateLimiter limiter, TeamLimits limits)
{
    /// <summary>Counts one invitation against inviter, workspace and address; the error when one of them has had enough.</summary>
    public async Task<CollabError?> CountAsync(UserId inviter, WorkspaceId workspace, string? address, CancellationToken ct)
    {
        List<RateRule> rules =
        [
            new($"invite:user:{inviter}", limits.InvitationsPerUserAndHour, TimeSpan.FromHours(1)),
            new($"invite:workspace:{workspace}", limits.InvitationsPerWorkspaceAndDay, TimeSpan.FromDays(1)),
        ];
        if (address is not null)
        {
            rules.Add(new RateRule("invite:address:" + address.ToLowerInvariant(), limits.InvitationsPerAddressAndDay, TimeSpan.FromDays(1)));
        }
        return await limiter.TakeAsync(rules, ct) is { } wait ? GeneralErrors.RateLimited with { RetryAfter = wait } : null;
    }

    /// <summary>Queues the mail, if there is an address; answers the link.</summary>
    public async Task<string> SendAsync(InvitationView view, SecretToken secret, string? address, CancellationToken ct)
    {
        var link = links.For(secret);
        if (address is not null) await mail.EnqueueAsync(InvitationMail.Compose(view, address, link), ct);
        return link;
    }
}

/// <summary>What the audit log keeps of an invitation: never its token.</summary>
internal static class InvitationFields
{
    public static FieldChanges Of(Invitation invitation) => new FieldChanges()
        .Set("kind", invitation.Place.Session is null ? "workspace" : "session")
        .Set("sessionId", invitation.Place.Session?.ToString())
        .Set("email", invitation.Email)
        .Set("userId", invitation.InvitedUser?.ToString())
        .Set("role", invitation.Role.ToName())
        .Set("expiresAt", invitation.ExpiresAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
}
