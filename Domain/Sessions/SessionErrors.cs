using CollabHub.Domain.Errors;

namespace CollabHub.Domain.Sessions;

/// <summary>The refusals around sessions and participants.</summary>
public static class SessionErrors
{
    /// <summary>The session is over.</summary>
    public static readonly CollabError Ended = new("session.ended", ErrorKind.Conflict, "The session has ended; its owner may reopen it.");

    /// <summary>A session keeps its owner.</summary>
    public static readonly CollabError LastOwner = new("session.last_owner", ErrorKind.Conflict, "The session's owner can neither leave nor be lowered; end the session instead.");

    /// <summary>No such participant in this session.</summary>
    public static readonly CollabError ParticipantNotFound = new("participant.not_found", ErrorKind.NotFound, "There is no such participant in this session.");

    /// <summary>Over the number of open sessions of one account.</summary>
    public static readonly CollabError Quota = new("quota.sessions", ErrorKind.Conflict, "You have as many open sessions as one account may; end one first.");
}
