using System.Text.Json.Serialization;
using CollabHub.Domain.Access;
using CollabHub.Domain.Invitations;

namespace CollabHub.Hubs.Endpoints;

/// <summary>Who invites.</summary>
public sealed record InviterAnswer(Guid UserId, string DisplayName);

/// <summary>Who invites, as a stranger may know it.</summary>
public sealed record InviterName(string DisplayName);

/// <summary>An invitation; <c>workspaceId</c> or <c>sessionId</c> by kind, <c>link</c> once, for a share link just made.</summary>
public sealed record InvitationAnswer(
    Guid InvitationId, string Kind, string TargetName, string? Email, Guid? UserId, string Role, string? Message, string Status,
    InviterAnswer InvitedBy, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt)
{
    /// <summary>The workspace, when it leads into one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? WorkspaceId { get; init; }

    /// <summary>The session, when it leads into one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? SessionId { get; init; }

    /// <summary>The link, for a share link just made.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Link { get; init; }

    /// <summary>The answer as things stand at <paramref name="now"/>.</summary>
    public static InvitationAnswer From(InvitationView view, DateTimeOffset now, string? link = null)
    {
        ArgumentNullException.ThrowIfNull(view);
        var i = view.Invitation;
        return new InvitationAnswer(
            i.Id.Value, i.Place.Session is null ? "workspace" : "session", view.TargetName, i.Email, i.InvitedUser?.Value, i.Role.ToName(),
            i.Message, i.StatusAt(now).ToName(), new InviterAnswer(i.InvitedBy.Value, view.InviterName), i.CreatedAt, i.ExpiresAt)
        {
            WorkspaceId = i.Place.Workspace?.Value,
            SessionId = i.Place.Session?.Value,
            Link = link,
        };
    }
}

/// <summary>What became of each address, in the order given, each address once.</summary>
public sealed record InvitedAnswer(IReadOnlyList<InvitedAddressAnswer> Items)
{
    internal static InvitedAnswer From(IReadOnlyList<InvitedAddress> outcomes, DateTimeOffset now) =>
        new([.. outcomes.Select(outcome => InvitedAddressAnswer.From(outcome, now))]);
}

/// <summary>What became of one address: <c>invitation</c>, or the <c>code</c> and <c>detail</c> of its refusal with the seconds of <c>retryAfter</c> when waiting helps.</summary>
public sealed record InvitedAddressAnswer(string Email)
{
    /// <summary>The invitation.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public InvitationAnswer? Invitation { get; init; }

    /// <summary>The stable code of the refusal.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Code { get; init; }

    /// <summary>The refusal in words.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Detail { get; init; }

    /// <summary>Seconds after which to try again.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? RetryAfter { get; init; }

    internal static InvitedAddressAnswer From(InvitedAddress outcome, DateTimeOffset now) => new(outcome.Email)
    {
        Invitation = outcome.View is { } view ? InvitationAnswer.From(view, now) : null,
        Code = outcome.Refusal?.Code,
        Detail = outcome.Refusal?.Message,
        RetryAfter = outcome.Refusal?.RetryAfter is { } wait ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : null,
    };
}

/// <summary>What the holder of a link may know before signing in.</summary>
public sealed record InvitationPreview(
    string Kind, string TargetName, InviterName InvitedBy, string Role, DateTimeOffset ExpiresAt, string Status)
{
    /// <summary>The address invited, masked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Email { get; init; }

    internal static InvitationPreview From(InvitationView view, DateTimeOffset now)
    {
        var i = view.Invitation;
        return new InvitationPreview(
            i.Place.Session is null ? "workspace" : "session", view.TargetName, new InviterName(view.InviterName), i.Role.ToName(), i.ExpiresAt,
            i.StatusAt(now).ToName())
        {
            Email = Mask(i.Email),
        };
    }

    private static string? Mask(string? email)
    {
        var at = email?.LastIndexOf('@') ?? -1;
        return at > 0 ? $"{email![0]}***{email[at..]}" : null;
    }
}
