namespace CollabHub.Domain.Workspaces;

/// <summary>How much one account may hold and how often it may invite; configuration section <c>Limits</c>.</summary>
public sealed record TeamLimits
{
    /// <summary>Workspaces that one account owns, archived ones included.</summary>
    public int WorkspacesPerUser { get; init; } = 100;

    /// <summary>Sessions of one account that have not ended.</summary>
    public int OpenSessionsPerUser { get; init; } = 20;

    /// <summary>Pending invitations and share links of one account.</summary>
    public int OpenInvitationsPerUser { get; init; } = 100;

    /// <summary>Addresses in one call that invites many.</summary>
    public int InvitationsPerCall { get; init; } = 50;

    /// <summary>Invitations and resends of one account in any hour.</summary>
    public int InvitationsPerUserAndHour { get; init; } = 20;

    /// <summary>Invitations and resends into one workspace (its sessions included) in any day.</summary>
    public int InvitationsPerWorkspaceAndDay { get; init; } = 100;

    /// <summary>Invitation mails to one address, whoever sends them, in any day.</summary>
    public int InvitationsPerAddressAndDay { get; init; } = 3;
}
