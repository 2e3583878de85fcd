using CollabHub.Domain.Errors;

namespace CollabHub.Domain.Workspaces;

/// <summary>The refusals around workspaces and members.</summary>
public static class WorkspaceErrors
{
    /// <summary>Guests work in sessions only.</summary>
    public static readonly CollabError Guest = new("access.guest", ErrorKind.Forbidden, "Guests can only use sessions that they create or are invited to; register to do this.");

    /// <summary>A workspace needs its owner.</summary>
    public static readonly CollabError LastOwner = new("workspace.last_owner", ErrorKind.Conflict, "The owner can neither leave nor be lowered; transfer the workspace first.");

    /// <summary>Nobody gives more than he has, and ownership is transferred, not granted.</summary>
    public static readonly CollabError GrantTooStrong = new("access.grant_too_strong", ErrorKind.Forbidden, "You cannot give a role above your own; ownership is transferred, not granted.");

    /// <summary>Nobody changes someone stronger.</summary>
    public static readonly CollabError TargetTooStrong = new("access.target_too_strong", ErrorKind.Forbidden, "You cannot change or remove someone whose role is above yours.");

    /// <summary>No such member in this workspace.</summary>
    public static readonly CollabError MemberNotFound = new("member.not_found", ErrorKind.NotFound, "There is no such member in this workspace.");

    /// <summary>The account named does not exist or cannot become a member.</summary>
    public static readonly CollabError NoSuchAccount = new("member.no_such_account", ErrorKind.Invalid, "There is no such account, or it cannot become a member.")
    {
        Fields = new Dictionary<string, string[]> { ["userId"] = ["There is no such account, or it cannot become a member."] },
    };

    /// <summary>Ownership goes to active members only.</summary>
    public static readonly CollabError NewOwnerNotMember = new("workspace.new_owner_not_member", ErrorKind.Invalid, "The new owner must be an active member of the workspace and not its owner already.")
    {
        Fields = new Dictionary<string, string[]> { ["userId"] = ["Must be an active member and not the owner already."] },
    };

    /// <summary>Over the number of workspaces that one account may own.</summary>
    public static readonly CollabError Quota = new("quota.workspaces", ErrorKind.Conflict, "You own as many workspaces as one account may; delete one first.");

    /// <summary>The same, of the person who is to become owner.</summary>
    public static readonly CollabError QuotaOfNewOwner = Quota with { Message = "The new owner owns as many workspaces as one account may." };
}
